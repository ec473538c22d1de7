package io.holdfast.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Change;
import io.holdfast.broker.Change.CursorPut;
import io.holdfast.broker.Change.DelayedPut;
import io.holdfast.broker.Change.DuePut;
import io.holdfast.broker.Change.InFlightPut;
import io.holdfast.broker.Change.LogPut;
import io.holdfast.broker.Change.MessageAppended;
import io.holdfast.broker.Change.ReceivedPut;
import io.holdfast.broker.Change.SessionPut;
import io.holdfast.broker.Effect;
import io.holdfast.broker.InFlight;
import io.holdfast.broker.Input;
import io.holdfast.broker.LogMeasure;
import io.holdfast.broker.Message;
import io.holdfast.broker.Store;
import io.holdfast.broker.Subscription;
import io.holdfast.broker.Sync;
import io.holdfast.broker.Turn;
import io.holdfast.mqtt.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The durable state in memory: what survives a simulated crash. It is stricter than a disk, and refuses
 * changes that do not fit the rows there are.
 */
public final class SimulatedStore implements Store {
    private record Due(long atMillis, String clientId) {}

    /** One log with its entries and cursors. */
    private static final class Log {
        LogPut row;
        final NavigableMap<Long, MessageAppended> entries = new TreeMap<>();
        final NavigableMap<Long, CursorPut> cursors = new TreeMap<>();
        final NavigableMap<Long, Change.LeasePut> leases = new TreeMap<>();

        boolean isShared() {
            return Topics.isShared(row.topicFilter());
        }

        long next() {
            return entries.isEmpty() ? 0 : entries.lastKey() + 1;
        }
    }

    /** The rows of one session, beside the session row and the cursors. */
    private static final class SessionRows {
        final NavigableMap<String, Subscription> subscriptions = new TreeMap<>();
        final NavigableMap<Integer, InFlightPut> inFlight = new TreeMap<>();
        final NavigableMap<Integer, ReceivedPut> received = new TreeMap<>();
        final NavigableMap<String, Change.ReplayPut> replays = new TreeMap<>();
        Change.WillPut will;
    }

    private final NavigableMap<String, SessionPut> sessions = new TreeMap<>();
    private final NavigableMap<Long, SessionRows> rows = new TreeMap<>();
    private final NavigableMap<Long, Log> logs = new TreeMap<>();
    private final TreeSet<DelayedPut> delayed = new TreeSet<>(
            Comparator.comparingLong(DelayedPut::dueAtMillis).thenComparing(row -> row.message().sequence()));
    private final Set<Long> sharedLogs = new HashSet<>();
    private final NavigableMap<String, Message> retained = new TreeMap<>();
    /** When the message that was last retained expires, by Topic Name. */
    private final NavigableMap<String, Long> expiring = new TreeMap<>();
    private final TreeSet<Due> due =
            new TreeSet<>(Comparator.comparingLong(Due::atMillis).thenComparing(Due::clientId));
    private static final Change.IdsReserved NO_IDS = new Change.IdsReserved(0, 0, 0);

    /** All there was, in order. */
    private final List<Change> changes = new ArrayList<>();
    /** How many of the changes are synced. */
    private int synced;
    private Change.IdsReserved ids = NO_IDS;
    private long counted;
    private boolean dropsOldest;
    private long freeBytes = Long.MAX_VALUE;

    @Override
    public void commit(List<Turn> turns) {
        for (Turn turn : turns) {
            turn.changes().forEach(this::apply);
            if (turn.sync() == Sync.COMMIT) {
                sync();
            }
        }
    }

    /** All changes so far are on disk. */
    void sync() {
        synced = changes.size();
    }

    /** What is not synced is gone. Returns whether there was such. */
    public boolean cutPower() {
        if (synced == changes.size()) {
            return false;
        }
        List<Change> left = List.copyOf(changes.subList(0, synced));
        List.of(changes, due, delayed, sharedLogs).forEach(Collection::clear);
        List.of(sessions, rows, logs, retained, expiring).forEach(Map::clear);
        ids = NO_IDS;
        counted = 0;
        left.forEach(this::apply);
        return true;
    }

    void apply(Change change) {
        changes.add(change);
        applyToRows(change);
    }

