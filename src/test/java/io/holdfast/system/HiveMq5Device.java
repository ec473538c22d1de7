package io.holdfast.system;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient.Mqtt5Publishes;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The HiveMQ client, speaking MQTT 5.0. */
final class HiveMq5Device implements Device {
    private final Mqtt5BlockingClient client;

    HiveMq5Device(int port, String clientId) {
        client = Mqtt5Client.builder().identifier(clientId).serverHost("127.0.0.1").serverPort(port)
                .buildBlocking();
    }

    @Override
    public void subscribe(String topicFilter, int qos) {
        connect();
        client.subscribeWith().topicFilter(topicFilter).qos(MqttQos.fromCode(qos)).send();
        client.disconnect();
    }

    @Override
    public void publish(String topicName, int qos, List<String> payloads) {
        connect();
        for (String payload : payloads) {
            client.publishWith().topic(topicName).qos(MqttQos.fromCode(qos))
                    .payload(payload.getBytes(StandardCharsets.UTF_8)).send();
        }
        client.disconnect();
    }

    @Override
    public List<String> receiveThrough(String last) throws InterruptedException {
        List<String> payloads = new ArrayList<>();
        try (Mqtt5Publishes publishes = client.publishes(MqttGlobalPublishFilter.ALL)) {
            connect();
            do {
                payloads.add(publishes.receive(SECONDS_MAX, TimeUnit.SECONDS)
                        .map(publish -> new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8))
                        .orElseThrow());
            } while (!payloads.getLast().equals(last));
            client.disconnect();
        }
        return payloads;
    }

    private void connect() {
        client.connectWith().cleanStart(false).noSessionExpiry().send();
    }
}
