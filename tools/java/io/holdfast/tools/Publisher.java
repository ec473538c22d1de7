package io.holdfast.tools;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import java.io.IOException;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A client that publishes messages 0, 1, 2 and on of a {@link Load}, with a window of unfinished ones. When
 * it connects again it sends those again, under the same Packet Identifiers [MQTT-4.4.0-1]. A message counts
 * as acknowledged with its PUBACK or PUBREC: from then on it is the broker's.
 */
final class Publisher implements Part {
    private static final int WINDOW_MAX = 512;
    private static final int PACKET_ID_MAX = 65_535;

    /** @param released whether PUBREC has come, and what is left is PUBREL and PUBCOMP */
    private record Unfinished(int k, boolean released) {}

    private final String clientId;
    private final Load load;
    private final int number;
    private final int messages;
    private final Map<Integer, Unfinished> window = new LinkedHashMap<>();
    private final BitSet acknowledged = new BitSet();
    private boolean known;
    private int next;
    private int lastPacketId;

    /** @param messages how many it is to publish */
    Publisher(Load load, int number, int messages) {
        this.clientId = "publisher-" + number;
        this.load = load;
        this.number = number;
        this.messages = messages;
    }

    /** The messages on that topic acknowledged so far, by their numbers; to be read when nobody plays. */
    BitSet acknowledged(int topic) {
        return load.ofTopic(topic, number, acknowledged);
    }

    /** How many messages have been sent so far; to be read when nobody plays. */
    int sent() {
        return next;
    }

    @Override
    public void play(int port, Progress progress) throws IOException {
        try (BlockingClient client = BlockingClient.connect(port, BlockingClient.durableSession(clientId))) {
            if (known && !client.connack().sessionPresent()) {
                throw client.unexpected(client.connack());
            }
            known = true;
            long allowed = client.connack().properties().integer(Property.RECEIVE_MAXIMUM, PACKET_ID_MAX);
            sendAgain(client);
            while (next < messages || !window.isEmpty()) {
                while (next < messages && window.size() < Math.min(WINDOW_MAX, allowed)) {
                    publishNext(client);
                }
                Packet packet = client.receive();
                while (packet != null) {
                    acknowledged(packet, client, progress);
                    packet = client.receiveBuffered();
                }
            }
            client.disconnect();
        }
    }

    private void sendAgain(BlockingClient client) throws IOException {
        for (Map.Entry<Integer, Unfinished> entry : window.entrySet()) {
            if (entry.getValue().released()) {
                client.send(new Packet.Pubrel(entry.getKey(), ReasonCode.SUCCESS, Properties.NONE));
            } else {
                client.send(publish(entry.getValue().k(), entry.getKey(), true));
            }
        }
    }

    private void publishNext(BlockingClient client) throws IOException {
        do {
            lastPacketId = lastPacketId == PACKET_ID_MAX ? 1 : lastPacketId + 1;
        } while (window.containsKey(lastPacketId));
        int k = next++; // before it is sent, which may fail: what is in the window is sent again, and once
        window.put(lastPacketId, new Unfinished(k, false));
        client.send(publish(k, lastPacketId, false));
    }

    private Packet publish(int k, int packetId, boolean dup) {
        return new Packet.Publish(dup, load.qos(), false, load.topicName(load.topic(number, k)), packetId,
                Properties.NONE, load.payload(number, k));
    }

    private void acknowledged(Packet packet, BlockingClient client, Progress progress) throws IOException {
        switch (packet) {
            case Packet.Puback(int packetId, ReasonCode reason, _)
                    when load.qos() == QoS.AT_LEAST_ONCE && accepted(packetId, reason) -> {
                count(window.remove(packetId), progress);
            }
            case Packet.Pubrec(int packetId, ReasonCode reason, _)
                    when load.qos() == QoS.EXACTLY_ONCE && accepted(packetId, reason) -> {
                Unfinished before = window.get(packetId);
                window.put(packetId, new Unfinished(before.k(), true));
                count(before, progress);
                client.send(new Packet.Pubrel(packetId, ReasonCode.SUCCESS, Properties.NONE));
            }
            case Packet.Pubcomp(int packetId, _, _) when isReleased(packetId) -> window.remove(packetId);
            default -> throw client.unexpected(packet);
        }
    }

    private boolean accepted(int packetId, ReasonCode reason) {
        return !reason.isError() && window.containsKey(packetId) && !isReleased(packetId);
    }

    private boolean isReleased(int packetId) {
        Unfinished unfinished = window.get(packetId);
        return unfinished != null && unfinished.released();
    }

    private void count(Unfinished message, Progress progress) {
        acknowledged.set(message.k());
        progress.add();
    }
}
