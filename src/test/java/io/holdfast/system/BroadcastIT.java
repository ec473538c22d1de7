package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Message;
import io.holdfast.broker.Store.Recovered;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.rocks.RocksStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A queue is a cursor over a log: what many are to get is written once. */
@Timeout(180)
class BroadcastIT {
    private static final ProtocolVersion VERSION = ProtocolVersion.MQTT_5;
    private static final int DEVICES = 10_000;
    private static final int CONNECTED_MAX = 256;
    private static final String FILTER = "fleet/#";
    private static final byte[] PAYLOAD = "update to 2.0".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path data;

    @Test
    void aMessageForTenThousandDevicesThatAreAwayIsOneEntryOfOneLog() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start(data)) {
            subscribeAll(broker);
            try (RawClient publisher = new RawClient(broker.port(), VERSION)) {
                publisher.connect("publisher");
                publisher.send(RawClient.publish(QoS.AT_LEAST_ONCE, 1, "fleet/firmware", PAYLOAD));
                assertEquals(ReasonCode.SUCCESS, publisher.expect(Packet.Puback.class).reason());
            }
            broker.stop();
        }
        try (RocksStore store = RocksStore.open(data)) {
            List<Recovered.Log> logs = store.recover().logs();
            assertEquals(1, logs.size());
            Recovered.Log log = logs.getFirst();
            assertEquals(FILTER, log.topicFilter());
            assertEquals(DEVICES, log.cursors());
            assertEquals(1, log.next());
            List<Message> entries = store.readLog(log.logId(), 0, Integer.MAX_VALUE, Long.MAX_VALUE);
            assertEquals(1, entries.size());
            assertEquals("fleet/firmware", entries.getFirst().topicName());
        }
        try (BrokerProcess broker = BrokerProcess.start(data)) {
            for (int device : List.of(0, DEVICES / 2, DEVICES - 1)) {
                receive(broker, device);
            }
        }
    }

    private static void subscribeAll(BrokerProcess broker) throws ExecutionException, InterruptedException {
        ThreadFactory threads = Thread.ofVirtual().factory();
        try (ExecutorService visits = Executors.newFixedThreadPool(CONNECTED_MAX, threads)) {
            List<Future<?>> all = new ArrayList<>();
            IntStream.range(0, DEVICES).forEach(device -> all.add(visits.submit(() -> {
                subscribe(broker, device);
                return null;
            })));
            for (Future<?> visit : all) {
                visit.get();
            }
        }
    }

    private static void subscribe(BrokerProcess broker, int device) throws IOException {
        try (RawClient client = new RawClient(broker.port(), VERSION)) {
            client.send(RawClient.persistent(VERSION, "device-" + device),
                    RawClient.subscribe(FILTER, QoS.AT_LEAST_ONCE), RawClient.disconnect());
            assertEquals(ReasonCode.SUCCESS, client.expect(Packet.Connack.class).reason());
            assertEquals(List.of(ReasonCode.GRANTED_QOS_1), client.expect(Packet.Suback.class).reasons());
            client.expectClose();
        }
    }

    private static void receive(BrokerProcess broker, int device) throws IOException {
        try (RawClient client = new RawClient(broker.port(), VERSION)) {
            assertTrue(client.connect("device-" + device));
            Packet.Publish publish = client.expect(Packet.Publish.class);
            assertEquals(new String(PAYLOAD, StandardCharsets.UTF_8),
                    new String(publish.payload(), StandardCharsets.UTF_8));
            client.send(new Packet.Puback(publish.packetId(), ReasonCode.SUCCESS, Properties.NONE));
        }
    }
}
