package io.holdfast.broker;

import java.util.List;

/**
 * A durable fact: the new value of one row of the store, or its end. A later change with the same key
 * replaces the earlier one, so the rows of the store are a compacted log of changes, and reading a row gives
 * the change back. The format of the rows on disk is the store's concern; the keys are those named here.
 */
public sealed interface Change {

    /** Key: none. Session and log ids up to these have been reserved; after a restart the next are used. */
    record IdsReserved(long sessionIdsThrough, long logIdsThrough) implements Change {}

    /**
     * Key: logId. There is a log for the Topic Filter, with that many cursors, closing ones included.
     * A log ends with its last cursor.
     */
    record LogPut(long logId, String topicFilter, long cursors) implements Change {}

    /**
     * Key: logId. The log, and all its entries, from ordinal {@code from} to below {@code next}, are gone.
     */
    record LogRemoved(long logId, long from, long next) implements Change {}

    /**
     * Key: logId, ordinal. Ordinals are dense and start at 0; {@code bytesThrough} totals {@link
     * Message#bytes()} of all entries that the log ever had, up to and including this one.
     */
    record MessageAppended(long logId, long ordinal, long bytesThrough, Message message) implements Change {}

    /** The entries {@code from} to below {@code below} are gone; the last entry of a log is never trimmed. */
    record LogTrimmed(long logId, long from, long below) implements Change {}

    /**
     * Key: clientId. The session of that Client Identifier.
     *
     * @param expirySeconds the Session Expiry Interval; {@link #NEVER_EXPIRES} for ever
     * @param endsAtMillis when it ends unless its client comes back; {@link #NOT_DUE} while connected or for
     *     ever
     * @param connected whether a client is connected; after a restart, those were cut off
     */
    record SessionPut(String clientId, long sessionId, long expirySeconds, long endsAtMillis,
            boolean connected) implements Change {
        public static final long NEVER_EXPIRES = 0xFFFF_FFFFL;
        public static final long NOT_DUE = Long.MAX_VALUE;

        /**
         * The place of the session in the list of what is due, or {@link #NOT_DUE} and not connected:
         * nowhere.
         */
        public boolean isListed() {
            return connected || endsAtMillis != NOT_DUE;
        }
    }

    /** Key: clientId. The session ended; its other rows are removed by changes of their own. */
    record SessionRemoved(String clientId) implements Change {}

    /**
     * Key: dueAtMillis, clientId. The list of sessions by the time at which they end, so that the store can
     * find what is due without looking at every session. Connected sessions are listed at {@link
     * SessionPut#NOT_DUE}.
     */
    record DuePut(long dueAtMillis, String clientId) implements Change {}

    /** Key: dueAtMillis, clientId. */
    record DueRemoved(long dueAtMillis, String clientId) implements Change {}

    /** Key: sessionId, topic filter. */
    record SubscriptionPut(long sessionId, Subscription subscription) implements Change {}

    /** Key: sessionId, topic filter. */
    record SubscriptionRemoved(long sessionId, String topicFilter) implements Change {}

    /**
     * Key: logId, sessionId. Where the session stands in the log: {@code next} is the ordinal of the first
     * entry not yet given a Packet Identifier or passed over; entries below {@code low} are not needed by
     * this session any more.
     */
    record CursorPut(long logId, long sessionId, long next, long low) implements Change {}

    /** Key: logId, sessionId. */
    record CursorRemoved(long logId, long sessionId) implements Change {}

    /**
     * Key: sessionId, block. The deliveries in flight whose Packet Identifiers, divided by {@link
     * #IN_FLIGHT_BLOCK}, give {@code block}; by ascending Packet Identifier. An empty list ends the row.
     */
    record InFlightPut(long sessionId, int block, List<InFlight> deliveries) implements Change {
        public static final int IN_FLIGHT_BLOCK = 32;
    }

    /**
     * Key: sessionId, block. The Packet Identifiers of incoming QoS 2 messages received and not yet released:
     * bit {@code i} stands for identifier {@code block * 64 + i}. Zero ends the row.
     */
    record ReceivedPut(long sessionId, int block, long bits) implements Change {
        public static final int RECEIVED_BLOCK = 64;
    }
}
