package io.holdfast.tools;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.mqtt.SubscriptionOptions;
import io.holdfast.system.BrokerProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/**
 * {@code tools/holdfast disk}: a real broker on a disk that fills up, and on one that fails. Messages are
 * numbers, followed by bytes that nothing can compress.
 */
public final class Disk {
    private static final String USAGE = """
            usage: tools/holdfast disk [--size MIB] [--reserve MIB]
              --size MIB     of the disk that fills up (default 512)
              --reserve MIB  disk-reserve-bytes of the broker on it (default 288)
            Fills a small disk, with a kill -9 of the broker while it is full, and drains it; then lets a
            disk fail under a broker, and starts it again on the repaired one. The disks are ext4 file
            systems in images that lie in memory, which needs Linux, root, and loop devices. The status is 0
            if nothing that was acknowledged was lost.""";
    private static final int STATUS_REFUSED = 2;
    private static final int STATUS_FAILED = 70;
    private static final int PAYLOAD_BYTES = 512 << 10;
    private static final int ROOM_MEBIBYTES = 64;
    private static final String TOPIC = "meters/7";

    private record Options(int mebibytes, int reserveMebibytes) {}

    private final SplittableRandom random = new SplittableRandom(1);
    /** The numbers below have been acknowledged. */
    private int acknowledged;

    private Disk() {}

    public static void main(String[] args) throws IOException {
        Options options = Arguments.read("disk", USAGE, args, arguments ->
                new Options(arguments.number("--size", 512, 64, 1 << 20),
                        arguments.number("--reserve", 288, 1, 1 << 20)));
        if (!Files.isWritable(Path.of("/dev/loop-control"))) {
            System.err.println(
                    "disk: needs Linux, root (sudo will do), and loop devices (/dev/loop-control)");
            System.exit(STATUS_REFUSED);
        }
        new Disk().fill(options);
        new Disk().fail();
    }

    private static void tell(String line, Object... values) {
        System.out.println(line.formatted(values));
    }

    private static BrokerProcess start(SmallDisk disk, long reserveMebibytes) {
        return BrokerProcess.start(disk.data(), "--set", "disk-reserve-bytes=" + (reserveMebibytes << 20));
    }

    private void fill(Options options) throws IOException {
        try (SmallDisk disk = new SmallDisk("holdfast-full-", options.mebibytes,
                options.mebibytes + ROOM_MEBIBYTES)) {
            long emptyBytes = disk.freeBytes();
            try (BrokerProcess broker = start(disk, options.reserveMebibytes)) {
                subscribe(broker);
                ReasonCode refused = publish(broker, Integer.MAX_VALUE);
                require(refused == ReasonCode.QUOTA_EXCEEDED, "the broker ended when the disk was full");
                tell("full: of %,d bytes %,d acknowledged messages of %,d bytes left %,d; then came %s",
                        emptyBytes, acknowledged, PAYLOAD_BYTES, disk.freeBytes(), refused);
                require(publishOld(broker) == null, "MQTT 3.1.1: taken over though the disk is full");
                tell("full: a client of MQTT 3.1.1 got no acknowledgement, and had to connect again");
                require(said(broker, "SHORT OF SPACE"), "the operator was not told");
                broker.kill();
            }
            try (BrokerProcess broker = start(disk, options.reserveMebibytes)) {
                tell("full: killed, and started again with %,d bytes free", disk.freeBytes());
                require(publish(broker, Integer.MAX_VALUE) == ReasonCode.QUOTA_EXCEEDED, "the broker ended");
                tell("full: %,d acknowledged messages left %,d; then they were refused again", acknowledged,
                        disk.freeBytes());
                drain(broker, acknowledged);
                tell("full: drained: %,d acknowledged messages due: 0 lost", acknowledged);
                long startNanos = System.nanoTime();
                while (publish(broker, 1) != ReasonCode.SUCCESS) { // an answer each, a second at least in all
                    require(System.nanoTime() - startNanos < 60_000_000_000L, "publishing does not go on");
                }
                tell("full: publishing went on by itself after %,d ms, with %,d bytes free",
                        (System.nanoTime() - startNanos) / 1_000_000, disk.freeBytes());
                require(said(broker, "on the disk of the store again"), "the operator was not told");
                require(broker.stop() != STATUS_FAILED, "it failed at its end");
            }
        }
    }

