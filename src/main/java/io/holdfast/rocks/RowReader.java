package io.holdfast.rocks;

import io.holdfast.broker.Change;
import io.holdfast.broker.Effect;
import io.holdfast.broker.LogMeasure;
import io.holdfast.broker.Message;
import io.holdfast.broker.Subscription;
import io.holdfast.mqtt.Topics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

/**
 * Reads rows back, by any number of threads at once. Iterators are bounded on both sides and start at the
 * cursor.
 *
 * <p><b>What is damaged</b> is passed over, as if it were not there, and named; or, without anybody to name
 * it to, refused by an exception.
 */
final class RowReader {
    private final Database database;
    private final Damage damage;

    /** For a reader that refuses what is damaged. */
    RowReader(Database database) {
        this(database, null);
    }

    /** @param damage null to refuse it */
    RowReader(Database database, Damage damage) {
        this.database = database;
        this.damage = damage;
    }

    List<Change> session(String clientId) throws RocksDBException {
        Snapshot snapshot = database.rocks.getSnapshot();
        try (ReadOptions reading = new ReadOptions(database.reading).setSnapshot(snapshot)) {
            byte[] key = Keys.of(Keys.SESSION, clientId);
            Change.SessionPut session =
                    (Change.SessionPut) decode(RowKind.SESSION, key, get(RowKind.SESSION, reading, key));
            if (session == null) {
                return List.of();
            }
            List<Change> rows = new ArrayList<>();
            rows.add(session);
            addAll(rows, reading, RowKind.SUBSCRIPTION, session.sessionId());
            addAll(rows, reading, RowKind.IN_FLIGHT, session.sessionId());
            addAll(rows, reading, RowKind.RECEIVED, session.sessionId());
            addAll(rows, reading, RowKind.REPLAY, session.sessionId());
            addAll(rows, reading, RowKind.WILL, session.sessionId());
            addCursors(rows, reading, session.sessionId());
            return rows;
        } finally {
            database.rocks.releaseSnapshot(snapshot);
        }
    }

    private void addAll(List<Change> rows, ReadOptions reading, RowKind kind, long id)
            throws RocksDBException {
        scan(database.state, reading, Keys.of(kind.letter, id), Keys.after(kind.letter, id), (key, value) -> {
            Change row = (Change) decode(kind, key, value);
            if (row != null) {
                rows.add(row);
            }
            return true;
        });
    }

    /**
     * The cursors in all logs that the subscriptions and the deliveries in flight name. A subscription whose
     * cursor is damaged goes on at the head of its log.
     */
    private void addCursors(List<Change> rows, ReadOptions reading, long sessionId) throws RocksDBException {
        Set<Long> logIds = new TreeSet<>();
        Set<Long> subscribed = new TreeSet<>();
        for (Change row : rows) {
            if (row instanceof Change.SubscriptionPut(_, Subscription subscription)) {
                logIds.add(subscription.logId());
                if (!Topics.isShared(subscription.topicFilter())) {
                    subscribed.add(subscription.logId());
                }
            } else if (row instanceof Change.InFlightPut block) {
                block.deliveries().forEach(delivery -> logIds.add(delivery.logId()));
            }
        }
        logIds.remove(Subscription.NO_LOG);
        List<byte[]> keys = logIds.stream().map(logId -> Keys.cursor(logId, sessionId)).toList();
        List<byte[]> values = get(RowKind.CURSOR, reading, keys);
        for (int i = 0; i < keys.size(); i++) {
            long logId = Keys.number(keys.get(i), 1);
            Change.CursorPut cursor =
                    (Change.CursorPut) decode(RowKind.CURSOR, keys.get(i), values.get(i));
            if (cursor == null && damage != null && subscribed.contains(logId)) {
                damage.met("damaged row: " + RowKind.CURSOR.describe(keys.get(i)) + ": missing");
                long head = head(logId);
                cursor = new Change.CursorPut(logId, sessionId, head, head);
            }
            if (cursor != null) {
                rows.add(cursor);
            }
        }
    }

