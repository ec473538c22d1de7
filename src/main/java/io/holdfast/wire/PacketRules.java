package io.holdfast.wire;

import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ReasonCode;
import java.util.EnumSet;
import java.util.Set;

/**
 * What each packet of MQTT 5.0, and the Will inside a CONNECT, may carry: its Properties (table 2-4) and its
 * Reason Codes (table 2-6). Where the direction decides, both directions are permitted here; the broker, who
 * knows it is one, refuses the rest.
 */
enum PacketRules {
    CONNECT(EnumSet.of(Property.SESSION_EXPIRY_INTERVAL, Property.AUTHENTICATION_METHOD,
            Property.AUTHENTICATION_DATA, Property.REQUEST_PROBLEM_INFORMATION,
            Property.REQUEST_RESPONSE_INFORMATION, Property.RECEIVE_MAXIMUM, Property.TOPIC_ALIAS_MAXIMUM,
            Property.USER_PROPERTY, Property.MAXIMUM_PACKET_SIZE), Codes.NONE),
    WILL(EnumSet.of(Property.PAYLOAD_FORMAT_INDICATOR, Property.MESSAGE_EXPIRY_INTERVAL,
            Property.CONTENT_TYPE, Property.RESPONSE_TOPIC, Property.CORRELATION_DATA,
            Property.WILL_DELAY_INTERVAL, Property.USER_PROPERTY), Codes.NONE),
    CONNACK(EnumSet.of(Property.SESSION_EXPIRY_INTERVAL, Property.ASSIGNED_CLIENT_IDENTIFIER,
            Property.SERVER_KEEP_ALIVE, Property.AUTHENTICATION_METHOD, Property.AUTHENTICATION_DATA,
            Property.RESPONSE_INFORMATION, Property.SERVER_REFERENCE, Property.REASON_STRING,
            Property.RECEIVE_MAXIMUM, Property.TOPIC_ALIAS_MAXIMUM, Property.MAXIMUM_QOS,
            Property.RETAIN_AVAILABLE, Property.USER_PROPERTY, Property.MAXIMUM_PACKET_SIZE,
            Property.WILDCARD_SUBSCRIPTION_AVAILABLE, Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE,
            Property.SHARED_SUBSCRIPTION_AVAILABLE), Codes.CONNECT),
    PUBLISH(EnumSet.of(Property.PAYLOAD_FORMAT_INDICATOR, Property.MESSAGE_EXPIRY_INTERVAL,
            Property.CONTENT_TYPE, Property.RESPONSE_TOPIC, Property.CORRELATION_DATA,
            Property.SUBSCRIPTION_IDENTIFIER, Property.TOPIC_ALIAS, Property.USER_PROPERTY), Codes.NONE),
    PUBACK(answer(), Codes.PUBLISH),
    PUBREC(answer(), Codes.PUBLISH),
    PUBREL(answer(), Codes.RELEASE),
    PUBCOMP(answer(), Codes.RELEASE),
    SUBSCRIBE(EnumSet.of(Property.SUBSCRIPTION_IDENTIFIER, Property.USER_PROPERTY), Codes.NONE),
    SUBACK(answer(), Codes.SUBSCRIBE),
    UNSUBSCRIBE(EnumSet.of(Property.USER_PROPERTY), Codes.NONE),
    UNSUBACK(answer(), Codes.UNSUBSCRIBE),
    DISCONNECT(EnumSet.of(Property.SESSION_EXPIRY_INTERVAL, Property.SERVER_REFERENCE, Property.REASON_STRING,
            Property.USER_PROPERTY), Codes.DISCONNECT),
    AUTH(EnumSet.of(Property.AUTHENTICATION_METHOD, Property.AUTHENTICATION_DATA, Property.REASON_STRING,
            Property.USER_PROPERTY), Codes.AUTH),
    /** Properties in the store: they were judged when their packet came in. */
    STORED(EnumSet.allOf(Property.class), Codes.NONE);

    private final Set<Property> properties;
    private final Set<ReasonCode> reasons;

    PacketRules(Set<Property> properties, Set<ReasonCode> reasons) {
        this.properties = properties;
        this.reasons = reasons;
    }

    private static Set<Property> answer() {
        return EnumSet.of(Property.REASON_STRING, Property.USER_PROPERTY);
    }

    boolean permits(Property property) {
        return properties.contains(property);
    }

    /** A PUBLISH to a client has the Subscription Identifier of each subscription [MQTT-3.3.4-4]. */
    boolean permitsRepeated(Property property) {
        return property == Property.USER_PROPERTY
                || property == Property.SUBSCRIPTION_IDENTIFIER && (this == PUBLISH || this == STORED);
    }

    /** Reads one Reason Code that this packet may carry. */
    ReasonCode readReason(WireReader in) {
        int value = in.readByte("Reason Code");
        ReasonCode reason = ReasonCode.of(value);
        if (reason == null || !reasons.contains(reason)) {
            throw MalformedPacketException.protocolError(
                    "Reason Code 0x%02X is not one of %s, expected one of %s"
                            .formatted(value, this, reasons));
        }
        return reason;
    }