    private void applyToRows(Change change) {
        switch (change) {
            case Change.IdsReserved reserved -> ids = reserved;
            case LogPut put -> {
                log(put.logId()).row = put;
                if (Topics.isShared(put.topicFilter())) {
                    sharedLogs.add(put.logId());
                }
            }
            case Change.LogRemoved removed -> removeLog(removed);
            case MessageAppended appended -> append(appended);
            case Change.LogTrimmed trimmed -> trim(trimmed);
            case Change.EntriesRemoved removed ->
                log(removed.logId()).entries.subMap(removed.from(), removed.below()).clear();
            case Change.SessionsCounted(long now) -> counted = now;
            case SessionPut put -> sessions.put(put.clientId(), put);
            case Change.SessionRemoved removed -> removeSession(removed.clientId());
            case DuePut put -> due.add(new Due(put.dueAtMillis(), put.clientId()));
            case Change.DueRemoved removed ->
                assertTrue(due.remove(new Due(removed.dueAtMillis(), removed.clientId())), removed::toString);
            case Change.SubscriptionPut put ->
                rows(put.sessionId()).subscriptions.put(put.subscription().topicFilter(), put.subscription());
            case Change.SubscriptionRemoved removed -> assertNotNull(
                    rows(removed.sessionId()).subscriptions.remove(removed.topicFilter()), removed::toString);
            case CursorPut put -> log(put.logId()).cursors.put(put.sessionId(), put);
            case Change.CursorRemoved removed ->
                assertNotNull(log(removed.logId()).cursors.remove(removed.sessionId()), removed::toString);
            case DelayedPut put -> delayed.add(put);
            case Change.DelayedRemoved removed -> assertTrue(delayed.removeIf(row ->
                    row.message().sequence() == removed.sequence()), removed::toString);
            case Change.LeasePut put -> log(put.logId()).leases.put(put.ordinal(), put);
            case Change.LeaseRemoved removed ->
                assertNotNull(log(removed.logId()).leases.remove(removed.ordinal()), removed::toString);
            case InFlightPut put -> putInFlight(put);
            case ReceivedPut put -> putReceived(put);
            case Change.ReplayPut put -> rows(put.sessionId()).replays.put(put.topicFilter(), put);
            case Change.ReplayRemoved removed -> assertNotNull(
                    rows(removed.sessionId()).replays.remove(removed.topicFilter()), removed::toString);
            case Change.WillPut put -> rows(put.sessionId()).will = put;
            case Change.WillRemoved removed -> {
                assertNotNull(rows(removed.sessionId()).will, removed::toString);
                rows(removed.sessionId()).will = null;
            }
            case Change.RetainedPut(Message message) -> {
                retained.put(message.topicName(), message);
                expiring.put(message.topicName(), message.expiresAtMillis());
            }
            case Change.RetainedRemoved(String topicName) -> retained.remove(topicName);
        }
    }

    private Log log(long logId) {
        return logs.computeIfAbsent(logId, _ -> new Log());
    }

    private SessionRows rows(long sessionId) {
        return rows.computeIfAbsent(sessionId, _ -> new SessionRows());
    }

    private void append(MessageAppended appended) {
        Log log = log(appended.logId());
        assertEquals(log.next(), appended.ordinal(), () -> "ordinals are dense: " + appended);
        long before = log.entries.isEmpty() ? 0 : log.entries.lastEntry().getValue().bytesThrough();
        assertEquals(before + appended.message().bytes(), appended.bytesThrough(),
                "the byte total of " + appended);
        log.entries.put(appended.ordinal(), appended);
    }

    private void trim(Change.LogTrimmed trimmed) {
        Log log = log(trimmed.logId());
        assertTrue(trimmed.below() < log.next(), () -> "the last entry stays: " + trimmed);
        log.entries.headMap(trimmed.below()).clear();
    }

    private void removeLog(Change.LogRemoved removed) {
        Log log = logs.remove(removed.logId());
        assertNotNull(log, removed::toString);
        assertTrue(log.cursors.isEmpty() && log.leases.isEmpty(), () -> "cursors outlive " + removed);
        assertTrue(log.entries.isEmpty()
                || log.entries.firstKey() >= removed.from() && log.entries.lastKey() < removed.next(),
                () -> "entries outlive " + removed);
    }

    private void removeSession(String clientId) {
        SessionPut removed = sessions.remove(clientId);
        assertNotNull(removed, clientId);
        SessionRows left = rows.remove(removed.sessionId());
        assertTrue(left == null || left.subscriptions.isEmpty() && left.inFlight.isEmpty()
                && left.received.isEmpty() && left.replays.isEmpty() && left.will == null, () ->
                "rows outlive the session of " + clientId);
        logs.values().forEach(log -> assertTrue(!log.cursors.containsKey(removed.sessionId()),
                () -> "a cursor outlives the session of " + clientId));
    }

    private void putInFlight(InFlightPut put) {
        if (put.deliveries().isEmpty()) {
            rows(put.sessionId()).inFlight.remove(put.block());
        } else {
            rows(put.sessionId()).inFlight.put(put.block(), put);
        }
    }

    private void putReceived(ReceivedPut put) {
        if (put.bits() == 0) {
            rows(put.sessionId()).received.remove(put.block());
        } else {
            rows(put.sessionId()).received.put(put.block(), put);
        }
    }

