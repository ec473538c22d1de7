package io.holdfast.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Setting;
import io.holdfast.broker.Settings;
import io.holdfast.broker.Store;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.netty.CannotListenException;
import io.holdfast.netty.ListenerOptions;
import io.holdfast.security.Users;
import io.holdfast.system.RawClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole broker over a socket of this machine, but for the disk. */
@Timeout(60)
class HoldfastServerTest {
    /** CONNECT of MQTT 5.0: Clean Start, no keep alive, no properties, Client Identifier "a". */
    private static final byte[] CONNECT = HexFormat.of().parseHex("100e00044d5154540502000000000161");
    private static final byte[] PINGREQ = HexFormat.of().parseHex("c000");
    private static final byte[] PINGRESP = HexFormat.of().parseHex("d000");
    private static final int CONNACK_FIRST_BYTE = 0x20;

    private final GatedStore store = new GatedStore();
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();

    @Test
    void aClientIsServedAndIsToldWhenTheBrokerStops() throws IOException, InterruptedException {
        store.gate.release(1_000);
        HoldfastServer server = start(0);
        try (Socket client = connect(port(server))) {
            client.getOutputStream().write(CONNECT);
            assertConnack(client);
            client.getOutputStream().write(PINGREQ);
            assertArrayEquals(PINGRESP, client.getInputStream().readNBytes(PINGRESP.length));
            Thread stopping = Thread.ofPlatform().start(() -> stop(server));
            byte[] last = client.getInputStream().readAllBytes();
            assertEquals("e0", "%02x".formatted(last[0]));
            assertEquals("8b", "%02x".formatted(last[2]));
            client.shutdownOutput();
            stopping.join();
        }
        assertTrue(store.closed);
        assertTrue(failures.isEmpty(), failures::toString);
    }

    @Test
    void aPortInUseIsFoundBeforeTheStoreIsOpened() throws InterruptedException {
        store.gate.release(1_000);
        HoldfastServer server = start(0);
        assertThrows(CannotListenException.class, () -> start(port(server), () -> {
            throw new AssertionError("opened");
        }));
        server.stop();
    }

    @Test
    void aStoreThatCannotBeOpenedLeavesThePortToOthers() throws IOException, InterruptedException {
        int port = freePort();
        IllegalStateException why = new IllegalStateException("no such store");
        assertSame(why, assertThrows(IllegalStateException.class, () -> start(port, () -> {
            throw why;
        })));
        store.gate.release(1_000);
        start(port).stop();
    }

    @Test
    void aClientThatConnectsWhileTheStoreIsBeingOpenedIsServedAfterThat() throws Exception {
        store.gate.release(1_000);
        int port = freePort();
        List<Socket> early = new ArrayList<>();
        HoldfastServer server = start(port, () -> {
            early.add(connect(port));
            return store;
        });
        try (Socket client = early.getFirst()) {
            client.getOutputStream().write(CONNECT);
            assertConnack(client);
        }
        server.stop();
    }

    @Test
    void aConnectionAcceptsWhatWasAnnouncedToItThoughTheOperatorChangesThat() throws Exception {
        store.gate.release(1_000);
        HoldfastServer server = start(0, Settings.DEFAULT.with(Setting.PACKET_BYTES_MAX, 1_000), () -> store);
        try (RawClient early = new RawClient(port(server), ProtocolVersion.MQTT_5)) {
            assertEquals(1_000, connected(early, "early"));
            server.prepare(listeners(0), Users.NONE, Settings.DEFAULT.with(Setting.PACKET_BYTES_MAX, 3_000))
                    .run();
            try (RawClient late = new RawClient(port(server), ProtocolVersion.MQTT_5)) {
                assertEquals(3_000, connected(late, "late"));
                late.send(publish(2_000), new Packet.Pingreq());
                late.expect(Packet.Pingresp.class);
                late.send(publish(4_000));
                assertEquals(ReasonCode.PACKET_TOO_LARGE, late.expect(Packet.Disconnect.class).reason());
            }
            early.send(publish(2_000));
            assertEquals(ReasonCode.PACKET_TOO_LARGE, early.expect(Packet.Disconnect.class).reason());
        }
        server.stop();
    }

    private static Packet.Publish publish(int bytes) {
        return RawClient.publish(QoS.AT_MOST_ONCE, 0, "t", new byte[bytes]);
    }

    /** Answers the Maximum Packet Size that was announced. */
    private static long connected(RawClient client, String clientId) throws IOException {
        client.send(RawClient.persistent(ProtocolVersion.MQTT_5, clientId));
        return client.expect(Packet.Connack.class).properties().integer(Property.MAXIMUM_PACKET_SIZE, 0);
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private HoldfastServer start(int port) throws InterruptedException {
        return start(port, () -> store);
    }

    private HoldfastServer start(int port, Supplier<Store> opening) throws InterruptedException {
        return start(port, Settings.DEFAULT, opening);
    }

    private HoldfastServer start(int port, Settings settings, Supplier<Store> opening)
            throws InterruptedException {
        return new HoldfastServer(listeners(port), settings, Memory.of(0, 1 << 30), Users.NONE, opening,
                this::fail);
    }

    private static List<ListenerOptions> listeners(int port) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        return List.of(ListenerOptions.tcp("--port " + port, address));
    }

    private static int port(HoldfastServer server) {
        return URI.create(server.urls().getFirst()).getPort();
    }

    private void fail(Thread thread, Throwable failure) {
        failures.add(failure);
    }

    private static void stop(HoldfastServer server) {
        try {
            server.stop();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Socket connect(int port) {
        try {
            return new Socket(InetAddress.getLoopbackAddress(), port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertConnack(Socket client) throws IOException {
        assertEquals(CONNACK_FIRST_BYTE, client.getInputStream().read());
        int length = client.getInputStream().read();
        assertEquals(length, client.getInputStream().readNBytes(length).length);
    }
}
