package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What waits for a session is limited on a real disk and over a kill, as the operator has set it. */
@Timeout(180)
class OverflowIT {
    private static final int MAX = 100;
    private static final String TOPIC = "meters/7";

    @TempDir
    Path data;

    private BrokerProcess start(String policy) {
        return BrokerProcess.start(data, "--set", "overflow=" + policy, "--set", "queued-messages-max="
                + MAX);
    }

    private static void subscribeAndLeave(BrokerProcess broker) throws IOException {
        try (RawClient device = new RawClient(broker.port(), ProtocolVersion.MQTT_5)) {
            device.connect("device");
            device.send(RawClient.subscribe("meters/#", QoS.AT_LEAST_ONCE));
            device.expect(Packet.Suback.class);
        }
    }

    /** Publishes numbers, and returns those that were taken over. */
    private static List<Integer> publish(BrokerProcess broker, int from, int below) throws IOException {
        List<Integer> taken = new ArrayList<>();
        try (RawClient publisher = new RawClient(broker.port(), ProtocolVersion.MQTT_5)) {
            publisher.connect("publisher");
            for (int number = from; number < below; number++) {
                publisher.send(RawClient.publish(QoS.AT_LEAST_ONCE, 1, TOPIC,
                        ByteBuffer.allocate(4).putInt(number).array()));
                ReasonCode reason = publisher.expect(Packet.Puback.class).reason();
                assertTrue(reason == ReasonCode.SUCCESS || reason == ReasonCode.QUOTA_EXCEEDED,
                        reason::toString);
                if (reason == ReasonCode.SUCCESS) {
                    taken.add(number);
                }
            }
        }
        return taken;
    }

    private static List<Integer> drain(BrokerProcess broker, int messages) throws IOException {
        List<Integer> received = new ArrayList<>();
        try (RawClient device = new RawClient(broker.port(), ProtocolVersion.MQTT_5)) {
            assertTrue(device.connect("device"));
            while (received.size() < messages) {
                Packet.Publish publish = device.expect(Packet.Publish.class);
                received.add(ByteBuffer.wrap(publish.payload()).getInt());
                device.send(new Packet.Puback(publish.packetId(), ReasonCode.SUCCESS, Properties.NONE));
            }
            device.send(new Packet.Pingreq());
            device.expect(Packet.Pingresp.class);
        }
        return received;
    }

    private static List<Integer> numbers(int from, int below) {
        return IntStream.range(from, below).boxed().toList();
    }

    @Test
    void whatWasTakenOverArrivesAndTheRestWasRefused() throws IOException {
        List<Integer> taken = new ArrayList<>();
        try (BrokerProcess broker = start("reject")) {
            subscribeAndLeave(broker);
            taken.addAll(publish(broker, 0, 2 * MAX));
            assertEquals(numbers(0, MAX), taken);
            broker.kill();
        }
        try (BrokerProcess broker = start("reject")) {
            taken.addAll(publish(broker, 2 * MAX, 2 * MAX + 50));
            assertTrue(taken.size() < MAX + 50, "nothing was refused after the restart");
            assertEquals(taken, drain(broker, taken.size()));
            assertEquals(numbers(1_000, 1_010), publish(broker, 1_000, 1_010));
            assertTrue(broker.said().stream().anyMatch(line -> line.contains("messages refused")),
                    () -> broker.said().toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"drop-oldest", "drop-newest"})
    void asManyAsMayWaitArrive(String policy) throws IOException {
        try (BrokerProcess broker = start(policy)) {
            subscribeAndLeave(broker);
            assertEquals(5 * MAX, publish(broker, 0, 5 * MAX).size());
            broker.kill();
        }
        try (BrokerProcess broker = start(policy)) {
            assertEquals(policy.equals("drop-oldest") ? numbers(4 * MAX, 5 * MAX) : numbers(0, MAX),
                    drain(broker, MAX));
        }
    }

    @Test
    void aSessionForWhichTooMuchWaitsEnds() throws IOException {
        try (BrokerProcess broker = start("disconnect")) {
            subscribeAndLeave(broker);
            assertEquals(5 * MAX, publish(broker, 0, 5 * MAX).size());
            try (RawClient device = new RawClient(broker.port(), ProtocolVersion.MQTT_5)) {
                assertFalse(device.connect("device"));
            }
        }
    }
}
