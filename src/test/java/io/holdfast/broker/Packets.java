package io.holdfast.broker;

import io.holdfast.mqtt.Packet.Connack;
import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.Packet.Disconnect;
import io.holdfast.mqtt.Packet.Puback;
import io.holdfast.mqtt.Packet.Pubcomp;
import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.Packet.Pubrec;
import io.holdfast.mqtt.Packet.Pubrel;
import io.holdfast.mqtt.Packet.Suback;
import io.holdfast.mqtt.Packet.Subscribe;
import io.holdfast.mqtt.Packet.Unsuback;
import io.holdfast.mqtt.Packet.Unsubscribe;
import io.holdfast.mqtt.Packet.Will;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.mqtt.SubscriptionOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** Packets in few words: what is not said is absent, 0, false, or success. */
final class Packets {
    static final long NEVER = 0xFFFF_FFFFL;

    private Packets() {}

    /** CONNECT of MQTT 5.0, Clean Start 0, whose session ends with its connection. */
    static Connect connect(String clientId) {
        return new Connect(ProtocolVersion.MQTT_5, false, 0, Properties.NONE, clientId, null, null, null);
    }

    /** CONNECT of MQTT 5.0, Clean Start 0, whose session never expires. */
    static Connect durable(String clientId) {
        return with(connect(clientId), Property.SESSION_EXPIRY_INTERVAL, NEVER);
    }

    /** CONNECT of an older version, where Clean Session is also how long the session lasts. */
    static Connect connect(ProtocolVersion version, String clientId, boolean cleanSession) {
        return new Connect(version, cleanSession, 0, Properties.NONE, clientId, null, null, null);
    }

    static Connect connect311(String clientId, boolean cleanSession) {
        return connect(ProtocolVersion.MQTT_3_1_1, clientId, cleanSession);
    }

    static Connect cleanStart(Connect connect) {
        return new Connect(connect.version(), true, connect.keepAliveSeconds(), connect.properties(),
                connect.clientIdentifier(), connect.will(), null, null);
    }

    static Connect keepAlive(Connect connect, int seconds) {
        return new Connect(connect.version(), connect.cleanStart(), seconds, connect.properties(),
                connect.clientIdentifier(), connect.will(), null, null);
    }

    static Connect will(Connect connect, String topicName) {
        return with(connect, will(QoS.AT_MOST_ONCE, topicName, ""));
    }

    static Will will(QoS qos, String topicName, String payload) {
        return new Will(qos, false, Properties.NONE, topicName, payload.getBytes(StandardCharsets.UTF_8));
    }

    static Will retain(Will will) {
        return new Will(will.qos(), true, will.properties(), will.topicName(), will.payload());
    }

    static Will with(Will will, Property property, Object value) {
        return new Will(will.qos(), will.retain(), will.properties().with(property, value), will.topicName(),
                will.payload());
    }

    static Connect with(Connect connect, Will will) {
        return new Connect(connect.version(), connect.cleanStart(), connect.keepAliveSeconds(),
                connect.properties(), connect.clientIdentifier(), will, null, null);
    }

    static Connect with(Connect connect, Property property, Object value) {
        return new Connect(connect.version(), connect.cleanStart(), connect.keepAliveSeconds(),
                connect.properties().with(property, value), connect.clientIdentifier(), connect.will(), null,
                null);
    }

    /** CONNACK of MQTT 5.0 with success, and what {@link Settings#DEFAULT} has to say. */
    static Connack connack(boolean sessionPresent) {
        return new Connack(sessionPresent, ReasonCode.SUCCESS, Properties.of(Property.RECEIVE_MAXIMUM, 1_024)
                .with(Property.MAXIMUM_PACKET_SIZE, 1 << 20)
                .with(Property.TOPIC_ALIAS_MAXIMUM, 64));
    }

    /** CONNACK of an older version with success. */
    static Connack connack311(boolean sessionPresent) {
        return new Connack(sessionPresent, ReasonCode.SUCCESS, Properties.NONE);
    }

    static Connack connack(ReasonCode refusal) {
        return new Connack(false, refusal, Properties.NONE);
    }

    static Publish publish(String topicName, String payload) {
        return publish(QoS.AT_MOST_ONCE, 0, topicName, payload);
    }

    static Publish publish(QoS qos, int packetId, String topicName, String payload) {
        return new Publish(false, qos, false, topicName, packetId, Properties.NONE,
                payload.getBytes(StandardCharsets.UTF_8));
    }

    static Publish dup(Publish publish) {
        return new Publish(true, publish.qos(), publish.retain(), publish.topicName(), publish.packetId(),
                publish.properties(), publish.payload());
    }

    static Publish retain(Publish publish) {
        return new Publish(publish.dup(), publish.qos(), true, publish.topicName(), publish.packetId(),
                publish.properties(), publish.payload());
    }

    static Publish with(Publish publish, Property property, Object value) {
        return new Publish(publish.dup(), publish.qos(), publish.retain(), publish.topicName(),
                publish.packetId(), publish.properties().with(property, value), publish.payload());
    }

    static Puback puback(int packetId) {
        return puback(packetId, ReasonCode.SUCCESS);
    }

    static Puback puback(int packetId, ReasonCode reason) {
        return new Puback(packetId, reason, Properties.NONE);
    }

    static Pubrec pubrec(int packetId) {
        return pubrec(packetId, ReasonCode.SUCCESS);
    }

    static Pubrec pubrec(int packetId, ReasonCode reason) {
        return new Pubrec(packetId, reason, Properties.NONE);
    }

    static Pubrel pubrel(int packetId) {
        return pubrel(packetId, ReasonCode.SUCCESS);
    }

    static Pubrel pubrel(int packetId, ReasonCode reason) {
        return new Pubrel(packetId, reason, Properties.NONE);
    }

    static Pubcomp pubcomp(int packetId) {
        return pubcomp(packetId, ReasonCode.SUCCESS);
    }

    static Pubcomp pubcomp(int packetId, ReasonCode reason) {
        return new Pubcomp(packetId, reason, Properties.NONE);
    }

    static Subscribe subscribe(int packetId, QoS qos, String... topicFilters) {
        return new Subscribe(packetId, Properties.NONE, Stream.of(topicFilters)
                .map(filter -> new Subscribe.Requested(filter, SubscriptionOptions.of(qos))).toList());
    }

    static Subscribe subscribe(int packetId, String topicFilter, SubscriptionOptions options) {
        return new Subscribe(packetId, Properties.NONE,
                List.of(new Subscribe.Requested(topicFilter, options)));
    }

    static Subscribe with(Subscribe subscribe, Property property, Object value) {
        return new Subscribe(subscribe.packetId(), subscribe.properties().with(property, value),
                subscribe.subscriptions());
    }

    static Suback suback(int packetId, ReasonCode... reasons) {
        return new Suback(packetId, Properties.NONE, List.of(reasons));
    }

    static Unsubscribe unsubscribe(int packetId, String... topicFilters) {
        return new Unsubscribe(packetId, Properties.NONE, List.of(topicFilters));
    }

    static Unsuback unsuback(int packetId, ReasonCode... reasons) {
        return new Unsuback(packetId, Properties.NONE, List.of(reasons));
    }

    static Disconnect disconnect(ReasonCode reason) {
        return new Disconnect(reason, Properties.NONE);
    }

    static Disconnect disconnect(long sessionExpirySeconds) {
        return new Disconnect(ReasonCode.SUCCESS,
                Properties.of(Property.SESSION_EXPIRY_INTERVAL, sessionExpirySeconds));
    }
}
