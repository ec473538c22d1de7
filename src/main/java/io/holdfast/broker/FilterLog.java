package io.holdfast.broker;

import io.holdfast.broker.Change.EntriesRemoved;
import io.holdfast.broker.Change.LogPut;
import io.holdfast.broker.Change.LogRemoved;
import io.holdfast.broker.Change.LogTrimmed;
import io.holdfast.broker.Change.MessageAppended;
import io.holdfast.mqtt.Topics;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The log of one distinct Topic Filter: what its subscribed sessions have to get, once for all of them.
 *
 * <p><b>Cursors.</b> Each session has a cursor in the log, whether its client is connected or not. Only those
 * of connected sessions ({@code readers}) are in memory; of the others the log knows how many there are, and
 * an ordinal below which none of them needs an entry ({@code awayLow}). That bound is exact or too low, never
 * too high: it falls when a session goes away, and rises when the store was asked for the lowest cursor.
 *
 * <p><b>Trimming.</b> Entries that no cursor needs are removed, except the last one, which carries the
 * ordinal and the byte total over a restart.
 */
final class FilterLog {
    /** What the answer to {@link #trim} asks for. */
    enum Trimmed {
        DONE,
        /** Entries may be kept only because the bound for the sessions that are away is too low. */
        BOUND_IS_OLD
    }

    /** Whether a further entry would be too much for some session. */
    enum Fullness {
        HAS_ROOM,
        FULL,
        /** The store must be asked. */
        UNKNOWN
    }

    final long id;
    final String topicFilter;

    private Tail tail = Tail.NONE;
    /** Immutable while it is empty, as in most logs: then it takes no memory. */
    private List<Cursor> readers = List.of();
    private long cursors;
    private long first;
    private long next;
    private long bytesThrough;
    private long awayLow;
    private boolean awayLowIsOld;
    /** What was found when it was last trimmed. */
    private long needed;
    private boolean boundIsOld;
    private long trimmedInTurn;
    /** The byte total below an ordinal: below {@code first} it may be greater. */
    private long bytesBelow;
    private long bytesBelowAt;
    /** What has happened since the store was last asked. */
    private boolean attachedSinceAsked;
    private long detachedSinceAsked;
    private long measuredNext;
    /** From the middle of the log, nothing below this is removed any more. */
    private long removedBelow;

    /** A new log, without entries and cursors. */
    FilterLog(long id, String topicFilter) {
        this.id = id;
        this.topicFilter = topicFilter;
    }

    FilterLog(Store.Recovered.Log row) {
        this(row.logId(), row.topicFilter());
        cursors = row.cursors();
        first = row.first();
        next = row.next();
        bytesThrough = row.bytesThrough();
        awayLow = first;
        awayLowIsOld = true;
        needed = first;
    }

    /** The ordinal of the next entry: where a new subscription begins. */
    long next() {
        return next;
    }

    /** See {@link LogPut}. */
    long counted() {
        return cursors;
    }

    /** Cursors of sessions whose clients are connected. */
    List<Cursor> readers() {
        return readers;
    }

    /** Its newest entries, as far as they are in memory. */
    Tail tail() {
        return tail;
    }

    /** Keeps an entry in memory: the one that follows the last one there, or, if there is none, any. */
    void keepInTail(long ordinal, Message message) {
        if (tail == Tail.NONE) {
            tail = new Tail();
        }
        tail.add(ordinal, message);
    }

    /** Lets go of all entries in memory. */
    void dropTail() {
        tail = Tail.NONE;
    }

    /** Adds an entry; whoever reads the log must be woken. Returns its ordinal. */
    long append(Message message, Turn turn) {
        bytesThrough += message.bytes();
        turn.change(new MessageAppended(id, next, bytesThrough, message));
        return next++;
    }

    /** Counts a cursor that begins. */
    void cursorBegins(Turn turn) {
        count(cursors + 1, turn);
    }

    /** Sets what is counted. */
    void count(long now, Turn turn) {
        cursors = now;
        turn.change(new LogPut(id, topicFilter, cursors));
    }

    void end(Turn turn) {
        turn.change(new LogRemoved(id, first, next));
    }

    /**
     * Uncounts a cursor that is neither among the readers nor in the store any more. Returns whether the log
     * ends.
     */
    boolean cursorEnds(Turn turn) {
        if (cursors == 1) {
            end(turn);
            return true;
        }
        count(cursors - 1, turn);
        awayLowIsOld = true;
        return false;
    }

    /** A cursor comes into memory, with its client. */
    void attach(Cursor cursor) {
        if (readers.isEmpty()) {
            readers = new ArrayList<>(1);
        }
        cursor.readerIndex = readers.size();
        readers.add(cursor);
        if (cursor.low() <= awayLow) {
            awayLowIsOld = true;
        }
        attachedSinceAsked = true;
    }

    /** A cursor leaves memory: its session goes away, or the cursor ends. */
    void detach(Cursor cursor) {
        Cursor last = readers.removeLast();
        if (last != cursor) {
            readers.set(cursor.readerIndex, last);
            last.readerIndex = cursor.readerIndex;
        }
        if (readers.isEmpty()) {
            readers = List.of();
        }
        if (away() == 1) { // without another one away, the old bound speaks of nobody
            awayLow = cursor.low();
            awayLowIsOld = false;
        } else {
            awayLow = Math.min(awayLow, cursor.low());
        }
        detachedSinceAsked = Math.min(detachedSinceAsked, cursor.low());
    }

