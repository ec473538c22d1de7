package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.system.FeatureClient.Received;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Short conversations of real clients about each feature, with one broker. */
@Timeout(120)
class FeaturesIT {
    @TempDir
    private static Path data;
    private static BrokerProcess broker;

    private enum Kind {
        HIVEMQ_5, HIVEMQ_3, PAHO_5, PAHO_3;

        FeatureClient open(String name) throws Exception {
            return switch (this) {
                case HIVEMQ_5 -> new FeatureClient.HiveMq5(broker.port(), this + name);
                case HIVEMQ_3 -> new FeatureClient.HiveMq3(broker.port(), this + name);
                case PAHO_5 -> new FeatureClient.Paho5(broker.port(), this + name);
                case PAHO_3 -> new FeatureClient.Paho3(broker.port(), this + name);
            };
        }

        /** In a session that does not expire. */
        Device device(String name) throws Exception {
            return switch (this) {
                case HIVEMQ_5 -> new HiveMq5Device(broker.port(), this + name);
                case HIVEMQ_3 -> new HiveMq3Device(broker.port(), this + name);
                case PAHO_5 -> new Paho5Device(broker.port(), this + name);
                case PAHO_3 ->
                    new Paho3Device(MqttConnectOptions.MQTT_VERSION_3_1_1, broker.port(), this + name);
            };
        }
    }

