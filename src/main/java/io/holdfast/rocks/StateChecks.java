package io.holdfast.rocks;

import io.holdfast.broker.Change;
import io.holdfast.broker.InFlight;
import io.holdfast.broker.Subscription;
import io.holdfast.mqtt.QoS;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.rocksdb.RocksDBException;

/** Compares each row of the column family "default" with the other rows that it names. */
final class StateChecks {
    /** Stands for the group in the log of a Shared Subscription, and for a session that has ended. */
    private static final long NO_SESSION = 0;

    private final Database database;
    private final Findings findings;
    private final RowReader reader;
    private final Map<Long, LogFacts> logs;
    private final SessionIds sessionIds;
    private RowKind kind;
    private byte[] key;

    /** @param logs with all that is known of the entries and rows of logs */
    StateChecks(Database database, Findings findings, Map<Long, LogFacts> logs, SessionIds sessionIds) {
        this.database = database;
        this.findings = findings;
        this.reader = new RowReader(database);
        this.logs = logs;
        this.sessionIds = sessionIds;
    }

    void check(RowKind rowKind, byte[] rowKey, Record row) throws RocksDBException {
        kind = rowKind;
        key = rowKey;
        switch (row) {
            case Change.CursorPut cursor -> checkCursor(cursor);
            case Change.LogTrimmed trimmed -> checkTrimmed(trimmed);
            case Change.LeasePut lease -> checkLease(lease);
            case Change.SessionPut session -> checkSession(session);
            case Change.DuePut due -> checkDue(due);
            case Change.SubscriptionPut put -> checkSubscription(put.sessionId(), put.subscription());
            case Change.InFlightPut block -> checkInFlight(block);
            case Change.ReceivedPut block -> requireSession(block.sessionId());
            case Change.ReplayPut replay -> checkReplay(replay);
            case Change.WillPut will -> requireSession(will.sessionId());
            case Change.DelayedPut delayed ->
                require(delayed.message().sequence() == Keys.number(key, 1 + Long.BYTES),
                        "its message has sequence " + delayed.message().sequence());
            default -> { } // says nothing of other rows, or is compared with what is counted
        }
    }

    private void checkCursor(Change.CursorPut cursor) throws RocksDBException {
        LogFacts log = log(cursor.logId());
        if (!require(log.exists(), "there is no such log")) {
            return;
        }
        log.cursors++;
        long next = cursor.next();
        long head = log.next();
        require(cursor.low() <= next, "low " + cursor.low() + " is above next " + next,
                () -> at(cursor, Math.min(next, head)));
        require(next <= head, "next " + next + " is beyond the log's next entry, " + head,
                () -> at(cursor, head));
        require(cursor.gapFrom() <= cursor.gapBelow() && cursor.gapBelow() <= head, "what it leaves"
                + " out, " + cursor.gapFrom() + " to " + cursor.gapBelow() + ", is not in the log",
                () -> at(cursor, Math.min(next, head)));
        boolean waits = next >= log.trimmedBelow && next < head
                && (next < cursor.gapFrom() || next >= cursor.gapBelow());
        if (waits && !hasEntry(cursor.logId(), next)) {
            Change.MessageAppended following = reader.nextEntry(cursor.logId(), next);
            require(false, "its next entry, " + next + ", is missing",
                    () -> at(cursor, following == null ? head : following.ordinal()));
        }
        if (log.isShared()) {
            require(cursor.sessionId() == NO_SESSION, "the log is that of a Shared Subscription");
        } else if (requireSession(cursor.sessionId())) {
            require(isSubscribed(cursor.sessionId(), log.row) || hasInFlight(cursor),
                    "neither a subscription nor a delivery in flight needs it");
        }
    }

    private static List<Change> at(Change.CursorPut row, long next) {
        return List.of(new Change.CursorPut(row.logId(), row.sessionId(), next, Math.min(row.low(), next)));
    }

    private boolean isSubscribed(long sessionId, Change.LogPut log) throws RocksDBException {
        byte[] at = Keys.of(Keys.SUBSCRIPTION, sessionId, log.topicFilter());
        byte[] value = reader.get(at);
        return value != null && StateRows.toSubscription(at, value).subscription().logId() == log.logId();
    }

