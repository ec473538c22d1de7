package io.holdfast.mqtt;

import static io.holdfast.mqtt.Property.Type.BINARY_DATA;
import static io.holdfast.mqtt.Property.Type.BYTE;
import static io.holdfast.mqtt.Property.Type.FOUR_BYTE_INTEGER;
import static io.holdfast.mqtt.Property.Type.TWO_BYTE_INTEGER;
import static io.holdfast.mqtt.Property.Type.UTF_8_STRING;
import static io.holdfast.mqtt.Property.Type.UTF_8_STRING_PAIR;
import static io.holdfast.mqtt.Property.Type.VARIABLE_BYTE_INTEGER;

/** The Properties of MQTT 5.0 (table 2-4), each with its identifier on the wire and the type of its value. */
public enum Property {
    PAYLOAD_FORMAT_INDICATOR(0x01, BYTE),
    MESSAGE_EXPIRY_INTERVAL(0x02, FOUR_BYTE_INTEGER),
    CONTENT_TYPE(0x03, UTF_8_STRING),
    RESPONSE_TOPIC(0x08, UTF_8_STRING),
    CORRELATION_DATA(0x09, BINARY_DATA),
    SUBSCRIPTION_IDENTIFIER(0x0B, VARIABLE_BYTE_INTEGER),
    SESSION_EXPIRY_INTERVAL(0x11, FOUR_BYTE_INTEGER),
    ASSIGNED_CLIENT_IDENTIFIER(0x12, UTF_8_STRING),
    SERVER_KEEP_ALIVE(0x13, TWO_BYTE_INTEGER),
    AUTHENTICATION_METHOD(0x15, UTF_8_STRING),
    AUTHENTICATION_DATA(0x16, BINARY_DATA),
    REQUEST_PROBLEM_INFORMATION(0x17, BYTE),
    WILL_DELAY_INTERVAL(0x18, FOUR_BYTE_INTEGER),
    REQUEST_RESPONSE_INFORMATION(0x19, BYTE),
    RESPONSE_INFORMATION(0x1A, UTF_8_STRING),
    SERVER_REFERENCE(0x1C, UTF_8_STRING),
    REASON_STRING(0x1F, UTF_8_STRING),
    RECEIVE_MAXIMUM(0x21, TWO_BYTE_INTEGER),
    TOPIC_ALIAS_MAXIMUM(0x22, TWO_BYTE_INTEGER),
    TOPIC_ALIAS(0x23, TWO_BYTE_INTEGER),
    MAXIMUM_QOS(0x24, BYTE),
    RETAIN_AVAILABLE(0x25, BYTE),
    USER_PROPERTY(0x26, UTF_8_STRING_PAIR),
    MAXIMUM_PACKET_SIZE(0x27, FOUR_BYTE_INTEGER),
    WILDCARD_SUBSCRIPTION_AVAILABLE(0x28, BYTE),
    SUBSCRIPTION_IDENTIFIER_AVAILABLE(0x29, BYTE),
    SHARED_SUBSCRIPTION_AVAILABLE(0x2A, BYTE);

    /** How the value stands on the wire; {@link Properties} says how it stands in memory. */
    public enum Type {
        BYTE,
        TWO_BYTE_INTEGER,
        FOUR_BYTE_INTEGER,
        VARIABLE_BYTE_INTEGER,
        UTF_8_STRING,
        UTF_8_STRING_PAIR,
        BINARY_DATA
    }

    private static final Property[] BY_IDENTIFIER = new Property[128];

    static {
        for (Property property : values()) {
            BY_IDENTIFIER[property.identifier] = property;
        }
    }

    private final int identifier;
    private final Type type;

    Property(int identifier, Type type) {
        this.identifier = identifier;
        this.type = type;
    }

    /** The property with that identifier, or null where the standard defines none. */
    public static Property of(int identifier) {
        return identifier >= 0 && identifier < BY_IDENTIFIER.length ? BY_IDENTIFIER[identifier] : null;
    }

    /** The identifier on the wire; every one defined so far fits one byte. */
    public int identifier() {
        return identifier;
    }

    public Type type() {
        return type;
    }
}
