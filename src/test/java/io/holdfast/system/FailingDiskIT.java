package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A write that fails ends the broker, which says why; the next one begins with all that it acknowledged. */
@Timeout(180)
class FailingDiskIT {
    /** Less than a write-ahead log grows to. */
    private static final long FILE_KIBIBYTES_MAX = 8 << 10;
    private static final int PAYLOAD_BYTES = 256 << 10;
    private static final int STATUS_FAILED = 70;

    @TempDir
    Path data;

    @Test
    void afterAWriteThatFailedTheNextStartHasEverythingThatWasAcknowledged() throws IOException {
        int acknowledged;
        try (BrokerProcess broker = BrokerProcess.startLimited(data, FILE_KIBIBYTES_MAX)) {
            subscribeAndLeave(broker);
            acknowledged = publishUntilTheEnd(broker);
            assertEquals(STATUS_FAILED, broker.awaitEnd(), () -> broker.said().toString());
            assertTrue(broker.said().stream().anyMatch(line -> line.contains("Holdfast ends at once")
                    && line.contains("could not be made durable") && line.contains("File too large")),
                    () -> broker.said().toString());
        }
        assertTrue(acknowledged > 0);
        try (BrokerProcess broker = BrokerProcess.start(data)) {
            int received = drain(broker, acknowledged);
            assertTrue(received >= acknowledged, () -> received + " of " + acknowledged);
            assertTrue(broker.said().stream().noneMatch(line -> line.contains("LOST")),
                    () -> broker.said().toString());
        }
    }

    private static void subscribeAndLeave(BrokerProcess broker) throws IOException {
        try (RawClient device = new RawClient(broker.port(), ProtocolVersion.MQTT_5)) {
            device.connect("device");
            device.send(RawClient.subscribe("meters/#", QoS.AT_LEAST_ONCE));
            device.expect(Packet.Suback.class);
        }
    }

    private static int publishUntilTheEnd(BrokerProcess broker) throws IOException {
        try (RawClient publisher = new RawClient(broker.port(), ProtocolVersion.MQTT_5)) {
            publisher.connect("publisher");
            for (int number = 0;; number++) {
                byte[] payload = ByteBuffer.allocate(PAYLOAD_BYTES).putInt(number).array();
                publisher.send(RawClient.publish(QoS.AT_LEAST_ONCE, 1, "meters/7", payload));
                Packet answer = publisher.receive();
                if (answer == null) {
                    return number;
                }
                assertEquals(new Packet.Puback(1, ReasonCode.SUCCESS, Properties.NONE), answer);
            }
        }
    }

    private static int drain(BrokerProcess broker, int least) throws IOException {
        try (RawClient device = new RawClient(broker.port(), ProtocolVersion.MQTT_5)) {
            assertTrue(device.connect("device"));
            int received = 0;
            for (; received < least; received++) {
                received(device.expect(Packet.Publish.class), received, device);
            }
            device.send(new Packet.Pingreq());
            while (device.receive() instanceof Packet.Publish more) {
                received(more, received++, device);
            }
            return received;
        }
    }

    private static void received(Packet.Publish publish, int number, RawClient device) throws IOException {
        assertEquals(number, ByteBuffer.wrap(publish.payload()).getInt());
        device.send(new Packet.Puback(publish.packetId(), ReasonCode.SUCCESS, Properties.NONE));
    }
}