    @Override
    public Recovered recover() {
        List<Recovered.Log> recovered = new ArrayList<>();
        logs.forEach((id, log) -> {
            MessageAppended last = log.entries.isEmpty() ? null : log.entries.lastEntry().getValue();
            recovered.add(last == null
                    ? new Recovered.Log(id, log.row.topicFilter(), log.row.cursors(), 0, 0, 0)
                    : new Recovered.Log(id, log.row.topicFilter(), log.row.cursors(), log.entries.firstKey(),
                            log.next(), last.bytesThrough()));
        });
        List<SessionPut> cutOff = due.tailSet(new Due(SessionPut.NOT_DUE, "")).stream()
                .map(entry -> sessions.get(entry.clientId())).toList();
        List<CursorPut> shared = logs.values().stream().filter(Log::isShared)
                .map(log -> log.cursors.get(0L)).toList();
        List<Change.LeasePut> leases = logs.values().stream().flatMap(log ->
                log.leases.values().stream()).toList();
        return new Recovered(recovered, shared, leases, ids, counted, cutOff);
    }

    @Override
    public List<Change> readSession(String clientId) {
        SessionPut session = sessions.get(clientId);
        if (session == null) {
            return List.of();
        }
        List<Change> found = new ArrayList<>();
        found.add(session);
        SessionRows own = rows(session.sessionId());
        own.subscriptions.values().forEach(one ->
            found.add(new Change.SubscriptionPut(session.sessionId(), one)));
        found.addAll(own.inFlight.values());
        found.addAll(own.received.values());
        found.addAll(own.replays.values());
        if (own.will != null) {
            found.add(own.will);
        }
        for (Log log : logs.values()) {
            CursorPut cursor = log.cursors.get(session.sessionId());
            if (cursor != null) {
                found.add(cursor);
            }
        }
        return found;
    }

    /** What a reader answers. */
    public Input.LogRead read(long connectionId, long logId, long from, int messagesMax, long bytesMax) {
        List<Message> messages = readLog(logId, from, messagesMax, bytesMax);
        long readable = messages.isEmpty() ? nextEntry(logId, from) : from;
        return new Input.LogRead(connectionId, logId, from, readable, messages);
    }

    @Override
    public List<Message> readLog(long logId, long from, int messagesMax, long bytesMax) {
        List<Message> page = new ArrayList<>();
        Log log = logs.get(logId);
        if (log == null || !log.entries.containsKey(from)) {
            return page;
        }
        long bytes = 0;
        for (MessageAppended entry : log.entries.tailMap(from).values()) {
            if (page.size() == messagesMax || bytes >= bytesMax || entry.ordinal() != from + page.size()) {
                break;
            }
            page.add(entry.message());
            bytes += entry.message().bytes();
        }
        return page;
    }

    @Override
    public long nextEntry(long logId, long from) {
        Log log = logs.get(logId);
        Long next = log == null ? null : log.entries.ceilingKey(from);
        return next == null ? Long.MAX_VALUE : next;
    }

    @Override
    public List<Message> readEntries(List<Effect.Position> positions) {
        List<Message> found = new ArrayList<>();
        for (Effect.Position position : positions) {
            Log log = logs.get(position.logId());
            MessageAppended entry = log == null ? null : log.entries.get(position.ordinal());
            found.add(entry == null ? null : entry.message());
        }
        return found;
    }

    @Override
    public List<String> readDue(long throughMillis, int max) {
        return due.headSet(new Due(throughMillis + 1, "")).stream().limit(max).map(Due::clientId).toList();
    }

    @Override
    public LogMeasure measureLog(Effect.MeasureLog asked) {
        Log log = logs.get(asked.logId());
        return log == null
                ? LogMeasure.of(asked, List.of(), _ -> null)
                : LogMeasure.of(asked, List.copyOf(log.cursors.values()), log.entries::get);
    }

    @Override
    public RetainedPage readRetained(Effect.ReadRetained read) {
        List<Message> found = new ArrayList<>();
        String last = null;
        for (Message message : retained.tailMap(read.after(), false).values()) {
            if (found.size() == read.messagesMax()) {
                return new RetainedPage(found, last);
            }
            last = message.topicName();
            if (Topics.matches(read.topicFilter(), last)) {
                found.add(message);
            }
        }
        return new RetainedPage(found, null);
    }

    @Override
    public List<DelayedPut> readDelayed(Effect.ReadDelayed read) {
        return delayed.stream().filter(row -> row.dueAtMillis() <= read.throughMillis())
                .limit(read.messagesMax()).toList();
    }

    @Override
    public ExpiredPage readExpiredRetained(Effect.ReadExpiredRetained read) {
        List<String> found = new ArrayList<>();
        String last = null;
        int looked = 0;
        for (Message message : retained.tailMap(read.after(), false).values()) {
            if (looked == read.rowsMax()) {
                return new ExpiredPage(found, looked, last);
            }
            looked++;
            last = message.topicName();
            if (message.expiresAtMillis() <= read.nowMillis()) {
                found.add(last);
            }
        }
        return new ExpiredPage(found, looked, null);
    }

