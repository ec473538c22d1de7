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
    private final Settings settings;
    private final Routing routing;
    private final Sessions sessions;

    Conversation(Settings settings, Routing routing, Sessions sessions) {
        this.settings = settings;
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
            case Packet.Auth _ ->
                protocolError(session, "AUTH without an Authentication Method in CONNECT", turn);
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
        if (packet.retain()) {
            end(session, ReasonCode.RETAIN_NOT_SUPPORTED, "retained messages are not supported", turn);
        } else if (packet.properties().contains(Property.TOPIC_ALIAS)) { // the announced maximum is 0
            long alias = packet.properties().integer(Property.TOPIC_ALIAS, 0);
            end(session, ReasonCode.TOPIC_ALIAS_INVALID, "Topic Alias " + alias + " exceeds the maximum of 0",
                    turn);
        } else if (packet.properties().contains(Property.SUBSCRIPTION_IDENTIFIER)) { // [MQTT-3.3.4-6]
            protocolError(session, "a PUBLISH with a Subscription Identifier", turn);
        } else {
            switch (packet.qos()) {
                case AT_MOST_ONCE -> routing.publish(packet, session.id, turn);
                case AT_LEAST_ONCE -> {
                    ReasonCode reason = route(session, packet, turn);
                    session.connection.send(new Puback(packet.packetId(), reason, Properties.NONE), turn);
                }
                case EXACTLY_ONCE -> publishExactlyOnce(session, packet, turn);
            }
        }
    }

    private ReasonCode route(Session session, Publish packet, Turn turn) {
        boolean matched = routing.publish(packet, session.id, turn);
        return matched ? ReasonCode.SUCCESS : ReasonCode.NO_MATCHING_SUBSCRIBERS;
    }

    private void publishExactlyOnce(Session session, Publish packet, Turn turn) {
        ReasonCode reason = ReasonCode.SUCCESS;
        if (!session.received.contains(packet.packetId())) { // [MQTT-4.3.3-10]
            if (session.connection.isMqtt5() && session.received.size() >= settings.receiveMaximum()) {
                end(session, ReasonCode.RECEIVE_MAXIMUM_EXCEEDED, "more than " + settings.receiveMaximum()
                        + " messages of QoS 2 not released", turn); // [MQTT-3.3.4-7]
                return;
            }
            reason = route(session, packet, turn);
            session.received.add(packet.packetId());
            session.wake();
        }
        session.connection.send(new Pubrec(packet.packetId(), reason, Properties.NONE), turn);
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
            session.outgoing.release(delivery);
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
        if (packet.properties().contains(Property.SUBSCRIPTION_IDENTIFIER)) {
            end(session, ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
                    "Subscription Identifiers are not supported", turn);
            return;
        }
        List<ReasonCode> reasons = new ArrayList<>();
        for (Subscribe.Requested requested : packet.subscriptions()) { // [MQTT-3.8.4-5]
            reasons.add(subscribe(session, requested.topicFilter(), requested.options(), turn));
        }
        session.connection.send(new Packet.Suback(packet.packetId(), Properties.NONE, reasons), turn);
    }

    private ReasonCode subscribe(Session session, String topicFilter, SubscriptionOptions options,
            Turn turn) {
        if (!Topics.isTopicFilter(topicFilter)) {
            return ReasonCode.TOPIC_FILTER_INVALID;
        }
        if (topicFilter.startsWith(Topics.SHARE_PREFIX)) {
            return ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED;
        }
        routing.subscribe(session, topicFilter, options, turn);
        return ReasonCode.granted(options.qos());
    }

    private void unsubscribe(Session session, Unsubscribe packet, Turn turn) {
        List<ReasonCode> reasons = new ArrayList<>();
        for (String topicFilter : packet.topicFilters()) { // [MQTT-3.10.4-6]
            boolean existed = routing.unsubscribe(session, topicFilter, turn);
            reasons.add(existed ? ReasonCode.SUCCESS : ReasonCode.NO_SUBSCRIPTION_EXISTED);
        }
        session.connection.send(new Packet.Unsuback(packet.packetId(), Properties.NONE, reasons), turn);
    }

    private void disconnect(Session session, Packet.Disconnect packet, Turn turn) {
        long before = session.expirySeconds();
        long seconds = packet.properties().integer(Property.SESSION_EXPIRY_INTERVAL, before);
        if (before == 0 && seconds != 0) { // section 3.14.2.2.2
            protocolError(session,
                    "a Session Expiry Interval of " + seconds + " s in DISCONNECT after 0 in CONNECT", turn);
            return;
        }
        session.setExpirySeconds(seconds);
        sessions.close(session.connection, "client " + session.clientId + " disconnected", turn);
    }
}
