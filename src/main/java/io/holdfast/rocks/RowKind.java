package io.holdfast.rocks;

import io.holdfast.broker.Change;
import java.util.HexFormat;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.rocksdb.ColumnFamilyHandle;

/** The kinds of rows, in the words of {@code storage-format.md}, and what a row of each means. */
enum RowKind {
    ENTRY("entry", 0, 2 * Long.BYTES, false, RowKind::toEntry),
    IDS("ids", Keys.IDS, 1, false, StateRows::toIds),
    COMMIT("commit", Keys.COMMIT, 1, false, (key, value) -> new Commit(StateRows.toNumber(key, value))),
    LOG("log", Keys.LOG, 1 + Long.BYTES, false, StateRows::toLog),
    TRIMMED("trimmed", Keys.TRIMMED, 1 + Long.BYTES, false, RowKind::toTrimmed),
    CURSOR("cursor", Keys.CURSOR, 1 + 2 * Long.BYTES, false, StateRows::toCursor),
    DELAYED("delayed", Keys.DELAYED, 1 + 2 * Long.BYTES, false, StateRows::toDelayed),
    LEASE("lease", Keys.LEASE, 1 + 2 * Long.BYTES, false, StateRows::toLease),
    SESSIONS("sessions", Keys.SESSIONS, 1, false, (key, value) ->
            new Change.SessionsCounted(StateRows.toNumber(key, value))),
    SESSION("session", Keys.SESSION, 1, true, StateRows::toSession),
    DUE("due", Keys.DUE, Keys.TEXT_AT, true, (key, _) ->
            new Change.DuePut(Keys.number(key, 1), Keys.text(key, Keys.TEXT_AT))),
    SUBSCRIPTION("subscription", Keys.SUBSCRIPTION, Keys.TEXT_AT, true, StateRows::toSubscription),
    IN_FLIGHT("in-flight", Keys.IN_FLIGHT, Keys.TEXT_AT + Short.BYTES, false, StateRows::toInFlight),
    RECEIVED("received", Keys.RECEIVED, Keys.TEXT_AT + Short.BYTES, false, StateRows::toReceived),
    REPLAY("replay", Keys.REPLAY, Keys.TEXT_AT, true, StateRows::toReplay),
    WILL("will", Keys.WILL, 1 + Long.BYTES, false, StateRows::toWill),
    RETAINED("retained", 0, 1, true, RowKind::toRetained);

    /** What a commit row means: it is no change of the core. */
    record Commit(long number) {}

    private static final RowKind[] ALL = values();

    /** What operators call it. */
    final String word;
    /** The first byte of the key; 0 where the column family has one kind only. */
    final byte letter;
    private final int keyBytes;
    private final boolean endsInText;
    private final BiFunction<byte[], byte[], ?> decode;

    RowKind(String word, int letter, int keyBytes, boolean endsInText, BiFunction<byte[], byte[], ?> decode) {
        this.word = word;
        this.letter = (byte) letter;
        this.keyBytes = keyBytes;
        this.endsInText = endsInText;
        this.decode = decode;
    }

    /** The kind with that name, or null. */
    static RowKind of(String word) {
        for (RowKind kind : ALL) {
            if (kind.word.equals(word)) {
                return kind;
            }
        }
        return null;
    }

    /** All names, for messages. */
    static String words() {
        return Stream.of(ALL).map(kind -> kind.word).collect(Collectors.joining(", "));
    }

    /** The kind of a row of the column family "default", or null if there is none. */
    static RowKind of(byte[] key) {
        for (RowKind kind : ALL) {
            if (key.length > 0 && kind.letter == key[0] && kind.letter != 0) {
                return kind;
            }
        }
        return null;
    }

    /** In which column family rows of the kind are. */
    ColumnFamilyHandle family(Database database) {
        return switch (this) {
            case ENTRY -> database.log;
            case RETAINED -> database.retained;
            default -> database.state;
        };
    }

    /**
     * What the row means: a change of the core, or a {@link Commit}.
     *
     * @throws StoreException naming the row, if it is damaged
     */
    Record decode(byte[] key, byte[] value) {
        if (endsInText ? key.length < keyBytes : key.length != keyBytes) {
            throw damaged(key, "a key of " + key.length + " bytes, " + keyBytes + (endsInText
                    ? " or more" : "") + " expected");
        }
        try {
            return (Record) decode.apply(key, value);
        } catch (StoreException e) {
            throw e;
        } catch (RuntimeException e) { // whatever the bytes are, the row is named
            throw damaged(key, e.toString());
        }
    }

    private StoreException damaged(byte[] key, String what) {
        return new StoreException("damaged row: " + describe(key) + ": " + what);
    }

    /** The key in words. */
    String describe(byte[] key) {
        if (key.length < keyBytes) {
            return word + " row with the key " + HexFormat.of().formatHex(key);
        }
        return switch (this) {
            case ENTRY -> "entry " + Keys.number(key, Long.BYTES) + " of log " + Keys.number(key, 0);
            case RETAINED -> "retained message of " + Keys.text(key, 0);
            default -> Keys.describe(key);
        };
    }

    private static Change.MessageAppended toEntry(byte[] key, byte[] value) {
        long logId = Keys.number(key, 0);
        long ordinal = Keys.number(key, Long.BYTES);
        return new Change.MessageAppended(logId, ordinal, LogEntryCodec.bytesThrough(logId, ordinal, value),
                LogEntryCodec.decode(logId, ordinal, value));
    }

    private static Change.LogTrimmed toTrimmed(byte[] key, byte[] value) {
        return new Change.LogTrimmed(Keys.number(key, 1), 0, StateRows.toNumber(key, value));
    }

    private static Change.RetainedPut toRetained(byte[] key, byte[] value) {
        String name = RETAINED.describe(key);
        Change.RetainedPut row = new Change.RetainedPut(LogEntryCodec.decode(name, value));
        if (!row.message().topicName().equals(Keys.text(key, 0))) {
            throw new StoreException("damaged row: " + name + ": its Topic Name is "
                    + row.message().topicName());
        }
        return row;
    }
}
