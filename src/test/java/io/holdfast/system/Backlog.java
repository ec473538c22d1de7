package io.holdfast.system;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.wire.PacketEncoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/**
 * Messages of 256 bytes for a device that is away, queued over the network at QoS 1, many in flight. Payloads
 * do not compress; the first four bytes are the message's number, from 0.
 */
public final class Backlog {
    public static final String CLIENT_ID = "device";
    public static final int PAYLOAD_BYTES = 256;

    private static final ProtocolVersion VERSION = ProtocolVersion.MQTT_3_1_1;
    private static final String TOPIC = "meters/7/reading";
    private static final int IN_FLIGHT_MAX = 16_384;
    private static final int WRITE_BYTES = 64 << 10;

    private Backlog() {}

    /** Has the device subscribe and go away, and queues the messages; all are acknowledged on return. */
    public static void queue(BrokerProcess broker, int messages) throws IOException {
        try (RawClient device = new RawClient(broker.port(), VERSION)) {
            device.connect(CLIENT_ID);
            device.send(RawClient.subscribe(TOPIC, QoS.AT_LEAST_ONCE));
            device.expect(Packet.Suback.class);
            device.send(RawClient.disconnect());
            device.expectClose();
        }
        try (RawClient publisher = new RawClient(broker.port(), VERSION)) {
            publisher.connect("publisher");
            Semaphore window = new Semaphore(IN_FLIGHT_MAX);
            CompletableFuture<Void> acknowledged =
                    CompletableFuture.runAsync(() -> await(publisher, messages, window));
            publish(publisher, messages, window);
            acknowledged.join();
        }
    }

    private static void publish(RawClient publisher, int messages, Semaphore window) throws IOException {
        byte[] payload = new byte[PAYLOAD_BYTES];
        Random random = new Random(1);
        ByteBuffer packets = ByteBuffer.allocate(WRITE_BYTES);
        for (int i = 0; i < messages; i++) {
            random.nextBytes(payload);
            ByteBuffer.wrap(payload).putInt(i);
            Packet packet = RawClient.publish(QoS.AT_LEAST_ONCE, 1 + i % IN_FLIGHT_MAX, TOPIC, payload);
            boolean full = packets.remaining() < PacketEncoder.size(packet, VERSION);
            if (full || window.availablePermits() == 0) {
                publisher.send(packets);
            }
            window.acquireUninterruptibly();
            PacketEncoder.write(packet, VERSION, packets);
        }
        publisher.send(packets);
    }

    private static void await(RawClient publisher, int messages, Semaphore window) {
        try {
            for (int i = 0; i < messages; i++) {
                publisher.expect(Packet.Puback.class);
                window.release();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
