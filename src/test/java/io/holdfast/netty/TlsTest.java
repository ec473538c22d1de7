package io.holdfast.netty;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.holdfast.broker.Authentication.Origin;
import io.holdfast.broker.Effect;
import io.holdfast.broker.Input;
import io.holdfast.config.Shows;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.QoS;
import io.holdfast.netty.Layer.CertificateName;
import io.holdfast.netty.Layer.ClientCertificate;
import io.holdfast.netty.Layer.TlsVersion;
import io.holdfast.system.TestCertificates;
import io.netty.handler.ssl.OpenSsl;
import io.netty.pkitesting.X509Bundle;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** TLS on real sockets, by native code and by Java's, with Java's clients. */
@Timeout(60)
class TlsTest {
    private static final Platform JAVA = new Platform(false, false);
    private static final TestCertificates CERTIFICATES = new TestCertificates();
    private static final TestCertificates STRANGERS = new TestCertificates();

    static Stream<Arguments> platformsAndVersions() {
        return platforms().flatMap(platform -> Stream.of(TlsVersion.values())
                .map(version -> Arguments.of(platform, version)));
    }

    static Stream<Platform> platforms() {
        return Stream.of(Platform.best(true), JAVA);
    }

    @Test
    void boringSslLoadsOnThisMachine() {
        assertTrue(OpenSsl.isAvailable(), () -> String.valueOf(OpenSsl.unavailabilityCause()));
        assertTrue(OpenSsl.versionString().contains("BoringSSL"), OpenSsl.versionString());
    }

    @ParameterizedTest
    @MethodSource("platformsAndVersions")
    void packetsComeInAndTheLastOneGoesOutThoughThePeerKeepsSending(Platform platform, TlsVersion version)
            throws Exception {
        try (Edge edge = listen(platform, ClientCertificate.NONE, version);
                SSLSocket client = connect(edge, null, version)) {
            client.getOutputStream().write(Edge.CONNECT);
            long id = edge.nextClient();
            assertEquals(version.text, client.getSession().getProtocol());
            assertEquals("mqtt", client.getApplicationProtocol());
            edge.outbox.send(new Effect.Send(id, new Packet.Pingresp()));
            edge.outbox.flush();
            assertArrayEquals(Edge.PINGRESP, client.getInputStream().readNBytes(Edge.PINGRESP.length));
            for (int i = 0; i < 1_000; i++) {
                client.getOutputStream().write(Edge.PINGREQ);
            }
            edge.sendLast(id);
            // A stream that is cut without TLS's own end is an exception here.
            assertArrayEquals(Edge.PINGRESP, client.getInputStream().readAllBytes());
            client.shutdownInput();
            client.shutdownOutput();
            assertEquals(id, edge.next(Input.ConnectionClosed.class).connectionId());
        }
    }

    @ParameterizedTest
    @MethodSource("platforms")
    void aClientThatTakesNothingStopsTheSendingAndALaterReadGetsAllOfIt(Platform platform) throws Exception {
        int messages = 40;
        byte[] payload = new byte[1 << 20];
        Packet publish =
                new Packet.Publish(false, QoS.AT_MOST_ONCE, false, "t", 0, Properties.NONE, payload);
        try (Edge edge = listen(platform, ClientCertificate.NONE);
                SSLSocket client = connect(edge, null)) {
            client.getOutputStream().write(Edge.CONNECT);
            long id = edge.nextClient();
            for (int i = 0; i < messages; i++) {
                edge.outbox.send(new Effect.Send(id, publish));
            }
            edge.outbox.flush();
            assertEquals(new Input.WritabilityChanged(id, false), edge.next(Input.WritabilityChanged.class));
            DataInputStream in = new DataInputStream(client.getInputStream());
            int packetBytes = 1 + 3 + 2 + 1 + payload.length;
            for (int i = 0; i < messages; i++) {
                assertEquals(0x30, in.readNBytes(packetBytes)[0]);
            }
            assertEquals(new Input.WritabilityChanged(id, true), edge.next(Input.WritabilityChanged.class));
        }
    }

    @ParameterizedTest
    @MethodSource("platformsAndVersions")
    void aClientWithoutTheRequiredCertificateDoesNotReachTheCore(Platform platform, TlsVersion version)
            throws Exception {
        try (Edge edge = listen(platform, ClientCertificate.REQUIRED, version)) {
            assertRefused(edge, null, version);
            assertRefused(edge, STRANGERS.client, version);
            assertRefused(edge, CERTIFICATES.server, version); // of the right authority, but for servers
            assertServed(edge, CERTIFICATES.client, version);
        }
    }

