package io.holdfast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Settings;
import io.holdfast.broker.Store;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.netty.ListenerOptions;
import io.holdfast.rocks.RocksStore;
import io.holdfast.security.Security;
import io.holdfast.system.RawClient;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk on which a sync takes seconds slows publishers down, and does nothing else to them. */
@Timeout(120)
class SlowDiskTest {
    private static final int PUBLISHERS = 2;
    private static final int MESSAGES = 200;
    private static final int PAYLOAD_BYTES = 64 << 10;
    private static final int KEEP_ALIVE_SECONDS = 1;
    private static final long PING_MILLIS = 300;
    /** More than one and a half Keep Alives. */
    private static final long SYNC_MILLIS = 2_000;
    /** With this much the Intake is full. */
    private static final long FULL_BYTES = 16 << 20;
    /** What the Intake holds at most, and a read for each connection. */
    private static final long HELD_BYTES_MAX = FULL_BYTES + (PUBLISHERS + 1) * (1 << 20);

    @TempDir
    Path folder;

    private final Semaphore never = new Semaphore(0);
    /** Until one has seen the Intake full. */
    private volatile boolean syncsAreSlow;
    private final AtomicLong heldBytesMax = new AtomicLong();
    private HoldfastServer server;

    @Test
    void publishersAreSlowedDownAndMemoryIsBoundedAndNobodyIsDropped() throws Exception {
        server = new HoldfastServer(List.of(ListenerOptions.tcp("--port 0",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))), Settings.DEFAULT,
                Memory.of(0, 1 << 30), Security.none(), List.of(), this::open,
                (_, failure) -> failure.printStackTrace());
        subscribeAndLeave();
        syncsAreSlow = true;
        List<FutureTask<Integer>> publishers = new ArrayList<>();
        for (int i = 0; i < PUBLISHERS; i++) {
            String clientId = "publisher-" + i;
            publishers.add(begin(() -> publish(clientId)));
        }
        for (FutureTask<Integer> publisher : publishers) {
            assertEquals(MESSAGES, publisher.get());
        }
        assertTrue(heldBytesMax.get() > FULL_BYTES, () -> "it never filled up: " + heldBytesMax);
        assertTrue(heldBytesMax.get() < HELD_BYTES_MAX, heldBytesMax::toString);
        assertEquals(PUBLISHERS * MESSAGES, drain());
        server.stop();
    }

    private int port() {
        return URI.create(server.urls().getFirst()).getPort();
    }

    /** The store on disk, on which a sync may take its time. */
    private Store open() {
        RocksStore store = RocksStore.open(folder.resolve("store"));
        return (Store) Proxy.newProxyInstance(Store.class.getClassLoader(), new Class<?>[] {Store.class},
                (_, method, arguments) -> call(store, method, arguments));
    }

    private Object call(RocksStore store, Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("commit") && syncsAreSlow) {
            assertTrue(!never.tryAcquire(SYNC_MILLIS, TimeUnit.MILLISECONDS));
            heldBytesMax.accumulateAndGet(server.intake.heldBytes(), Math::max);
            syncsAreSlow = heldBytesMax.get() <= FULL_BYTES;
        }
        try {
            return method.invoke(store, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static FutureTask<Integer> begin(Callable<Integer> task) {
        FutureTask<Integer> begun = new FutureTask<>(task);
        Thread.ofVirtual().start(begun);
        return begun;
    }

    private void subscribeAndLeave() throws IOException {
        try (RawClient device = new RawClient(port(), ProtocolVersion.MQTT_5)) {
            device.connect("device");
            device.send(RawClient.subscribe("meters/#", QoS.AT_LEAST_ONCE));
            device.expect(Packet.Suback.class);
        }
    }

    /** Sends as fast as it is read, and is alive meanwhile, as its Keep Alive wants it. */
    private int publish(String clientId)
            throws IOException, InterruptedException, ExecutionException {
        try (RawClient publisher = new RawClient(port(), ProtocolVersion.MQTT_3_1_1)) {
            publisher.send(new Packet.Connect(ProtocolVersion.MQTT_3_1_1, true, KEEP_ALIVE_SECONDS,
                    Properties.NONE, clientId, null, null, null));
            assertEquals(ReasonCode.SUCCESS, publisher.expect(Packet.Connack.class).reason());
            CountDownLatch finished = new CountDownLatch(1);
            FutureTask<Integer> acknowledged = begin(() -> acknowledged(publisher, finished));
            for (int i = 1; i <= MESSAGES; i++) {
                publisher.send(RawClient.publish(QoS.AT_LEAST_ONCE, i, "meters/7", new byte[PAYLOAD_BYTES]));
            }
            while (!finished.await(PING_MILLIS, TimeUnit.MILLISECONDS)) {
                publisher.send(new Packet.Pingreq());
            }
            return acknowledged.get();
        }
    }

    /** Until all are, or the connection was dropped. */
    private static int acknowledged(RawClient publisher, CountDownLatch finished) throws IOException {
        try {
            int acknowledged = 0;
            for (Packet packet = publisher.receive(); packet != null; packet = publisher.receive()) {
                acknowledged += packet instanceof Packet.Puback ? 1 : 0;
                if (acknowledged == MESSAGES) {
                    break;
                }
            }
            return acknowledged;
        } finally {
            finished.countDown();
        }
    }

    private int drain() throws IOException {
        try (RawClient device = new RawClient(port(), ProtocolVersion.MQTT_5)) {
            assertTrue(device.connect("device"));
            int received = 0;
            while (received < PUBLISHERS * MESSAGES) {
                Packet.Publish publish = device.expect(Packet.Publish.class);
                device.send(new Packet.Puback(publish.packetId(), ReasonCode.SUCCESS, Properties.NONE));
                received++;
            }
            device.send(new Packet.Pingreq());
            device.expect(Packet.Pingresp.class);
            return received;
        }
    }
}
