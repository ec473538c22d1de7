package io.holdfast.broker;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Packet.Puback;
import io.holdfast.mqtt.Packet.Pubcomp;
import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.Packet.Pubrec;
import io.holdfast.mqtt.Packet.Pubrel;
import io.holdfast.mqtt.Packet.Subscribe;
import io.holdfast.mqtt.Packet.Unsubscribe;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.mqtt.SubscriptionOptions;
import io.holdfast.mqtt.Topics;
import java.util.ArrayList;
import java.util.List;

/** What the client of an open session says, and what it is answered. */
final class Conversation {
    private static final String TOO_MUCH_WAITS = "as many messages as may wait for a session";
    private static final String DISK_SHORT = "the server's disk is short of space";

    private final Routing routing;
    private final Sessions sessions;
    private final Delayed delayed;
    private final Exchanges exchanges;
    private final Counters counters;
    private final DiskSpace diskSpace;

    Conversation(Routing routing, Sessions sessions, Delayed delayed, Exchanges exchanges,
            Counters counters, DiskSpace diskSpace) {
        this.diskSpace = diskSpace;
        this.exchanges = exchanges;
        this.counters = counters;
        this.delayed = delayed;
        this.routing = routing;
        this.sessions = sessions;
    }

    void handle(Session session, Packet packet, Turn turn) {
        switch (packet) {
            case Publish publish -> publish(session, publish, turn);
            case Puback puback -> puback(session, puback, turn);
            case Pubrec pubrec -> pubrec(session, pubrec, turn);
            case Pubrel pubrel -> pubrel(session, pubrel, turn);
            case Pubcomp pubcomp -> pubcomp(session, pubcomp, turn);
            case Subscribe subscribe -> subscribe(session, subscribe, turn);
            case Unsubscribe unsubscribe -> unsubscribe(session, unsubscribe, turn);
            case Packet.Pingreq _ -> session.connection.send(new Packet.Pingresp(), turn); // [MQTT-3.12.4-1]
            case Packet.Disconnect disconnect -> disconnect(session, disconnect, turn);
            case Packet.Connect _ -> protocolError(session, "a second CONNECT", turn); // [MQTT-3.1.0-2]
            case Packet.Auth auth -> exchanges.auth(session.connection, auth, turn);
            case Packet.Connack _, Packet.Suback _, Packet.Unsuback _, Packet.Pingresp _ ->
                protocolError(session, packet.type() + " is for the server to send", turn);
        }
    }

    private void protocolError(Session session, String what, Turn turn) {
        end(session, ReasonCode.PROTOCOL_ERROR, what, turn);
    }

    private void end(Session session, ReasonCode reason, String what, Turn turn) {
        sessions.disconnect(session.connection, reason, what + " (client " + session.clientId + ")", turn);
    }

    private void publish(Session session, Publish packet, Turn turn) {
        long alias = packet.properties().integer(Property.TOPIC_ALIAS, TopicAliases.NONE);
        // [MQTT-3.3.2-8..9]
        int aliasMax = session.connection.settings.integer(Setting.TOPIC_ALIAS_MAXIMUM);
        if (alias != TopicAliases.NONE && (alias == 0 || alias > aliasMax)) {
            end(session, ReasonCode.TOPIC_ALIAS_INVALID, "Topic Alias " + alias + "; 1 to " + aliasMax
                    + " are allowed", turn);
        } else if (packet.properties().contains(Property.SUBSCRIPTION_IDENTIFIER)) { // [MQTT-3.3.4-6]
            protocolError(session, "a PUBLISH with a Subscription Identifier", turn);
        } else {
            if (alias != TopicAliases.NONE && !packet.topicName().isEmpty()
                    && session.isRefusedMemory()) {
                end(session, ReasonCode.QUOTA_EXCEEDED, "a Topic Alias, and memory is full", turn);
                return;
            }
            String topicName = session.connection.aliases.resolve(alias, packet.topicName());
            if (topicName == null) {
                protocolError(session, "Topic Alias " + alias + " before a PUBLISH with it and a Topic Name",
                        turn);
            } else {
                publishResolved(session, packet.topicName().equals(topicName) ? packet
                        : packet.to(topicName), turn);
            }
        }
    }

    private void publishResolved(Session session, Publish packet, Turn turn) {
        Admission.Refusal refusal = Admission.refusal(packet.topicName(), packet.qos(), packet.retain(),
                session.connection.settings);
        if (refusal != null) {
            end(session, refusal.reason(), refusal.why(), turn);
            return;
        }
        if (Delayed.isDelayed(packet.topicName()) && !Delayed.isWellFormed(packet.topicName())) {
            end(session, ReasonCode.TOPIC_NAME_INVALID, "a Topic Name of " + packet.topicName()
                    + "; $delayed/ is followed by 0 to " + Delayed.DELAY_SECONDS_MAX
                    + " seconds, / and a Topic Name", turn);
            return;
        }
        if (session.connection.mustReconnect && packet.qos() != QoS.AT_MOST_ONCE) {
            return;
        }
        switch (packet.qos()) {
            case AT_MOST_ONCE -> {
                if (route(session, packet, turn) == ReasonCode.PAYLOAD_FORMAT_INVALID) {
                    // There is no acknowledgement to say it in.
                    end(session, ReasonCode.PAYLOAD_FORMAT_INVALID,
                            "a payload that is not the UTF-8 it claims to be", turn);
                }
            }
            case AT_LEAST_ONCE -> {
                ReasonCode reason = route(session, packet, turn);
                if (isAnswered(session, reason)) {
                    session.connection.send(new Puback(packet.packetId(), reason, explained(session, reason)),
                            turn);
                }
            }
            case EXACTLY_ONCE -> publishExactlyOnce(session, packet, turn);
        }
    }