    @ParameterizedTest
    @MethodSource("platformsAndVersions")
    @Shows("listeners.client-auth")
    void anOptionalCertificateMayBeMissingButMustNotBeWrong(Platform platform, TlsVersion version)
            throws Exception {
        try (Edge edge = listen(platform, ClientCertificate.OPTIONAL, version)) {
            assertServed(edge, null, version);
            assertRefused(edge, STRANGERS.client, version);
            assertServed(edge, CERTIFICATES.client, version);
        }
    }

    @ParameterizedTest
    @MethodSource("platforms")
    @Shows("listeners.tls")
    void aVersionThatIsNotAskedForIsNotSpoken(Platform platform) throws Exception {
        try (Edge edge = listen(platform, ClientCertificate.NONE, TlsVersion.TLS_1_3)) {
            assertRefused(edge, null, TlsVersion.TLS_1_2);
            assertServed(edge, null, TlsVersion.TLS_1_3);
        }
    }

    @ParameterizedTest
    @MethodSource("platforms")
    void anRsaCertificateServesToo(Platform platform) throws Exception {
        Layer.Tls tls = tls(CERTIFICATES.rsaServer(), ClientCertificate.NONE, TlsVersion.values());
        try (Edge edge = new Edge(platform, Edge.ANY_PORT, tls)) {
            assertServed(edge, null, TlsVersion.TLS_1_2);
            assertServed(edge, null, TlsVersion.TLS_1_3);
        }
    }

    @ParameterizedTest
    @MethodSource("platforms")
    void aClientThatOffersOnlyOtherApplicationProtocolsIsServedWithoutOne(Platform platform)
            throws Exception {
        try (Edge edge = listen(platform, ClientCertificate.NONE);
                SSLSocket client = open(edge, null)) {
            setApplicationProtocols(client, "h2", "http/1.1");
            client.getOutputStream().write(Edge.CONNECT);
            edge.nextClient();
            assertEquals("", client.getApplicationProtocol());
        }
    }