    private long away() {
        return cursors - readers.size();
    }

    private long connectedLow() {
        long connectedLow = next;
        for (Cursor cursor : readers) {
            connectedLow = Math.min(connectedLow, cursor.low());
        }
        return connectedLow;
    }

    /** Removes the entries that nobody needs any more. */
    Trimmed trim(Turn turn) {
        long connectedLow = connectedLow();
        needed = away() == 0 ? connectedLow : Math.min(connectedLow, awayLow);
        boundIsOld = awayLowIsOld && away() > 0 && awayLow < connectedLow;
        trimmedInTurn = turn.number();
        trim(needed, turn);
        return boundIsOld ? Trimmed.BOUND_IS_OLD : Trimmed.DONE;
    }

    /** The same for the log of a Shared Subscription, which needs the entries from an ordinal on. */
    void trimShared(long low, Turn turn) {
        needed = low;
        trimmedInTurn = turn.number();
        trim(needed, turn);
    }

    /** Removes the entries below an ordinal, but for the last one. */
    void trim(long low, Turn turn) {
        long below = Math.min(low, next - 1);
        if (below > first) {
            turn.change(new LogTrimmed(id, first, below));
            first = below;
        }
    }

    /** The turn in which it was last trimmed to what is needed. */
    long trimmedInTurn() {
        return trimmedInTurn;
    }

    /** Whether there is a limit: not for what one session alone is sent, page by page. */
    boolean isLimited() {
        return !Change.LogPut.isOfSession(topicFilter);
    }

    /** The first ordinal of which there may be an entry. */
    long first() {
        return first;
    }

    /** The number of entries that there may be. */
    long length() {
        return next - first;
    }

    /** Whether there may be more, or as much, as may wait for a session. */
    boolean mayExceed(QueueLimits limits) {
        return (length() >= limits.messagesMax() || bytesThrough - bytesBelow >= limits.bytesMax())
                && isLimited();
    }

    boolean exceedsBytes(QueueLimits limits) {
        return bytesThrough - bytesBelow > limits.bytesMax();
    }

    /** Whether there are that many more entries than when it was last measured, or it never was. */
    boolean hasGrown(long entries) {
        return next - measuredNext > entries;
    }

    /** Whether what the slowest session needs is all that may wait for it, after {@link #trim(Turn)}. */
    Fullness fullness(QueueLimits limits) {
        if (next - needed >= limits.messagesMax()) {
            return boundIsOld ? Fullness.UNKNOWN : Fullness.FULL;
        }
        if (next == needed || bytesThrough - bytesBelow < limits.bytesMax()) {
            return Fullness.HAS_ROOM;
        }
        return boundIsOld || bytesBelowAt != needed ? Fullness.UNKNOWN : Fullness.FULL;
    }

    /**
     * The question to the store. Entries are a little less than may wait, so that it is not asked all the
     * time.
     */
    Effect.MeasureLog measure(QueueLimits limits, long nowMillis) {
        detachedSinceAsked = Long.MAX_VALUE;
        attachedSinceAsked = false;
        measuredNext = next;
        Set<Long> known = new HashSet<>();
        readers.forEach(cursor -> known.add(cursor.session.id));
        if (Topics.isShared(topicFilter)) {
            known.add(ShareGroup.NO_SESSION);
        }
        long connectedLow = Topics.isShared(topicFilter) ? needed : connectedLow();
        boolean measures = mayExceed(limits) || limits.ageMillisMax() != Long.MAX_VALUE;
        return measures
                ? new Effect.MeasureLog(id, first, next, connectedLow, known, limits.messagesMax(),
                        limits.bytesMax() - limits.bytesMax() / 16, limits.youngSinceMillis(nowMillis))
                : new Effect.MeasureLog(id, first, next, connectedLow, known, Effect.MeasureLog.UNLIMITED,
                        Effect.MeasureLog.UNLIMITED, Long.MIN_VALUE);
    }

    /** The store's answer. */
    void measured(LogMeasure measure) {
        awayLow = Math.min(Math.min(measure.low(), detachedSinceAsked), next);
        awayLowIsOld = attachedSinceAsked;
        if (measure.bytesBelowNeeded() > bytesBelow) {
            bytesBelow = measure.bytesBelowNeeded();
            bytesBelowAt = measure.needed();
        }
    }

    /** Removes the entries that are too many, too large together, or too old. */
    void trimUnfit(LogMeasure measure, Turn turn) {
        if (isLimited() && measure.fits() > first) {
            trim(measure.fits(), turn);
            bytesBelow = Math.max(bytesBelow, measure.bytesBelowFits());
            bytesBelowAt = measure.fits();
        }
    }

    /**
     * Removes entries that were nobody's, unless they are a connected session's, or one's that left since.
     */
    void removeUnused(List<LogMeasure.Range> unused, Turn turn) {
        long needed = Math.min(connectedLow(), detachedSinceAsked);
        for (LogMeasure.Range range : unused) {
            long from = Math.max(range.from(), removedBelow);
            long below = Math.min(Math.min(range.below(), needed), next - 1);
            if (from >= first && from < below) {
                turn.change(new EntriesRemoved(id, from, below));
                removedBelow = below;
            }
        }
    }

    /** The ordinal below which every connected session has passed all entries. */
    long passedByReaders() {
        long passed = next;
        for (Cursor cursor : readers) {
            if (!cursor.isClosing()) {
                passed = Math.min(passed, cursor.next());
            }
        }
        return passed;
    }
}
