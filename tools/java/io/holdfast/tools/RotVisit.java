package io.holdfast.tools;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One connection of a session's client, and what comes on it. */
final class RotVisit {
    private final RotSession session;
    private final BlockingClient client;
    private final RotLedger ledger;
    private final RotFindings findings;
    private final Map<String, Integer> last = new HashMap<>();
    private final Set<RotMessage> seen = new HashSet<>();
    /** Packet Identifiers of QoS 2 messages that have come and are not released [MQTT-4.3.3-10]. */
    private final BitSet unreleased = new BitSet();

    RotVisit(RotSession session, BlockingClient client, RotLedger ledger, RotFindings findings) {
        this.session = session;
        this.client = client;
        this.ledger = ledger;
        this.findings = findings;
    }

    /** Takes what comes until the message of that number has come on each of the session's topics. */
    void takeThrough(int number) throws IOException {
        while (!unreleased.isEmpty() || !session.topics().stream()
                .allMatch(topic -> seen.contains(new RotMessage(topic, number)))) {
            take(client.receive());
        }
    }

    /** Takes so many messages, and leaves others in flight, and every other of QoS 2 without PUBCOMP. */
    void takeSome(int messages) throws IOException {
        for (int left = messages; left > 0 || !unreleased.isEmpty();) {
            Packet packet = client.receive();
            if (packet instanceof Packet.Pubrel pubrel && pubrel.packetId() % 2 == 0) {
                unreleased.clear(pubrel.packetId());
            } else if (!(packet instanceof Packet.Publish)) {
                take(packet);
            } else if (left > 0) {
                take(packet);
                left--;
            }
        }
        client.flush();
    }

    private void take(Packet packet) throws IOException {
        switch (packet) {
            case Packet.Publish publish -> {
                arrived(publish);
                acknowledge(publish);
            }
            case Packet.Pubrel(int packetId, _, _) -> {
                unreleased.clear(packetId);
                client.send(new Packet.Pubcomp(packetId, ReasonCode.SUCCESS, Properties.NONE));
            }
            case Packet.Suback(_, _, List<ReasonCode> reasons)
                    when reasons.stream().allMatch(ReasonCode.granted(session.qos())::equals) -> { }
            default -> throw client.unexpected(packet);
        }
    }

    private void acknowledge(Packet.Publish publish) throws IOException {
        int packetId = publish.packetId();
        if (publish.qos() == QoS.EXACTLY_ONCE) {
            unreleased.set(packetId);
            client.send(new Packet.Pubrec(packetId, ReasonCode.SUCCESS, Properties.NONE));
        } else if (publish.qos() == QoS.AT_LEAST_ONCE) {
            client.send(new Packet.Puback(packetId, ReasonCode.SUCCESS, Properties.NONE));
        }
    }

    private void arrived(Packet.Publish publish) {
        RotMessage message = RotMessage.of(publish);
        String topic = publish.topicName();
        if (message == null || !session.topics().contains(topic)
                || !ledger.published(topic).get(message.number())) {
            findings.wrong(session.clientId() + " was sent what nobody published: " + publish);
            return;
        }
        if (!seen.add(message)) {
            findings.wrong(session.clientId() + " was sent " + message + " twice");
        }
        int before = last.getOrDefault(topic, -1);
        if (message.number() < before && !session.isMember()) {
            findings.wrong(session.clientId() + " was sent " + message + " after " + before);
        }
        last.put(topic, message.number());
        if (publish.retain()) { // what is published now is retained, and came in answer to SUBSCRIBE
            findings.subscriptionLost();
        }
        BitSet taken = ledger.taken(session.taker(), topic);
        if (taken.get(message.number()) && publish.qos() == QoS.EXACTLY_ONCE && !session.isMember()) {
            findings.doubled();
        }
        taken.set(message.number());
    }
}
