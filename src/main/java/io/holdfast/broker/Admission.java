package io.holdfast.broker;

import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.Packet.Will;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.mqtt.Utf8;

/** Which CONNECT is let in, and what CONNACK then announces. */
final class Admission {
    private static final int CLIENT_ID_CHARACTERS_MAX_3_1 = 23;

    /** Why a CONNECT is not let in. */
    record Refusal(ReasonCode reason, String why) {}

    private Admission() {}

    /** The first thing that is wrong with a CONNECT, or null. */
    static Refusal refusal(Connect connect, Connection connection, boolean authenticates) {
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
        return null;
    }

    /** Whether a payload is UTF-8 if its Payload Format Indicator says so (sections 3.1.3.2.3, 3.3.2.3.2). */
    static boolean isPayloadAsSaid(Properties properties, byte[] payload) {
        return properties.integer(Property.PAYLOAD_FORMAT_INDICATOR, 0) == 0 || Utf8.decode(payload) != null;
    }

    /** What a client of MQTT 5.0 is told about the broker; other versions have no place for it. */
    static Properties connackProperties(Settings settings, Connection connection, Connect connect) {
        if (!connection.isMqtt5()) {
            return Properties.NONE;
        }
        Properties properties = Properties.of(Property.RECEIVE_MAXIMUM, settings.receiveMaximum())
                .with(Property.MAXIMUM_PACKET_SIZE, settings.packetBytesMax())
                .with(Property.TOPIC_ALIAS_MAXIMUM, settings.topicAliasMaximum());
        return connect.clientIdentifier().isEmpty() // [MQTT-3.2.2-16]
                ? properties.with(Property.ASSIGNED_CLIENT_IDENTIFIER, connection.assignedClientId)
                : properties;
    }
}