    private boolean hasInFlight(Change.CursorPut cursor) throws RocksDBException {
        boolean[] found = {false};
        reader.scan(Keys.of(Keys.IN_FLIGHT, cursor.sessionId()),
                Keys.after(Keys.IN_FLIGHT, cursor.sessionId()), (at, value) -> {
                    found[0] = StateRows.toInFlight(at, value).deliveries().stream()
                            .anyMatch(delivery -> delivery.logId() == cursor.logId());
                    return !found[0];
                });
        return found[0];
    }

    private void checkTrimmed(Change.LogTrimmed trimmed) {
        LogFacts log = log(trimmed.logId());
        if (require(log.exists(), "there is no such log")) {
            require(trimmed.below() <= log.last, "entries below " + trimmed.below()
                    + " are gone, and the last one, which always stays, is "
                    + (log.hasEntries() ? "" + log.last : "missing"));
            long from = log.first;
            require(from < 0 || trimmed.below() <= from || trimmed.below() > log.last, "entries below "
                    + trimmed.below() + " are gone, and there is entry " + from,
                    () -> List.of(new Change.LogTrimmed(trimmed.logId(), from, trimmed.below())));
        }
    }

    private void checkLease(Change.LeasePut lease) throws RocksDBException {
        LogFacts log = log(lease.logId());
        if (require(log.isShared(), "there is no such log of a Shared Subscription")) {
            require(lease.ordinal() < log.next(), "the log's next entry is " + log.next());
            if (lease.ordinal() < log.trimmedBelow) {
                findings.droppedInFlight();
            } else {
                require(hasEntry(lease.logId(), lease.ordinal()), missing(lease.logId(), lease.ordinal()));
            }
        }
        if (lease.sessionId() != NO_SESSION && lease.qos() == QoS.EXACTLY_ONCE) {
            requireSession(lease.sessionId());
        } else if (lease.sessionId() != NO_SESSION) {
            require(sessionIds.contains(lease.sessionId()), "there is no session " + lease.sessionId(),
                    () -> List.of(new Change.LeasePut(lease.logId(), lease.ordinal(), NO_SESSION,
                            lease.qos())));
        }
    }

    private void checkSession(Change.SessionPut session) throws RocksDBException {
        require(!session.isListed() || has(Keys.of(Keys.DUE, session.dueAtMillis(), session.clientId())),
                "it is not in the list of what is due, at " + session.dueAtMillis(),
                () -> List.of(new Change.DuePut(session.dueAtMillis(), session.clientId())));
        long id = session.sessionId();
        boolean hasWill = session.willDelaySeconds() != Change.SessionPut.NO_WILL;
        require(hasWill == has(Keys.of(Keys.WILL, id)), hasWill
                ? "its Will Message is missing" : "there is a Will Message, and it should have none",
                () -> List.of(hasWill ? session.withoutWill() : new Change.WillRemoved(id)));
    }

    private void checkDue(Change.DuePut due) throws RocksDBException {
        byte[] at = Keys.of(Keys.SESSION, due.clientId());
        byte[] value = reader.get(at);
        if (require(value != null, "there is no such session")) {
            Change.SessionPut session = StateRows.toSession(at, value);
            require(session.isListed() && session.dueAtMillis() == due.dueAtMillis(), "it is listed at "
                    + due.dueAtMillis() + ", and due at " + session.dueAtMillis());
        }
    }

    private void checkSubscription(long sessionId, Subscription subscription) throws RocksDBException {
        requireSession(sessionId);
        long logId = subscription.logId();
        if (logId == Subscription.NO_LOG) {
            return;
        }
        LogFacts log = log(logId);
        if (!log.exists()) {
            findings.remedies().revive(new Change.LogPut(logId, subscription.topicFilter(), 0));
            require(false, "there is no log " + logId, List::of);
            return;
        }
        require(log.row.topicFilter().equals(subscription.topicFilter()), "log " + logId + " is that of "
                + log.row.topicFilter());
        if (log.isShared()) {
            log.sharedSubscriptions++;
        } else {
            boolean hasCursor = has(Keys.cursor(logId, sessionId));
            log.cursors += hasCursor ? 0 : 1; // as it will be when that is mended
            require(hasCursor, "it has no cursor in log " + logId,
                    () -> List.of(new Change.CursorPut(logId, sessionId, log.next(), log.next())));
        }
    }

