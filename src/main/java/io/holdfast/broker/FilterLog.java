package io.holdfast.broker;

import io.holdfast.broker.Change.LogPut;
import io.holdfast.broker.Change.LogRemoved;
import io.holdfast.broker.Change.LogTrimmed;
import io.holdfast.broker.Change.MessageAppended;
import java.util.ArrayList;
import java.util.List;

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

    final long id;
    final String topicFilter;
    final Tail tail = new Tail();

    private final List<Cursor> readers = new ArrayList<>(0);
    private long cursors;
    private long first;
    private long next;
    private long bytesThrough;
    private long awayLow;
    private boolean awayLowIsOld;

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
        cursor.readerIndex = readers.size();
        readers.add(cursor);
        if (cursor.low() <= awayLow) {
            awayLowIsOld = true;
        }
    }

    /** A cursor leaves memory: its session goes away, or the cursor ends. */
    void detach(Cursor cursor) {
        Cursor last = readers.removeLast();
        if (last != cursor) {
            readers.set(cursor.readerIndex, last);
            last.readerIndex = cursor.readerIndex;
        }
        // Without another one away, the old bound speaks of nobody.
        awayLow = away() == 1 ? cursor.low() : Math.min(awayLow, cursor.low());
    }

    private long away() {
        return cursors - readers.size();
    }

    /** The store's answer: no cursor, in memory or away, needs an entry below {@code low}. */
    void awayLowIs(long low) {
        awayLow = Math.min(low, next);
        awayLowIsOld = false;
    }

    /** Removes the entries that nobody needs any more. */
    Trimmed trim(Turn turn) {
        long connectedLow = next;
        for (Cursor cursor : readers) {
            connectedLow = Math.min(connectedLow, cursor.low());
        }
        trim(away() == 0 ? connectedLow : Math.min(connectedLow, awayLow), turn);
        return awayLowIsOld && away() > 0 && awayLow < connectedLow ? Trimmed.BOUND_IS_OLD : Trimmed.DONE;
    }

    /** Removes the entries below an ordinal, but for the last one. */
    void trim(long low, Turn turn) {
        long below = Math.min(low, next - 1);
        if (below > first) {
            turn.change(new LogTrimmed(id, first, below));
            first = below;
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
