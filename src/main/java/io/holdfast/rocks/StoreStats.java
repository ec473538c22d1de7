package io.holdfast.rocks;

import io.holdfast.broker.Change;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.rocksdb.RocksDBException;

/** Counts rows by kind, the entries of each log, and sessions by what their clients do. */
final class StoreStats {
    private static final int LOGS_MAX = 10;

    private final Database database;
    private final RowReader reader;
    private final long nowMillis;
    private final Map<RowKind, Size> kinds = new EnumMap<>(RowKind.class);
    private final Map<Long, Size> logs = new HashMap<>();
    private final Map<Long, String> clientIds = new HashMap<>();
    private long connected;
    private long away;
    private long expired;
    private long unreadable;

    /** Rows, with the bytes of their keys and values. */
    private static final class Size {
        private long rows;
        private long bytes;

        private void add(byte[] key, byte[] value) {
            rows++;
            bytes += key.length + value.length;
        }
    }

    StoreStats(Database database, long nowMillis) {
        this.database = database;
        this.reader = new RowReader(database);
        this.nowMillis = nowMillis;
    }

    void tell(Consumer<String> lines) throws RocksDBException {
        walk(RowKind.ENTRY, (key, value) -> {
            count(RowKind.ENTRY, key, value);
            logs.computeIfAbsent(Keys.number(key, 0), _ -> new Size()).add(key, value);
        });
        walk(RowKind.RETAINED, (key, value) -> count(RowKind.RETAINED, key, value));
        for (RowKind kind : RowKind.values()) {
            if (kind.letter != 0) {
                walk(kind, (key, value) -> count(kind, key, value));
            }
        }
        lines.accept("last commit " + lastCommit());
        kinds.forEach((kind, size) -> lines.accept("rows of kind %s: %,d, %,d bytes".formatted(kind.word,
                size.rows, size.bytes)));
        tellLogs(lines);
        lines.accept(("sessions: %,d connected when the broker ended, %,d away, and %,d of these expired and"
                + " not yet removed").formatted(connected, away, expired));
        if (unreadable > 0) {
            lines.accept("there are rows that cannot be read; verify names them");
        }
    }

    private void walk(RowKind kind, BiConsumer<byte[], byte[]> rows) throws RocksDBException {
        RowWalk.all(database, kind, new RowWalk.Visitor() {
            @Override
            public boolean row(byte[] key, byte[] value) {
                rows.accept(key, value);
                return true;
            }

            @Override
            public void unreadable(byte[] after, byte[] before, RocksDBException why) {
                unreadable++;
            }
        });
    }

    private void count(RowKind kind, byte[] key, byte[] value) {
        kinds.computeIfAbsent(kind, _ -> new Size()).add(key, value);
        if (kind == RowKind.SESSION) {
            Change.SessionPut session = session(key, value);
            if (session != null) {
                connected += session.isConnected() ? 1 : 0;
                away += session.isConnected() ? 0 : 1;
                expired += session.endsAtMillis() <= nowMillis ? 1 : 0;
            }
        }
    }

    /** Null if the row is damaged. */
    private Change.SessionPut session(byte[] key, byte[] value) {
        try {
            return (Change.SessionPut) RowKind.SESSION.decode(key, value);
        } catch (StoreException _) {
            unreadable++;
            return null;
        }
    }

    private long lastCommit() throws RocksDBException {
        byte[] key = Keys.of(Keys.COMMIT);
        byte[] value = reader.get(key);
        return value == null ? 0 : StateRows.toNumber(key, value);
    }

    private void tellLogs(Consumer<String> lines) throws RocksDBException {
        List<Map.Entry<Long, Size>> longest = logs.entrySet().stream()
                .sorted(Comparator.comparingLong(log -> -log.getValue().rows))
                .limit(LOGS_MAX)
                .toList();
        Map<Long, Change.CursorPut> slowest = new HashMap<>();
        for (Map.Entry<Long, Size> log : longest) {
            slowest.put(log.getKey(), slowest(log.getKey()));
        }
        findClients(slowest);
        lines.accept("logs with entries: %,d; the longest:".formatted(logs.size()));
        for (Map.Entry<Long, Size> log : longest) {
            lines.accept("  log %d, %s: %,d entries, %,d bytes; %s".formatted(log.getKey(),
                    topicFilter(log.getKey()), log.getValue().rows, log.getValue().bytes,
                    describe(slowest.get(log.getKey()))));
        }
    }

    private String topicFilter(long logId) throws RocksDBException {
        byte[] key = Keys.of(Keys.LOG, logId);
        byte[] value = reader.get(key);
        return value == null
                ? "which has no row" : RowText.printable(StateRows.toLog(key, value).topicFilter());
    }

    /** The cursor that needs the oldest entry, or null if there is none. */
    private Change.CursorPut slowest(long logId) throws RocksDBException {
        Change.CursorPut[] slowest = {null};
        reader.scan(Keys.of(Keys.CURSOR, logId), Keys.after(Keys.CURSOR, logId), (key, value) -> {
            Change.CursorPut cursor = StateRows.toCursor(key, value);
            slowest[0] = slowest[0] == null || cursor.low() < slowest[0].low() ? cursor : slowest[0];
            return true;
        });
        return slowest[0];
    }

    /** Session rows are found by Client Identifier, so all of them are read once more. */
    private void findClients(Map<Long, Change.CursorPut> slowest) throws RocksDBException {
        Set<Long> wanted = new HashSet<>();
        slowest.values().stream().filter(cursor -> cursor != null).forEach(cursor ->
                wanted.add(cursor.sessionId()));
        walk(RowKind.SESSION, (key, value) -> {
            Change.SessionPut session = session(key, value);
            if (session != null && wanted.contains(session.sessionId())) {
                clientIds.put(session.sessionId(), session.clientId());
            }
        });
    }

    private String describe(Change.CursorPut slowest) {
        if (slowest == null) {
            return "no cursor stands in it";
        }
        String whose = slowest.sessionId() == 0 ? "the Shared Subscription's"
                : "that of client " + RowText.printable(clientIds.getOrDefault(slowest.sessionId(),
                        "unknown, session " + slowest.sessionId()));
        return "the slowest cursor needs entries from " + slowest.low() + " on and is " + whose;
    }
}
