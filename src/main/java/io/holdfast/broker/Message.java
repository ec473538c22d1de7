package io.holdfast.broker;

import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.QoS;
import io.holdfast.wire.PropertyCodec;
import java.nio.charset.StandardCharsets;

/**
 * An Application Message that the broker has taken over from a publisher: one object, shared by all logs and
 * deliveries that carry it.
 *
 * @param sequence its place in the arrival order of all messages, from 1, never used twice
 * @param arrivedMillis when it arrived, in milliseconds since 1970
 * @param publisher the {@linkplain #publisher(String) hash} of the Client Identifier of its publisher, for No
 *     Local
 * @param qos the QoS of the PUBLISH
 * @param retain the RETAIN flag of the PUBLISH
 * @param properties those that are forwarded; the Message Expiry Interval is as published
 * @param payload shared, never changed
 */
public record Message(long sequence, long arrivedMillis, long publisher, QoS qos, boolean retain,
        String topicName, Properties properties, byte[] payload) {

    private static final long NEVER = Long.MAX_VALUE;
    /** The key of a row, what RocksDB adds to it, and what is in the row beside Topic Name and payload. */
    private static final long ROW_BYTES = 96;
    private static final long FNV_BASIS = 0xcbf2_9ce4_8422_2325L;
    private static final long FNV_PRIME = 0x100_0000_01b3L;

    /**
     * What a message remembers of its publisher: the FNV-1a hash (64 bits) of the Client Identifier in UTF-8.
     * It is the same for all sessions that the client ever has. Where two clients had the same one, which
     * takes billions of them or intent, one would not be sent what the other publishes, and only where it
     * asks for No Local.
     */
    static long publisher(String clientId) {
        long hash = FNV_BASIS;
        for (byte b : clientId.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xFF)) * FNV_PRIME;
        }
        return hash;
    }

    /** The same message, published (again) now. */
    Message published(long newSequence, long nowMillis) {
        return new Message(newSequence, nowMillis, publisher, qos, retain, topicName, properties,
                payload);
    }

    /** A copy for a single session, with the QoS that it was granted. */
    Message copied(long newSequence, QoS granted) {
        return new Message(newSequence, arrivedMillis, publisher, granted, retain, topicName,
                properties, payload);
    }

    /** When deliveries that have not begun are given up, in milliseconds since 1970, or never. */
    public long expiresAtMillis() {
        long intervalSeconds = properties.integer(Property.MESSAGE_EXPIRY_INTERVAL, -1);
        return intervalSeconds < 0 ? NEVER : arrivedMillis + intervalSeconds * 1_000;
    }

    /**
     * The properties to send now: the Message Expiry Interval less the time spent here [MQTT-3.3.2-6]. That
     * is negative if the machine's clock was set back while the broker was down.
     */
    Properties propertiesAt(long nowMillis) {
        if (expiresAtMillis() == NEVER) {
            return properties;
        }
        long remainingSeconds = Math.clamp((expiresAtMillis() - nowMillis + 999) / 1_000, 0L,
                properties.integer(Property.MESSAGE_EXPIRY_INTERVAL, 0));
        return properties.only(property -> property != Property.MESSAGE_EXPIRY_INTERVAL)
                .with(Property.MESSAGE_EXPIRY_INTERVAL, remainingSeconds);
    }

    /** What one copy of it takes in the store, in bytes, about. */
    long storedBytes() {
        return bytes() + ROW_BYTES + (properties.isEmpty() ? 0 : PropertyCodec.size(properties));
    }

    /** What queue limits and byte totals count, in bytes: Topic Name and payload. */
    public long bytes() {
        return topicName.length() + payload.length;
    }
}
