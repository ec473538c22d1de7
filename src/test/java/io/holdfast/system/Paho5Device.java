package io.holdfast.system;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/**
 * The Paho client of MQTT 5.0. Each connection has a client object of its own: one that has an
 * acknowledgement left from its last connection never sends its next CONNECT.
 */
final class Paho5Device implements Device {
    private static final long EXPIRES_NEVER = 0xFFFF_FFFFL;

    /** Paho tells of every PUBCOMP otherwise. Held here, as loggers are collected with their levels. */
    private static final Logger LOG = Logger.getLogger("org.eclipse.paho.mqttv5");

    static {
        LOG.setLevel(Level.WARNING);
    }

    private final String url;
    private final String clientId;
    private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();

    Paho5Device(int port, String clientId) {
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

    /** It sends PUBREC afterwards, or, if it is told to disconnect meanwhile, not at all. */
    @Override
    public boolean acknowledgesFirst() {
        return false;
    }

    private MqttClient connect() throws MqttException {
        MqttClient client = new MqttClient(url, clientId, new MemoryPersistence());
        client.setCallback(new Arrivals());
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(false);
        options.setSessionExpiryInterval(EXPIRES_NEVER);
        client.connect(options);
        return client;
    }

    private final class Arrivals implements MqttCallback {
        @Override
        public void messageArrived(String topicName, MqttMessage message) {
            arrived.add(new String(message.getPayload(), StandardCharsets.UTF_8));
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {}

        @Override
        public void mqttErrorOccurred(MqttException exception) {}

        @Override
        public void deliveryComplete(IMqttToken token) {}

        @Override
        public void connectComplete(boolean reconnect, String serverUri) {}

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {}
    }
}
