package io.holdfast.system;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.URI;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.KeyManagerFactory;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;

/** A real client in a session that outlives its connections; it connects in its constructor. */
interface TransportClient {
    int SESSION_SECONDS = 3_600;

    /** What a client trusts and shows, and the versions of TLS that it speaks. */
    record Tls(TestCertificates certificates, X509Bundle shown, List<String> versions) {}

    void subscribe(String filter, int qos) throws Exception;

    /** Returns when the message is acknowledged. */
    void publish(String topic, int qos, byte[] payload) throws Exception;

    /** The payload of the next message. */
    byte[] receive() throws Exception;

    void disconnect() throws Exception;

    /** HiveMQ's, of MQTT 5. */
    final class HiveMq implements TransportClient {
        private final Mqtt5BlockingClient client;
        private final Mqtt5BlockingClient.Mqtt5Publishes messages;

        HiveMq(String url, String clientId, Tls tls) {
            URI uri = URI.create(url);
            Mqtt5ClientBuilder builder = Mqtt5Client.builder().identifier(clientId).serverHost(uri.getHost())
                    .serverPort(uri.getPort());
            if (uri.getScheme().startsWith("ws")) {
                builder = builder.webSocketConfig(
                        MqttWebSocketConfig.builder().serverPath(uri.getPath()).build());
            }
            if (uri.getScheme().equals("mqtts") || uri.getScheme().equals("wss")) {
                builder = builder.sslConfig(MqttClientSslConfig.builder()
                        .trustManagerFactory(tls.certificates().trust())
                        .keyManagerFactory(keys(tls))
                        .protocols(tls.versions())
                        .build());
            }
            client = builder.buildBlocking();
            messages = client.publishes(MqttGlobalPublishFilter.ALL);
            client.connectWith().cleanStart(false).sessionExpiryInterval(SESSION_SECONDS).send();
        }

        private static KeyManagerFactory keys(Tls tls) {
            try {
                return tls.shown() == null ? null : tls.shown().toKeyManagerFactory();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void subscribe(String filter, int qos) {
            client.subscribeWith().topicFilter(filter).qos(MqttQos.fromCode(qos)).send();
        }

        @Override
        public void publish(String topic, int qos, byte[] payload) {
            client.publishWith().topic(topic).qos(MqttQos.fromCode(qos)).payload(payload).send();
        }

        @Override
        public byte[] receive() throws InterruptedException {
            return messages.receive().getPayloadAsBytes();
        }

        @Override
        public void disconnect() {
            client.disconnect();
        }
    }

    /** Paho's, of MQTT 3.1.1. */
    final class Paho3 implements TransportClient {
        private final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
        private final MqttClient client;

        Paho3(String url, String clientId, Tls tls) throws Exception {
            client = new MqttClient(pahoUrl(url), clientId, new MemoryPersistence());
            MqttConnectOptions options = new MqttConnectOptions();
            options.setCleanSession(false);
            if (tls != null) {
                options.setSocketFactory(tls.certificates().clientContext(tls.shown()).getSocketFactory());
            }
            client.connect(options);
        }

        @Override
        public void subscribe(String filter, int qos) throws Exception {
            client.subscribe(filter, qos, (_, message) -> messages.add(message.getPayload()));
        }

        @Override
        public void publish(String topic, int qos, byte[] payload) throws Exception {
            client.publish(topic, payload, qos, false);
        }

        @Override
        public byte[] receive() throws InterruptedException {
            return messages.take();
        }

        @Override
        public void disconnect() throws Exception {
            client.disconnect();
            client.close();
        }
    }

    /** Paho's, of MQTT 5. */
    final class Paho5 implements TransportClient {
        private final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
        private final org.eclipse.paho.mqttv5.client.MqttClient client;

        Paho5(String url, String clientId, Tls tls) throws Exception {
            client = new org.eclipse.paho.mqttv5.client.MqttClient(pahoUrl(url), clientId,
                    new org.eclipse.paho.mqttv5.client.persist.MemoryPersistence());
            MqttConnectionOptions options = new MqttConnectionOptions();
            options.setCleanStart(false);
            options.setSessionExpiryInterval((long) SESSION_SECONDS);
            if (tls != null) {
                options.setSocketFactory(tls.certificates().clientContext(tls.shown()).getSocketFactory());
            }
            client.connect(options);
        }

        @Override
        public void subscribe(String filter, int qos) throws Exception {
            client.subscribe(new MqttSubscription[] {new MqttSubscription(filter, qos)},
                    new org.eclipse.paho.mqttv5.client.IMqttMessageListener[] {
                            (_, message) -> messages.add(message.getPayload())});
        }

        @Override
        public void publish(String topic, int qos, byte[] payload) throws Exception {
            client.publish(topic, new MqttMessage(payload, qos, false, null));
        }

        @Override
        public byte[] receive() throws InterruptedException {
            return messages.take();
        }

        @Override
        public void disconnect() throws Exception {
            client.disconnect();
            client.close();
        }
    }

    /** As Paho names schemes. */
    private static String pahoUrl(String url) {
        return url.replace("mqtts:", "ssl:").replace("mqtt:", "tcp:");
    }
}
