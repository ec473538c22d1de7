package io.holdfast.broker;

import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.ReasonCode;

/** Which CONNECT is let in, and what CONNACK then announces. */
final class Admission {
    private static final int CLIENT_ID_CHARACTERS_MAX_3_1 = 23;

    /** Why a CONNECT is not let in. */
    record Refusal(ReasonCode reason, String why) {}

    private Admission() {}

    /** The first thing that is wrong with a CONNECT, or null. */
    static Refusal refusal(Connect connect) {
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
        if (connect.properties().contains(Property.AUTHENTICATION_METHOD)) { // [MQTT-4.12.0-1]
            return new Refusal(ReasonCode.BAD_AUTHENTICATION_METHOD,
                    "no Authentication Method is supported, not "
                    + connect.properties().string(Property.AUTHENTICATION_METHOD));
        }
        if (connect.will() != null) {
            return new Refusal(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, "Will Messages are not supported");
        }
        return null;
    }

    /** What a client of MQTT 5.0 is told about the broker; other versions have no place for it. */
    static Properties connackProperties(Settings settings, Connection connection, boolean assigned) {
        if (!connection.isMqtt5()) {
            return Properties.NONE;
        }
        Properties properties = Properties.of(Property.RECEIVE_MAXIMUM, settings.receiveMaximum())
                .with(Property.RETAIN_AVAILABLE, 0)
                .with(Property.MAXIMUM_PACKET_SIZE, settings.packetBytesMax())
                .with(Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE, 0)
                .with(Property.SHARED_SUBSCRIPTION_AVAILABLE, 0);
        return assigned // [MQTT-3.2.2-16]
                ? properties.with(Property.ASSIGNED_CLIENT_IDENTIFIER, connection.assignedClientId)
                : properties;
    }
}
