package io.holdfast.rocks;

import io.holdfast.broker.Change;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.rocksdb.RocksDBException;

/**
 * Where most messages wait: for which subscriptions of which sessions, be their clients connected or not. It
 * looks at every cursor once and at no more entries than it names subscriptions, so that its cost grows with
 * the sessions and not with what waits for them.
 */
final class Backlogs {
    private static final String COLUMNS = "%14s %16s %14s  %s";
    private static final long MILLIS = 1_000;

    /** Entries from an ordinal on that wait for a subscription; a shared one has the session 0. */
    private record Backlog(long logId, String topicFilter, long sessionId, long from, long messages) {}

    private final Database database;
    private final RowReader reader;
    private final long nowMillis;
    private final int max;
    private final Comparator<Backlog> shortestFirst = Comparator.comparingLong(Backlog::messages);
    private final PriorityQueue<Backlog> longest = new PriorityQueue<>(shortestFirst);
    private final Map<Long, Change.SessionPut> sessions = new HashMap<>();
    private long unreadable;
    /** The log whose cursors are being looked at, the ordinal after its last entry, and that of its first. */
    private long logId = -1;
    private long next;
    private long first;

    Backlogs(Database database, long nowMillis, int max) {
        this.database = database;
        this.reader = new RowReader(database);
        this.nowMillis = nowMillis;
        this.max = max;
    }

    void tell(Consumer<String> lines) throws RocksDBException {
        unreadable += RowWalk.readable(database, RowKind.CURSOR, row -> look((Change.CursorPut) row));
        Set<Long> named = longest.stream().map(Backlog::sessionId).collect(Collectors.toSet());
        unreadable += RowWalk.readable(database, RowKind.SESSION, row -> {
            if (row instanceof Change.SessionPut session && named.contains(session.sessionId())) {
                sessions.put(session.sessionId(), session);
            }
        });
        lines.accept(longest.isEmpty() ? "no messages wait for anybody"
                : COLUMNS.formatted("messages", "bytes", "oldest for s", "for"));
        for (Backlog backlog : longest.stream().sorted(shortestFirst.reversed()).toList()) {
            lines.accept(describe(backlog));
        }
        if (unreadable > 0) {
            lines.accept("there are rows that cannot be read; verify names them");
        }
    }

    private void look(Change.CursorPut cursor) throws RocksDBException {
        if (cursor.logId() != logId) {
            logId = cursor.logId();
            next = reader.head(logId);
            byte[] key = Keys.of(Keys.TRIMMED, logId);
            byte[] trimmed = reader.get(key);
            first = trimmed == null ? 0 : StateRows.toNumber(key, trimmed);
        }
        long from = Math.max(cursor.next(), first);
        long messages = next - from - (cursor.gapBelow() - cursor.gapFrom());
        boolean isLong = longest.size() < max || messages > longest.peek().messages;
        if (messages > 0 && isLong) {
            add(cursor.sessionId(), from, messages);
        }
    }

    /** A cursor whose subscription was removed takes nothing more: nothing waits for it. */
    private void add(long sessionId, long from, long messages) throws RocksDBException {
        byte[] key = Keys.of(Keys.LOG, logId);
        byte[] row = reader.get(key);
        String filter = row == null ? "" : StateRows.toLog(key, row).topicFilter();
        boolean isRead = sessionId == 0 || Change.LogPut.isOfSession(filter)
                || reader.get(Keys.of(Keys.SUBSCRIPTION, sessionId, filter)) != null;
        if (isRead) {
            longest.add(new Backlog(logId, filter, sessionId, from, messages));
            if (longest.size() > max) {
                longest.remove();
            }
        }
    }

    private String describe(Backlog backlog) throws RocksDBException {
        String bytes = "?";
        String oldest = "?";
        try {
            Change.MessageAppended waits = reader.nextEntry(backlog.logId, backlog.from);
            Change.MessageAppended last =
                    reader.nextEntry(backlog.logId, reader.head(backlog.logId) - 1);
            if (waits != null && last != null) {
                bytes = "%,d".formatted(last.bytesThrough() - waits.bytesThrough() + waits.message().bytes());
                oldest = "%,d".formatted(Math.max(0, nowMillis - waits.message().arrivedMillis()) / MILLIS);
            }
        } catch (StoreException _) {
            unreadable++;
        }
        return COLUMNS.formatted("%,d".formatted(backlog.messages), bytes, oldest, whose(backlog));
    }

    private String whose(Backlog backlog) {
        Change.SessionPut session = sessions.get(backlog.sessionId);
        String filter = Change.LogPut.isOfSession(backlog.topicFilter) ? "retained messages"
                : "filter " + RowText.printable(backlog.topicFilter);
        return backlog.sessionId == 0 ? "a Shared Subscription, " + filter
                : session == null ? "session " + backlog.sessionId + ", " + filter
                : "client " + RowText.printable(session.clientId()) + ", "
                + (session.isConnected() ? "connected" : "away") + ", " + filter;
    }
}
