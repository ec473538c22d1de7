package io.holdfast.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Setting;
import io.holdfast.broker.Settings;
import io.holdfast.broker.Store;
import io.holdfast.config.Config;
import io.holdfast.config.ConfigReader;
import io.holdfast.config.Shows;
import io.holdfast.conformance.Clause;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.netty.CannotListenException;
import io.holdfast.netty.ListenerOptions;
import io.holdfast.security.ClientIds;
import io.holdfast.security.Extensions;
import io.holdfast.security.Mechanism;
import io.holdfast.security.Security;
import io.holdfast.security.SecuritySettingsBuilder;
import io.holdfast.security.UsersFile;
import io.holdfast.system.RawClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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
    @Shows("limits.packet-bytes-max")
    void aConnectionAcceptsWhatWasAnnouncedToItThoughTheOperatorChangesThat() throws Exception {
        store.gate.release(1_000);
        HoldfastServer server = start(0, Settings.DEFAULT.with(Setting.PACKET_BYTES_MAX, 1_000), () -> store);
        try (RawClient early = new RawClient(port(server), ProtocolVersion.MQTT_5)) {
            assertEquals(1_000, connected(early, "early"));
            server.prepare(listeners(0), Security.none(),
                    Settings.DEFAULT.with(Setting.PACKET_BYTES_MAX, 3_000)).run();
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

    @Test
    void aBrokerIsAliveOnlyWhileWhatItDecidesBecomesDurable() throws Exception {
        store.gate.release(1_000);
        HoldfastServer server = start(0);
        awaitAlive(server);
        awaitAlive(server); // an idle one is
        store.gate.drainPermits();
        store.commits.forEach(_ -> store.awaitCommit());
        try (RawClient client = new RawClient(port(server), ProtocolVersion.MQTT_5)) {
            client.send(RawClient.persistent(ProtocolVersion.MQTT_5, "device"));
            store.awaitCommit();
            server.isAlive(); // there may have been a turn before
            assertFalse(server.isAlive());
            assertFalse(server.isAlive());
            store.gate.release(1_000);
            client.expect(Packet.Connack.class);
            awaitAlive(server);
        }
        server.stop();
    }

    private static void awaitAlive(HoldfastServer server) {
        while (!server.isAlive()) {
            Thread.onSpinWait();
        }
    }

    private static Packet.Publish publish(int bytes) {
        return RawClient.publish(QoS.AT_MOST_ONCE, 0, "t", new byte[bytes]);
    }

    /** Answers the Maximum Packet Size that was announced. */
    private static long connected(RawClient client, String clientId) throws IOException {
        client.send(RawClient.persistent(ProtocolVersion.MQTT_5, clientId));
        return client.expect(Packet.Connack.class).properties().integer(Property.MAXIMUM_PACKET_SIZE, 0);
    }

    /** Section 3.2.2.3.10: what the property means is not of the standard. */
    @Test
    @Shows("listeners.sync")
    void aClientIsToldWhatAnAcknowledgementMeansOnItsListener(@TempDir Path folder) throws Exception {
        store.gate.release(1_000);
        Config config = new ConfigReader(List.of("--listen", "mqtt://127.0.0.1:0?sync=interval", "--listen",
                "mqtt://127.0.0.1:0"), Map.of(), folder.resolve("none")).read();
        HoldfastServer server = new HoldfastServer(config.listeners(), Settings.DEFAULT,
                Memory.of(0, 1 << 30), Security.none(), List.of(), () -> store, this::fail);
        List<Object> told = new ArrayList<>();
        for (String url : server.urls()) {
            try (RawClient client = new RawClient(URI.create(url).getPort(), ProtocolVersion.MQTT_5)) {
                client.send(RawClient.persistent(ProtocolVersion.MQTT_5, "c"));
                told.add(client.expect(Packet.Connack.class).properties()
                        .only(property -> property == Property.USER_PROPERTY).entries().stream()
                        .map(Properties.Entry::value).toList());
            }
        }
        assertEquals(List.of(List.of(new Properties.UserProperty("sync", "interval")), List.of()), told);
        server.stop();
    }

    private static Security security(Path folder, String rules, String... users) throws Exception {
        return security(folder, rules, ClientIds.ANY, users);
    }

    private static Security security(Path folder, String rules, ClientIds clientIds, String... users)
            throws Exception {
        Path file = folder.resolve("users-" + users.length);
        for (String user : users) {
            new UsersFile(file).put(user, "secret", Set.of(Mechanism.SCRAM_SHA_256));
        }
        Path acl = Files.writeString(folder.resolve("acl"), rules);
        return Security.read(new SecuritySettingsBuilder().users(file).acl(acl).clientIds(clientIds).build(),
                Extensions.NONE);
    }

    private static RawClient connected(HoldfastServer server, String user) throws IOException {
        RawClient client = new RawClient(port(server), ProtocolVersion.MQTT_5);
        client.send(new Packet.Connect(ProtocolVersion.MQTT_5, true, 0, Properties.NONE, user, null, user,
                "secret".getBytes(StandardCharsets.UTF_8)));
        assertEquals(ReasonCode.SUCCESS, client.expect(Packet.Connack.class).reason());
        return client;
    }

    private static ReasonCode publish(RawClient client) throws IOException {
        client.send(RawClient.publish(QoS.AT_LEAST_ONCE, 1, "a", new byte[1]));
        return client.expect(Packet.Puback.class).reason();
    }

    @Test
    void usersAndRulesAreExchangedWhileClientsAreServed(@TempDir Path folder) throws Exception {
        store.gate.release(1_000);
        HoldfastServer server = new HoldfastServer(listeners(0), Settings.DEFAULT, Memory.of(0, 1 << 30),
                security(folder, "pattern readwrite #", "ada", "eve"), List.of(), () -> store, this::fail);
        try (RawClient ada = connected(server, "ada"); RawClient eve = connected(server, "eve")) {
            assertEquals(ReasonCode.NO_MATCHING_SUBSCRIBERS, publish(eve));
            server.prepare(listeners(0), security(folder, "user ada\ntopic #", "eve"), Settings.DEFAULT)
                    .run();
            assertEquals(ReasonCode.NOT_AUTHORIZED, ada.expect(Packet.Disconnect.class).reason());
            assertEquals(ReasonCode.NOT_AUTHORIZED, publish(eve));
        }
        server.stop();
        assertTrue(failures.isEmpty(), failures::toString);
    }

    private static Packet.Connack answer(HoldfastServer server, ProtocolVersion version, String clientId)
            throws IOException {
        try (RawClient client = new RawClient(port(server), version)) {
            client.send(new Packet.Connect(version, true, 0, Properties.NONE, clientId, null, "ada",
                    "secret".getBytes(StandardCharsets.UTF_8)));
            return client.expect(Packet.Connack.class);
        }
    }

    @Test
    @Shows("client-id")
    @Clause(mqtt5 = {"MQTT-3.1.3-7", "MQTT-3.1.3-8"}, mqtt311 = "MQTT-3.1.3-9")
    void nobodyHasAClientIdentifierOfAnotherUserThoughItsDeviceWasNeverSeen(@TempDir Path folder)
            throws Exception {
        store.gate.release(1_000);
        Security security = security(folder, "topic #", ClientIds.USER_PREFIX, "ada");
        HoldfastServer server = new HoldfastServer(listeners(0), Settings.DEFAULT, Memory.of(0, 1 << 30),
                security, List.of(), () -> store, this::fail);
        for (ProtocolVersion version : List.of(ProtocolVersion.MQTT_3_1_1, ProtocolVersion.MQTT_5)) {
            assertEquals(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID, answer(server, version, "eve").reason());
            assertEquals(ReasonCode.SUCCESS, answer(server, version, "ada:desk").reason());
            assertEquals(ReasonCode.SUCCESS, answer(server, version, "").reason());
        }
        String assigned = answer(server, ProtocolVersion.MQTT_5, "").properties()
                .string(Property.ASSIGNED_CLIENT_IDENTIFIER);
        assertEquals(ReasonCode.SUCCESS, answer(server, ProtocolVersion.MQTT_5, assigned).reason());
        server.stop();
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
        return new HoldfastServer(listeners(port), settings, Memory.of(0, 1 << 30), Security.none(),
                List.of(), opening, this::fail);
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
