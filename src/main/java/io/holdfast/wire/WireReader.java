package io.holdfast.wire;

import static io.holdfast.wire.MalformedPacketException.malformed;
import static io.holdfast.wire.MalformedPacketException.protocolError;
import io.holdfast.mqtt.Utf8;
import java.nio.ByteBuffer;

/**
 * The bytes from a buffer's position to its limit, read as the data types of section 1.5. Everything is
 * copied out of the buffer. Bytes are put together one by one, so that the buffer's byte order does not
 * matter.
 *
 * <p>The argument {@code field} is the standard's name of what is read, for the message of a refusal.
 */
final class WireReader {
    /** The longest Variable Byte Integer (section 1.5.5). */
    static final int VARIABLE_BYTE_INTEGER_BYTES_MAX = 4;

    private static final byte[] NO_BYTES = {};

    private final ByteBuffer in;

    WireReader(ByteBuffer in) {
        this.in = in;
    }

    int remaining() {
        return in.remaining();
    }

    int readByte(String field) {
        require(1, field);
        return in.get() & 0xFF;
    }

    int readTwoByteInteger(String field) {
        require(2, field);
        return (in.get() & 0xFF) << 8 | in.get() & 0xFF;
    }

    long readFourByteInteger(String field) {
        require(4, field);
        return (long) readTwoByteInteger(field) << 16 | readTwoByteInteger(field);
    }

    int readVariableByteInteger(String field) {
        int value = 0;
        for (int i = 0; i < VARIABLE_BYTE_INTEGER_BYTES_MAX; i++) {
            int next = readByte(field);
            value |= (next & 0x7F) << 7 * i;
            if (next < 0x80) {
                requireShortest(value, i + 1, field);
                return value;
            }
        }
        throw malformed(field + " takes more than " + VARIABLE_BYTE_INTEGER_BYTES_MAX + " bytes");
    }

    static void requireShortest(int value, int bytes, String field) {
        if (bytes > WireWriter.variableByteIntegerBytes(value)) { // [MQTT-1.5.5-1]
            throw malformed(field + " " + value + " takes " + bytes + " bytes, expected "
                    + WireWriter.variableByteIntegerBytes(value));
        }
    }

    /** A Packet Identifier, which is never zero [MQTT-2.2.1-3]. */
    int readPacketId() {
        int packetId = readTwoByteInteger("Packet Identifier");
        if (packetId == 0) {
            throw protocolError("Packet Identifier is 0, expected 1 to 65535");
        }
        return packetId;
    }

    /** A UTF-8 Encoded String (section 1.5.4). */
    String readString(String field) {
        byte[] bytes = readBinary(field);
        String string = Utf8.decode(bytes);
        if (string == null) { // [MQTT-1.5.4-1]
            throw malformed(field + " of " + bytes.length + " bytes is not well-formed UTF-8");
        }
        int nul = string.indexOf('\0');
        if (nul >= 0) { // [MQTT-1.5.4-2]
            throw malformed(field + " has U+0000 at character " + nul);
        }
        return string;
    }

    /** Binary Data (section 1.5.6). */
    byte[] readBinary(String field) {
        int length = readTwoByteInteger(field);
        require(length, field);
        return copy(length);
    }

    /** All that is left: the Payload of a PUBLISH. */
    byte[] readRest() {
        return copy(in.remaining());
    }

    /** Ends the bytes that can be read after {@code bytes} more; returns the limit for {@link #widen}. */
    int narrow(int bytes, String field) {
        require(bytes, field);
        int limit = in.limit();
        in.limit(in.position() + bytes);
        return limit;
    }

    void widen(int limit) {
        in.limit(limit);
    }

    private byte[] copy(int length) {
        if (length == 0) {
            return NO_BYTES;
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private void require(int bytes, String field) {
        if (in.remaining() < bytes) {
            throw malformed(field + " needs " + bytes + " bytes, only " + in.remaining() + " are left");
        }
    }
}
