package io.holdfast.rocks;

import io.holdfast.broker.Change;
import io.holdfast.broker.Message;
import io.holdfast.mqtt.Topics;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.rocksdb.RocksDBException;

/** Tells what rows mean, kind by kind, and goes on after those that are damaged. */
final class Dump {
    private static final long NO_SESSION = 0;

    private final Database database;
    private final DumpRequest request;
    private final Consumer<String> lines;
    /** The logs of the Topic Filter that is asked for. */
    private final Set<Long> logIds = new HashSet<>();
    private long sessionId = NO_SESSION;
    private long told;
    private boolean sound = true;

    Dump(Database database, DumpRequest request, Consumer<String> lines) {
        this.database = database;
        this.request = request;
        this.lines = lines;
    }

    /** Returns whether all rows could be read. */
    boolean run() throws RocksDBException {
        findLogs();
        findSession();
        for (RowKind kind : RowKind.values()) {
            if (request.kind() == null || request.kind().equals(kind.word)) {
                dump(kind);
            }
        }
        return sound;
    }

    private void findLogs() throws RocksDBException {
        if (request.topicFilter() != null) {
            walk(RowKind.LOG, row -> {
                if (row instanceof Change.LogPut log && log.topicFilter().equals(request.topicFilter())) {
                    logIds.add(log.logId());
                }
            }, _ -> { });
        }
    }

    private void findSession() throws RocksDBException {
        if (request.clientId() == null) {
            return;
        }
        byte[] key = Keys.of(Keys.SESSION, request.clientId());
        byte[] value = database.rocks.get(database.state, database.reading, key);
        if (value == null) {
            throw new StoreException("there is no session of client " + request.clientId());
        }
        sessionId = StateRows.toSession(key, value).sessionId();
    }

    private void dump(RowKind kind) throws RocksDBException {
        walk(kind, row -> {
            if (isWanted(row)) {
                told++;
                lines.accept(request.asJson() ? RowText.json(kind, row) : RowText.text(row));
            }
        }, problem -> {
            sound = false;
            lines.accept(problem);
        });
    }

    private void walk(RowKind kind, Consumer<Record> rows, Consumer<String> problems)
            throws RocksDBException {
        RowWalk.all(database, kind, new RowWalk.Visitor() {
            @Override
            public boolean row(byte[] key, byte[] value) {
                if (told >= request.limit()) {
                    return false;
                }
                try {
                    rows.accept(kind.decode(key, value));
                } catch (StoreException e) {
                    problems.accept(e.getMessage());
                }
                return true;
            }

            @Override
            public void unreadable(byte[] after, byte[] before, RocksDBException why) {
                problems.accept(RowWalk.describe(kind, after, before, why));
            }
        });
    }

    private boolean isWanted(Record row) {
        return (request.clientId() == null || isOfSession(row))
                && (request.topicFilter() == null || isOfTopicFilter(row));
    }

    private boolean isOfSession(Record row) {
        return switch (row) {
            case Change.SessionPut session -> session.clientId().equals(request.clientId());
            case Change.DuePut due -> due.clientId().equals(request.clientId());
            case Change.SubscriptionPut put -> put.sessionId() == sessionId;
            case Change.CursorPut cursor -> cursor.sessionId() == sessionId;
            case Change.LeasePut lease -> lease.sessionId() == sessionId;
            case Change.InFlightPut block -> block.sessionId() == sessionId;
            case Change.ReceivedPut block -> block.sessionId() == sessionId;
            case Change.ReplayPut replay -> replay.sessionId() == sessionId;
            case Change.WillPut will -> will.sessionId() == sessionId;
            default -> false;
        };
    }

    private boolean isOfTopicFilter(Record row) {
        return switch (row) {
            case Change.LogPut log -> logIds.contains(log.logId());
            case Change.MessageAppended entry -> logIds.contains(entry.logId());
            case Change.LogTrimmed trimmed -> logIds.contains(trimmed.logId());
            case Change.CursorPut cursor -> logIds.contains(cursor.logId());
            case Change.LeasePut lease -> logIds.contains(lease.logId());
            case Change.InFlightPut block ->
                block.deliveries().stream().anyMatch(delivery -> logIds.contains(delivery.logId()));
            case Change.SubscriptionPut put ->
                put.subscription().topicFilter().equals(request.topicFilter());
            case Change.ReplayPut replay -> replay.topicFilter().equals(request.topicFilter());
            case Change.RetainedPut retained -> matches(retained.message());
            case Change.DelayedPut delayed -> matches(delayed.message());
            case Change.WillPut will -> matches(will.will());
            default -> false;
        };
    }

    private boolean matches(Message message) {
        return Topics.matches(request.topicFilter(), message.topicName());
    }
}