    /** The ordinal after that of the last entry; 0 if there is none. */
    long head(long logId) throws RocksDBException {
        try (RocksIterator entries = database.rocks.newIterator(database.log, database.reading)) {
            entries.seekForPrev(Keys.entry(logId, -1));
            entries.status();
            return entries.isValid() && Keys.number(entries.key(), 0) == logId
                    ? Keys.number(entries.key(), Long.BYTES) + 1 : 0;
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
                    Message message = sound(() -> LogEntryCodec.decode(logId, ordinal, value));
                    if (message == null) {
                        return false;
                    }
                    messages.add(message);
                    bytes += message.bytes();
                    return bytes < bytesMax && messages.size() < messagesMax;
                }
            });
        }
        return messages;
    }

    /** The first entry from an ordinal on that can be read, or null if there is none. */
    Change.MessageAppended nextEntry(long logId, long from) throws RocksDBException {
        Change.MessageAppended[] found = {null};
        long met = damage == null ? 0 : damage.met();
        try (ReadOptions reading = new ReadOptions(database.reading)) {
            scan(database.log, reading, Keys.entry(logId, from), Keys.entry(logId + 1, 0), (key, value) -> {
                found[0] = (Change.MessageAppended) decode(RowKind.ENTRY, key, value);
                return found[0] == null;
            });
        }
        boolean isNext = found[0] != null && found[0].ordinal() == from;
        if (damage != null && !isNext && damage.met() == met) {
            damage.found("missing row: " + RowKind.ENTRY.describe(Keys.entry(logId, from)));
        }
        return found[0];
    }

    List<Message> entries(List<Effect.Position> positions) throws RocksDBException {
        List<byte[]> keys = positions.stream().map(at -> Keys.entry(at.logId(), at.ordinal())).toList();
        List<byte[]> values = get(RowKind.ENTRY, database.reading, keys);
        List<Message> messages = new ArrayList<>(positions.size());
        for (int i = 0; i < keys.size(); i++) {
            Effect.Position at = positions.get(i);
            byte[] value = values.get(i);
            messages.add(value == null
                    ? null : sound(() -> LogEntryCodec.decode(at.logId(), at.ordinal(), value)));
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
            Change.DelayedPut row = (Change.DelayedPut) decode(RowKind.DELAYED, key, value);
            if (row != null) {
                due.add(row);
                bytes[0] += row.message().bytes();
            }
            return due.size() < read.messagesMax() && bytes[0] < read.bytesMax();
        });
        return due;
    }

    LogMeasure measure(Effect.MeasureLog asked) throws RocksDBException {
        List<Change.CursorPut> cursors = new ArrayList<>();
        scan(Keys.of(Keys.CURSOR, asked.logId()), Keys.after(Keys.CURSOR, asked.logId()), (key, value) -> {
            Change.CursorPut cursor = (Change.CursorPut) decode(RowKind.CURSOR, key, value);
            return cursor == null || cursors.add(cursor);
        });
        return LogMeasure.of(asked, cursors, ordinal -> entry(asked.logId(), ordinal));
    }

    /** Null if it is not there; in place of one that is damaged, the next one. */
    private Change.MessageAppended entry(long logId, long ordinal) throws RocksDBException {
        byte[] key = Keys.entry(logId, ordinal);
        byte[] value;
        try {
            value = database.rocks.get(database.log, database.reading, key);
        } catch (RocksDBException e) {
            require(e);
            return nextEntry(logId, ordinal);
        }
        Record entry = decode(RowKind.ENTRY, key, value);
        return entry == null && value != null
                ? nextEntry(logId, ordinal) : (Change.MessageAppended) entry;
    }

    byte[] get(byte[] key) throws RocksDBException {
        return database.rocks.get(database.state, database.reading, key);
    }

    private List<byte[]> get(RowKind kind, ReadOptions reading, List<byte[]> keys) throws RocksDBException {
        if (keys.isEmpty()) {
            return List.of();
        }
        List<byte[]> values = new ArrayList<>(database.rocks.multiGetAsList(reading,
                Collections.nCopies(keys.size(), kind.family(database)), keys));
        for (int i = 0; i < keys.size(); i++) {
            if (values.get(i) == null) { // not there, or it cannot be read
                values.set(i, get(kind, reading, keys.get(i)));
            }
        }
        return values;
    }

    /** Null if it is not there, or cannot be read. */
    private byte[] get(RowKind kind, ReadOptions reading, byte[] key) throws RocksDBException {
        try {
            return database.rocks.get(kind.family(database), reading, key);
        } catch (RocksDBException e) {
            require(e);
            damage.met("unreadable row: " + kind.describe(key) + ": ", e);
            return null;
        }
    }

    /** What the row means; null if there is none, or it is damaged. */
    private Record decode(RowKind kind, byte[] key, byte[] value) {
        return value == null ? null : sound(() -> kind.decode(key, value));
    }

    /** What is read, or null if it is damaged. */
    <T> T sound(Supplier<T> read) {
        try {
            return read.get();
        } catch (StoreException e) {
            if (damage == null) {
                throw e;
            }
            damage.met(e.getMessage());
            return null;
        }
    }

    private void require(RocksDBException e) throws RocksDBException {
        if (damage == null || !Damage.isDamage(e)) {
            throw e;
        }
    }

    /** Shows the state rows from {@code from} to below {@code to}, until the visitor has had enough. */
    void scan(byte[] from, byte[] to, BiPredicate<byte[], byte[]> visitor) throws RocksDBException {
        try (ReadOptions reading = new ReadOptions(database.reading)) {
            scan(database.state, reading, from, to, visitor);
        }
    }

    /** The same for rows of any column family. */
    void scan(ColumnFamilyHandle family, ReadOptions reading, byte[] from, byte[] to,
            BiPredicate<byte[], byte[]> visitor) throws RocksDBException {
        RowKind any = family == database.log ? RowKind.ENTRY
                : family == database.retained ? RowKind.RETAINED : RowKind.SESSION;
        try (Slice lower = new Slice(from); Slice upper = new Slice(to)) {
            reading.setIterateLowerBound(lower).setIterateUpperBound(upper);
            RowWalk.from(from, database, family, reading, new RowWalk.Visitor() {
                @Override
                public boolean row(byte[] key, byte[] value) {
                    return visitor.test(key, value);
                }

                @Override
                public void unreadable(byte[] after, byte[] before, RocksDBException why)
                        throws RocksDBException {
                    require(why);
                    damage.met(RowWalk.describe(any, after, before), why);
                }
            });
        }
    }
}
