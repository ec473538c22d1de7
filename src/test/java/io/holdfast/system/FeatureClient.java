package io.holdfast.system;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectRestrictions;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;

/**
 * A real client that connects in its constructor, in a session that ends with its connection, with a Will
 * Message {@code gone} of QoS 1 to the topic {@code will/} and its name.
 */
interface FeatureClient {
    /** A message that arrived. */
    record Received(String topicName, String payload, boolean retain) {
        Received(String topicName, byte[] payload, boolean retain) {
            this(topicName, new String(payload, StandardCharsets.UTF_8), retain);
        }
    }

    /** Subscribes at QoS 1. */
    void subscribe(String topicFilter) throws Exception;

    /** Returns when the message is acknowledged, at QoS 1. */
    void publish(String topicName, String payload, boolean retain) throws Exception;

    Received next() throws Exception;

    void disconnect() throws Exception;

    /** HiveMQ's, of MQTT 5, which takes Topic Aliases. */
    final class HiveMq5 implements FeatureClient {
        private final Mqtt5BlockingClient client;
        private final Mqtt5BlockingClient.Mqtt5Publishes messages;

        HiveMq5(int port, String name) {
            client = Mqtt5Client.builder().identifier(name).serverHost("127.0.0.1").serverPort(port)
                    .buildBlocking();
            messages = client.publishes(MqttGlobalPublishFilter.ALL);
            client.connectWith()
                    .restrictions(Mqtt5ConnectRestrictions.builder().topicAliasMaximum(5).build())
                    .willPublish().topic("will/" + name).payload(bytes("gone")).qos(MqttQos.AT_LEAST_ONCE)
                    .applyWillPublish().send();
        }

        @Override
        public void subscribe(String topicFilter) {
            client.subscribeWith().topicFilter(topicFilter).qos(MqttQos.AT_LEAST_ONCE).send();
        }

        @Override
        public void publish(String topicName, String payload, boolean retain) {
            client.publishWith().topic(topicName).qos(MqttQos.AT_LEAST_ONCE).retain(retain)
                    .payload(bytes(payload)).send();
        }

        @Override
        public Received next() throws InterruptedException {
            var message = messages.receive();
            return new Received(message.getTopic().toString(), message.getPayloadAsBytes(),
                    message.isRetain());
        }

        @Override
        public void disconnect() {
            client.disconnect();
        }
    }

    /** HiveMQ's, of MQTT 3.1.1. */
    final class HiveMq3 implements FeatureClient {
        private final Mqtt3BlockingClient client;
        private final Mqtt3BlockingClient.Mqtt3Publishes messages;

        HiveMq3(int port, String name) {
            client = Mqtt3Client.builder().identifier(name).serverHost("127.0.0.1").serverPort(port)
                    .buildBlocking();
            messages = client.publishes(MqttGlobalPublishFilter.ALL);
            client.connectWith().willPublish().topic("will/" + name).payload(bytes("gone"))
                    .qos(MqttQos.AT_LEAST_ONCE).applyWillPublish().send();
        }

        @Override
        public void subscribe(String topicFilter) {
            client.subscribeWith().topicFilter(topicFilter).qos(MqttQos.AT_LEAST_ONCE).send();
        }

        @Override
        public void publish(String topicName, String payload, boolean retain) {
            client.publishWith().topic(topicName).qos(MqttQos.AT_LEAST_ONCE).retain(retain)
                    .payload(bytes(payload)).send();
        }

        @Override
        public Received next() throws InterruptedException {
            var message = messages.receive();
            return new Received(message.getTopic().toString(), message.getPayloadAsBytes(),
                    message.isRetain());
        }

        @Override
        public void disconnect() {
            client.disconnect();
        }
    }

    /** Paho's, of MQTT 3.1.1. */
    final class Paho3 implements FeatureClient {
        private final BlockingQueue<Received> messages = new LinkedBlockingQueue<>();
        private final MqttClient client;

        Paho3(int port, String name) throws Exception {
            client = new MqttClient("tcp://127.0.0.1:" + port, name,
                    new org.eclipse.paho.client.mqttv3.persist.MemoryPersistence());
            MqttConnectOptions options = new MqttConnectOptions();
            options.setWill("will/" + name, bytes("gone"), 1, false);
            client.connect(options);
        }

        @Override
        public void subscribe(String topicFilter) throws Exception {
            client.subscribe(topicFilter, 1, (topicName, message) -> messages.add(
                    new Received(topicName, message.getPayload(), message.isRetained())));
        }

        @Override
        public void publish(String topicName, String payload, boolean retain) throws Exception {
            client.publish(topicName, bytes(payload), 1, retain);
        }

        @Override
        public Received next() throws InterruptedException {
            return messages.take();
        }

        @Override
        public void disconnect() throws Exception {
            client.disconnect();
            client.close();
        }
    }

    /** Paho's, of MQTT 5. */
    final class Paho5 implements FeatureClient {
        private final BlockingQueue<Received> messages = new LinkedBlockingQueue<>();
        private final org.eclipse.paho.mqttv5.client.MqttClient client;

        Paho5(int port, String name) throws Exception {
            client = new org.eclipse.paho.mqttv5.client.MqttClient("tcp://127.0.0.1:" + port, name,
                    new org.eclipse.paho.mqttv5.client.persist.MemoryPersistence());
            MqttConnectionOptions options = new MqttConnectionOptions();
            options.setWill("will/" + name, new MqttMessage(bytes("gone"), 1, false, null));
            client.connect(options);
        }

        @Override
        public void subscribe(String topicFilter) throws Exception {
            client.subscribe(new MqttSubscription[] {new MqttSubscription(topicFilter, 1)},
                    new org.eclipse.paho.mqttv5.client.IMqttMessageListener[] {
                            (topicName, message) -> messages.add(new Received(topicName, message.getPayload(),
                                    message.isRetained()))});
        }

        @Override
        public void publish(String topicName, String payload, boolean retain) throws Exception {
            client.publish(topicName, bytes(payload), 1, retain);
        }

        @Override
        public Received next() throws InterruptedException {
            return messages.take();
        }

        @Override
        public void disconnect() throws Exception {
            client.disconnect();
            client.close();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
