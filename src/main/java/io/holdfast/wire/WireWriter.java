package io.holdfast.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/** The data types of section 1.5 as bytes: for each type its size and how it is put into a buffer. */
final class WireWriter {
    /** The greatest Variable Byte Integer (section 1.5.5). */
    static final int VARIABLE_BYTE_INTEGER_MAX = 268_435_455;

    /** The longest UTF-8 Encoded String and Binary Data (sections 1.5.4 and 1.5.6). */
    private static final int LENGTH_MAX = 65_535;

    private WireWriter() {}

    static int variableByteIntegerBytes(int value) {
        return value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : 4;
    }

    static void putVariableByteInteger(int value, ByteBuffer to) {
        if (value < 0 || value > VARIABLE_BYTE_INTEGER_MAX) {
            throw new IllegalArgumentException(value + " is no Variable Byte Integer, expected 0 to "
                    + VARIABLE_BYTE_INTEGER_MAX);
        }
        int left = value;
        while (left >= 0x80) {
            to.put((byte) (left | 0x80));
            left >>>= 7;
        }
        to.put((byte) left);
    }

    static void putTwoByteInteger(int value, ByteBuffer to) {
        to.put((byte) (value >>> 8)).put((byte) value);
    }

    static void putFourByteInteger(int value, ByteBuffer to) {
        putTwoByteInteger(value >>> 16, to);
        putTwoByteInteger(value, to);
    }

    static int stringBytes(String string) {
        return 2 + utf8Bytes(string);
    }

    static void putString(String string, ByteBuffer to) {
        putString(string, utf8Bytes(string), to);
    }

    /** As above, for a caller who knows how many bytes the characters take. */
    static void putString(String string, int utf8Bytes, ByteBuffer to) {
        if (utf8Bytes == string.length()) {
            putLength(utf8Bytes, to);
            putAscii(string, to);
            return;
        }
        byte[] bytes = string.getBytes(UTF_8);
        if (bytes.length != utf8Bytes) { // [MQTT-1.5.4-1]
            throw new IllegalArgumentException("string of " + string.length() + " has an unpaired surrogate");
        }
        putBinary(bytes, to);
    }

    /** The bytes of the characters alone; four for a pair of surrogates, so two for each. */
    static int utf8Bytes(String string) {
        int length = string.length();
        int bytes = length;
        for (int i = 0; i < length; i++) {
            char c = string.charAt(i);
            if (c >= 0x80) {
                bytes += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
            }
        }
        return bytes;
    }

    static int binaryBytes(byte[] bytes) {
        return 2 + bytes.length;
    }

    static void putBinary(byte[] bytes, ByteBuffer to) {
        putLength(bytes.length, to);
        to.put(bytes);
    }

    private static void putLength(int length, ByteBuffer to) {
        if (length > LENGTH_MAX) {
            throw new IllegalArgumentException("field of " + length + " bytes exceeds " + LENGTH_MAX);
        }
        putTwoByteInteger(length, to);
    }

    private static void putAscii(String string, ByteBuffer to) {
        int start = to.position();
        int length = string.length();
        to.position(start + length);
        for (int i = 0; i < length; i++) {
            to.put(start + i, (byte) string.charAt(i));
        }
    }
}
