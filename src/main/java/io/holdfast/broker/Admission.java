package io.holdfast.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.broker.Change.SessionPut;
import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.Packet.Will;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.mqtt.Utf8;

/** Which CONNECT is let in, and what CONNACK then announces. */
final class Admission {
    /** The User Property of CONNACK that says that an acknowledgement means less than that it is on disk. */
    private static final String SYNC_PROPERTY = "sync";

    private static final int CLIENT_ID_CHARACTERS_MAX_3_1 = 23;

    /** Why a packet of a client is not accepted. */
    record Refusal(ReasonCode reason, String why) {}

    private Admission() {}

    /** The first thing that is wrong with a CONNECT, or null. */
    static Refusal refusal(Connect connect, Connection connection, boolean authenticates) {
        Settings settings = connection.settings;
        if (settings.isMoved()) {
            return new Refusal(ReasonCode.SERVER_MOVED, "all clients are sent to "
                    + settings.serverReference());
        }
        int idLength = connect.clientIdentifier().length();
        boolean isOldest = connect.version() == ProtocolVersion.MQTT_3_1;
        if (isOldest && (idLength == 0 || idLength > CLIENT_ID_CHARACTERS_MAX_3_1)) {
            return new Refusal(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID, "a Client Identifier of " + idLength
                    + " characters; MQTT 3.1 allows 1 to " + CLIENT_ID_CHARACTERS_MAX_3_1);
        }
        // MQTT 3.1.1 [MQTT-3.1.3-8]: without an identifier there is no session to come back to.
        if (connect.version() == ProtocolVersion.MQTT_3_1_1 && idLength == 0 && !connect.cleanStart()) {
            return new Refusal(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                    "an empty Client Identifier without Clean Session");
        }
        String method = connection.authenticationMethod();
        if (method != null && !authenticates) { // [MQTT-4.12.0-1]
            return new Refusal(ReasonCode.BAD_AUTHENTICATION_METHOD,
                    "no Authentication Method is needed, nor supported, not " + method);
        }
        Will will = connect.will();
        if (will != null && !isPayloadAsSaid(will.properties(), will.payload())) {
            return new Refusal(ReasonCode.PAYLOAD_FORMAT_INVALID,
                    "a Will Payload that is not the UTF-8 it claims to be");
        }
        if (will == null) {
            return null;
        }
        if (SysTopics.covers(will.topicName())) {
            return new Refusal(ReasonCode.NOT_AUTHORIZED, "a Will Topic of " + will.topicName()
                    + ", where the broker alone publishes");
        }
        return refusal(will.topicName(), will.qos(), will.retain(), settings); // [MQTT-3.2.2-12..13]
    }

    /** What is wrong with a message for this broker, be it published or a will, or null. */
    static Refusal refusal(String topicName, QoS qos, boolean retain, Settings settings) {
        if (isTooLong(topicName, settings)) {
            return new Refusal(ReasonCode.TOPIC_NAME_INVALID, "a Topic Name of " + topicName.length()
                    + " characters; " + settings.get(Setting.TOPIC_BYTES_MAX) + " bytes and "
                    + settings.get(Setting.TOPIC_LEVELS_MAX) + " levels are allowed");
        }
        if (qos.compareTo(settings.maximumQos()) > 0) { // [MQTT-3.2.2-11]
            return new Refusal(ReasonCode.QOS_NOT_SUPPORTED, qos + "; " + settings.maximumQos()
                    + " is allowed");
        }
        if (retain && !settings.isOn(Setting.RETAIN_AVAILABLE)) { // [MQTT-3.2.2-14]
            return new Refusal(ReasonCode.RETAIN_NOT_SUPPORTED, "a retained message");
        }
        return null;
    }

    /** Whether a Topic Name or Topic Filter has more bytes or levels than are allowed. */
    static boolean isTooLong(String topic, Settings settings) {
        long bytesMax = settings.get(Setting.TOPIC_BYTES_MAX);
        long levelsMax = settings.get(Setting.TOPIC_LEVELS_MAX);
        return topic.length() * 3L > bytesMax && topic.getBytes(UTF_8).length > bytesMax
                || topic.length() >= levelsMax && topic.chars().filter(c -> c == '/').count() >= levelsMax;
    }

