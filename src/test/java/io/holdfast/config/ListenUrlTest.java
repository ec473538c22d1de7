package io.holdfast.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.holdfast.netty.Layer;
import io.holdfast.netty.Layer.ClientCertificate;
import io.holdfast.netty.Layer.TlsVersion;
import io.holdfast.netty.ListenerOptions;
import io.holdfast.system.TestCertificates;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

class ListenUrlTest {
    private static final TestCertificates CERTIFICATES = new TestCertificates();

    @TempDir
    private static Path folder;

    @BeforeAll
    static void writeFiles() throws IOException {
        TestCertificates.write(CERTIFICATES.server, folder, "server");
        TestCertificates.write(CERTIFICATES.client, folder, "client");
        TestCertificates.write(CERTIFICATES.rsaServer(), folder, "rsa");
        TestCertificates.write(CERTIFICATES.expiredServer(), folder, "expired");
        TestCertificates.write(CERTIFICATES.authority(), folder, "ca");
        Files.writeString(folder.resolve("both.pem"), Files.readString(folder.resolve("server.key"))
                + CERTIFICATES.server.getCertificatePEM() + CERTIFICATES.authority().getCertificatePEM());
        Files.writeString(folder.resolve("empty.pem"), "");
        Files.writeString(folder.resolve("damaged.pem"),
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        Files.writeString(folder.resolve("damaged.key"),
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        Files.writeString(folder.resolve("old.key"),
                "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n");
    }

    @Test
    void aSchemeTellsTheLayers() {
        assertEquals(List.of(), layers("mqtt://127.0.0.1:0"));
        assertEquals(List.of(), layers("mqtt://localhost:1883/"));
        assertEquals(List.of(new Layer.WebSocket("/mqtt")), layers("ws://127.0.0.1:8080/mqtt"));
        assertEquals(List.of(new Layer.WebSocket("/")), layers("ws://[::1]:8080"));
        assertEquals(List.of(new Layer.ProxyHeader()), layers("mqtt://127.0.0.1:1884?proxy=required"));
        List<Layer> all = layers("wss://127.0.0.1:8443/a/b?cert=server.pem&key=server.key&proxy=required");
        assertEquals(new Layer.ProxyHeader(), all.get(0));
        assertInstanceOf(Layer.Tls.class, all.get(1));
        assertEquals(new Layer.WebSocket("/a/b"), all.get(2));
    }

    @Test
    void theAddressIsThatOfTheUrl() {
        ListenerOptions options = listen("mqtt://[::1]:1884?proxy=required");
        assertEquals(new InetSocketAddress("::1", 1884), options.address());
        assertEquals("--listen mqtt://[::1]:1884?proxy=required", options.asked());
    }

    @ParameterizedTest
    @CsvSource({"unix:/run/holdfast.sock, /run/holdfast.sock", "unix:///run/h.sock, /run/h.sock",
            "unix:/run/my%20so+ck?proxy=required, /run/my so+ck"})
    void aUnixSocketIsItsPath(String url, Path path) {
        assertEquals(UnixDomainSocketAddress.of(path), listen(url).address());
    }

    @Test
    void aRelativePathIsThatOfTheCallersFolder() {
        assertEquals(UnixDomainSocketAddress.of(Path.of("h.sock").toAbsolutePath()),
                listen("unix:h.sock").address());
    }

    @Test
    void withoutOptionsTlsIsOfBothVersionsAndAsksForNoCertificate() {
        Layer.Tls tls = tls("mqtts://127.0.0.1:8883?cert=server.pem&key=server.key");
        assertEquals(CERTIFICATES.server.getKeyPair().getPrivate(), tls.key());
        assertEquals(List.of(CERTIFICATES.server.getCertificate()), tls.chain());
        assertEquals(List.of(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3), tls.versions());
        assertEquals(ClientCertificate.NONE, tls.clientCertificate());
        assertEquals(List.of(), tls.clientAuthorities());
    }

    @Test
    void whoNamesAnAuthorityForClientsRequiresTheirCertificatesUnlessItSaysOtherwise() {
        String url = "mqtts://127.0.0.1:8883?cert=server.pem&key=server.key&client-ca=ca.pem&tls=1.3";
        Layer.Tls tls = tls(url);
        assertEquals(List.of(TlsVersion.TLS_1_3), tls.versions());
        assertEquals(ClientCertificate.REQUIRED, tls.clientCertificate());
        assertEquals(List.of(CERTIFICATES.authority().getCertificate()), tls.clientAuthorities());
        assertEquals(ClientCertificate.REQUIRED, tls(url + "&client-auth=required").clientCertificate());
        assertEquals(ClientCertificate.OPTIONAL, tls(url + "&client-auth=optional").clientCertificate());
    }

    @Test
    void aFileMayHoldTheKeyAndTheWholeChain() {
        Layer.Tls tls = tls("mqtts://127.0.0.1:8883?cert=both.pem&key=both.pem");
        assertEquals(List.of(CERTIFICATES.server.getCertificate(), CERTIFICATES.authority().getCertificate()),
                tls.chain());
        assertEquals("RSA", tls("mqtts://127.0.0.1:8883?cert=rsa.pem&key=rsa.key").key().getAlgorithm());
    }

    @Test
    void anExpiredCertificateIsUsedWithAWarning() {
        Logger logger = (Logger) LoggerFactory.getLogger(TlsFiles.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.setAdditive(false);
        logger.addAppender(lines);
        try {
            tls("mqtts://127.0.0.1:8883?cert=expired.pem&key=expired.key");
        } finally {
            logger.detachAppender(lines);
            logger.setAdditive(true);
        }
        assertEquals(1, lines.list.size());
        assertEquals(Level.WARN, lines.list.getFirst().getLevel());
        String line = lines.list.getFirst().getFormattedMessage();
        assertTrue(line.contains(": cert is " + folder.resolve("expired.pem")), line);
        assertTrue(line.contains("CN=Expired is valid from "), line);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            mqtt:127.0.0.1:1883            | ^ is none; expected mqtt://HOST:PORT
            tcp://127.0.0.1:1883           | ^: the scheme is tcp; expected mqtt://HOST:PORT
            mqtt://127.0.0.1               | ^: it names no host or no port; expected mqtt://HOST:PORT
            mqtt://:1883                   | ^: it names no host or no port; expected mqtt://HOST:PORT
            mqtt://127.0.0.1:65536         | ^: the port is 65536; expected a whole number from 0 to 65535
            mqtt://no.invalid:1883         | ^: the host is no.invalid, which is neither an IP address nor
            mqtt://127.0.0.1:1883/mqtt     | ^: the path is /mqtt; expected none, as only ws and wss have one
            mqtt://127.0.0.1:1?proxi=no    | ^: there is no option proxi for it; expected proxy, or the
            mqtt://127.0.0.1:1?cert=a.pem  | ^: there is no option cert for it; expected proxy, or the scheme
            mqtt://127.0.0.1:1?proxy       | ^: the option is "proxy"; expected key=value
            mqtt://127.0.0.1:1?proxy=      | ^: the option is "proxy="; expected key=value
            mqtt://127.0.0.1:1?proxy=maybe | ^: proxy is maybe; expected required
            mqtt://[::1]:1?proxy=required&proxy=required | ^: there are two options proxy; expected one
            mqtt://127.0.0.1:1?proxy=%zz   | ^: there is a %-escape in %zz that is none; expected % and two
            unix:/                         | ^: the path is /; expected one of a socket in a folder
            unix:/s?cert=a                 | ^: there is no option cert for it; expected proxy
            """)
    void aUrlThatIsWrongIsToldWithWhatWasExpected(String url, String message) {
        assertRefused(url, message);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            key=server.key                     | there is no cert; expected cert=FILE
            cert=server.pem                    | there is no key; expected key=FILE
            cert=none.pem&key=server.key       | cert is #/none.pem, which cannot be read (there is no
            cert=empty.pem&key=server.key      | cert is #/empty.pem, which holds no certificate; expected
            cert=server.key&key=server.key     | cert is #/server.key, which holds no certificate; expected
            cert=damaged.pem&key=server.key    | cert is #/damaged.pem, which is damaged:
            cert=server.pem&key=none.key       | key is #/none.key, which cannot be read (there is no
            cert=server.pem&key=server.pem     | key is #/server.pem, which holds no private key; expected
            cert=server.pem&key=old.key        | key is #/old.key, which says 'BEGIN RSA PRIVATE KEY';
            cert=server.pem&key=damaged.key    | key is #/damaged.key, which is damaged or does not belong to
            cert=server.pem&key=client.key     | key is #/client.key, which is damaged or does not belong to
            cert=server.pem&key=rsa.key        | key is #/rsa.key, which is damaged or does not belong to
            cert=server.pem&key=server.key&tls=1.1           | tls is 1.1; expected 1.2 or 1.2,1.3 or 1.3
            cert=server.pem&key=server.key&client-auth=maybe | client-auth is maybe; expected optional or req
            cert=server.pem&key=server.key&client-auth=required | there is client-auth, and no client-ca;
            cert=server.pem&key=server.key&client-ca=none.pem   | client-ca is #/none.pem, which cannot be
            cert=server.pem&key=server.key&ca=ca.pem | there is no option ca for it; expected cert, key, tls,
            """)
    void optionsOfTlsThatAreWrongAreToldWithWhatWasExpected(String options, String message) {
        String url = inFolder("mqtts://127.0.0.1:8883?" + options);
        assertRefused(url, "^: " + message.replace("#", folder.toString()));
    }

    @Test
    void aPathThatASocketsAddressCannotHoldIsRefused() {
        assertRefused("unix:/" + "x".repeat(100), "^: the path has 101 bytes, and its folder 1 of them");
        String longFolder = "unix:/" + "x".repeat(76) + "/s";
        assertRefused(longFolder, "^: the path has 79 bytes, and its folder 77 of them; expected");
    }

    private static void assertRefused(String url, String message) {
        Mistakes mistakes = new Mistakes();
        ListenUrl.read(given(url), mistakes);
        String refusal = mistakes.messages().getFirst();
        assertTrue(refusal.startsWith(message.replace("^", "--listen " + url)), refusal);
        assertTrue(refusal.contains("; expected "), refusal);
    }

    private static Given.Listener given(String url) {
        return new Given.Listener(Origin.flag("--listen " + url), url, Map.of());
    }

    private static ListenerOptions listen(String url) {
        Mistakes mistakes = new Mistakes();
        ListenerOptions options = ListenUrl.read(given(url), mistakes);
        assertEquals(List.of(), mistakes.messages());
        return options;
    }

    private static Layer.Tls tls(String url) {
        return assertInstanceOf(Layer.Tls.class, layers(url).getFirst());
    }

    private static List<Layer> layers(String url) {
        return listen(inFolder(url)).layers();
    }

    private static String inFolder(String url) {
        return url.replaceAll("(cert|key|client-ca)=", "$1=" + folder + "/");
    }
}
