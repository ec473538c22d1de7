package io.holdfast.rocks;

import io.holdfast.broker.Change;
import io.holdfast.broker.Effect;
import io.holdfast.broker.LogMeasure;
import io.holdfast.broker.Message;
import io.holdfast.broker.Subscription;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

/**
 * Reads rows back, by any number of threads at once. Iterators are bounded on both sides and start at the
 * cursor.
 */
final class RowReader {
    private final Database database;

    RowReader(Database database) {
        this.database = database;
    }

    List<Change> session(String clientId) throws RocksDBException {
        Snapshot snapshot = database.rocks.getSnapshot();
        try (ReadOptions reading = new ReadOptions(database.reading).setSnapshot(snapshot)) {
            byte[] key = Keys.of(Keys.SESSION, clientId);
            byte[] value = database.rocks.get(database.state, reading, key);
            if (value == null) {
                return List.of();
            }
            Change.SessionPut session = StateRows.toSession(key, value);
            List<Change> rows = new ArrayList<>();
            rows.add(session);
            addAll(rows, reading, Keys.SUBSCRIPTION, session.sessionId(), StateRows::toSubscription);
            addAll(rows, reading, Keys.IN_FLIGHT, session.sessionId(), StateRows::toInFlight);
            addAll(rows, reading, Keys.RECEIVED, session.sessionId(), StateRows::toReceived);
            addAll(rows, reading, Keys.REPLAY, session.sessionId(), StateRows::toReplay);
            addAll(rows, reading, Keys.WILL, session.sessionId(), StateRows::toWill);
            addCursors(rows, reading, session.sessionId());
            return rows;
        } finally {
            database.rocks.releaseSnapshot(snapshot);
        }
    }

    private void addAll(List<Change> rows, ReadOptions reading, byte kind, long id,
            BiFunction<byte[], byte[], Change> decode) throws RocksDBException {
        scan(database.state, reading, Keys.of(kind, id), Keys.after(kind, id), (key, value) -> {
            rows.add(decode.apply(key, value));
            return true;
        });
    }

    /** The cursors in all logs that the subscriptions and the deliveries in flight name. */
    private void addCursors(List<Change> rows, ReadOptions reading, long sessionId) throws RocksDBException {
        Set<Long> logIds = new TreeSet<>();
        for (Change row : rows) {
            if (row instanceof Change.SubscriptionPut(_, Subscription subscription)) {
                logIds.add(subscription.logId());
            } else if (row instanceof Change.InFlightPut block) {
                block.deliveries().forEach(delivery -> logIds.add(delivery.logId()));
            }
        }
        logIds.remove(Subscription.NO_LOG);
        List<byte[]> keys = logIds.stream().map(logId -> Keys.cursor(logId, sessionId)).toList();
        List<byte[]> values = get(reading, database.state, keys);
        for (int i = 0; i < keys.size(); i++) {
            if (values.get(i) != null) {
                rows.add(StateRows.toCursor(keys.get(i), values.get(i)));
            }
        }
    }

    /**
     * Reads from {@code from} on for as long as ordinals are dense. Entries trimmed by a range delete may be
     * met again: a cursor pins what it still needs, so whoever asks for them does not want them any more.
     */
    @SuppressWarnings("deprecation") // without it, each range delete in the memtable slows every new iterator
    List<Message> log(long logId, long from, int messagesMax, long bytesMax) throws RocksDBException {
        List<Message> messages = new ArrayList<>();
        try (ReadOptions reading = new ReadOptions(database.reading).setIgnoreRangeDeletions(true)) {
            byte[] end = Keys.entry(logId + 1, 0);
            scan(database.log, reading, Keys.entry(logId, from), end, new BiPredicate<>() {
                private long bytes;

                @Override
                public boolean test(byte[] key, byte[] value) {
                    long ordinal = Keys.number(key, Long.BYTES);
                    if (ordinal != from + messages.size() || messages.size() >= messagesMax) {
                        return false;
                    }
                    Message message = LogEntryCodec.decode(logId, ordinal, value);
                    messages.add(message);
                    bytes += message.bytes();
                    return bytes < bytesMax && messages.size() < messagesMax;
                }
            });
        }
        return messages;
    }