    private void fail() throws IOException {
        try (SmallDisk disk = new SmallDisk("holdfast-failing-", 512, 96)) {
            try (BrokerProcess broker = start(disk, 0)) {
                subscribe(broker);
                require(publish(broker, Integer.MAX_VALUE) == null, "refused for no reason");
                require(broker.awaitEnd() == STATUS_FAILED, "it ended otherwise: " + broker.said());
                tell("failing: after %,d acknowledged messages the broker ended with status %d: %s",
                        acknowledged, STATUS_FAILED, broker.said().stream()
                                .filter(line -> line.contains("ends at once")).findFirst().orElse("?"));
            }
            disk.repair();
            try (BrokerProcess broker = start(disk, 0)) {
                drain(broker, acknowledged);
                tell("failing: on the repaired disk it started again: %,d acknowledged messages due: 0 lost",
                        acknowledged);
            }
        }
    }

    private static boolean said(BrokerProcess broker, String words) {
        return broker.said().stream().anyMatch(line -> line.contains(words));
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }

    private static void subscribe(BrokerProcess broker) throws IOException {
        try (BlockingClient device = BlockingClient.connect(broker.port(),
                BlockingClient.durableSession("device"))) {
            device.send(new Packet.Subscribe(1, Properties.NONE, List.of(new Packet.Subscribe.Requested(TOPIC,
                    SubscriptionOptions.of(QoS.AT_LEAST_ONCE)))));
            require(device.receive() instanceof Packet.Suback, "no SUBACK");
            device.disconnect();
        }
    }

    private Packet.Publish next() {
        byte[] payload = new byte[PAYLOAD_BYTES];
        random.nextBytes(payload);
        ByteBuffer.wrap(payload).putInt(acknowledged);
        return new Packet.Publish(false, QoS.AT_LEAST_ONCE, false, TOPIC, 1, Properties.NONE, payload);
    }

    /** Until one is refused, or the connection ends (null), or so many are taken over. */
    private ReasonCode publish(BrokerProcess broker, int most) throws IOException {
        try (BlockingClient publisher = BlockingClient.connect(broker.port(),
                BlockingClient.durableSession("publisher"))) {
            for (int i = 0; i < most; i++) {
                publisher.send(next());
                Packet answer = answer(publisher);
                if (!(answer instanceof Packet.Puback puback)) {
                    return null;
                }
                if (puback.reason() != ReasonCode.SUCCESS) {
                    return puback.reason();
                }
                acknowledged++;
            }
            return ReasonCode.SUCCESS;
        }
    }

    private Packet publishOld(BrokerProcess broker) throws IOException {
        try (BlockingClient publisher = BlockingClient.connect(broker.port(), new Packet.Connect(
                ProtocolVersion.MQTT_3_1_1, true, 0, Properties.NONE, "old", null, null, null))) {
            publisher.send(next());
            return answer(publisher);
        }
    }

    /** The next packet, or null if the connection ends instead. */
    private static Packet answer(BlockingClient client) {
        try {
            return client.receive();
        } catch (IOException _) {
            return null;
        }
    }

    /** Takes what waits for the session: all that was acknowledged, in order, and at most one more. */
    private static void drain(BrokerProcess broker, int due) throws IOException {
        try (BlockingClient device = BlockingClient.connect(broker.port(),
                BlockingClient.durableSession("device"))) {
            int received = 0;
            device.send(new Packet.Pingreq());
            boolean asked = true;
            while (received < due || asked) {
                switch (device.receive()) {
                    case Packet.Publish publish -> {
                        int number = ByteBuffer.wrap(publish.payload()).getInt();
                        require(number == received, "message " + number + " instead of " + received);
                        received++;
                        device.send(new Packet.Puback(publish.packetId(), ReasonCode.SUCCESS,
                                Properties.NONE));
                        if (received == due) {
                            device.send(new Packet.Pingreq());
                            asked = true;
                        }
                    }
                    case Packet.Pingresp _ -> asked = false;
                    case Packet other -> throw device.unexpected(other);
                }
            }
            require(received <= due + 1, received + " messages instead of " + due);
            device.disconnect();
        }
    }
}
