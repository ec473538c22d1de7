package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import io.holdfast.config.Shows;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A packaged broker takes a changed configuration while its clients are connected. */
@Timeout(180)
@DisabledOnOs(OS.WINDOWS)
class ReloadIT {
    private static final long SECONDS_MAX = 60;
    private static final int NOT_RELOADED = 1;
    private static final int REFUSED = 2;

    private record Said(int status, String text) {}

    @TempDir
    private Path folder;
    private final TestCertificates certificates = new TestCertificates();
    private final BlockingQueue<String> logged = new LinkedBlockingQueue<>();
    private Path file;
    private BrokerProcess broker;

    @BeforeEach
    void start() throws Exception {
        file = folder.resolve("holdfast.yaml");
        TestCertificates.write(certificates.server, folder, "server");
        passwd("ada");
        write(100, "info");
        broker = BrokerProcess.startWith(folder.resolve("data"), "--config", file.toString());
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private void write(int receiveMaximum, String level) throws IOException {
        Files.writeString(file, """
                users: users
                listeners:
                  - url: mqtts://127.0.0.1:0
                    cert: server.pem
                    key: server.key
                limits:
                  receive-maximum: %d
                log:
                  levels:
                    io.holdfast.netty: %s
                """.formatted(receiveMaximum, level));
    }

    private void passwd(String user) throws Exception {
        Process process = BrokerProcess.launch("passwd", folder.resolve("users").toString(), user);
        process.outputWriter().append("secret\n").close();
        assertEquals(0, process.waitFor());
    }

    private Said run(String... command) throws Exception {
        Process process = BrokerProcess.launch(command);
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS));
        return new Said(process.exitValue(), said);
    }

    private Said reload() throws Exception {
        return run("reload", "--data", folder.resolve("data").toString());
    }

    private Mqtt5BlockingClient client(String user) {
        return Mqtt5Client.builder().identifier(user).serverHost("127.0.0.1").serverPort(broker.port())
                .simpleAuth().username(user).password("secret".getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth()
                .sslConfig(MqttClientSslConfig.builder().trustManagerFactory(certificates.trust()).build())
                .buildBlocking();
    }

    private static int receiveMaximum(Mqtt5ConnAck connack) {
        return connack.getRestrictions().getReceiveMaximum();
    }

    private String shownCertificate() throws Exception {
        try (SSLSocket socket = (SSLSocket) certificates.clientContext(null).getSocketFactory()
                .createSocket("127.0.0.1", broker.port())) {
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSubjectX500Principal()
                    .getName();
        }
    }

    @Test
    @Shows({"users", "listeners.cert", "listeners.key"})
    void certificatesUsersAndLimitsAreTakenAtOnceAndClientsStayConnected() throws Exception {
        Mqtt5BlockingClient early = client("ada");
        assertEquals(100, receiveMaximum(early.connect()));
        assertThrows(Mqtt5ConnAckException.class, () -> client("eve").connect());
        assertEquals("CN=Broker", shownCertificate());

        TestCertificates.write(certificates.rsaServer(), folder, "server");
        passwd("eve");
        write(50, "debug");
        Said said = reload();
        assertEquals(0, said.status(), said.text());
        for (String part : List.of("limits.receive-maximum is 50 for new connections", "of whom there are 2",
                "has the keys and certificates that are configured now, for new connections",
                "log: the levels are as configured now")) {
            assertTrue(said.text().contains(part), said::text);
        }
        assertEquals("CN=RSA", shownCertificate());
        Mqtt5BlockingClient late = client("eve");
        assertEquals(50, receiveMaximum(late.connect()));
        late.disconnect();
        early.publishWith().topic("t").send();
        early.disconnect();
    }

    @Test
    void aFileWithAMistakeChangesNothingAndTheMistakeIsToldByLine() throws Exception {
        X509Bundle other = certificates.rsaServer();
        Files.writeString(folder.resolve("server.pem"), other.getCertificatePEM()); // not its key
        write(50, "loud");
        Said said = reload();
        assertEquals(NOT_RELOADED, said.status(), said.text());
        assertTrue(said.text().startsWith("nothing is changed: 2 mistakes:"), said::text);
        assertTrue(said.text().contains(":10:24: log.levels.io.holdfast.netty is loud; expected"),
                said::text);
        assertTrue(said.text().contains("holdfast.yaml:5:10: listeners[0].key is " + folder.toRealPath()
                .resolve("server.key") + ", which is damaged or does not belong"), said::text);
        Mqtt5BlockingClient client = client("ada");
        assertEquals(100, receiveMaximum(client.connect()), "nor is what is right in the file");
        client.disconnect();
        assertEquals("CN=Broker", shownCertificate());
    }

    @Test
    void whatNeedsARestartIsNamedAndTheRestIsTaken() throws Exception {
        write(50, "info");
        Files.writeString(file, Files.readString(file).replace("limits:", "limits:\n  overflow: drop-oldest")
                .replace("mqtts://127.0.0.1:0", "mqtts://127.0.0.1:0?proxy=required"));
        Said said = reload();
        assertEquals(0, said.status(), said.text());
        assertTrue(said.text().contains("limits.overflow is drop-oldest; the broker has to be restarted"),
                said::text);
        assertTrue(said.text().contains("is new; the broker has to be restarted for that"), said::text);
        Mqtt5BlockingClient client = client("ada");
        assertEquals(50, receiveMaximum(client.connect()));
        client.disconnect();
    }

    @Test
    @Shows({"acl", "bans"})
    void rulesAndBansAreTakenWhileClientsAreConnected() throws Exception {
        passwd("eve");
        assertEquals(0, reload().status());
        Mqtt5BlockingClient ada = client("ada");
        Mqtt5BlockingClient eve = client("eve");
        ada.connect();
        eve.connect();
        eve.publishWith().topic("t").qos(MqttQos.AT_LEAST_ONCE).send();
        Files.writeString(folder.resolve("acl"), "user eve\ntopic read #\n");
        Files.writeString(folder.resolve("bans"), "user ada\n");
        Files.writeString(file, "acl: acl\nbans: bans\n" + Files.readString(file));
        Said said = reload();
        assertEquals(0, said.status(), said.text());
        assertTrue(said.text().contains("acl: the rules of "), said::text);
        assertTrue(said.text().contains("bans: those of "), said::text);
        assertThrows(Mqtt5PubAckException.class,
                () -> eve.publishWith().topic("t").qos(MqttQos.AT_LEAST_ONCE).send());
        assertThrows(Mqtt5ConnAckException.class, () -> client("ada").connect());
        eve.disconnect();
    }

    @Test
    void aReloadIsAlsoASignalAndIsLogged() throws Exception {
        broker.close();
        broker = BrokerProcess.start("", folder.resolve("data"), logged::add, "--config", file.toString());
        write(50, "info");
        Process kill = new ProcessBuilder("sh", "-c", "kill -HUP " + broker.pid()).start();
        assertEquals(0, kill.waitFor());
        List<String> lines = new ArrayList<>();
        while (lines.stream().noneMatch(line -> line.contains("reload: limits.receive-maximum is 50"))) {
            lines.add(logged.poll(SECONDS_MAX, TimeUnit.SECONDS));
        }
    }

    @Test
    void withoutABrokerAReloadSaysWhereItHasLooked() throws Exception {
        broker.kill();
        Said said = reload();
        assertEquals(REFUSED, said.status());
        assertEquals("holdfast reload: no broker runs on the store " + folder.resolve("data")
                + "; expected --data FOLDER or --config FILE of one that does\n", said.text());
    }

    @Test
    void theConfigurationIsCheckedShownAndExplainedWithoutABroker() throws Exception {
        Said sound = run("config", "check", "--config", file.toString());
        assertEquals(new Said(0, file + " is sound\n"), sound);
        Said shown = run("config", "show", "--config", file.toString(), "--set", "in-flight-max=5");
        assertTrue(shown.text().contains("  receive-maximum: 100                      # " + file + ":7\n"),
                shown::text);
        assertTrue(shown.text().contains("  in-flight-max: 5                          # --set\n"),
                shown::text);
        Files.move(folder.resolve("users"), folder.resolve("users.old"));
        Said wrong = run("config", "check", "--config", file.toString());
        assertEquals(REFUSED, wrong.status());
        assertTrue(wrong.text().startsWith("holdfast config: " + file + ":1:8: users: "), wrong::text);
        Files.writeString(file, run("config", "default").text());
        assertEquals(0, run("config", "check", "--config", file.toString()).status());
        assertTrue(run("config", "schema").text().startsWith("{\n\"$schema\":"));
    }
}
