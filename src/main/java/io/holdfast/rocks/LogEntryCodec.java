package io.holdfast.rocks;

import io.holdfast.broker.Message;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.QoS;
import io.holdfast.wire.PropertyCodec;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The value of a log entry: one Application Message, whole, so that reading a log is reading one range.
 * Retained messages and wills, which no log holds, have the same layout.
 *
 * <pre>
 *  0        1        2          10              18                   26             34         36
 * +--------+--------+----------+---------------+--------------------+--------------+----------+-----------
 * | format | flags  | sequence | arrivedMillis | publisher          | bytesThrough | topic    | Topic Name
 * | u8 = 1 | u8     | u64      | u64           | u64                | u64          | size u16 | UTF-8
 * +--------+--------+----------+---------------+--------------------+--------------+----------+-----------
 *   -----------------+------------+---------+
 *    properties size | properties | payload |    flags: bits 0-1 QoS, bit 2 RETAIN, bits 3-7 zero
 *    u32             | as on wire | rest    |
 *   -----------------+------------+---------+
 * </pre>
 */
final class LogEntryCodec {
    static final byte FORMAT = 1;

    private static final int QOS_MASK = 0b011;
    private static final int RETAIN = 0b100;
    private static final int SEQUENCE_AT = 2;
    private static final int BYTES_THROUGH_AT = 26;
    private static final int TOPIC_AT = 36;
    private static final int TOPIC_BYTES_MAX = 65_535;

    private LogEntryCodec() {}

    static byte[] encode(Message message, long bytesThrough) {
        byte[] topic = message.topicName().getBytes(StandardCharsets.UTF_8);
        if (topic.length > TOPIC_BYTES_MAX) {
            throw new IllegalArgumentException("Topic Name of " + topic.length + " bytes exceeds the maximum"
                    + " of " + TOPIC_BYTES_MAX);
        }
        Properties properties = message.properties();
        int propertyBytes = properties.isEmpty() ? 0 : PropertyCodec.size(properties);
        byte[] payload = message.payload();
        byte[] value = new byte[TOPIC_AT + topic.length + Integer.BYTES + propertyBytes + payload.length];
        ByteBuffer to = ByteBuffer.wrap(value)
                .put(FORMAT)
                .put((byte) (message.qos().value() | (message.retain() ? RETAIN : 0)))
                .putLong(message.sequence())
                .putLong(message.arrivedMillis())
                .putLong(message.publisher())
                .putLong(bytesThrough)
                .putShort((short) topic.length)
                .put(topic)
                .putInt(propertyBytes);
        if (propertyBytes > 0) {
            PropertyCodec.write(properties, to);
        }
        to.put(payload);
        return value;
    }

    static Message decode(long logId, long ordinal, byte[] value) {
        return decode(describe(logId, ordinal), value);
    }

    /** @param row what it is, for the message if it is damaged */
    static Message decode(String row, byte[] value) {
        requireFormat(row, value);
        try {
            return decode(ByteBuffer.wrap(value));
        } catch (RuntimeException e) { // whatever the bytes are, the row is named
            throw damaged(row, e.toString());
        }
    }

    private static Message decode(ByteBuffer from) {
        int flags = from.get(1);
        if ((flags & ~(QOS_MASK | RETAIN)) != 0) {
            throw new IllegalArgumentException("flags 0x" + Integer.toHexString(flags & 0xFF));
        }
        long sequence = from.getLong(SEQUENCE_AT);
        long arrivedMillis = from.getLong(SEQUENCE_AT + Long.BYTES);
        long publisher = from.getLong(SEQUENCE_AT + 2 * Long.BYTES);
        int topicBytes = Short.toUnsignedInt(from.getShort(TOPIC_AT - Short.BYTES));
        String topicName = new String(bytes(from.position(TOPIC_AT), topicBytes), StandardCharsets.UTF_8);
        Properties properties = properties(from, from.getInt());
        byte[] payload = bytes(from, from.remaining());
        return new Message(sequence, arrivedMillis, publisher, QoS.of(flags & QOS_MASK),
                (flags & RETAIN) != 0, topicName, properties, payload);
    }

    private static Properties properties(ByteBuffer from, int propertyBytes) {
        if (propertyBytes == 0) {
            return Properties.NONE;
        }
        Properties properties = PropertyCodec.read(from.slice(from.position(), propertyBytes));
        from.position(from.position() + propertyBytes);
        return properties;
    }

    private static byte[] bytes(ByteBuffer from, int size) {
        if (size > from.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[size];
        from.get(bytes);
        return bytes;
    }

    /** The byte total of an entry, without the rest. */
    static long bytesThrough(long logId, long ordinal, byte[] value) {
        requireFormat(describe(logId, ordinal), value);
        return ByteBuffer.wrap(value).getLong(BYTES_THROUGH_AT);
    }

    private static String describe(long logId, long ordinal) {
        return "entry " + ordinal + " of log " + logId;
    }

    private static void requireFormat(String row, byte[] value) {
        if (value.length < TOPIC_AT + Integer.BYTES) {
            throw damaged(row, value.length + " bytes, at least " + (TOPIC_AT + Integer.BYTES) + " expected");
        }
        if (value[0] != FORMAT) {
            throw damaged(row, "format " + value[0] + ", this build reads " + FORMAT);
        }
    }

    private static StoreException damaged(String row, String what) {
        return new StoreException("damaged row: " + row + ": " + what);
    }
}
