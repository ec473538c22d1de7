package io.holdfast.rocks;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The keys of all rows. Integers are big-endian, so that the order of the bytes is the order of the numbers;
 * text is UTF-8 and always last, so that it needs no length.
 *
 * <pre>
 * column family "log"
 *   entry         logId u64 | ordinal u64
 *
 * column family "default"
 *   ids           'i'
 *   commit        'k'
 *   log           'l' | logId u64
 *   trimmed       't' | logId u64
 *   cursor        'c' | logId u64 | sessionId u64
 *   lease         'g' | logId u64 | ordinal u64
 *   delayed       'y' | dueAtMillis u64 | sequence u64
 *   sessions      'n'
 *   session       's' | Client Identifier
 *   due           'd' | dueAtMillis u64 | Client Identifier
 *   subscription  'f' | sessionId u64 | Topic Filter
 *   in flight     'o' | sessionId u64 | block u16
 *   received      'r' | sessionId u64 | block u16
 *   replay        'p' | sessionId u64 | Topic Filter
 *   will          'w' | sessionId u64
 *
 * column family "retained"
 *   retained      Topic Name
 * </pre>
 */
final class Keys {
    static final byte IDS = 'i';
    static final byte COMMIT = 'k';
    static final byte LOG = 'l';
    static final byte TRIMMED = 't';
    static final byte CURSOR = 'c';
    static final byte LEASE = 'g';
    static final byte DELAYED = 'y';
    static final byte SESSIONS = 'n';
    static final byte SESSION = 's';
    static final byte DUE = 'd';
    static final byte SUBSCRIPTION = 'f';
    static final byte IN_FLIGHT = 'o';
    static final byte RECEIVED = 'r';
    static final byte REPLAY = 'p';
    static final byte WILL = 'w';

    /** Where the text of a subscription key, of a replay key and of a due key starts. */
    static final int TEXT_AT = 1 + Long.BYTES;

    private Keys() {}

    static byte[] entry(long logId, long ordinal) {
        return ByteBuffer.allocate(2 * Long.BYTES).putLong(logId).putLong(ordinal).array();
    }

    static byte[] of(byte kind) {
        return new byte[] {kind};
    }

    static byte[] of(byte kind, long id) {
        return ByteBuffer.allocate(1 + Long.BYTES).put(kind).putLong(id).array();
    }

    static byte[] of(byte kind, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + utf8.length).put(kind).put(utf8).array();
    }

    static byte[] of(byte kind, long number, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + Long.BYTES + utf8.length).put(kind).putLong(number).put(utf8).array();
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] cursor(long logId, long sessionId) {
        return of(CURSOR, logId, sessionId);
    }

    static byte[] of(byte kind, long first, long second) {
        return ByteBuffer.allocate(1 + 2 * Long.BYTES).put(kind).putLong(first).putLong(second).array();
    }

    static byte[] block(byte kind, long sessionId, int block) {
        return ByteBuffer.allocate(1 + Long.BYTES + Short.BYTES)
                .put(kind).putLong(sessionId).putShort((short) block).array();
    }

    /** The first key after all keys that begin with {@code kind} and {@code id}. */
    static byte[] after(byte kind, long id) {
        return of(kind, id + 1);
    }

    static String text(byte[] key, int from) {
        return new String(key, from, key.length - from, StandardCharsets.UTF_8);
    }

    /** The key in words, for messages about a damaged row. */
    static String describe(byte[] key) {
        return switch (key[0]) {
            case IDS -> "ids row";
            case COMMIT -> "commit row";
            case LOG -> "log row of log " + number(key, 1);
            case TRIMMED -> "trimmed row of log " + number(key, 1);
            case CURSOR -> "cursor row of log " + number(key, 1) + ", session " + number(key, 1 + Long.BYTES);
            case LEASE -> "lease row of log " + number(key, 1) + ", entry " + number(key, 1 + Long.BYTES);
            case DELAYED -> "delayed row of message " + number(key, 1 + Long.BYTES);
            case SESSIONS -> "sessions row";
            case SESSION -> "session row of client " + text(key, 1);
            case DUE -> "due row of client " + text(key, TEXT_AT);
            case SUBSCRIPTION -> "subscription row of session " + number(key, 1) + ", " + text(key, TEXT_AT);
            case IN_FLIGHT -> "in-flight row of session " + number(key, 1) + ", block " + block(key);
            case RECEIVED -> "received row of session " + number(key, 1) + ", block " + block(key);
            case REPLAY -> "replay row of session " + number(key, 1) + ", " + text(key, TEXT_AT);
            case WILL -> "will row of session " + number(key, 1);
            default -> "row of unknown kind " + key[0];
        };
    }

    static long number(byte[] key, int at) {
        return ByteBuffer.wrap(key).getLong(at);
    }

    static int block(byte[] key) {
        return Short.toUnsignedInt(ByteBuffer.wrap(key).getShort(TEXT_AT));
    }
}
