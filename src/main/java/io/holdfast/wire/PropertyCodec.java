package io.holdfast.wire;

import static io.holdfast.wire.MalformedPacketException.malformed;
import static io.holdfast.wire.MalformedPacketException.protocolError;

import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Properties.Entry;
import io.holdfast.mqtt.Properties.UserProperty;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.mqtt.Topics;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Properties as bytes (MQTT 5.0, section 2.2.2). The public methods, which the store uses too, leave out the
 * Property Length and keep no packet's rules; those for packets have both.
 *
 * <pre>
 * in a packet:  Property Length (Variable Byte Integer) | properties
 * a property:   identifier (one byte so far) | value, as {@link Property#type} says
 * </pre>
 */
public final class PropertyCodec {
    /** The two Properties of enhanced authentication: data without a method is a Protocol Error. */
    private static final long METHOD_AND_DATA = bit(Property.AUTHENTICATION_METHOD)
            | bit(Property.AUTHENTICATION_DATA);

    private PropertyCodec() {}

    /** The bytes that {@link #write} will take. */
    public static int size(Properties properties) {
        List<Entry> entries = properties.entries();
        int bytes = 0;
        for (int i = 0; i < entries.size(); i++) {
            bytes += 1 + valueBytes(entries.get(i));
        }
        return bytes;
    }

    /** Writes the properties at the buffer's position. */
    public static void write(Properties properties, ByteBuffer to) {
        List<Entry> entries = properties.entries();
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            to.put((byte) entry.property().identifier());
            writeValue(entry, to);
        }
    }

    /**
     * Reads properties up to the buffer's limit; any packet's, repeated ones only where the standard allows
     * it.
     *
     * @throws MalformedPacketException if the bytes are no properties, or their values are not permitted
     */
    public static Properties read(ByteBuffer from) {
        return readAll(new WireReader(from), PacketRules.STORED);
    }

    /** The bytes of the Property Length and the properties; none before MQTT 5.0. */
    static int sizeInPacket(Properties properties, ProtocolVersion version) {
        if (!version.hasProperties()) {
            return 0;
        }
        int bytes = size(properties);
        return WireWriter.variableByteIntegerBytes(bytes) + bytes;
    }

    /**
     * Writes the Property Length, zero if there are none [MQTT-2.2.2-1], and the properties; nothing before
     * 5.0.
     */
    static void writeInPacket(Properties properties, ProtocolVersion version, ByteBuffer to) {
        if (version.hasProperties()) {
            WireWriter.putVariableByteInteger(size(properties), to);
            write(properties, to);
        }
    }

    /** Reads the Property Length and the properties that the rules permit; {@code NONE} before MQTT 5.0. */
    static Properties readInPacket(WireReader in, ProtocolVersion version, PacketRules rules) {
        if (!version.hasProperties()) {
            return Properties.NONE;
        }
        int bytes = in.readVariableByteInteger("Property Length");
        if (bytes == 0) {
            return Properties.NONE;
        }
        int limit = in.narrow(bytes, "Properties");
        Properties properties = readAll(in, rules);
        in.widen(limit);
        return properties;
    }

    private static Properties readAll(WireReader in, PacketRules rules) {
        List<Entry> entries = new ArrayList<>(4);
        long seen = 0;
        while (in.remaining() > 0) {
            Property property = readIdentifier(in, rules);
            if ((seen & bit(property)) != 0 && !rules.permitsRepeated(property)) {
                throw protocolError(property + " comes twice in " + rules + ", expected once");
            }
            seen |= bit(property);
            Object value = readValue(in, property);
            requirePermitted(property, value);
            entries.add(new Entry(property, value));
        }
        if ((seen & METHOD_AND_DATA) == bit(Property.AUTHENTICATION_DATA)) {
            throw protocolError("AUTHENTICATION_DATA in " + rules + " without AUTHENTICATION_METHOD");
        }
        return Properties.of(entries);
    }

    /** Section 2.2.2.2: an identifier that is not valid for its packet makes the packet malformed. */
    private static Property readIdentifier(WireReader in, PacketRules rules) {
        int identifier = in.readVariableByteInteger("Property identifier");
        Property property = Property.of(identifier);
        if (property == null) {
            throw malformed("Property identifier 0x%02X is not defined".formatted(identifier));
        }
        if (!rules.permits(property)) {
            throw malformed(property + " is no property of " + rules);
        }
        return property;
    }

    private static Object readValue(WireReader in, Property property) {
        String field = property.name();
        return switch (property.type()) {
            case BYTE -> (long) in.readByte(field);
            case TWO_BYTE_INTEGER -> (long) in.readTwoByteInteger(field);
            case FOUR_BYTE_INTEGER -> in.readFourByteInteger(field);
            case VARIABLE_BYTE_INTEGER -> (long) in.readVariableByteInteger(field);
            case UTF_8_STRING -> in.readString(field);
            case UTF_8_STRING_PAIR -> // [MQTT-1.5.7-1]
                    new UserProperty(in.readString(field), in.readString(field));
            case BINARY_DATA -> in.readBinary(field);
        };
    }

    /**
     * The rules for values, each in the section that defines the property (3.1.2.11, 3.2.2.3, 3.3.2.3,
     * 3.8.2.1).
     */
    private static void requirePermitted(Property property, Object value) {
        String expected = switch (property) {
            case PAYLOAD_FORMAT_INDICATOR, REQUEST_PROBLEM_INFORMATION, REQUEST_RESPONSE_INFORMATION,
                    MAXIMUM_QOS, RETAIN_AVAILABLE, WILDCARD_SUBSCRIPTION_AVAILABLE,
                    SUBSCRIPTION_IDENTIFIER_AVAILABLE, SHARED_SUBSCRIPTION_AVAILABLE ->
                    (Long) value <= 1 ? null : "0 or 1";
            case SUBSCRIPTION_IDENTIFIER, RECEIVE_MAXIMUM, TOPIC_ALIAS, MAXIMUM_PACKET_SIZE ->
                    (Long) value > 0 ? null : "1 or more"; // among them [MQTT-3.3.2-8]
            case RESPONSE_TOPIC -> // [MQTT-3.3.2-14]
                    Topics.isTopicName((String) value) ? null : "a Topic Name without wildcards";
            case MESSAGE_EXPIRY_INTERVAL, CONTENT_TYPE, CORRELATION_DATA, SESSION_EXPIRY_INTERVAL,
                    ASSIGNED_CLIENT_IDENTIFIER, SERVER_KEEP_ALIVE, AUTHENTICATION_METHOD, AUTHENTICATION_DATA,
                    WILL_DELAY_INTERVAL, RESPONSE_INFORMATION, SERVER_REFERENCE, REASON_STRING,
                    TOPIC_ALIAS_MAXIMUM, USER_PROPERTY -> null;
        };
        if (expected != null) {
            ReasonCode reason = property == Property.TOPIC_ALIAS
                    ? ReasonCode.TOPIC_ALIAS_INVALID
                    : ReasonCode.PROTOCOL_ERROR;
            throw new MalformedPacketException(reason,
                    property + " is '" + value + "', expected " + expected);
        }
    }

    private static int valueBytes(Entry entry) {
        return switch (entry.property().type()) {
            case BYTE -> 1;
            case TWO_BYTE_INTEGER -> 2;
            case FOUR_BYTE_INTEGER -> 4;
            case VARIABLE_BYTE_INTEGER -> WireWriter.variableByteIntegerBytes(integer(entry));
            case UTF_8_STRING -> WireWriter.stringBytes((String) entry.value());
            case UTF_8_STRING_PAIR -> {
                UserProperty pair = (UserProperty) entry.value();
                yield WireWriter.stringBytes(pair.name()) + WireWriter.stringBytes(pair.value());
            }
            case BINARY_DATA -> WireWriter.binaryBytes((byte[]) entry.value());
        };
    }

    private static void writeValue(Entry entry, ByteBuffer to) {
        switch (entry.property().type()) {
            case BYTE -> to.put((byte) integer(entry));
            case TWO_BYTE_INTEGER -> WireWriter.putTwoByteInteger(integer(entry), to);
            case FOUR_BYTE_INTEGER -> WireWriter.putFourByteInteger(integer(entry), to);
            case VARIABLE_BYTE_INTEGER -> WireWriter.putVariableByteInteger(integer(entry), to);
            case UTF_8_STRING -> WireWriter.putString((String) entry.value(), to);
            case UTF_8_STRING_PAIR -> {
                UserProperty pair = (UserProperty) entry.value();
                WireWriter.putString(pair.name(), to);
                WireWriter.putString(pair.value(), to);
            }
            case BINARY_DATA -> WireWriter.putBinary((byte[]) entry.value(), to);
        }
    }

    /** The low 32 bits, which are all that the wire has. */
    private static int integer(Entry entry) {
        return ((Long) entry.value()).intValue();
    }

    private static long bit(Property property) {
        return 1L << property.ordinal();
    }
}
