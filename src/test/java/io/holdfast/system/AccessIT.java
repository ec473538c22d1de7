package io.holdfast.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.holdfast.config.Shows;
import io.holdfast.conformance.Clause;
import io.holdfast.mqtt.Packet.Connack;
import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.Packet.Puback;
import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.Packet.Suback;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.spi.ClientAuthenticator;
import io.holdfast.spi.ClientAuthorizer;
import io.holdfast.spi.PublishInterceptor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A packaged broker with users of Mosquitto, its access rules, bans, and an extension in a jar beside it. */
@Timeout(180)
class AccessIT {
    /** By mosquitto_passwd: "p@ss w\u00F6rd". */
    private static final String HASH = "$7$101$EKtjbURqjWmv4lmu$6ILdYbFIzcpPJSNrMbQEitSHK3DoWqPFoulwXXMZ4ppo"
            + "Bk5eim7WTaajVEqfa2GMYF0MLjafi35boUnKhnZ6nA==";
    private static final String PASSWORD = "p@ss w\u00F6rd";

    @TempDir
    static Path folder;
    private static BrokerProcess broker;

    @BeforeAll
    static void start() throws Exception {
        Path users = Files.writeString(folder.resolve("users"), "ada:" + HASH + "\neve:" + HASH + "\n");
        Path acl = Files.writeString(folder.resolve("acl"), """
                user ada
                topic readwrite #
                user eve
                topic deny a/secret
                topic read a/#
                pattern write up/%u/%c
                """);
        Path bans = Files.writeString(folder.resolve("bans"), "client banned\n");
        Path jars = Files.createDirectory(folder.resolve("extensions"));
        writeJar(jars.resolve("example.jar"));
        broker = BrokerProcess.start(folder.resolve("data"), "--bind", "0.0.0.0", "--users", users.toString(),
                "--acl", acl.toString(), "--bans", bans.toString(), "--extensions", jars.toString(),
                "--user-failures-max", "3");
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static void writeJar(Path path) throws IOException {
        String name = ExampleExtension.class.getName();
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(path));
                InputStream bytes = ExampleExtension.class.getResourceAsStream("ExampleExtension.class")) {
            jar.putNextEntry(new JarEntry(name.replace('.', '/') + ".class"));
            bytes.transferTo(jar);
            for (Class<?> service : List.of(ClientAuthenticator.class, ClientAuthorizer.class,
                    PublishInterceptor.class)) {
                jar.putNextEntry(new JarEntry("META-INF/services/" + service.getName()));
                jar.write(name.getBytes(UTF_8));
            }
        }
    }

    private static ReasonCode connect(RawClient client, ProtocolVersion version, String clientId,
            String userName, String password) throws IOException {
        client.send(new Connect(version, true, 0, Properties.NONE, clientId, null, userName,
                password.getBytes(UTF_8)));
        return client.expect(Connack.class).reason();
    }

    private static RawClient connected(String clientId, String userName, String password) throws IOException {
        RawClient client = new RawClient(broker.port(), ProtocolVersion.MQTT_5);
        assertEquals(ReasonCode.SUCCESS,
                connect(client, ProtocolVersion.MQTT_5, clientId, userName, password));
        return client;
    }

    private static ReasonCode publish(RawClient client, String topicName, String text) throws IOException {
        client.send(RawClient.publish(QoS.AT_LEAST_ONCE, 1, topicName, text.getBytes(UTF_8)));
        return client.expect(Puback.class).reason();
    }

    private static ReasonCode subscribe(RawClient client, String topicFilter) throws IOException {
        client.send(RawClient.subscribe(topicFilter, QoS.AT_MOST_ONCE));
        return client.expect(Suback.class).reasons().getFirst();
    }

    private static String next(RawClient client) throws IOException {
        Publish publish = client.expect(Publish.class);
        return publish.topicName() + " " + new String(publish.payload(), UTF_8);
    }

    @Test
    void usersOfMosquittoMayWhatItsRulesSay() throws IOException {
        try (RawClient ada = connected("desk", "ada", PASSWORD);
                RawClient eve = connected("meter", "eve", PASSWORD)) {
            assertEquals(ReasonCode.SUCCESS, subscribe(ada, "up/#"));
            assertEquals(ReasonCode.NOT_AUTHORIZED, subscribe(eve, "up/#"));
            assertEquals(ReasonCode.NOT_AUTHORIZED, subscribe(eve, "$share/g/#"));
            assertEquals(ReasonCode.SUCCESS, subscribe(eve, "#"));
            assertEquals(ReasonCode.NOT_AUTHORIZED, publish(eve, "up/eve/desk", "no"));
            assertEquals(ReasonCode.SUCCESS, publish(eve, "up/eve/meter", "yes"));
            assertEquals("up/eve/meter meter: yes", next(ada));
            publish(ada, "a/secret", "no");
            publish(ada, "b", "no");
            publish(ada, "a/x", "yes");
            assertEquals("a/x desk: yes", next(eve));
        }
    }

    @Test
    @Clause(mqtt311 = {"MQTT-3.2.2-4", "MQTT-3.2.2-5"})
    void whoIsBannedOrGuessesIsRefusedInEveryVersion() throws IOException {
        try (RawClient banned = new RawClient(broker.port(), ProtocolVersion.MQTT_5)) {
            assertEquals(ReasonCode.BANNED,
                    connect(banned, ProtocolVersion.MQTT_5, "banned", "ada", PASSWORD));
        }
        for (int i = 0; i < 5; i++) {
            try (RawClient guess = new RawClient(broker.port(), ProtocolVersion.MQTT_3_1_1)) {
                assertEquals(i <= 3 ? ReasonCode.BAD_USER_NAME_OR_PASSWORD : ReasonCode.SERVER_UNAVAILABLE,
                        connect(guess, ProtocolVersion.MQTT_3_1_1, "guess", "victim", "guess"));
                guess.expectClose();
            }
        }
    }

    @Test
    @Shows("extensions")
    void anExtensionInAJarLetsGuestsInAndModeratesThem() throws IOException {
        try (RawClient guest = connected("visitor", "guest", "welcome");
                RawClient refused = new RawClient(broker.port(), ProtocolVersion.MQTT_5)) {
            assertEquals(ReasonCode.BAD_USER_NAME_OR_PASSWORD,
                    connect(refused, ProtocolVersion.MQTT_5, "other", "guest", "guess"));
            assertEquals(ReasonCode.SUCCESS, subscribe(guest, "guest/#"));
            assertEquals(ReasonCode.NOT_AUTHORIZED, subscribe(guest, "a"));
            assertEquals(ReasonCode.NOT_AUTHORIZED, publish(guest, "a", "hello"));
            assertEquals(ReasonCode.NOT_AUTHORIZED, publish(guest, "guest/wall", "rude"));
            assertEquals(ReasonCode.NOT_AUTHORIZED, publish(guest, "guest/wall", "fail"));
            guest.send(RawClient.publish(QoS.AT_LEAST_ONCE, 1, "guest/wall", "hello".getBytes(UTF_8)));
            guest.send(RawClient.publish(QoS.AT_MOST_ONCE, 0, "guest/wall", "bye".getBytes(UTF_8)));
            assertEquals(Set.of("guest/wall visitor: hello", "guest/wall visitor: bye"),
                    Set.of(nextPublish(guest), nextPublish(guest)));
        }
    }

    /** PUBACK and PUBLISH come in any order. */
    private static String nextPublish(RawClient client) throws IOException {
        for (;;) {
            if (client.receive() instanceof Publish publish) {
                return publish.topicName() + " " + new String(publish.payload(), UTF_8);
            }
        }
    }
}
