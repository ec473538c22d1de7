package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.exceptions.ConnectionClosedException;
import com.hivemq.client.mqtt.exceptions.ConnectionFailedException;
import io.holdfast.config.Shows;
import io.holdfast.system.TransportClient.HiveMq;
import io.holdfast.system.TransportClient.Paho3;
import io.holdfast.system.TransportClient.Paho5;
import io.holdfast.system.TransportClient.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packaged broker over each transport, with real clients. */
@Timeout(120)
class TransportIT {
    private static final TestCertificates CERTIFICATES = new TestCertificates();
    private static final List<String> BOTH_VERSIONS = List.of("TLSv1.2", "TLSv1.3");

    /** CONNECT of MQTT 3.1.1, Clean Session, no keep alive, Client Identifier "a"; and its CONNACK. */
    private static final byte[] CONNECT = HexFormat.of().parseHex("100d00044d51545404020000000161");
    private static final byte[] CONNACK = HexFormat.of().parseHex("20020000");

    @TempDir
    private static Path folder;
    private static BrokerProcess broker;

    /** How a client comes in; its listener's place in the banner. */
    private enum Way {
        TCP, TLS, MUTUAL, WS, WSS
    }

    @BeforeAll
    static void start() throws IOException {
        TestCertificates.write(CERTIFICATES.server, folder, "server");
        TestCertificates.write(CERTIFICATES.authority(), folder, "ca");
        broker = BrokerProcess.startWith(folder.resolve("data"), listeners(0, 0, 0, 0, 0));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    @Shows("listeners")
    void theBannerNamesEachListenerAndTheFirstIsTheOneForPrograms() {
        assertEquals(List.of("mqtt", "mqtts", "mqtts", "ws", "wss"),
                broker.urls().stream().map(url -> URI.create(url).getScheme()).toList());
        assertTrue(broker.urls().get(4).endsWith("/mqtt"), broker.urls().get(4));
        assertEquals(broker.urls().getFirst(), broker.url());
    }

    @ParameterizedTest
    @CsvSource({"TCP, TLSv1.3", "TLS, TLSv1.2", "TLS, TLSv1.3", "MUTUAL, TLSv1.2", "MUTUAL, TLSv1.3",
            "WS, TLSv1.3", "WSS, TLSv1.2", "WSS, TLSv1.3"})
    @Shows("listeners.url")
    void hiveMqsClientSendsAndReceives(Way way, String version) throws Exception {
        Tls tls = new Tls(CERTIFICATES, way == Way.MUTUAL ? CERTIFICATES.client : null, List.of(version));
        converse(new HiveMq(url(way), "hivemq-" + way + version, tls), "hivemq/" + way + version);
    }

    @ParameterizedTest
    @CsvSource({"TCP", "TLS", "MUTUAL", "WS", "WSS"})
    void pahosClientOfVersion3SendsAndReceives(Way way) throws Exception {
        converse(new Paho3(url(way), "paho3-" + way, pahoTls(way)), "paho3/" + way);
    }

    @ParameterizedTest
    @CsvSource({"TCP", "TLS", "MUTUAL", "WS", "WSS"})
    void pahosClientOfVersion5SendsAndReceives(Way way) throws Exception {
        converse(new Paho5(url(way), "paho5-" + way, pahoTls(way)), "paho5/" + way);
    }

    @Test
    @Shows("listeners.client-ca")
    void aClientWithoutACertificateIsNotLetInWhereOneIsRequired() {
        Tls nothing = new Tls(CERTIFICATES, null, BOTH_VERSIONS);
        String url = url(Way.MUTUAL);
        Exception failure = assertThrows(Exception.class, () -> new HiveMq(url, "nobody", nothing));
        assertTrue(failure instanceof ConnectionFailedException
                || failure instanceof ConnectionClosedException, failure::toString);
    }

    @Test
    void whatIsAcknowledgedOverEachTransportOutlivesAKillAndReachesThoseWhoComeBackOverEach(
            @TempDir Path data) throws Exception {
        String[] flags = listeners(0, 0, 0, 0, 0);
        List<Integer> ports;
        try (BrokerProcess first = BrokerProcess.startWith(data, flags)) {
            ports = first.urls().stream().map(url -> URI.create(url).getPort()).toList();
            for (Way way : Way.values()) {
                TransportClient subscriber = hiveMq(first, way, "subscriber");
                subscriber.subscribe("t/#", 2);
                subscriber.disconnect();
            }
            for (Way way : Way.values()) {
                TransportClient publisher = hiveMq(first, way, "publisher");
                publisher.publish("t/1", 1, bytes(way + " at QoS 1"));
                publisher.publish("t/2", 2, bytes(way + " at QoS 2"));
            }
            first.kill();
        }
        String[] samePorts = listeners(ports.stream().mapToInt(port -> port).toArray());
        try (BrokerProcess second = BrokerProcess.startWith(data, samePorts)) {
            for (Way way : Way.values()) {
                TransportClient subscriber = hiveMq(second, way, "subscriber");
                for (Way from : Way.values()) {
                    assertArrayEquals(bytes(from + " at QoS 1"), subscriber.receive());
                    assertArrayEquals(bytes(from + " at QoS 2"), subscriber.receive());
                }
                subscriber.disconnect();
            }
        }
    }

    @Test
    void theSocketOfALiveBrokerIsRespectedAndThatOfADeadOneReplaced(@TempDir Path data) throws Exception {
        Path path = data.resolve("holdfast.sock");
        String[] flags = {"--listen", "unix:" + path};
        try (BrokerProcess first = BrokerProcess.startWith(data.resolve("1"), flags)) {
            assertEquals("unix:" + path, first.url());
            assertServed(path);
            assertRefusedWith("Holdfast does not start: --listen unix:" + path + ": a live process listens"
                    + " there already; expected a free path, or what a dead broker left",
                    "--data", data.resolve("2").toString(), "--listen", "unix:" + path);
            assertServed(path);
            first.kill();
        }
        try (BrokerProcess second = BrokerProcess.startWith(data.resolve("1"), flags)) {
            assertServed(path);
            second.stop();
        }
        assertFalse(Files.exists(path));
    }

    @Test
    @Shows("listeners.proxy")
    void aPortBehindAProxyServesOnlyWhoComesWithAHeader(@TempDir Path data) throws Exception {
        String url = "mqtt://127.0.0.1:0?proxy=required";
        try (BrokerProcess proxied = BrokerProcess.startWith(data, "--listen", url);
                Socket proxy = new Socket(InetAddress.getLoopbackAddress(), proxied.port());
                Socket stranger = new Socket(InetAddress.getLoopbackAddress(), proxied.port())) {
            proxy.getOutputStream().write(bytes("PROXY TCP4 192.0.2.7 192.0.2.8 4711 1883\r\n"));
            proxy.getOutputStream().write(CONNECT);
            assertArrayEquals(CONNACK, proxy.getInputStream().readNBytes(CONNACK.length));
            stranger.getOutputStream().write(CONNECT);
            assertEquals(-1, stranger.getInputStream().read());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            tcp://127.0.0.1:0                         | the scheme is tcp; expected mqtt://HOST:PORT
            ws://127.0.0.1                            | it names no host or no port; expected
            mqtt://127.0.0.1:0?tls=1.3                | there is no option tls for it; expected proxy
            """)
    void aListenerThatCannotBeIsToldInOneLineAndStatus2(String url, String why) throws Exception {
        assertRefusedWith("Holdfast does not start: --listen " + url + ": " + why, "--listen", url);
    }

    /** One client publishes to itself, over one connection and then over another. */
    private static void converse(TransportClient client, String topic) throws Exception {
        byte[] megabyte = new byte[1_000_000];
        new Random(topic.hashCode()).nextBytes(megabyte);
        client.subscribe(topic, 2);
        client.publish(topic, 1, bytes("at QoS 1"));
        client.publish(topic, 2, bytes("at QoS 2"));
        assertArrayEquals(bytes("at QoS 1"), client.receive());
        assertArrayEquals(bytes("at QoS 2"), client.receive());
        client.publish(topic, 1, megabyte);
        assertArrayEquals(megabyte, client.receive());
        for (int i = 0; i < 100; i++) {
            client.publish(topic, 0, bytes("number " + i));
        }
        for (int i = 0; i < 100; i++) {
            assertArrayEquals(bytes("number " + i), client.receive());
        }
        client.disconnect();
    }

    private static String[] listeners(int... ports) {
        String tls = "?cert=" + folder.resolve("server.pem") + "&key=" + folder.resolve("server.key");
        List<String> flags = new ArrayList<>();
        for (String url : List.of("mqtt://127.0.0.1:%d", "mqtts://127.0.0.1:%d" + tls,
                "mqtts://127.0.0.1:%d" + tls + "&client-auth=required&client-ca=" + folder.resolve("ca.pem"),
                "ws://127.0.0.1:%d/mqtt", "wss://127.0.0.1:%d/mqtt" + tls)) {
            flags.add("--listen");
            flags.add(url.formatted(ports[flags.size() / 2]));
        }
        return flags.toArray(String[]::new);
    }

    private static String url(Way way) {
        return broker.urls().get(way.ordinal());
    }

    private static TransportClient hiveMq(BrokerProcess broker, Way way, String name) {
        return new HiveMq(broker.urls().get(way.ordinal()), name + way,
                new Tls(CERTIFICATES, CERTIFICATES.client, BOTH_VERSIONS));
    }

    private static Tls pahoTls(Way way) {
        boolean isPlain = way == Way.TCP || way == Way.WS;
        return isPlain ? null : new Tls(CERTIFICATES, CERTIFICATES.client, BOTH_VERSIONS);
    }

    private static void assertServed(Path socket) throws IOException {
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            client.write(ByteBuffer.wrap(CONNECT));
            InputStream in = Channels.newInputStream(client);
            assertArrayEquals(CONNACK, in.readNBytes(CONNACK.length));
        }
    }

    private static void assertRefusedWith(String line, String... flags) throws Exception {
        List<String> command = new ArrayList<>(List.of("start"));
        command.addAll(List.of(flags));
        Process process = BrokerProcess.launch(command.toArray(String[]::new));
        List<String> said = process.inputReader().lines().toList();
        assertEquals(2, process.waitFor());
        assertEquals(1, said.size(), said::toString);
        assertTrue(said.getFirst().startsWith(line), said::toString);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