    @BeforeAll
    static void start() {
        broker = BrokerProcess.start(data);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    /** [MQTT-3.3.1-5] [MQTT-3.3.1-6] [MQTT-3.3.1-9] */
    @ParameterizedTest
    @EnumSource
    void whatIsRetainedGreetsANewSubscriberUntilItIsCleared(Kind kind) throws Exception {
        String topic = kind + "/retained";
        FeatureClient client = kind.open("retained");
        client.publish(topic, "on", true);
        client.subscribe(topic);
        assertMessage(topic, "on", true, client.next());
        client.publish(topic, "", true);
        assertMessage(topic, "", false, client.next());
        client.subscribe(topic);
        client.publish(topic, "live", false);
        assertMessage(topic, "live", false, client.next());
        client.disconnect();
    }

    /** Another connection takes over, which ends this one and its session [MQTT-3.1.2-8]. */
    @ParameterizedTest
    @EnumSource
    void theWillOfAClientThatLostItsConnectionIsPublishedAndThatOfOneThatDisconnectsIsNot(Kind kind)
            throws Exception {
        FeatureClient watcher = kind.open("watcher");
        watcher.subscribe("will/" + kind + "/+");
        kind.open("/orderly").disconnect();
        kind.open("/mortal");
        try (RawClient thief = new RawClient(broker.port(), ProtocolVersion.MQTT_3_1_1)) {
            thief.connect(kind + "/mortal");
        }
        assertMessage("will/" + kind + "/mortal", "gone", false, watcher.next());
        watcher.disconnect();
    }

    /** The queue is the group's, and whoever comes takes it. */
    @ParameterizedTest
    @EnumSource
    void aMemberOfASharedSubscriptionTakesWhatCameWhileAllWereAway(Kind kind) throws Exception {
        share(kind.toString(), kind.device("left"), kind.device("right"),
                kind.device("publisher"));
    }

    @Tag("debian")
    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void aMosquittoMemberOfASharedSubscriptionTakesWhatCameWhileAllWereAway(ProtocolVersion version)
            throws Exception {
        String name = mosquittoName(version);
        share(name, new MosquittoDevice(name, broker.port(), name + "left"),
                new MosquittoDevice(name, broker.port(), name + "right"),
                new MosquittoDevice(name, broker.port(), name + "publisher"));
    }

    private static void share(String root, Device left, Device right, Device publisher)
            throws Exception {
        String filter = "$share/" + root + "/" + root + "/jobs";
        left.subscribe(filter, 1);
        right.subscribe(filter, 1);
        List<String> jobs = List.of("1", "2", "3");
        publisher.publish(root + "/jobs", 1, jobs);
        assertEquals(jobs, right.receiveThrough("3"));
        publisher.publish(root + "/jobs", 1, List.of("4"));
        assertEquals("4", left.receiveThrough("4").getLast());
    }

    @Test
    void hiveMqsClientResolvesTheAliasesThatItIsSent() throws Exception { // [MQTT-3.3.2-11]
        FeatureClient client = Kind.HIVEMQ_5.open("aliases");
        client.subscribe("aliases/+");
        for (int i = 0; i < 30; i++) {
            client.publish("aliases/" + i % 10, "number " + i, false);
            assertMessage("aliases/" + i % 10, "number " + i, false, client.next());
        }
        client.disconnect();
    }

    /** They end with the connection; those of the next one start anew (section 3.3.2.3.4). */
    @Test
    void aClientIsSentATopicNameOnceOnEachConnectionAndItsAliasAfterThat() throws Exception {
        Packet.Connect connect = RawClient.persistent(ProtocolVersion.MQTT_5, "raw");
        Packet.Connect aliasing = new Packet.Connect(connect.version(), false, 0,
                connect.properties().with(Property.TOPIC_ALIAS_MAXIMUM, 1), "raw", null, null, null);
        try (RawClient client = new RawClient(broker.port(), ProtocolVersion.MQTT_5)) {
            client.send(aliasing, RawClient.subscribe("raw/topic", QoS.AT_LEAST_ONCE));
            client.expect(Packet.Connack.class);
            client.expect(Packet.Suback.class);
            client.send(raw(1), raw(2));
            assertEquals(List.of("raw/topic=1", "=1"), received(client, 2));
        }
        try (RawClient client = new RawClient(broker.port(), ProtocolVersion.MQTT_5)) {
            client.send(aliasing);
            assertTrue(client.expect(Packet.Connack.class).sessionPresent());
            assertEquals(List.of("raw/topic=1", "=1"), received(client, 2));
        }
        try (RawClient client = new RawClient(broker.port(), ProtocolVersion.MQTT_5)) {
            client.send(connect); // which takes none [MQTT-3.1.2-27]
            client.expect(Packet.Connack.class);
            assertEquals(List.of("raw/topic", "raw/topic"), received(client, 2));
        }
    }

    private static Packet.Publish raw(int packetId) {
        return RawClient.publish(QoS.AT_LEAST_ONCE, packetId, "raw/topic", new byte[] {1});
    }

    /** The next messages, each as its Topic Name and its alias; they are not acknowledged. */
    private static List<String> received(RawClient client, int messages) throws IOException {
        List<String> received = new ArrayList<>();
        while (received.size() < messages) {
            if (client.receive() instanceof Packet.Publish publish) {
                Properties properties = publish.properties();
                received.add(publish.topicName() + (properties.contains(Property.TOPIC_ALIAS)
                        ? "=" + properties.integer(Property.TOPIC_ALIAS, 0) : ""));
            }
        }
        return received;
    }

    @Tag("debian")
    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void mosquittosClientsRetainAMessageAndLeaveAWill(ProtocolVersion version) throws Exception {
        String name = mosquittoName(version);
        assertEquals(List.of(), mosquitto("mosquitto_pub", name, "-t", name + "/retained", "-q", "1", "-r",
                "-m", "on").inputReader().lines().toList());
        FeatureClient watcher = Kind.HIVEMQ_5.open(name);
        watcher.subscribe(name + "/will");
        Process mortal = mosquitto("mosquitto_sub", name, "-t", name + "/retained", "-q", "1", "-F",
                "%t %p %r", "--will-topic", name + "/will", "--will-payload", "gone", "--will-qos", "1");
        assertEquals(name + "/retained on 1", mortal.inputReader().readLine());
        mortal.destroyForcibly();
        assertMessage(name + "/will", "gone", false, watcher.next());
        watcher.disconnect();
    }

    private static Process mosquitto(String program, String version, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(program, "-V", version, "-h", "127.0.0.1", "-p",
                Integer.toString(broker.port())));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static String mosquittoName(ProtocolVersion version) {
        return switch (version) {
            case MQTT_3_1 -> "mqttv31";
            case MQTT_3_1_1 -> "mqttv311";
            case MQTT_5 -> "mqttv5";
        };
    }

    private static void assertMessage(String topicName, String payload, boolean retain, Received message) {
        assertEquals(List.of(topicName, payload, retain),
                List.of(message.topicName(), message.payload(), message.retain()));
    }
}
