package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.conformance.Clause;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.wire.PacketRow;
import io.holdfast.wire.PacketTable;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One bad client harms nobody else: whatever is sent, the connection ends, with a Reason Code where the
 * version has one; the next client is served, and the log has one line of it at most, at debug, beside the
 * lines of a client's life.
 */
@Timeout(180)
class BadInputIT {
    private static final ProtocolVersion V5 = ProtocolVersion.MQTT_5;
    private static final ProtocolVersion V311 = ProtocolVersion.MQTT_3_1_1;
    private static final int CONNECT = 1;
    private static final int FLOODS = 20;
    private static final int FLOOD_BYTES = 1 << 20;

    private static final Pattern LINE =
            Pattern.compile("\\S+ DEBUG \\[\\S+] ConnectionHandler: connection .*");

    @TempDir
    private static Path folder;

    private static BrokerProcess broker;
    private static int connections;

    @BeforeAll
    static void start() throws IOException {
        broker = BrokerProcess.start("", folder.resolve("data"), _ -> { }, "--log-level", "debug",
                "--log-levels", "io.holdfast.clients=off");
    }

    @AfterEach
    void theNextClientIsServed() throws IOException {
        try (RawClient device = connected(V5)) {
            device.send(RawClient.subscribe("meters/#", QoS.AT_LEAST_ONCE));
            device.expect(Packet.Suback.class);
            device.send(RawClient.publish(QoS.AT_MOST_ONCE, 0, "meters/7", new byte[0]));
            device.expect(Packet.Publish.class);
        }
    }

    @AfterAll
    static void theLogHasAtMostOneLineOfEachConnection() {
        try (BrokerProcess stopped = broker) {
            stopped.stop();
            List<String> said = stopped.said();
            int ready = said.indexOf("Holdfast is ready: " + stopped.url());
            List<String> log = said.subList(ready + 1, said.size() - 1);
            assertTrue(log.size() > 100 && log.size() <= connections, log::toString);
            log.forEach(line -> assertTrue(LINE.matcher(line).matches(), line));
        }
    }

    /**
     * Every row of the codec's table that is no packet. A version that the broker does not know is refused in
     * the form of 3.1.1.
     */
    @Test
    @Clause(mqtt5 = {"MQTT-4.13.1-1", "MQTT-4.13.2-1", "MQTT-3.1.2-1", "MQTT-3.1.2-2", "MQTT-3.1.4-1",
            "MQTT-3.2.2-7", "MQTT-3.14.1-1"},
            mqtt311 = {"MQTT-2.2.2-2", "MQTT-3.1.2-1", "MQTT-3.1.2-2", "MQTT-3.1.4-1", "MQTT-3.14.1-1",
                "MQTT-4.8.0-1"})
    void aMalformedPacketEndsItsConnectionWithTheReasonCodeOfTheStandard() throws IOException {
        int rows = 0;
        for (PacketRow row : PacketTable.refused()) {
            if (row.reason() != ReasonCode.PACKET_TOO_LARGE) { // by the smaller limit of the table
                refuse(row);
                rows++;
            }
        }
        assertTrue(rows > 100, "rows of the table: " + rows);
    }

    private static void refuse(PacketRow row) throws IOException {
        byte[] bytes = row.bytes();
        boolean connect = (bytes[0] & 0xFF) >> 4 == CONNECT;
        ProtocolVersion answer =
                row.reason() == ReasonCode.UNSUPPORTED_PROTOCOL_VERSION ? V311 : row.version();
        try (RawClient client = connect ? opened(answer) : connected(row.version())) {
            client.send(bytes);
            switch (client.receive()) {
                case null -> assertTrue(connect || row.version() != V5, row::toString);
                case Packet.Connack connack -> {
                    assertEquals(row.reason(), connack.reason(), row::toString);
                    client.expectClose();
                }
                case Packet.Disconnect disconnect -> {
                    assertEquals(row.reason(), disconnect.reason(), row::toString);
                    client.expectClose();
                }
                case Packet other -> throw new AssertionError(row + " is answered with " + other);
            }
        }
    }

    @Test
    void aPacketThatIsTooLargeIsRefusedByItsHeader() throws IOException {
        byte[] publishOf2MiB = HexFormat.of().parseHex("3280808001");
        try (RawClient client = connected(V5)) {
            client.send(publishOf2MiB);
            assertEquals(ReasonCode.PACKET_TOO_LARGE, client.expect(Packet.Disconnect.class).reason());
            client.expectClose();
        }
        try (RawClient client = connected(V311)) {
            client.send(publishOf2MiB);
            client.expectClose();
        }
    }

    /** The second is the beginning of a ClientHello of TLS 1.2. */
    @ParameterizedTest
    @ValueSource(strings = {
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00FC\u0003\u0003abcdefghijklmnopqrstuvwxyz",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "\0\0\0\0"})
    void whoSpeaksAnotherProtocolIsCutOff(String greeting) throws IOException {
        try (RawClient client = opened(V5)) {
            client.send(greeting.getBytes(StandardCharsets.ISO_8859_1));
            client.expectClose();
        }
    }

    @Test
    void floodsOfGarbageAreCutOffOneByOne() throws IOException {
        Random random = new Random(20_261_123);
        byte[] garbage = new byte[FLOOD_BYTES];
        for (int i = 0; i < FLOODS; i++) {
            random.nextBytes(garbage);
            try (RawClient client = i % 2 == 0 ? opened(V5) : connected(V311)) {
                client.send(garbage);
                client.expectClose();
            } catch (SocketException _) {
                // Cut off while it was sending.
            }
        }
    }

    @Test
    void halfAPacketHarmsNobodyWhetherItsClientStaysOrGoes() throws IOException {
        byte[] publish = new byte[1_000];
        publish[0] = 0x30;
        publish[1] = (byte) 0xFF;
        publish[2] = 0x7F;
        byte[] connect = HexFormat.of().parseHex("101000044d5154540502003c00");
        try (RawClient halfConnect = opened(V5); RawClient halfPublish = connected(V5)) {
            halfConnect.send(connect);
            halfPublish.send(publish);
            try (RawClient client = connected(V311)) {
                client.send(new Packet.Pingreq());
                client.expect(Packet.Pingresp.class);
            }
        }
    }

    private static RawClient opened(ProtocolVersion version) throws IOException {
        connections++;
        return new RawClient(broker.port(), version);
    }

    /** With a session that ends with its connection. */
    private static RawClient connected(ProtocolVersion version) throws IOException {
        RawClient client = opened(version);
        String clientId = "client-" + connections;
        client.send(new Packet.Connect(version, true, 0, Properties.NONE, clientId, null, null, null));
        assertEquals(ReasonCode.SUCCESS, client.expect(Packet.Connack.class).reason());
        return client;
    }
}
