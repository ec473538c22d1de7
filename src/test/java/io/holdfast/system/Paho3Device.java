package io.holdfast.system;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/**
 * The Paho client of MQTT 3.1 and 3.1.1. Each connection has a client object of its own: one that has an
 * acknowledgement left from its last connection never sends its next CONNECT.
 */
final class Paho3Device implements Device {
    /** At its default of 10, a message may be refused though the one before has been acknowledged. */
    private static final int IN_FLIGHT_MAX = 1_000;

    private final String url;
    private final String clientId;
    private final int version;
    private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();

    /** @param version of {@link MqttConnectOptions} */
    Paho3Device(int version, int port, String clientId) {
        this.version = version;
        this.url = "tcp://127.0.0.1:" + port;
        this.clientId = clientId;
    }

    @Override
    public void subscribe(String topicFilter, int qos) throws MqttException {
        MqttClient client = connect();
        client.subscribe(topicFilter, qos);
        client.disconnect();
        client.close();
    }

    @Override
    public void publish(String topicName, int qos, List<String> payloads) throws MqttException {
        MqttClient client = connect();
        for (String payload : payloads) {
            client.publish(topicName, payload.getBytes(StandardCharsets.UTF_8), qos, false);
        }
        client.disconnect();
        client.close();
    }

    @Override
    public List<String> receiveThrough(String last) throws MqttException, InterruptedException {
        List<String> payloads = new ArrayList<>();
        MqttClient client = connect();
        do {
            payloads.add(Objects.requireNonNull(arrived.poll(SECONDS_MAX, TimeUnit.SECONDS)));
        } while (!payloads.getLast().equals(last));
        client.disconnect();
        client.close();
        return payloads;
    }

    private MqttClient connect() throws MqttException {
        MqttClient client = new MqttClient(url, clientId, new MemoryPersistence());
        client.setCallback(new Arrivals());
        MqttConnectOptions options = new MqttConnectOptions();
        options.setMqttVersion(version);
        options.setCleanSession(false);
        options.setMaxInflight(IN_FLIGHT_MAX);
        client.connect(options);
        return client;
    }

    private final class Arrivals implements MqttCallback {
        @Override
        public void messageArrived(String topicName, MqttMessage message) {
            arrived.add(new String(message.getPayload(), StandardCharsets.UTF_8));
        }

        @Override
        public void connectionLost(Throwable cause) {}

        @Override
        public void deliveryComplete(IMqttDeliveryToken token) {}
    }
}