    /** The rows of table 2-6, by packet. */
    private static final class Codes {
        static final Set<ReasonCode> NONE = EnumSet.noneOf(ReasonCode.class);
        /** Table 3-1 of section 3.2.2.2. [MQTT-3.2.2-8] */
        static final Set<ReasonCode> CONNECT = EnumSet.of(ReasonCode.SUCCESS, ReasonCode.UNSPECIFIED_ERROR,
                ReasonCode.MALFORMED_PACKET, ReasonCode.PROTOCOL_ERROR,
                ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
                ReasonCode.CLIENT_IDENTIFIER_NOT_VALID, ReasonCode.BAD_USER_NAME_OR_PASSWORD,
                ReasonCode.NOT_AUTHORIZED, ReasonCode.SERVER_UNAVAILABLE, ReasonCode.SERVER_BUSY,
                ReasonCode.BANNED, ReasonCode.BAD_AUTHENTICATION_METHOD, ReasonCode.TOPIC_NAME_INVALID,
                ReasonCode.PACKET_TOO_LARGE, ReasonCode.QUOTA_EXCEEDED, ReasonCode.PAYLOAD_FORMAT_INVALID,
                ReasonCode.RETAIN_NOT_SUPPORTED, ReasonCode.QOS_NOT_SUPPORTED, ReasonCode.USE_ANOTHER_SERVER,
                ReasonCode.SERVER_MOVED, ReasonCode.CONNECTION_RATE_EXCEEDED);
        /** Sections 3.4.2.1 and 3.5.2.1. [MQTT-3.4.2-1] [MQTT-3.5.2-1] */
        static final Set<ReasonCode> PUBLISH = EnumSet.of(ReasonCode.SUCCESS,
                ReasonCode.NO_MATCHING_SUBSCRIBERS, ReasonCode.UNSPECIFIED_ERROR,
                ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, ReasonCode.NOT_AUTHORIZED,
                ReasonCode.TOPIC_NAME_INVALID, ReasonCode.PACKET_IDENTIFIER_IN_USE, ReasonCode.QUOTA_EXCEEDED,
                ReasonCode.PAYLOAD_FORMAT_INVALID);
        /** Sections 3.6.2.1 and 3.7.2.1. [MQTT-3.6.2-1] [MQTT-3.7.2-1] */
        static final Set<ReasonCode> RELEASE = EnumSet.of(ReasonCode.SUCCESS,
                ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
        /** Section 3.9.3. [MQTT-3.9.3-2] */
        static final Set<ReasonCode> SUBSCRIBE = EnumSet.of(ReasonCode.SUCCESS, ReasonCode.GRANTED_QOS_1,
                ReasonCode.GRANTED_QOS_2, ReasonCode.UNSPECIFIED_ERROR,
                ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, ReasonCode.NOT_AUTHORIZED,
                ReasonCode.TOPIC_FILTER_INVALID, ReasonCode.PACKET_IDENTIFIER_IN_USE,
                ReasonCode.QUOTA_EXCEEDED, ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED,
                ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
                ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED);
        /** Section 3.11.3. [MQTT-3.11.3-2] */
        static final Set<ReasonCode> UNSUBSCRIBE = EnumSet.of(ReasonCode.SUCCESS,
                ReasonCode.NO_SUBSCRIPTION_EXISTED, ReasonCode.UNSPECIFIED_ERROR,
                ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, ReasonCode.NOT_AUTHORIZED,
                ReasonCode.TOPIC_FILTER_INVALID, ReasonCode.PACKET_IDENTIFIER_IN_USE);
        /** Section 3.14.2.1 [MQTT-3.14.2-1], and 0x8C, which only table 2-6 gives to DISCONNECT. */
        static final Set<ReasonCode> DISCONNECT = EnumSet.of(ReasonCode.SUCCESS,
                ReasonCode.DISCONNECT_WITH_WILL_MESSAGE, ReasonCode.UNSPECIFIED_ERROR,
                ReasonCode.MALFORMED_PACKET, ReasonCode.PROTOCOL_ERROR,
                ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, ReasonCode.NOT_AUTHORIZED, ReasonCode.SERVER_BUSY,
                ReasonCode.SERVER_SHUTTING_DOWN, ReasonCode.BAD_AUTHENTICATION_METHOD,
                ReasonCode.KEEP_ALIVE_TIMEOUT, ReasonCode.SESSION_TAKEN_OVER, ReasonCode.TOPIC_FILTER_INVALID,
                ReasonCode.TOPIC_NAME_INVALID, ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
                ReasonCode.TOPIC_ALIAS_INVALID, ReasonCode.PACKET_TOO_LARGE, ReasonCode.MESSAGE_RATE_TOO_HIGH,
                ReasonCode.QUOTA_EXCEEDED, ReasonCode.ADMINISTRATIVE_ACTION,
                ReasonCode.PAYLOAD_FORMAT_INVALID, ReasonCode.RETAIN_NOT_SUPPORTED,
                ReasonCode.QOS_NOT_SUPPORTED, ReasonCode.USE_ANOTHER_SERVER, ReasonCode.SERVER_MOVED,
                ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED, ReasonCode.CONNECTION_RATE_EXCEEDED,
                ReasonCode.MAXIMUM_CONNECT_TIME, ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
                ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED);
        /** Section 3.15.2.1. [MQTT-3.15.2-1] */
        static final Set<ReasonCode> AUTH = EnumSet.of(ReasonCode.SUCCESS, ReasonCode.CONTINUE_AUTHENTICATION,
                ReasonCode.RE_AUTHENTICATE);
    }
}