    private void checkInFlight(Change.InFlightPut block) throws RocksDBException {
        requireSession(block.sessionId());
        int lastPacketId = 0;
        List<InFlight> mended = new ArrayList<>();
        for (InFlight delivery : block.deliveries()) {
            require(delivery.packetId() > lastPacketId, "Packet Identifier " + delivery.packetId()
                    + " comes after " + lastPacketId);
            lastPacketId = delivery.packetId();
            if (isSound(delivery, block.sessionId())) {
                mended.add(delivery);
            } else if (delivery.qos() == QoS.EXACTLY_ONCE) { // its receiver may know the Packet Identifier
                mended.add(new InFlight(delivery.packetId(), delivery.logId(), delivery.ordinal(),
                        delivery.sequence(), delivery.qos(), delivery.retain(), true));
            }
        }
        if (!mended.equals(block.deliveries())) {
            findings.remedies().write(new Change.InFlightPut(block.sessionId(), block.block(), mended));
        }
    }

    private boolean isSound(InFlight delivery, long sessionId) throws RocksDBException {
        LogFacts log = log(delivery.logId());
        if (delivery.released() || !log.exists()) {
            return true; // its entry is not needed; or it is another's, in a Shared Subscription that ended
        }
        boolean isOwn = log.isShared() ? isLeased(delivery, sessionId) : requireCursor(delivery, sessionId);
        return isOwn ? requireEntry(log, delivery.logId(), delivery.ordinal()) : log.isShared();
    }

    private boolean isLeased(InFlight delivery, long sessionId) throws RocksDBException {
        byte[] at = Keys.of(Keys.LEASE, delivery.logId(), delivery.ordinal());
        byte[] value = reader.get(at);
        return value != null && StateRows.toLease(at, value).sessionId() == sessionId;
    }

    private boolean requireCursor(InFlight delivery, long sessionId) throws RocksDBException {
        byte[] at = Keys.cursor(delivery.logId(), sessionId);
        byte[] value = reader.get(at);
        String name = "Packet Identifier " + delivery.packetId() + ", entry " + delivery.ordinal()
                + " of log " + delivery.logId() + ": ";
        if (!require(value != null, name + "the session has no cursor there", List::of)) {
            return false;
        }
        Change.CursorPut cursor = StateRows.toCursor(at, value);
        return require(delivery.ordinal() < cursor.next(), name + "the cursor has not come to it", List::of)
                & require(delivery.ordinal() >= cursor.low(), name + "the cursor does not need it",
                        List::of);
    }

    private void checkReplay(Change.ReplayPut replay) throws RocksDBException {
        requireSession(replay.sessionId());
        require(has(Keys.of(Keys.SUBSCRIPTION, replay.sessionId(), replay.topicFilter())),
                "there is no such subscription");
    }

    /** What was trimmed may be gone although it is needed: there is a limit on what waits. */
    private boolean requireEntry(LogFacts log, long logId, long ordinal) throws RocksDBException {
        if (ordinal < log.trimmedBelow) {
            findings.droppedInFlight();
            return true;
        }
        return require(hasEntry(logId, ordinal), missing(logId, ordinal), List::of);
    }

    private static String missing(long logId, long ordinal) {
        return "entry " + ordinal + " of log " + logId + " is missing";
    }

    private boolean requireSession(long sessionId) {
        return require(sessionIds.contains(sessionId), "there is no session " + sessionId);
    }

    /** Without the row, nothing is wrong. */
    private boolean require(boolean holds, String what) {
        if (!holds) {
            findings.inconsistent(kind, key, what);
        }
        return holds;
    }

    /** What is wrong is mended by other rows, which are told elsewhere if there are none. */
    private boolean require(boolean holds, String what, Supplier<List<Change>> instead) {
        if (!holds) {
            findings.inconsistent(kind, key, what, instead.get());
        }
        return holds;
    }

    private LogFacts log(long logId) {
        return logs.getOrDefault(logId, LogFacts.NONE);
    }

    private boolean has(byte[] at) throws RocksDBException {
        return reader.get(at) != null;
    }

    private boolean hasEntry(long logId, long ordinal) throws RocksDBException {
        return database.rocks.get(database.log, database.reading, Keys.entry(logId, ordinal)) != null;
    }
}