    private static boolean isPayloadAsSaid(Publish packet) {
        return Admission.isPayloadAsSaid(packet.properties(), packet.payload());
    }

    /**
     * Whether a message is answered. Before MQTT 5.0 there is no word for one that is not taken over: an
     * acknowledgement would be a lie. So the client is to connect again, and will send it again; and until
     * then nothing that follows it is taken over, for it would overtake it.
     */
    private static boolean isAnswered(Session session, ReasonCode reason) {
        Connection connection = session.connection;
        connection.mustReconnect |= reason == ReasonCode.QUOTA_EXCEEDED && !connection.isMqtt5();
        return !connection.mustReconnect;
    }

    private Properties explained(Session session, ReasonCode reason) {
        return reason == ReasonCode.QUOTA_EXCEEDED && session.connection.wantsReasons
                ? session.connection.reasonString(diskSpace.isShort() ? DISK_SHORT : TOO_MUCH_WAITS)
                : Properties.NONE;
    }

    private ReasonCode route(Session session, Publish packet, Turn turn) {
        if (!isPayloadAsSaid(packet)) {
            return ReasonCode.PAYLOAD_FORMAT_INVALID;
        }
        if (SysTopics.covers(Delayed.target(packet.topicName()))) { // MQTT 3.1.1 [MQTT-3.3.5-2]
            counters.refused++;
            return ReasonCode.NOT_AUTHORIZED;
        }
        return publishOrDelay(session, packet, turn);
    }

    private ReasonCode publishOrDelay(Session session, Publish packet, Turn turn) {
        turn.setSync(session.connection.sync);
        ReasonCode reason = Delayed.isDelayed(packet.topicName())
                ? delayed.accept(packet, session.publisher, turn)
                : routing.publish(packet, session.publisher, turn);
        turn.setSync(Sync.COMMIT);
        return reason;
    }

    private void publishExactlyOnce(Session session, Publish packet, Turn turn) {
        ReasonCode reason = ReasonCode.SUCCESS;
        if (!session.received.contains(packet.packetId())) { // [MQTT-4.3.3-10]
            int receiveMaximum = session.connection.settings.integer(Setting.RECEIVE_MAXIMUM);
            if (session.connection.isMqtt5() && session.received.size() >= receiveMaximum) {
                end(session, ReasonCode.RECEIVE_MAXIMUM_EXCEEDED, "more than " + receiveMaximum
                        + " messages of QoS 2 not released", turn); // [MQTT-3.3.4-7]
                return;
            }
            reason = route(session, packet, turn);
            if (!isAnswered(session, reason)) {
                return;
            }
            if (!reason.isError()) { // else the identifier is free again [MQTT-4.3.3-9]
                session.received.add(packet.packetId());
                session.wake();
            }
        }
        session.connection.send(new Pubrec(packet.packetId(), reason, explained(session, reason)), turn);
    }

    private void pubrel(Session session, Pubrel packet, Turn turn) {
        boolean known = session.received.contains(packet.packetId());
        if (known) {
            session.received.remove(packet.packetId());
            session.wake();
        }
        ReasonCode reason = known ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
        // [MQTT-4.3.3-11]
        session.connection.send(new Pubcomp(packet.packetId(), reason, Properties.NONE), turn);
    }

    private void puback(Session session, Puback packet, Turn turn) {
        InFlight delivery = session.window.get(packet.packetId());
        if (delivery != null && delivery.qos() == QoS.EXACTLY_ONCE) {
            protocolError(session, "PUBACK for the QoS 2 message " + packet.packetId(), turn);
        } else if (delivery != null) {
            session.outgoing.complete(delivery, turn);
        }
    }

    private void pubrec(Session session, Pubrec packet, Turn turn) {
        InFlight delivery = session.window.get(packet.packetId());
        if (delivery != null && delivery.qos() == QoS.AT_LEAST_ONCE) {
            protocolError(session, "PUBREC for the QoS 1 message " + packet.packetId(), turn);
            return;
        }
        if (packet.reason().isError()) { // [MQTT-4.4.0-2]
            if (delivery != null) {
                session.outgoing.complete(delivery, turn);
            }
            return;
        }
        if (delivery != null && !delivery.released()) {
            session.outgoing.release(delivery, turn);
        }
        ReasonCode reason = delivery != null ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
        // [MQTT-4.3.3-4]
        session.connection.send(new Pubrel(packet.packetId(), reason, Properties.NONE), turn);
    }

