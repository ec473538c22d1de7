package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.config.Shows;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged broker on a store whose files went bad: it starts, says so, and serves everything else. */
@Timeout(120)
class RotIT {
    private static final int MESSAGES = 500;
    private static final int PAYLOAD_BYTES = 1_000;

    @TempDir
    private Path data;

    /** A session that is away, and has been sent so many messages since. */
    private void queue() throws IOException {
        try (BrokerProcess broker = BrokerProcess.start(data)) {
            try (RawClient device = new RawClient(broker.port(), ProtocolVersion.MQTT_3_1_1)) {
                device.connect("device");
                device.send(RawClient.subscribe("a/b", QoS.AT_LEAST_ONCE));
                device.expect(Packet.Suback.class);
                device.send(RawClient.disconnect());
                device.expectClose();
            }
            try (RawClient publisher = new RawClient(broker.port(), ProtocolVersion.MQTT_3_1_1)) {
                publisher.connect("publisher");
                for (int i = 0; i < MESSAGES; i++) {
                    publisher.send(RawClient.publish(QoS.AT_LEAST_ONCE, i + 1, "a/b", payload(i)));
                }
                for (int i = 0; i < MESSAGES; i++) {
                    publisher.expect(Packet.Puback.class);
                }
            }
            broker.stop();
        }
    }

    /** Such as does not compress. */
    private static byte[] payload(int number) {
        byte[] payload = new byte[PAYLOAD_BYTES];
        new Random(number).nextBytes(payload);
        return ByteBuffer.wrap(payload).putInt(0, number).array();
    }

    /** What the session is sent, up to a message that is published now. */
    private static TreeSet<Integer> receive(BrokerProcess broker) throws IOException {
        TreeSet<Integer> received = new TreeSet<>();
        try (RawClient device = new RawClient(broker.port(), ProtocolVersion.MQTT_3_1_1)) {
            assertTrue(device.connect("device"));
            device.send(RawClient.publish(QoS.AT_MOST_ONCE, 0, "a/b", payload(0)),
                    RawClient.publish(QoS.AT_LEAST_ONCE, 1, "a/b", payload(MESSAGES)));
            while (!received.contains(MESSAGES)) {
                if (device.receive() instanceof Packet.Publish publish && publish.packetId() > 0) {
                    int number = ByteBuffer.wrap(publish.payload()).getInt();
                    assertTrue(received.isEmpty() || number > received.last(), () -> number + " is late");
                    assertEquals(ByteBuffer.wrap(payload(number)), ByteBuffer.wrap(publish.payload()));
                    received.add(number);
                    device.send(new Packet.Puback(publish.packetId(), ReasonCode.SUCCESS, Properties.NONE));
                }
            }
        }
        return received;
    }

    private static long damaged(BrokerProcess broker) throws IOException {
        String topic = "$SYS/broker/store/damaged";
        try (RawClient watcher = new RawClient(broker.port(), ProtocolVersion.MQTT_3_1_1)) {
            watcher.connect("watcher");
            watcher.send(RawClient.subscribe(topic, QoS.AT_MOST_ONCE));
            watcher.expect(Packet.Suback.class);
            for (;;) { // the first one is as old as an interval
                Packet.Publish value = watcher.expect(Packet.Publish.class);
                long found = Long.parseLong(new String(value.payload(), StandardCharsets.US_ASCII));
                if (found > 0) {
                    return found;
                }
            }
        }
    }

    private Path largestTable() throws IOException {
        try (Stream<Path> files = Files.list(data.resolve("db"))) {
            return files.filter(file -> file.toString().endsWith(".sst"))
                    .max(Comparator.comparing(file -> file.toFile().length())).orElseThrow();
        }
    }

    private static boolean says(BrokerProcess broker, String what) {
        return broker.said().stream().anyMatch(line -> line.contains(what));
    }

    @Test
    @Shows("limits.damaged-rows")
    void aDamagedBlockCostsItsMessagesWhichAreNamedAndCounted() throws Exception {
        queue();
        try (RandomAccessFile table = new RandomAccessFile(largestTable().toFile(), "rw")) {
            table.seek(table.length() / 2);
            int old = table.read();
            table.seek(table.length() / 2);
            table.write(old ^ 1);
        }
        try (BrokerProcess broker = BrokerProcess.start(data, "--set", "sys-interval-seconds=1")) {
            TreeSet<Integer> received = receive(broker);
            assertTrue(received.size() > MESSAGES - 50 && received.size() <= MESSAGES, received.toString());
            assertTrue(damaged(broker) > 0);
            broker.stop();
            assertTrue(says(broker, "block checksum mismatch"), broker.said().toString());
        }
        String refusal = assertThrows(IllegalStateException.class, () ->
                BrokerProcess.start(data, "--set", "damaged-rows=refuse").close()).getMessage();
        assertTrue(refusal.contains("Holdfast does not start: --data: the store "), refusal);
        try (BrokerProcess broker = BrokerProcess.start(data)) {
            assertEquals(List.of(MESSAGES), List.copyOf(receive(broker)));
            broker.stop();
            assertTrue(says(broker, "now everything is looked at"), broker.said().toString());
        }
    }

    @Test
    void aMissingTableCostsWhatWasInItAndNothingElse() throws Exception {
        queue();
        Files.delete(largestTable());
        try (BrokerProcess broker = BrokerProcess.start(data, "--set", "sys-interval-seconds=1")) {
            assertEquals(List.of(MESSAGES), List.copyOf(receive(broker)));
            assertTrue(damaged(broker) > 0);
            broker.stop();
            assertTrue(says(broker, "Everything else is served"), broker.said().toString());
        }
    }
}