    @ParameterizedTest
    @MethodSource("platforms")
    void aPlainClientIsClosedWithOneLineOfDebugAndNoStackTrace(Platform platform) throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(Approach.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.setLevel(Level.DEBUG);
        logger.setAdditive(false);
        logger.addAppender(lines);
        try (Edge edge = listen(platform, ClientCertificate.NONE)) {
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
                client.getOutputStream().write(Edge.CONNECT);
                assertEnds(client);
            }
            assertServed(edge, null, TlsVersion.TLS_1_3);
        } finally {
            logger.detachAppender(lines);
            logger.setLevel(null);
            logger.setAdditive(true);
        }
        assertEquals(1, lines.list.size(), lines.list::toString);
        assertEquals(Level.DEBUG, lines.list.getFirst().getLevel());
        assertNull(lines.list.getFirst().getThrowableProxy());
        assertTrue(lines.list.getFirst().getFormattedMessage().contains("not an SSL/TLS record"),
                lines.list.getFirst().getFormattedMessage());
    }

    @Test
    void aTlsClientOnAPlainPortSendsNoPacket() throws Exception {
        try (Edge edge = new Edge(Platform.best(true), Edge.ANY_PORT);
                SSLSocket client = open(edge, null)) {
            Thread handshake = Thread.ofVirtual().start(
                    () -> assertThrows(IOException.class, client::startHandshake));
            long id = edge.next(Input.ConnectionOpened.class).connectionId();
            assertEquals(id, edge.next(Input.PacketRefused.class).connectionId());
            edge.outbox.close(new Effect.Close(id, "no packet"));
            edge.outbox.flush();
            handshake.join();
        }
    }

    @ParameterizedTest
    @MethodSource("platforms")
    void theProxyHeaderComesBeforeTls(Platform platform) throws Exception {
        Layer.Tls tls = tls(CERTIFICATES.server, ClientCertificate.NONE, TlsVersion.values());
        try (Edge edge = new Edge(platform, Edge.ANY_PORT, new Layer.ProxyHeader(), tls);
                Socket proxy = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
            String header = "PROXY TCP4 192.0.2.7 192.0.2.8 4711 8883\r\n";
            proxy.getOutputStream().write(header.getBytes(StandardCharsets.US_ASCII));
            SSLSocket client = (SSLSocket) CERTIFICATES.clientContext(null).getSocketFactory()
                    .createSocket(proxy, "127.0.0.1", edge.port(), true);
            client.getOutputStream().write(Edge.CONNECT);
            edge.sendLast(edge.nextClient());
            assertArrayEquals(Edge.PINGRESP, client.getInputStream().readAllBytes());
        }
    }

    @ParameterizedTest
    @MethodSource("platforms")
    @Shows("listeners.username")
    void theUserThatACertificateNamesAndTheAddressAreTold(Platform platform) throws Exception {
        X509Bundle device = CERTIFICATES.client("device-7", "meter.example");
        assertEquals("device-7", origin(platform, CertificateName.COMMON, device).certificateName());
        assertEquals("meter.example",
                origin(platform, CertificateName.ALTERNATIVE, device).certificateName());
        assertNull(origin(platform, CertificateName.NONE, device).certificateName());
        assertNull(origin(platform, CertificateName.COMMON, null).certificateName());
        assertNull(origin(platform, CertificateName.ALTERNATIVE, CERTIFICATES.client).certificateName());
    }

    private static Origin origin(Platform platform, CertificateName name, X509Bundle shown)
            throws Exception {
        Layer.Tls tls = tls(CERTIFICATES.server, ClientCertificate.OPTIONAL, TlsVersion.values());
        try (Edge edge = new Edge(platform, Edge.ANY_PORT, new Layer.Tls(tls.key(), tls.chain(),
                tls.versions(), tls.clientCertificate(), tls.clientAuthorities(), name));
                SSLSocket client = connect(edge, shown)) {
            client.getOutputStream().write(Edge.CONNECT);
            Origin origin = edge.next(Input.ConnectionOpened.class).origin();
            assertEquals("127.0.0.1", origin.address());
            assertEquals("--listen it", origin.listener());
            return origin;
        }
    }

    private static Edge listen(Platform platform, ClientCertificate asked, TlsVersion... versions) {
        return new Edge(platform, Edge.ANY_PORT, tls(CERTIFICATES.server, asked, versions.length == 0
                ? TlsVersion.values() : versions));
    }

    private static Layer.Tls tls(X509Bundle server, ClientCertificate asked, TlsVersion... versions) {
        return new Layer.Tls(server.getKeyPair().getPrivate(), server.getCertificatePathList(),
                List.of(versions), asked, asked == ClientCertificate.NONE
                        ? List.of() : List.of(CERTIFICATES.authority().getCertificate()));
    }

    /** Connects, and offers only these versions; all if there are none. */
    private static SSLSocket connect(Edge edge, X509Bundle shown, TlsVersion... versions) throws Exception {
        SSLSocket client = open(edge, shown);
        if (versions.length > 0) {
            client.setEnabledProtocols(
                    Stream.of(versions).map(version -> version.text).toArray(String[]::new));
        }
        setApplicationProtocols(client, "mqtt");
        client.startHandshake();
        return client;
    }

    private static SSLSocket open(Edge edge, X509Bundle shown) throws IOException, GeneralSecurityException {
        return (SSLSocket) CERTIFICATES.clientContext(shown).getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), edge.port());
    }

    private static void setApplicationProtocols(SSLSocket client, String... protocols) {
        SSLParameters parameters = client.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        client.setSSLParameters(parameters);
    }

    private static void assertServed(Edge edge, X509Bundle shown, TlsVersion version) throws Exception {
        try (SSLSocket client = connect(edge, shown, version)) {
            client.getOutputStream().write(Edge.CONNECT);
            long id = edge.nextClient();
            edge.sendLast(id);
            assertArrayEquals(Edge.PINGRESP, client.getInputStream().readAllBytes());
        }
        edge.next(Input.ConnectionClosed.class);
    }

    /** With TLS 1.3, the client hears of it after its handshake. The core never does: see assertServed. */
    private static void assertRefused(Edge edge, X509Bundle shown, TlsVersion version) {
        assertThrows(IOException.class, () -> {
            try (SSLSocket client = connect(edge, shown, version)) {
                client.getOutputStream().write(Edge.CONNECT);
                assertFalse(client.getInputStream().read() >= 0);
                throw new IOException("closed");
            }
        });
    }

    private static void assertEnds(Socket client) throws IOException {
        try {
            client.getInputStream().readAllBytes(); // an alert of TLS, perhaps
        } catch (IOException e) {
            assertTrue(e.getMessage().contains("reset"), e::toString);
        }
    }
}
