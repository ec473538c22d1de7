package io.holdfast.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.conformance.Clause;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.PacketType;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The decoder against the {@link PacketTable}, and what a table of single packets cannot show. */
final class PacketDecoderTest {
    private static final int MEBIBYTE = 1 << 20;

    static List<PacketRow> valid() {
        return PacketTable.valid();
    }

    static List<PacketRow> refused() {
        return PacketTable.refused();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("valid")
    void bytesOfTheTableAreTheirPackets(PacketRow row) {
        PacketDecoder decoder = Bytes.decoder(row);
        ByteBuffer in = ByteBuffer.wrap(row.bytes());
        assertEquals(PacketText.of(row.packet()), PacketText.of(decoder.decode(in)));
        assertEquals(0, in.remaining());
        assertEquals(row.version(), decoder.version());
        assertNull(decoder.decode(in));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void bytesOfTheTableAreRefusedWithTheirReasonCode(PacketRow row) {
        MalformedPacketException refusal = assertThrows(MalformedPacketException.class,
                () -> Bytes.decoder(row).decode(ByteBuffer.wrap(row.bytes())));
        assertEquals(row.reason(), refusal.reason(), refusal.getMessage());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("valid")
    void aPacketThatArrivesByteByByteIsTheSame(PacketRow row) {
        byte[] bytes = row.bytes();
        PacketDecoder decoder = Bytes.decoder(row);
        ByteBuffer in = ByteBuffer.allocateDirect(bytes.length + 7).order(ByteOrder.LITTLE_ENDIAN);
        in.position(7).limit(7);
        for (int i = 0; i < bytes.length; i++) {
            assertNull(decoder.decode(in), "after " + i + " bytes");
            assertEquals(7, in.position());
            assertEquals(7 + i, in.limit());
            in.limit(7 + i + 1).put(7 + i, bytes[i]);
        }
        assertEquals(PacketText.of(row.packet()), PacketText.of(decoder.decode(in)));
        assertEquals(in.limit(), in.position());
    }

    @Test
    void packetsThatArriveTogetherAreReadOneByOne() {
        List<PacketRow> rows = valid().stream().filter(row -> row.version() == PacketRow.V5).toList();
        ByteBuffer in = ByteBuffer.allocate(MEBIBYTE);
        rows.forEach(row -> in.put(row.bytes()));
        in.put((byte) 0x30).flip();
        PacketDecoder decoder = new PacketDecoder(PacketTable.PACKET_BYTES_MAX, PacketRow.V5);
        for (PacketRow row : rows) {
            assertEquals(PacketText.of(row.packet()), PacketText.of(decoder.decode(in)), row.toString());
        }
        assertNull(decoder.decode(in));
        assertEquals(1, in.remaining());
    }

    @Test
    void aPacketSharesNothingWithTheBuffer() {
        byte[] bytes = {0x30, 0x05, 0, 1, 't', 'h', 'i'};
        PacketDecoder decoder = new PacketDecoder(MEBIBYTE, PacketRow.V311);
        Publish publish = (Publish) decoder.decode(ByteBuffer.wrap(bytes));
        bytes[5] = 'x';
        assertEquals('h', publish.payload()[0]);
    }

    @Test
    @Clause(mqtt5 = "MQTT-4.7.3-3", mqtt311 = "MQTT-4.7.3-3")
    void aBigPacketIsReadWhenItsLastByteIsThere() {
        Publish big = new Publish(false, QoS.AT_LEAST_ONCE, false, "t".repeat(65_535), 1, Properties.NONE,
                new byte[20 * MEBIBYTE]);
        ByteBuffer in = ByteBuffer.wrap(Bytes.encode(big, PacketRow.V5));
        PacketDecoder decoder = new PacketDecoder(32 * MEBIBYTE, PacketRow.V5);
        in.limit(in.limit() - 1);
        assertNull(decoder.decode(in));
        in.limit(in.limit() + 1);
        Publish decoded = (Publish) decoder.decode(in);
        assertEquals(big.topicName(), decoded.topicName());
        assertEquals(20 * MEBIBYTE, decoded.payload().length);
    }

    @Test
    @DisplayName("a packet of exactly the maximum is read, one byte more is refused at its header")
    void theMaximumIsExact() {
        byte[] bytes = {0x30, 0x05, 0, 1, 't', 'h', 'i'};
        assertNotNull(new PacketDecoder(7, PacketRow.V311).decode(ByteBuffer.wrap(bytes)));
        MalformedPacketException refusal = assertThrows(MalformedPacketException.class,
                () -> new PacketDecoder(6, PacketRow.V311).decode(ByteBuffer.wrap(bytes, 0, 2)));
        assertEquals(ReasonCode.PACKET_TOO_LARGE, refusal.reason());
        assertEquals("PUBLISH of 7 bytes exceeds the maximum of 6", refusal.getMessage());
    }

    @Test
    @DisplayName("the first packet has to be a CONNECT, and its first byte shows it")
    @Clause(mqtt5 = "MQTT-3.1.0-1", mqtt311 = "MQTT-3.1.0-1")
    void theFirstPacketIsConnect() {
        for (int firstByte : new int[] {0x20, 0x30, 0x82, 0xC0, 0xE0, 0xF0, 'G'}) {
            PacketDecoder decoder = new PacketDecoder(MEBIBYTE);
            MalformedPacketException refusal = assertThrows(MalformedPacketException.class,
                    () -> decoder.decode(ByteBuffer.wrap(new byte[] {(byte) firstByte})));
            assertEquals(ReasonCode.PROTOCOL_ERROR, refusal.reason());
            assertNull(decoder.version());
        }
    }

    @Test
    void theVersionIsThatOfTheFirstConnect() {
        PacketDecoder decoder = new PacketDecoder(MEBIBYTE);
        assertNull(decoder.version());
        for (ProtocolVersion version : new ProtocolVersion[] {PacketRow.V311, PacketRow.V5}) {
            Packet connect = new Connect(version, true, 60, Properties.NONE, "d", null, null, null);
            decoder.decode(ByteBuffer.wrap(Bytes.encode(connect, version)));
            assertEquals(PacketRow.V311, decoder.version());
        }
    }

    @Test
    void aRefusalHasNoStackTraceAndSaysWhatWasExpected() {
        MalformedPacketException refusal = assertThrows(MalformedPacketException.class,
                () -> new PacketDecoder(MEBIBYTE, PacketRow.V5).decode(ByteBuffer.wrap(new byte[] {0x60})));
        assertEquals(0, refusal.getStackTrace().length);
        assertEquals("flags of PUBREL are 0x0, expected 0x2", refusal.getMessage());
    }

    @Test
    void theTableHasEveryPacketOfEveryVersionAndEveryProperty() {
        assertTrue(PacketTable.rows().size() >= 150);
        for (var type : PacketType.values()) {
            for (ProtocolVersion version : ProtocolVersion.values()) {
                boolean exists = type != PacketType.AUTH || version == PacketRow.V5;
                boolean there = PacketTable.canonical().stream()
                        .anyMatch(row -> row.version() == version && row.packet().type() == type);
                assertEquals(exists, there, version + " " + type);
            }
        }
        String texts = valid().stream().map(row -> PacketText.of(row.packet())).toList().toString();
        for (var property : Property.values()) {
            assertTrue(texts.contains("property=" + property + ","), property.toString());
        }
    }
}
