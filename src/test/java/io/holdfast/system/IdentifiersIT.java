package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.holdfast.conformance.Clause;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.eclipse.paho.mqttv5.client.IMqttMessageListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real clients that find their subscriptions by the Subscription Identifiers of what they are sent. */
@Timeout(120)
@Clause(mqtt5 = "MQTT-3.3.4-3")
class IdentifiersIT {
    @TempDir
    private Path data;
    private BrokerProcess broker;

    @BeforeEach
    void start() {
        broker = BrokerProcess.start(data);
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    /** Paho has a listener for each identifier, and shows the identifiers of each message. */
    @Test
    void pahosClientIsToldAllIdentifiersOfSubscriptionsThatMatch() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        MqttAsyncClient client = new MqttAsyncClient("tcp://127.0.0.1:" + broker.port(), "paho",
                new MemoryPersistence());
        client.connect().waitForCompletion();
        subscribe(client, 7, "room/+", heard);
        subscribe(client, 268_435_455, "room/1", heard);
        client.publish("room/1", "both".getBytes(StandardCharsets.UTF_8), 1, false).waitForCompletion();
        client.publish("room/2", "one".getBytes(StandardCharsets.UTF_8), 1, false).waitForCompletion();
        String both = "both [7, 268435455] to ";
        assertEquals(new TreeSet<>(List.of(both + "7", both + "268435455")),
                new TreeSet<>(List.of(heard.take(), heard.take())));
        assertEquals("one [7] to 7", heard.take());
        client.disconnect().waitForCompletion();
        client.close();
    }

    private static void subscribe(MqttAsyncClient client, int identifier, String topicFilter,
            BlockingQueue<String> heard) throws Exception {
        MqttProperties properties = new MqttProperties();
        properties.setSubscriptionIdentifier(identifier); // is sent
        properties.setSubscriptionIdentifiers(List.of(identifier)); // is what the listener is kept under
        IMqttMessageListener listener = (_, message) -> heard.add(new String(message.getPayload(),
                StandardCharsets.UTF_8) + " "
                + message.getProperties().getSubscriptionIdentifiers().stream().sorted().toList() + " to "
                + identifier);
        client.subscribe(new MqttSubscription[] {new MqttSubscription(topicFilter, 1)}, null, null, listener,
                properties).waitForCompletion();
    }

    /**
     * HiveMQ's client chooses them itself, does not show them, and finds the callback by them. Each callback
     * has a thread's turn of its own, so that those of two subscriptions come in any order.
     */
    @Test
    void hiveMqsClientCallsEachSubscriptionThatMatchesOnce() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        Mqtt5AsyncClient client = Mqtt5Client.builder().identifier("hivemq").serverHost("127.0.0.1")
                .serverPort(broker.port()).buildAsync();
        client.connect().join();
        for (String topicFilter : List.of("room/+", "room/1")) {
            client.subscribeWith().topicFilter(topicFilter).callback(message -> heard.add(topicFilter + " "
                    + new String(message.getPayloadAsBytes(), StandardCharsets.UTF_8))).send().join();
        }
        for (String room : List.of("1", "2")) {
            client.publishWith().topic("room/" + room).payload(room.getBytes(StandardCharsets.UTF_8)).send()
                    .join();
        }
        assertEquals(List.of("room/+ 1", "room/+ 2", "room/1 1"),
                Stream.of(heard.take(), heard.take(), heard.take()).sorted().toList());
        client.disconnect().join();
        assertNull(heard.poll());
    }

    /** It prints the first identifier of a message. */
    @Test
    @Tag("debian")
    void mosquittosClientPrintsTheIdentifierThatItSubscribedWith() throws Exception {
        FeatureClient publisher = new FeatureClient.HiveMq5(broker.port(), "publisher");
        publisher.publish("room/1", "on", true);
        Process watcher = new ProcessBuilder("mosquitto_sub", "-V", "5", "-p",
                Integer.toString(broker.port()), "-t", "room/+", "-q", "1", "-D", "SUBSCRIBE",
                "subscription-identifier", "42", "-F", "%p %r %S").redirectErrorStream(true).start();
        try (BufferedReader lines = watcher.inputReader()) {
            assertEquals("on 1 42", lines.readLine());
            publisher.publish("room/1", "off", false);
            assertEquals("off 0 42", lines.readLine());
        } finally {
            watcher.destroyForcibly();
        }
        publisher.disconnect();
    }
}
