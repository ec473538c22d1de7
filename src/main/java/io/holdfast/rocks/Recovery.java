package io.holdfast.rocks;

import io.holdfast.broker.Change;
import io.holdfast.broker.Store.Recovered;
import io.holdfast.mqtt.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what the core must know before its first input. The cost grows with the number of logs and of
 * sessions that were cut off, never with the number of messages or of offline sessions.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final Database database;
    private final RowReader reader;
    private int seeks;

    Recovery(Database database) {
        this.database = database;
        this.reader = new RowReader(database);
    }

    /** The last entry of a log that has one. */
    private record Last(long ordinal, long bytesThrough) {
        static final Last NONE = new Last(-1, 0);
    }

    Recovered recover() throws RocksDBException {
        Map<Long, Last> lastEntries = lastEntries();
        Map<Long, Long> trimmed = trimmed();
        List<Recovered.Log> logs = new ArrayList<>();
        reader.scan(Keys.of(Keys.LOG, 0), Keys.of(Keys.LOG, -1), (key, value) -> {
            Change.LogPut log = (Change.LogPut) RowKind.LOG.decode(key, value);
            Last found = lastEntries.remove(log.logId());
            Last last = found == null ? Last.NONE : found;
            logs.add(new Recovered.Log(log.logId(), log.topicFilter(), log.cursors(),
                    trimmed.getOrDefault(log.logId(), 0L), last.ordinal() + 1, last.bytesThrough()));
            return true;
        });
        if (!lastEntries.isEmpty()) {
            LOG.warn("There are entries of {} logs that do not exist, such as log {}", lastEntries.size(),
                    lastEntries.keySet().iterator().next());
        }
        List<Change.CursorPut> sharedCursors = sharedCursors(logs);
        List<Change.LeasePut> leases = leases();
        requireLogs(leases, sharedCursors);
        return new Recovered(logs, sharedCursors, leases, ids(), sessions(), cutOff());
    }

    private static void requireLogs(List<Change.LeasePut> leases, List<Change.CursorPut> sharedCursors) {
        Set<Long> shared = new HashSet<>();
        sharedCursors.forEach(cursor -> shared.add(cursor.logId()));
        for (Change.LeasePut lease : leases) {
            if (!shared.contains(lease.logId())) {
                throw new StoreException("damaged row: " + RowKind.LEASE.describe(
                        Keys.of(Keys.LEASE, lease.logId(), lease.ordinal())) + ": there is no such log");
            }
        }
    }

    /**
     * How many seeks the last recovery took to find the last entries: one for each log that is not empty,
     * and one.
     */
    int seeks() {
        return seeks;
    }

    /**
     * Jumps from the last entry of each log to the last entry of the log before: empty logs are not even
     * seen.
     */
    private Map<Long, Last> lastEntries() throws RocksDBException {
        Map<Long, Last> lastEntries = new HashMap<>();
        try (RocksIterator entries = database.rocks.newIterator(database.log, database.reading)) {
            seeks = 1;
            for (entries.seekToLast(); entries.isValid(); seeks++) {
                byte[] key = entries.key();
                long logId = Keys.number(key, 0);
                long ordinal = Keys.number(key, Long.BYTES);
                long bytesThrough = LogEntryCodec.bytesThrough(logId, ordinal, entries.value());
                lastEntries.put(logId, new Last(ordinal, bytesThrough));
                entries.seekForPrev(Keys.entry(logId - 1, -1));
            }
            entries.status();
        }
        return lastEntries;
    }

    private List<Change.CursorPut> sharedCursors(List<Recovered.Log> logs) throws RocksDBException {
        List<Change.CursorPut> cursors = new ArrayList<>();
        for (Recovered.Log log : logs) {
            if (Topics.isShared(log.topicFilter())) {
                byte[] key = Keys.cursor(log.logId(), 0);
                byte[] value = reader.get(key);
                if (value == null) {
                    throw new StoreException("damaged row: " + Keys.describe(key)
                            + ": missing, though there is its log");
                }
                cursors.add(StateRows.toCursor(key, value));
            }
        }
        return cursors;
    }

    private List<Change.LeasePut> leases() throws RocksDBException {
        List<Change.LeasePut> leases = new ArrayList<>();
        reader.scan(Keys.of(Keys.LEASE, 0), Keys.of(Keys.LEASE, -1), (key, value) -> {
            leases.add((Change.LeasePut) RowKind.LEASE.decode(key, value));
            return true;
        });
        return leases;
    }

    private Map<Long, Long> trimmed() throws RocksDBException {
        Map<Long, Long> trimmed = new HashMap<>();
        reader.scan(Keys.of(Keys.TRIMMED, 0), Keys.of(Keys.TRIMMED, -1), (key, value) -> {
            trimmed.put(Keys.number(key, 1), StateRows.toNumber(key, value));
            return true;
        });
        return trimmed;
    }

    private Change.IdsReserved ids() throws RocksDBException {
        byte[] key = Keys.of(Keys.IDS);
        byte[] value = reader.get(key);
        return value == null ? new Change.IdsReserved(0, 0, 0) : StateRows.toIds(key, value);
    }

    private long sessions() throws RocksDBException {
        byte[] key = Keys.of(Keys.SESSIONS);
        byte[] value = reader.get(key);
        return value == null ? 0 : StateRows.toNumber(key, value);
    }

    private List<Change.SessionPut> cutOff() throws RocksDBException {
        List<Change.SessionPut> cutOff = new ArrayList<>();
        long at = Change.SessionPut.NOT_DUE;
        for (String clientId : reader.due(at, at, Integer.MAX_VALUE)) {
            byte[] key = Keys.of(Keys.SESSION, clientId);
            byte[] value = reader.get(key);
            if (value == null) {
                throw new StoreException("damaged row: " + Keys.describe(key)
                        + ": missing, though listed as connected");
            }
            cutOff.add(StateRows.toSession(key, value));
        }
        return cutOff;
    }
}