    private void pubcomp(Session session, Pubcomp packet, Turn turn) {
        InFlight delivery = session.window.get(packet.packetId());
        if (delivery != null && !delivery.released()) {
            protocolError(session, "PUBCOMP before PUBREC for the message " + packet.packetId(), turn);
        } else if (delivery != null) {
            session.outgoing.complete(delivery, turn);
        }
    }

    private void subscribe(Session session, Subscribe packet, Turn turn) {
        int identifier = (int) packet.properties().integer(Property.SUBSCRIPTION_IDENTIFIER, 0);
        if (identifier != 0
                && !session.connection.settings.isOn(Setting.SUBSCRIPTION_IDENTIFIER_AVAILABLE)) {
            end(session, ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED, "a Subscription Identifier",
                    turn);
            return; // section 3.2.2.3.12
        }
        for (Subscribe.Requested requested : packet.subscriptions()) { // [MQTT-3.8.3-4]
            if (requested.options().noLocal() && Topics.isShared(requested.topicFilter())) {
                protocolError(session, "No Local in a Shared Subscription", turn);
                return;
            }
        }
        List<ReasonCode> reasons = new ArrayList<>();
        for (Subscribe.Requested requested : packet.subscriptions()) { // [MQTT-3.8.4-5]
            reasons.add(subscribe(session, requested, identifier, turn));
        }
        answer(session, new Packet.Suback(packet.packetId(), Properties.NONE, reasons), turn);
    }

    private ReasonCode subscribe(Session session, Subscribe.Requested requested, int identifier, Turn turn) {
        String topicFilter = requested.topicFilter();
        if (!Topics.isTopicFilter(topicFilter)) {
            return ReasonCode.TOPIC_FILTER_INVALID;
        }
        Settings settings = session.connection.settings;
        boolean isShared = Topics.isShared(topicFilter);
        if (isShared && !settings.isOn(Setting.SHARED_SUBSCRIPTION_AVAILABLE)) {
            return ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED;
        }
        if (Topics.hasWildcard(topicFilter) && !settings.isOn(Setting.WILDCARD_SUBSCRIPTION_AVAILABLE)) {
            return ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED;
        }
        if (Admission.isTooLong(topicFilter, settings)) {
            return ReasonCode.TOPIC_FILTER_INVALID;
        }
        boolean isTooMuch = session.subscriptions.size() >= settings.integer(Setting.SUBSCRIPTIONS_MAX)
                || session.isRefusedMemory();
        if (isTooMuch && !session.subscriptions.containsKey(topicFilter)) {
            return ReasonCode.QUOTA_EXCEEDED;
        }
        SubscriptionOptions options = requested.options().atMost(settings.maximumQos()); // [MQTT-3.2.2-9]
        if (isShared) {
            routing.shared().subscribe(session, topicFilter, options, identifier, turn);
        } else {
            routing.subscribe(session, topicFilter, options, identifier, turn);
        }
        return ReasonCode.granted(options.qos());
    }

    private void unsubscribe(Session session, Unsubscribe packet, Turn turn) {
        List<ReasonCode> reasons = new ArrayList<>();
        for (String topicFilter : packet.topicFilters()) { // [MQTT-3.10.4-6]
            boolean existed = routing.unsubscribe(session, topicFilter, turn);
            reasons.add(existed ? ReasonCode.SUCCESS : ReasonCode.NO_SUBSCRIPTION_EXISTED);
        }
        answer(session, new Packet.Unsuback(packet.packetId(), Properties.NONE, reasons), turn);
    }

    /**
     * Answers a packet with one that has no bound in size; where the client cannot take it, the connection
     * ends [MQTT-3.1.2-24]. The others are shorter than the CONNACK that it took.
     */
    private void answer(Session session, Packet packet, Turn turn) {
        if (session.connection.takes(packet)) {
            session.connection.send(packet, turn);
        } else {
            end(session, ReasonCode.PACKET_TOO_LARGE,
                    packet.type() + " exceeds the client's Maximum Packet Size", turn);
        }
    }

    private void disconnect(Session session, Packet.Disconnect packet, Turn turn) {
        long before = session.row().expirySeconds();
        long seconds = packet.properties().integer(Property.SESSION_EXPIRY_INTERVAL, before);
        if (before == 0 && seconds != 0) { // section 3.14.2.2.2
            protocolError(session,
                    "a Session Expiry Interval of " + seconds + " s in DISCONNECT after 0 in CONNECT", turn);
            return;
        }
        long secondsMax = session.connection.settings.get(Setting.SESSION_EXPIRY_SECONDS_MAX);
        session.setExpirySeconds(Math.min(seconds, secondsMax));
        if (packet.reason() == ReasonCode.SUCCESS) {
            session.discardWill(); // [MQTT-3.14.4-3]; any other reason publishes it [MQTT-3.1.2-8]
        }
        sessions.close(session.connection, "client " + session.clientId + " disconnected", turn);
    }
}
