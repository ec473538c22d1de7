package io.holdfast.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.conformance.Clause;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Packet.Auth;
import io.holdfast.mqtt.Packet.Connack;
import io.holdfast.mqtt.Packet.Disconnect;
import io.holdfast.mqtt.Packet.Puback;
import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.Packet.Suback;
import io.holdfast.mqtt.Packet.Subscribe;
import io.holdfast.mqtt.Packet.Unsuback;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.mqtt.SubscriptionOptions;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The encoder against the {@link PacketTable}, and how packets of the broker become those of older versions.
 */
final class PacketEncoderTest {
    private static final Properties REASON_STRING = Properties.of(Property.REASON_STRING, "why");

    static List<PacketRow> canonical() {
        return PacketTable.canonical();
    }

    static List<PacketRow> valid() {
        return PacketTable.valid();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("canonical")
    @Clause(mqtt5 = {"MQTT-1.5.5-1", "MQTT-2.1.3-1", "MQTT-2.2.2-1"}, mqtt311 = "MQTT-2.2.2-1")
    void packetsOfTheTableAreTheirBytes(PacketRow row) {
        assertArrayEquals(row.bytes(), Bytes.encode(row.packet(), row.version()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("canonical")
    void encodingWhatWasDecodedGivesTheSameBytes(PacketRow row) {
        Packet packet = Bytes.decoder(row).decode(ByteBuffer.wrap(row.bytes()));
        assertArrayEquals(row.bytes(), Bytes.encode(packet, row.version()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("valid")
    void noPermittedFormIsShorterThanTheEncoders(PacketRow row) {
        assertTrue(PacketEncoder.size(row.packet(), row.version()) <= row.bytes().length);
    }

    @Test
    void aPacketIsWrittenAtThePositionOfADirectBuffer() {
        ByteBuffer to = ByteBuffer.allocateDirect(20).position(5);
        PacketEncoder.write(new Puback(1, ReasonCode.SUCCESS, Properties.NONE), PacketRow.V5, to);
        assertEquals(9, to.position());
        assertEquals(0x40, to.get(5));
    }

    @Test
    @DisplayName("the reasons of a CONNACK become Return Codes, or none fits")
    @Clause(mqtt311 = "MQTT-3.2.2-6")
    void reasonsBecomeReturnCodes() {
        assertEquals("20020000", before5(connack(ReasonCode.SUCCESS)));
        assertEquals("20020001", before5(connack(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION)));
        assertEquals("20020002", before5(connack(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID)));
        assertEquals("20020003", before5(connack(ReasonCode.SERVER_BUSY)));
        assertEquals("20020003", before5(connack(ReasonCode.QUOTA_EXCEEDED)));
        assertEquals("20020004", before5(connack(ReasonCode.BAD_USER_NAME_OR_PASSWORD)));
        assertEquals("20020005", before5(connack(ReasonCode.BANNED)));
        assertNotEncodable(connack(ReasonCode.MALFORMED_PACKET));
        assertNotEncodable(connack(ReasonCode.QOS_NOT_SUPPORTED));
    }

    @Test
    @DisplayName("SUBACK has only 0, 1, 2 and 0x80 before 5.0, UNSUBACK nothing")
    @Clause(mqtt311 = "MQTT-3.9.3-2")
    void reasonsOfSubscriptionsBecomeTheirs() {
        List<ReasonCode> reasons = List.of(ReasonCode.GRANTED_QOS_2, ReasonCode.NOT_AUTHORIZED);
        assertEquals("900400010280", before5(new Suback(1, REASON_STRING, reasons)));
        assertEquals("b0020001", before5(new Unsuback(1, REASON_STRING, reasons)));
    }

    @Test
    void propertiesAndOptionsAreLeftOutBefore5() {
        assertEquals("40020001", before5(new Puback(1, ReasonCode.QUOTA_EXCEEDED, REASON_STRING)));
        assertEquals("30040001" + "7468", before5(new Publish(false, QoS.AT_MOST_ONCE, false, "t", 0,
                Properties.of(Property.MESSAGE_EXPIRY_INTERVAL, 1), new byte[] {'h'})));
        SubscriptionOptions options = new SubscriptionOptions(QoS.EXACTLY_ONCE, true, true, 2);
        assertEquals("8206000100016602", before5(new Subscribe(1, Properties.NONE,
                List.of(new Subscribe.Requested("f", options)))));
    }

    @Test
    void packetsThatAnOlderVersionDoesNotHaveAreRefused() {
        assertNotEncodable(new Auth(ReasonCode.SUCCESS, Properties.NONE));
        assertNotEncodable(new Disconnect(ReasonCode.SESSION_TAKEN_OVER, Properties.NONE));
        assertEquals("e000", before5(new Disconnect(ReasonCode.SUCCESS, Properties.NONE)));
    }

    @Test
    @Clause(mqtt5 = "MQTT-4.7.3-3", mqtt311 = "MQTT-4.7.3-3")
    void whatTheWireCannotCarryIsRefused() {
        for (String topicName : List.of("t".repeat(65_536), "\u00fc".repeat(32_768), "a\uD800b")) {
            Packet publish = new Publish(false, QoS.AT_MOST_ONCE, false, topicName, 0, Properties.NONE,
                    new byte[0]);
            ByteBuffer to = ByteBuffer.allocate(70_000);
            assertThrows(IllegalArgumentException.class,
                    () -> PacketEncoder.write(publish, PacketRow.V5, to));
        }
    }

    private static Connack connack(ReasonCode reason) {
        return new Connack(false, reason, REASON_STRING);
    }

    private static void assertNotEncodable(Packet packet) {
        for (ProtocolVersion version : new ProtocolVersion[] {PacketRow.V31, PacketRow.V311}) {
            assertFalse(PacketEncoder.canEncode(packet, version));
            assertThrows(IllegalArgumentException.class, () -> PacketEncoder.size(packet, version));
        }
        assertTrue(PacketEncoder.canEncode(packet, PacketRow.V5));
    }

    /** The bytes of 3.1.1 in hex, which are also those of 3.1. */
    private static String before5(Packet packet) {
        assertTrue(PacketEncoder.canEncode(packet, PacketRow.V311));
        assertArrayEquals(Bytes.encode(packet, PacketRow.V31), Bytes.encode(packet, PacketRow.V311));
        return HexFormat.of().formatHex(Bytes.encode(packet, PacketRow.V311));
    }
}
