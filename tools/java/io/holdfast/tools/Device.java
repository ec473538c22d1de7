package io.holdfast.tools;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.mqtt.SubscriptionOptions;
import io.holdfast.system.Deliveries;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;

/**
 * A client with one subscription in a session that never expires. It subscribes and goes away; played, it
 * comes back and takes its messages, until the one that ends the play.
 */
final class Device implements Part {
    private final String clientId;
    private final Load load;
    private final int topic;
    private final QoS qos;
    private final int publishers;
    private final Deliveries deliveries;
    /** Packet Identifiers of QoS 2 messages that have come and are not released [MQTT-4.3.3-10]. */
    private final BitSet unreleased = new BitSet();
    private int lastPublisher;

    /** @param publishers how many of them there are, those that publish the end of a play included */
    Device(Load load, String clientId, int topic, QoS qos, int publishers) {
        this.clientId = clientId;
        this.load = load;
        this.topic = topic;
        this.qos = qos;
        this.publishers = publishers;
        deliveries = new Deliveries(publishers);
    }

    QoS qos() {
        return qos;
    }

    /** The part that comes first: to connect, to subscribe, and to go away. */
    Part subscribing() {
        return (port, _) -> subscribe(port);
    }

    private void subscribe(int port) throws IOException {
        try (BlockingClient client = BlockingClient.connect(port, BlockingClient.durableSession(clientId))) {
            SubscriptionOptions options = new SubscriptionOptions(qos, false, false, 0);
            client.send(new Packet.Subscribe(1, Properties.NONE,
                    List.of(new Packet.Subscribe.Requested(load.topicName(topic), options))));
            Packet answer = client.receive();
            if (!(answer instanceof Packet.Suback(_, _, List<ReasonCode> reasons))
                    || !reasons.equals(List.of(ReasonCode.granted(qos)))) {
                throw client.unexpected(answer);
            }
            client.disconnect();
        }
    }

    /** From now on the first message of that publisher ends the play: it comes last. */
    void endWith(int publisher) {
        lastPublisher = publisher;
    }

    @Override
    public void play(int port, Progress progress) throws IOException {
        try (BlockingClient client = BlockingClient.connect(port, BlockingClient.durableSession(clientId))) {
            if (!client.connack().sessionPresent()) {
                throw client.unexpected(client.connack());
            }
            while (!deliveries.has(lastPublisher, 0) || !unreleased.isEmpty()) {
                received(client.receive(), client, progress);
            }
            client.disconnect();
        }
    }

    private void received(Packet packet, BlockingClient client, Progress progress) throws IOException {
        switch (packet) {
            case Packet.Publish publish when publish.qos() == QoS.AT_LEAST_ONCE -> {
                count(publish, progress);
                client.send(new Packet.Puback(publish.packetId(), ReasonCode.SUCCESS, Properties.NONE));
            }
            case Packet.Publish publish when publish.qos() == QoS.EXACTLY_ONCE -> {
                if (!unreleased.get(publish.packetId())) {
                    unreleased.set(publish.packetId());
                    count(publish, progress);
                }
                client.send(new Packet.Pubrec(publish.packetId(), ReasonCode.SUCCESS, Properties.NONE));
            }
            case Packet.Pubrel(int packetId, _, _) -> {
                unreleased.clear(packetId);
                client.send(new Packet.Pubcomp(packetId, ReasonCode.SUCCESS, Properties.NONE));
            }
            default -> throw client.unexpected(packet);
        }
    }

    private void count(Packet.Publish publish, Progress progress) {
        Load.Arrived message = load.identify(publish, publishers);
        if (message == null || message.topic() != topic) {
            deliveries.strangeArrived();
        } else {
            deliveries.arrived(message.publisher(), message.number());
        }
        progress.add();
    }

    /** To be read when nobody plays; {@code publishers} are all of them, by their numbers. */
    Deliveries.Verdict verdict(List<Publisher> publishers) {
        return deliveries.verdict(publishers.stream()
                .map(publisher -> publisher.acknowledged(topic)).toList());
    }
}