    List<Message> entries(List<Effect.Position> positions) throws RocksDBException {
        List<byte[]> keys = positions.stream().map(at -> Keys.entry(at.logId(), at.ordinal())).toList();
        List<byte[]> values = get(database.reading, database.log, keys);
        List<Message> messages = new ArrayList<>(positions.size());
        for (int i = 0; i < keys.size(); i++) {
            Effect.Position at = positions.get(i);
            byte[] value = values.get(i);
            messages.add(value == null ? null : LogEntryCodec.decode(at.logId(), at.ordinal(), value));
        }
        return messages;
    }

    /** The Client Identifiers in the list of what is due, from one time through another, in that order. */
    // The key after the greatest time, 2^63 - 1, is that of 2^63: unsigned, so nothing wraps around.
    List<String> due(long fromMillis, long throughMillis, int max) throws RocksDBException {
        List<String> clientIds = new ArrayList<>();
        if (max > 0) {
            scan(Keys.of(Keys.DUE, fromMillis), Keys.after(Keys.DUE, throughMillis), (key, _) -> {
                clientIds.add(Keys.text(key, Keys.TEXT_AT));
                return clientIds.size() < max;
            });
        }
        return clientIds;
    }

    List<Change.DelayedPut> delayed(Effect.ReadDelayed read) throws RocksDBException {
        List<Change.DelayedPut> due = new ArrayList<>();
        long[] bytes = {0};
        scan(Keys.of(Keys.DELAYED, 0), Keys.after(Keys.DELAYED, read.throughMillis()), (key, value) -> {
            Change.DelayedPut row = StateRows.toDelayed(key, value);
            due.add(row);
            bytes[0] += row.message().bytes();
            return due.size() < read.messagesMax() && bytes[0] < read.bytesMax();
        });
        return due;
    }

    LogMeasure measure(Effect.MeasureLog asked) throws RocksDBException {
        List<Change.CursorPut> cursors = new ArrayList<>();
        scan(Keys.of(Keys.CURSOR, asked.logId()), Keys.after(Keys.CURSOR, asked.logId()), (key, value) ->
            cursors.add(StateRows.toCursor(key, value)));
        return LogMeasure.of(asked, cursors, ordinal -> entry(asked.logId(), ordinal));
    }

    private Change.MessageAppended entry(long logId, long ordinal) throws RocksDBException {
        byte[] value = database.rocks.get(database.log, database.reading, Keys.entry(logId, ordinal));
        return value == null ? null : new Change.MessageAppended(logId, ordinal,
                LogEntryCodec.bytesThrough(logId, ordinal, value),
                LogEntryCodec.decode(logId, ordinal, value));
    }

    byte[] get(byte[] key) throws RocksDBException {
        return database.rocks.get(database.state, database.reading, key);
    }

    private List<byte[]> get(ReadOptions reading, ColumnFamilyHandle family, List<byte[]> keys)
            throws RocksDBException {
        return keys.isEmpty()
                ? List.of()
                : database.rocks.multiGetAsList(reading, Collections.nCopies(keys.size(), family), keys);
    }

    /** Shows the state rows from {@code from} to below {@code to}, until the visitor has had enough. */
    void scan(byte[] from, byte[] to, BiPredicate<byte[], byte[]> visitor) throws RocksDBException {
        try (ReadOptions reading = new ReadOptions(database.reading)) {
            scan(database.state, reading, from, to, visitor);
        }
    }

    private void scan(ColumnFamilyHandle family, ReadOptions reading, byte[] from, byte[] to,
            BiPredicate<byte[], byte[]> visitor) throws RocksDBException {
        try (Slice lower = new Slice(from); Slice upper = new Slice(to)) {
            reading.setIterateLowerBound(lower).setIterateUpperBound(upper);
            try (RocksIterator rows = database.rocks.newIterator(family, reading)) {
                rows.seek(from);
                while (rows.isValid() && visitor.test(rows.key(), rows.value())) {
                    rows.next();
                }
                rows.status();
            }
        }
    }
}