    /** From now on what a session needs may be gone, because too much waited for it, or for too long. */
    public void expectDroppedOldest() {
        dropsOldest = true;
    }

    /** The number of entries in all logs. */
    public int entries() {
        return logs.values().stream().mapToInt(log -> log.entries.size()).sum();
    }

    /** What must hold after every commit. */
    public void checkRows() {
        assertEquals(sessions.size(), counted);
        for (Log log : logs.values()) {
            assertEquals(log.isShared() ? 1 : log.row.cursors(), log.cursors.size(), () ->
                    "cursors of " + log.row);
            assertTrue(dropsOldest || log.entries.keySet().containsAll(log.leases.keySet()),
                    () -> "trimmed while leased: " + log.leases);
            long first = log.entries.isEmpty() ? 0 : log.entries.firstKey();
            for (CursorPut cursor : log.cursors.values()) {
                assertTrue(cursor.next() <= log.next() && cursor.low() <= cursor.next(), cursor::toString);
                assertTrue(dropsOldest || cursor.next() >= first, () ->
                        "trimmed what a session needs: " + cursor);
            }
        }
        rows.values().forEach(own -> own.inFlight.values().forEach(block -> block.deliveries().forEach(
                delivery -> checkInFlight(delivery, block.sessionId()))));
    }

    private void checkInFlight(InFlight delivery, long sessionId) {
        assertTrue(dropsOldest || delivery.released() || holds(delivery) || isHandedOn(delivery, sessionId),
                () -> "trimmed while in flight: " + delivery);
    }

    /** Whether another member of a Shared Subscription has been given what was in flight to this one. */
    private boolean isHandedOn(InFlight delivery, long sessionId) {
        Log log = logs.get(delivery.logId());
        Change.LeasePut lease = log == null ? null : log.leases.get(delivery.ordinal());
        return sharedLogs.contains(delivery.logId()) && (lease == null || lease.sessionId() != sessionId);
    }

    private boolean holds(InFlight delivery) {
        Log log = logs.get(delivery.logId());
        return log != null && log.entries.containsKey(delivery.ordinal());
    }

    /** When every client has everything: nothing is in flight, and each log keeps its last entry at most. */
    void checkNothingIsLeft() {
        assertTrue(delayed.isEmpty(), () -> "not published: " + delayed);
        rows.values().forEach(own -> assertTrue(own.inFlight.isEmpty(), () -> "in flight: " + own.inFlight));
        logs.values().forEach(log -> {
            assertTrue(log.leases.isEmpty(), () -> "leased: " + log.leases);
            boolean allPassed = log.cursors.values().stream().allMatch(cursor -> cursor.next() == log.next());
            assertTrue(!allPassed || log.entries.size() <= 1, () -> "not trimmed: " + log.row + ", "
                    + log.entries.size() + " entries, cursors " + log.cursors.values());
        });
    }

    /** The retained message of a Topic Name, or null if there is none that has not expired. */
    Message retained(String topicName, long nowMillis) {
        Message message = retained.get(topicName);
        return message == null || message.expiresAtMillis() <= nowMillis ? null : message;
    }

    /** Whether a Topic Name may have none because the last one expired. */
    boolean hasExpired(String topicName, long nowMillis) {
        return expiring.getOrDefault(topicName, Long.MAX_VALUE) <= nowMillis;
    }

    /** What waits, for {@link States}: in each log, whether much does, and where its cursors stand. */
    long state() {
        long sum = 0;
        for (Log log : logs.values()) {
            long behind = log.cursors.values().stream().filter(cursor -> cursor.next() < log.next()).count();
            long one = Math.min(log.entries.size(), 3) + 4 * Math.min(behind, 2)
                    + 12 * Math.min(log.leases.size(), 1);
            sum += Dice.mix(one + 24L * log.row.topicFilter().hashCode());
        }
        return Dice.mix(sum + retained.size() + 10L * Math.min(delayed.size(), 1));
    }

    /** Entries in the log of that Topic Filter. */
    public long entries(String topicFilter) {
        return logs.values().stream().filter(log -> log.row.topicFilter().equals(topicFilter))
                .mapToLong(log -> log.entries.size()).sum();
    }

    /** Says what is free on the disk from now on; nothing that is stored changes it. */
    public void setFreeBytes(long bytes) {
        freeBytes = bytes;
    }

    @Override
    public long freeBytes() {
        return freeBytes;
    }

    @Override
    public void reclaim() {
        // What was removed takes no space here.
    }

    @Override
    public long memoryBytes() {
        return 0;
    }

    @Override
    public void close() {
        // nothing to let go of
    }
}
