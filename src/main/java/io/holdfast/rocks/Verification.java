package io.holdfast.rocks;

import io.holdfast.broker.Change;
import io.holdfast.rocks.RowKind.Commit;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.rocksdb.RocksDBException;

/**
 * Reads every row, and compares rows with each other. Memory grows with the number of logs, as the broker's
 * does, and by eight bytes for each session; never with the number of messages.
 *
 * <p>Some rows may be missing or left over by right, which rows alone do not tell. Entries may be missing
 * from the middle of a log, and deliveries in flight may have lost theirs: both are counted, and told in the
 * summary. What a member of a Shared Subscription has in flight may have become another's.
 */
final class Verification {
    private final Database database;
    private final Findings findings;
    private final RowReader reader;
    private final Map<Long, LogFacts> logs = new HashMap<>();
    private final SessionIds sessionIds = new SessionIds();
    private final ReservedIds reserved = new ReservedIds();

    Verification(Database database, Findings findings) {
        this.database = database;
        this.findings = findings;
        this.reader = new RowReader(database);
    }

    /** @param marked the last commit known to have been on disk */
    void run(long marked) throws RocksDBException {
        RowWalk.all(database, database.log, new EntryChecks(findings, logs, reserved));
        gather();
        StateChecks checks = new StateChecks(database, findings, logs, sessionIds);
        walk(RowKind.SESSION, (kind, key, value) -> {
            RowKind actual = RowKind.of(key);
            if (actual == null) {
                findings.damaged(kind, key, "damaged row: " + HexFormat.of().formatHex(key)
                        + ": of no known kind");
                return;
            }
            Record row = actual.decode(key, value);
            try {
                checks.check(actual, key, row);
            } catch (StoreException | RocksDBException _) { // of another row, which is told of by itself
                findings.notCompared();
            }
        });
        walk(RowKind.RETAINED, (kind, key, value) -> {
            Change.RetainedPut row = (Change.RetainedPut) kind.decode(key, value);
            reserved.sequence(row.message().sequence());
        });
        checkLogs();
        checkSingleRows(marked);
    }

    private interface Check {
        void check(RowKind kind, byte[] key, byte[] value);
    }

    /** Shows all rows of the column family of that kind; tells of those that are damaged. */
    private void walk(RowKind kind, Check check) throws RocksDBException {
        RowWalk.all(database, kind.family(database), new RowWalk.Visitor() {
            @Override
            public boolean row(byte[] key, byte[] value) {
                findings.read(key, value);
                try {
                    check.check(kind, key, value);
                } catch (StoreException e) {
                    findings.damaged(kind, key, e.getMessage());
                }
                return true;
            }

            @Override
            public void unreadable(byte[] after, byte[] before, RocksDBException why) {
                findings.found(RowWalk.describe(kind, after, before, why));
            }
        });
    }

    /**
     * What must be known of logs and sessions before other rows can be compared with it. Damaged rows are
     * told of when all rows are read.
     */
    private void gather() throws RocksDBException {
        RowWalk.readable(database, RowKind.LOG, row -> {
            Change.LogPut log = (Change.LogPut) row;
            reserved.log(log.logId());
            logs.computeIfAbsent(log.logId(), _ -> new LogFacts()).row = log;
        });
        RowWalk.readable(database, RowKind.TRIMMED, row -> {
            Change.LogTrimmed trimmed = (Change.LogTrimmed) row;
            LogFacts log = logs.get(trimmed.logId());
            if (log != null) {
                log.trimmedBelow = trimmed.below();
            }
        });
        RowWalk.readable(database, RowKind.SESSION, row -> {
            Change.SessionPut session = (Change.SessionPut) row;
            reserved.session(session.sessionId());
            sessionIds.add(session.sessionId());
        });
        long twice = sessionIds.sort();
        if (twice != 0) {
            findings.found("inconsistent rows: session " + twice + " is that of more than one client");
        }
    }

    private void checkLogs() {
        logs.forEach((logId, log) -> {
            byte[] key = Keys.of(Keys.LOG, logId);
            Change end = new Change.LogRemoved(logId, Math.max(log.first, 0), log.next());
            if (!log.exists()) {
                findings.inconsistent(RowKind.LOG, key, "missing, though there are entries " + log.first
                        + " to " + log.last, List.of(end));
                return;
            }
            long counted = log.isShared() ? log.sharedSubscriptions : log.cursors;
            if (log.row.cursors() != counted) {
                findings.inconsistent(RowKind.LOG, key, "it counts " + log.row.cursors() + " "
                        + (log.isShared() ? "durable subscriptions" : "cursors") + ", and there are "
                        + counted, List.of(counted == 0 && !log.isShared() ? end
                                : new Change.LogPut(logId, log.row.topicFilter(), counted)));
            }
            if (log.isShared() && log.cursors != 1) {
                long from = Math.max(log.trimmedBelow, Math.max(log.first, 0));
                findings.inconsistent(RowKind.LOG, key, "it is that of a Shared Subscription and has no"
                        + " cursor", List.of(new Change.CursorPut(logId, 0, from, from)));
            }
        });
    }

    private void checkSingleRows(long marked) throws RocksDBException {
        Change.IdsReserved ids = (Change.IdsReserved) single(RowKind.IDS);
        reserved.check(ids == null ? new Change.IdsReserved(0, 0, 0) : ids, findings);
        Change.SessionsCounted counted = (Change.SessionsCounted) single(RowKind.SESSIONS);
        long sessions = counted == null ? 0 : counted.sessions();
        if (sessions != sessionIds.size()) {
            findings.inconsistent(RowKind.SESSIONS, Keys.of(Keys.SESSIONS), "it counts " + sessions
                    + " sessions, and there are " + sessionIds.size(),
                    List.of(new Change.SessionsCounted(sessionIds.size())));
        }
        Commit commit = (Commit) single(RowKind.COMMIT);
        long last = commit == null ? 0 : commit.number();
        if (last < marked) {
            findings.inconsistent(RowKind.COMMIT, Keys.of(Keys.COMMIT), "the last commit is " + last
                    + ", but commit " + marked + " was on disk: acknowledged messages are lost", List.of());
        }
    }

    /** The row of a kind of which there is one; null if it is missing or damaged. */
    private Record single(RowKind kind) {
        byte[] key = Keys.of(kind.letter);
        try {
            byte[] value = reader.get(key);
            return value == null ? null : kind.decode(key, value);
        } catch (StoreException | RocksDBException _) { // told of when all rows were read
            return null;
        }
    }
}
