package io.holdfast.tools;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.SubscriptionOptions;
import java.io.IOException;
import java.util.List;

/**
 * A session that never expires, and its client.
 *
 * @param taker in whose name it takes messages: its own, or that of its group
 * @param topics that its Topic Filters match
 */
record RotSession(String clientId, QoS qos, String taker, List<String> filters, List<String> topics) {
    static RotSession of(String clientId, QoS qos, List<String> filters, List<String> topics) {
        return new RotSession(clientId, qos, clientId, filters, topics);
    }

    static RotSession member(String clientId, QoS qos, String shareName, String filter, String topic) {
        String shared = "$share/" + shareName + "/" + filter;
        return new RotSession(clientId, qos, shared, List.of(shared), List.of(topic));
    }

    boolean isMember() {
        return !taker.equals(clientId);
    }

    BlockingClient connect(int port) throws IOException {
        return BlockingClient.connect(port, BlockingClient.durableSession(clientId));
    }

    /**
     * Subscribes to what it is, or was, subscribed to. A subscription that is new to the server is sent what
     * is retained for it (Retain Handling 1), and that tells that it is.
     */
    void subscribe(BlockingClient client) throws IOException {
        SubscriptionOptions options = new SubscriptionOptions(qos, false, false, 1);
        client.send(new Packet.Subscribe(1, Properties.NONE, filters.stream()
                .map(filter -> new Packet.Subscribe.Requested(filter, options)).toList()));
    }

    /** Comes for the first time, subscribes, and goes. */
    void begin(int port) throws IOException {
        try (BlockingClient client = connect(port)) {
            if (!filters.isEmpty()) {
                subscribe(client);
                if (!(client.receive() instanceof Packet.Suback)) {
                    throw new IllegalStateException("no SUBACK");
                }
            }
            client.disconnect();
        }
    }
}
