package io.holdfast.rocks;

import io.holdfast.broker.Change;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Changes as rows put into, or deleted from, one batch. */
final class ChangeWriter {
    /**
     * So few entries are deleted one by one. A range delete costs the same for any number of entries, but
     * while it is in the memtable every new iterator pays for it.
     */
    static final long POINT_DELETES_MAX = 32;

    private static final byte[] EMPTY = {};

    private final Database database;
    private final WriteBatch batch;

    ChangeWriter(Database database, WriteBatch batch) {
        this.database = database;
        this.batch = batch;
    }

    void write(Change change) throws RocksDBException {
        switch (change) {
            case Change.MessageAppended(long logId, long ordinal, long bytesThrough, var message) ->
                batch.put(database.log, Keys.entry(logId, ordinal),
                        LogEntryCodec.encode(message, bytesThrough));
            case Change.LogTrimmed trimmed -> trim(trimmed);
            case Change.LogPut log -> put(Keys.of(Keys.LOG, log.logId()), StateRows.log(log));
            case Change.LogRemoved removed -> remove(removed);
            case Change.EntriesRemoved(long id, long from, long below) -> deleteEntries(id, from, below);
            case Change.CursorPut row ->
                    put(Keys.cursor(row.logId(), row.sessionId()), StateRows.cursor(row));
            case Change.CursorRemoved(long logId, long sessionId) -> delete(Keys.cursor(logId, sessionId));
            case Change.LeasePut lease ->
                put(Keys.of(Keys.LEASE, lease.logId(), lease.ordinal()), StateRows.lease(lease));
            case Change.LeaseRemoved(long logId, long ordinal) -> delete(Keys.of(Keys.LEASE, logId, ordinal));
            case Change.DelayedPut(long dueAtMillis, var message) ->
                put(Keys.of(Keys.DELAYED, dueAtMillis, message.sequence()), LogEntryCodec.encode(message, 0));
            case Change.DelayedRemoved(long dueAtMillis, long sequence) ->
                delete(Keys.of(Keys.DELAYED, dueAtMillis, sequence));
            case Change.IdsReserved ids -> put(Keys.of(Keys.IDS), StateRows.ids(ids));
            case Change.SessionsCounted(long n) -> put(Keys.of(Keys.SESSIONS), StateRows.number(n));
            case Change.SessionPut session ->
                put(Keys.of(Keys.SESSION, session.clientId()), StateRows.session(session));
            case Change.SessionRemoved(String clientId) -> delete(Keys.of(Keys.SESSION, clientId));
            case Change.DuePut(long dueAtMillis, String clientId) ->
                put(Keys.of(Keys.DUE, dueAtMillis, clientId), EMPTY);
            case Change.DueRemoved(long dueAtMillis, String clientId) ->
                delete(Keys.of(Keys.DUE, dueAtMillis, clientId));
            case Change.SubscriptionPut(long sessionId, var subscription) ->
                put(Keys.of(Keys.SUBSCRIPTION, sessionId, subscription.topicFilter()),
                        StateRows.subscription(subscription));
            case Change.SubscriptionRemoved(long sessionId, String topicFilter) ->
                delete(Keys.of(Keys.SUBSCRIPTION, sessionId, topicFilter));
            case Change.ReplayPut replay ->
                put(Keys.of(Keys.REPLAY, replay.sessionId(), replay.topicFilter()), StateRows.replay(replay));
            case Change.ReplayRemoved(long sessionId, String topicFilter) ->
                delete(Keys.of(Keys.REPLAY, sessionId, topicFilter));
            case Change.WillPut(long sessionId, var will) ->
                put(Keys.of(Keys.WILL, sessionId), LogEntryCodec.encode(will, 0));
            case Change.WillRemoved(long sessionId) -> delete(Keys.of(Keys.WILL, sessionId));
            case Change.RetainedPut(var message) -> batch.put(database.retained,
                    Keys.text(message.topicName()), LogEntryCodec.encode(message, 0));
            case Change.RetainedRemoved(String name) -> batch.delete(database.retained, Keys.text(name));
            case Change.InFlightPut block ->
                putOrEnd(Keys.block(Keys.IN_FLIGHT, block.sessionId(), block.block()),
                        StateRows.inFlight(block), block.deliveries().isEmpty());
            case Change.ReceivedPut(long sessionId, int block, long bits) ->
                putOrEnd(Keys.block(Keys.RECEIVED, sessionId, block), StateRows.number(bits), bits == 0);
        }
    }

    private void trim(Change.LogTrimmed trimmed) throws RocksDBException {
        deleteEntries(trimmed.logId(), trimmed.from(), trimmed.below());
        put(Keys.of(Keys.TRIMMED, trimmed.logId()), StateRows.number(trimmed.below()));
    }

    private void remove(Change.LogRemoved removed) throws RocksDBException {
        deleteEntries(removed.logId(), removed.from(), removed.next());
        delete(Keys.of(Keys.TRIMMED, removed.logId()));
        delete(Keys.of(Keys.LOG, removed.logId()));
    }

    private void deleteEntries(long logId, long from, long below) throws RocksDBException {
        if (below - from > POINT_DELETES_MAX) {
            batch.deleteRange(database.log, Keys.entry(logId, from), Keys.entry(logId, below));
            return;
        }
        for (long ordinal = from; ordinal < below; ordinal++) {
            batch.delete(database.log, Keys.entry(logId, ordinal));
        }
    }

    private void putOrEnd(byte[] key, byte[] value, boolean ended) throws RocksDBException {
        if (ended) {
            delete(key);
        } else {
            put(key, value);
        }
    }

    void put(byte[] key, byte[] value) throws RocksDBException {
        batch.put(database.state, key, value);
    }

    private void delete(byte[] key) throws RocksDBException {
        batch.delete(database.state, key);
    }
}
