package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.auth.Mqtt5EnhancedAuthMechanism;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real clients enter a broker with users, and others do not; on all addresses of the machine. */
@Timeout(180)
class AuthenticationIT {
    private static final long SECONDS_MAX = 60;
    private static final String PASSWORD = "p\u00E4ssword, with = and ,";

    @TempDir
    static Path folder;
    private static BrokerProcess broker;

    @BeforeAll
    static void start() throws Exception {
        Path users = folder.resolve("users");
        assertEquals(0, passwd(PASSWORD, users.toString(), "ada"));
        assertEquals(0, passwd("old", users.toString(), "eve"));
        assertEquals(0, passwd("new", users.toString(), "eve"));
        assertNotEquals(0, passwd("", users.toString(), "nobody"));
        assertEquals(4, Files.readAllLines(users).size());
        broker = BrokerProcess.start(folder.resolve("data"), "--bind", "0.0.0.0", "--users",
                users.toString());
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static int passwd(String password, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("passwd"));
        command.addAll(List.of(arguments));
        Process process = BrokerProcess.launch(command.toArray(String[]::new));
        try (Writer in = process.outputWriter(StandardCharsets.UTF_8)) {
            in.write(password + "\n");
        }
        List<String> said = process.inputReader().lines().toList();
        assertTrue(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS));
        assertTrue(said.stream().noneMatch(line -> line.contains(PASSWORD)), said::toString);
        return process.exitValue();
    }

    private static Mqtt5BlockingClient hiveMq(Mqtt5EnhancedAuthMechanism mechanism) {
        return Mqtt5Client.builder().identifier("meter").serverHost("127.0.0.1").serverPort(broker.port())
                .enhancedAuth(mechanism).buildBlocking();
    }

    private static Mqtt5ConnAckReasonCode refusal(Mqtt5BlockingClient client) {
        return assertThrows(Mqtt5ConnAckException.class, client::connect).getMqttMessage().getReasonCode();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SCRAM-SHA-256", "SCRAM-SHA-512"})
    void aClientShowsByScramWhoItIsAndAgainLater(String method) {
        HiveMqScram mechanism = new HiveMqScram(method, "ada", PASSWORD);
        Mqtt5BlockingClient client = hiveMq(mechanism);
        client.connect();
        assertEquals(1, mechanism.successes());
        client.reauth();
        assertEquals(2, mechanism.successes());
        client.publishWith().topic("a").payload(new byte[1]).send();
        client.disconnect();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SCRAM-SHA-256", "SCRAM-SHA-512"})
    void aWrongPasswordAndAStrangerAreRefusedByScram(String method) {
        assertEquals(Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD,
                refusal(hiveMq(new HiveMqScram(method, "ada", "guess"))));
        assertEquals(Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD,
                refusal(hiveMq(new HiveMqScram(method, "bob", "guess"))));
        assertEquals(Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD,
                refusal(hiveMq(new HiveMqScram(method, "eve", "old"))));
    }

    @Test
    void anotherMethodIsRefusedAndSoIsAClientThatShowsNothing() {
        assertEquals(Mqtt5ConnAckReasonCode.BAD_AUTHENTICATION_METHOD,
                refusal(hiveMq(new HiveMqScram("SCRAM-SHA-1", "ada", PASSWORD))));
        assertEquals(Mqtt5ConnAckReasonCode.NOT_AUTHORIZED, refusal(hiveMq(null)));
    }

    @Test
    void aClientThatBecomesAnotherUserIsDisconnected() {
        HiveMqScram mechanism = new HiveMqScram("SCRAM-SHA-256", "ada", PASSWORD);
        Mqtt5BlockingClient client = hiveMq(mechanism);
        client.connect();
        mechanism.become("eve", "new");
        assertThrows(RuntimeException.class, client::reauth);
        assertEquals(Mqtt5DisconnectReasonCode.NOT_AUTHORIZED, mechanism.rejection());
    }

    @Test
    void anOlderClientEntersWithUserNameAndPassword() throws MqttException {
        paho(PASSWORD).disconnect();
        assertEquals(MqttException.REASON_CODE_FAILED_AUTHENTICATION,
                assertThrows(MqttException.class, () -> paho("guess")).getReasonCode());
        assertEquals(MqttException.REASON_CODE_NOT_AUTHORIZED,
                assertThrows(MqttException.class, () -> paho(null)).getReasonCode());
    }

    private static MqttClient paho(String password) throws MqttException {
        MqttConnectOptions options = new MqttConnectOptions();
        if (password != null) {
            options.setUserName("ada");
            options.setPassword(password.toCharArray());
        }
        MqttClient client =
                new MqttClient("tcp://127.0.0.1:" + broker.port(), "gauge", new MemoryPersistence());
        client.connect(options);
        return client;
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqttv311", "mqttv5"})
    @Tag("debian")
    void mosquittoEntersWithUserNameAndPassword(String version) throws Exception {
        assertEquals(0, mosquitto(version, "-u", "eve", "-P", "new"));
        assertNotEquals(0, mosquitto(version, "-u", "eve", "-P", "old"));
        assertNotEquals(0, mosquitto(version));
    }

    private static int mosquitto(String version, String... credentials)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("mosquitto_pub", "-V", version, "-h", "127.0.0.1",
                "-p", Integer.toString(broker.port()), "-q", "1", "-t", "a", "-m", "1"));
        command.addAll(List.of(credentials));
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertTrue(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS));
        return process.exitValue();
    }
}
