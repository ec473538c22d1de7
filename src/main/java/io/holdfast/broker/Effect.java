package io.holdfast.broker;

import io.holdfast.mqtt.Packet;
import java.util.List;
import java.util.Set;

/**
 * What is to happen outside the core: a packet to send, a connection to close, rows to read, a client
 * to authenticate, an operator to tell.
 */
public sealed interface Effect {

    /** Packets of one connection leave in the order of their effects. */
    record Send(long connectionId, Packet packet) implements Effect {}

    /**
     * Close the connection once everything sent before has left; nothing is read from it any more.
     *
     * @param why one clause for the log, with the values that led to it
     */
    record Close(long connectionId, String why) implements Effect {}

    /**
     * Find out who the client of a connection is. Answered by {@link Input.Authenticated}, before the next
     * one about the same connection.
     */
    record Authenticate(long connectionId, Authentication.Request request) implements Effect {}

    /**
     * Tell the operator what a client was denied.
     *
     * @param what without payload; names in it are as clients have sent them
     */
    record Report(String what) implements Effect {}

    /**
     * Nothing is left of a session; for the log.
     *
     * @param why one clause
     */
    record SessionEnded(String clientId, String why) implements Effect {}

    /** Answered by {@link Input.SessionRead}. */
    record ReadSession(String clientId) implements Effect {}

    /**
     * Read entries of a log from an ordinal on: at most {@code messagesMax}, and no further one once
     * {@code bytesMax} is reached. Answered by {@link Input.LogRead}.
     */
    record ReadLog(long connectionId, long logId, long from, int messagesMax, long bytesMax)
            implements Effect {}

    /** Read single entries of logs, to send them again. Answered by {@link Input.EntriesRead}. */
    record ReadEntries(long connectionId, List<Position> positions) implements Effect {}

    /** Read up to {@code max} sessions that are due, earliest first. Answered by {@link Input.DueRead}. */
    record ReadDue(long throughMillis, int max) implements Effect {}

    /**
     * Find the lowest cursor of a log among those that the core does not know, and, if any limit is given,
     * from where on its entries are within them. Answered by {@link Input.LogMeasured}.
     *
     * @param first the ordinal of its first entry
     * @param next the ordinal after its last one
     * @param needed the lowest ordinal that the known cursors need
     * @param known the sessions of the known cursors
     * @param messagesMax entries that a cursor needs from its place on; {@link #UNLIMITED} for all, as are
     * @param bytesMax bytes that the entries may have, up to the last one
     * @param sinceMillis when they may have arrived at the earliest, in milliseconds since 1970
     */
    record MeasureLog(long logId, long first, long next, long needed, Set<Long> known, long messagesMax,
            long bytesMax, long sinceMillis) implements Effect {
        public static final long UNLIMITED = Long.MAX_VALUE >> 1;

        boolean measuresEntries() {
            return next > first && (messagesMax != UNLIMITED || bytesMax != UNLIMITED
                    || sinceMillis != Long.MIN_VALUE);
        }
    }

    /**
     * Read retained messages that match a Topic Filter: at most {@code messagesMax}, and no further one once
     * {@code bytesMax} is reached; fewer, even none, when many that do not match had to be passed over.
     * Answered by {@link Input.RetainedRead}.
     *
     * @param replay names the request
     * @param after the Topic Name after which to go on, in the store's order; empty for the beginning
     */
    record ReadRetained(long connectionId, long replay, String topicFilter, String after, int messagesMax,
            long bytesMax) implements Effect {}

    /**
     * Look for retained messages that have expired, in at most {@code rowsMax} of them. Answered by
     * {@link Input.ExpiredRetainedRead}.
     */
    record ReadExpiredRetained(String after, int rowsMax, long nowMillis) implements Effect {}

    /**
     * Read messages that are due for publication, earliest first: at most {@code messagesMax}, and no further
     * one once {@code bytesMax} is reached. Answered by {@link Input.DelayedRead}.
     */
    record ReadDelayed(long throughMillis, int messagesMax, long bytesMax) implements Effect {}

    /** Find out how much space the disk of the store has. Answered by {@link Input.DiskMeasured}. */
    record MeasureDisk() implements Effect {}

    /**
     * Give back to the disk what was removed from the store, which may take long. Answered by {@link
     * Input.SpaceReclaimed}.
     */
    record ReclaimSpace() implements Effect {}

    /** Names an entry of a log. */
    record Position(long logId, long ordinal) {}
}