    /**
     * The Keep Alive that counts: the client's, unless MQTT 5.0 can tell it of a shorter one [MQTT-3.1.2-21].
     */
    static int keepAliveSeconds(Connect connect, Settings settings) {
        int max = settings.integer(Setting.KEEP_ALIVE_SECONDS_MAX);
        int asked = connect.keepAliveSeconds();
        boolean shortens = max > 0 && (asked == 0 || asked > max)
                && connect.version() == ProtocolVersion.MQTT_5;
        return shortens ? max : asked;
    }

    /** How long the session is to outlive its connection. */
    static long expirySeconds(Connect connect, Settings settings) {
        long asked = connect.version() == ProtocolVersion.MQTT_5
                ? connect.properties().integer(Property.SESSION_EXPIRY_INTERVAL, 0)
                : connect.cleanStart() ? 0 : SessionPut.NEVER_EXPIRES;
        return Math.min(asked, settings.get(Setting.SESSION_EXPIRY_SECONDS_MAX));
    }

    /** Whether a payload is UTF-8 if its Payload Format Indicator says so (sections 3.1.3.2.3, 3.3.2.3.2). */
    static boolean isPayloadAsSaid(Properties properties, byte[] payload) {
        return properties.integer(Property.PAYLOAD_FORMAT_INDICATOR, 0) == 0 || Utf8.decode(payload) != null;
    }

    /** What a client of MQTT 5.0 is told about the broker; other versions have no place for it. */
    static Properties connackProperties(Connection connection, Connect connect) {
        if (!connection.isMqtt5()) {
            return Properties.NONE;
        }
        Settings settings = connection.settings;
        Properties properties = Properties.of(Property.RECEIVE_MAXIMUM,
                settings.integer(Setting.RECEIVE_MAXIMUM))
                .with(Property.MAXIMUM_PACKET_SIZE, settings.integer(Setting.PACKET_BYTES_MAX))
                .with(Property.TOPIC_ALIAS_MAXIMUM, settings.integer(Setting.TOPIC_ALIAS_MAXIMUM));
        if (connect.clientIdentifier().isEmpty()) { // [MQTT-3.2.2-16]
            properties = properties.with(Property.ASSIGNED_CLIENT_IDENTIFIER, connection.assignedClientId);
        }
        long expirySeconds = expirySeconds(connect, settings);
        if (expirySeconds != connect.properties().integer(Property.SESSION_EXPIRY_INTERVAL, 0)) {
            properties = properties.with(Property.SESSION_EXPIRY_INTERVAL, expirySeconds);
        }
        int keepAliveSeconds = keepAliveSeconds(connect, settings);
        if (keepAliveSeconds != connect.keepAliveSeconds()) {
            properties = properties.with(Property.SERVER_KEEP_ALIVE, keepAliveSeconds);
        }
        if (settings.maximumQos() != QoS.EXACTLY_ONCE) { // [MQTT-3.2.2-9]
            properties = properties.with(Property.MAXIMUM_QOS, settings.maximumQos().value());
        }
        properties = announce(properties, Property.RETAIN_AVAILABLE, settings, Setting.RETAIN_AVAILABLE);
        properties = announce(properties, Property.WILDCARD_SUBSCRIPTION_AVAILABLE, settings,
                Setting.WILDCARD_SUBSCRIPTION_AVAILABLE);
        properties = announce(properties, Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE, settings,
                Setting.SUBSCRIPTION_IDENTIFIER_AVAILABLE);
        properties = announce(properties, Property.SHARED_SUBSCRIPTION_AVAILABLE, settings,
                Setting.SHARED_SUBSCRIPTION_AVAILABLE);
        return connection.sync == Sync.COMMIT ? properties : properties.with(Property.USER_PROPERTY,
                new Properties.UserProperty(SYNC_PROPERTY, connection.sync.word()));
    }

    /** What is not said is available. */
    private static Properties announce(Properties properties, Property property, Settings settings,
            Setting setting) {
        return settings.isOn(setting) ? properties : properties.with(property, 0);
    }
}
