package io.holdfast.tools.bench;

import io.holdfast.mqtt.PacketType;
import io.holdfast.system.Deliveries;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/** A subscriber of one topic, that checks what it gets, over as many connections as it has. */
final class Receiver extends Client {
    /** What is told of messages that arrive for the first time. */
    interface Listener {
        /** @param sentNanos when the message was to be sent */
        void arrived(Receiver receiver, int publisher, long sentNanos);

        /** All that one read brought was told, of messages or what follows them. */
        void readCompleted(Receiver receiver);

        /** It came back, and the broker did not know its session. */
        void sessionLost(Receiver receiver);
    }

    private final Traffic traffic;
    private final int topic;
    private final List<String> topicFilters;
    private final boolean clean;
    private final Listener listener;
    private final Deliveries deliveries;
    /** Packet Identifiers of QoS 2 messages that have come and are not released [MQTT-4.3.3-10]. */
    private final BitSet unreleased = new BitSet();
    private boolean isSubscribed;
    private boolean leavesAtOnce;
    private long arrived;

    Receiver(Traffic traffic, int number, int topic, int filters, boolean clean, Listener listener) {
        super(traffic.prefix() + "-s" + number);
        this.traffic = traffic;
        this.topic = topic;
        this.clean = clean;
        this.listener = listener;
        String topicName = traffic.topicName(topic);
        topicFilters = IntStream.range(0, filters)
                .mapToObj(filter -> filter == 0 ? topicName : topicName + "/" + filter).toList();
        deliveries = new Deliveries(traffic.publishers());
    }

    /** Whether it goes away as soon as it is subscribed. */
    void leaveAtOnce(boolean leave) {
        leavesAtOnce = leave;
    }

    @Override
    boolean isClean() {
        return clean;
    }

    @Override
    void connected(boolean sessionPresent) {
        if (isSubscribed) {
            ready();
            if (!sessionPresent) {
                listener.sessionLost(this);
            }
        } else {
            connection.subscribe(topicFilters, traffic.qos());
        }
    }

    @Override
    void subscribed() {
        isSubscribed = true;
        if (leavesAtOnce) {
            leave();
        }
        ready();
    }

    @Override
    void published(int qos, int packetId, ByteBuffer in, int payloadAt, int payloadEnd) {
        if (qos < 2 || !unreleased.get(packetId)) {
            arrived(in, payloadAt, payloadEnd - payloadAt);
        }
        if (qos == 2) {
            unreleased.set(packetId);
            connection.acknowledge(PacketType.PUBREC, packetId);
        } else if (qos == 1) {
            connection.acknowledge(PacketType.PUBACK, packetId);
        }
    }

    private void arrived(ByteBuffer in, int at, int bytes) {
        int publisher = bytes < Traffic.HEADER_BYTES ? -1 : in.getInt(at);
        int k = publisher < 0 ? -1 : in.getInt(at + Integer.BYTES);
        if (!traffic.has(publisher, k, topic, bytes)) {
            deliveries.strangeArrived();
        } else if (deliveries.arrived(publisher, k / traffic.topics())) {
            arrived++;
            listener.arrived(this, publisher, in.getLong(at + 2 * Integer.BYTES));
        }
    }

    @Override
    void acknowledged(PacketType type, int packetId, boolean refused) {
        if (type != PacketType.PUBREL) {
            throw unexpected(type.name());
        }
        unreleased.clear(packetId);
        connection.acknowledge(PacketType.PUBCOMP, packetId);
    }

    @Override
    void readCompleted() {
        super.readCompleted();
        if (arrived > 0) {
            listener.readCompleted(this);
        }
    }

    /** Whether no QoS 2 handshake is open. */
    boolean isReleased() {
        return unreleased.isEmpty();
    }

    int topic() {
        return topic;
    }

    /** How many messages have arrived, each counted once. */
    long arrived() {
        return arrived;
    }

    /** @param acknowledged for each publisher, the messages on its topic that were acknowledged */
    Deliveries.Verdict verdict(List<BitSet> acknowledged) {
        return deliveries.verdict(acknowledged);
    }
}
