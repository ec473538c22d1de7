package io.holdfast.broker;

import java.util.List;

/**
 * The durable state, as the core's edge sees it. There are two: the one on disk and the simulated one. One
 * thread commits; any thread may read, and sees everything committed before the read began.
 *
 * <p>A failure of the disk is an unchecked exception. After a failed commit nobody knows what is durable, and
 * the process must end.
 */
public interface Store extends AutoCloseable {

    /** What the core must know before its first input. */
    Recovered recover();

    /**
     * Makes the changes of these turns durable, all or none: on return they survive the end of the process,
     * and a power cut if one of them {@linkplain Turn#sync asks for it}, as all that was committed before.
     */
    void commit(List<Turn> turns);

    /** See {@link Effect.ReadSession}; the rows as in {@link Input.SessionRead}. */
    List<Change> readSession(String clientId);

    /** See {@link Effect.ReadLog}. */
    List<Message> readLog(long logId, long from, int messagesMax, long bytesMax);

    /**
     * Where a log goes on whose entry {@code from} is damaged or missing, which no log is that a crash has
     * left: the ordinal of the first entry from there on that can be read, {@link Long#MAX_VALUE} if there is
     * none.
     */
    default long nextEntry(long logId, long from) {
        return from;
    }

    /** How much was found damaged since it was opened, and then: rows, ranges of rows, and files. */
    default long damaged() {
        return 0;
    }

    /** How often it could not write in the background since it was opened, and tried again. */
    default long backgroundErrors() {
        return 0;
    }

    /** See {@link Effect.ReadEntries}. An entry that is not there (any more) is null in the list. */
    List<Message> readEntries(List<Effect.Position> positions);

    /** See {@link Effect.ReadDue}. */
    List<String> readDue(long throughMillis, int max);

    /** See {@link Effect.ReadRetained}. */
    RetainedPage readRetained(Effect.ReadRetained read);

    /** See {@link Effect.ReadExpiredRetained}. */
    ExpiredPage readExpiredRetained(Effect.ReadExpiredRetained read);

    /** See {@link Effect.ReadDelayed}. */
    List<Change.DelayedPut> readDelayed(Effect.ReadDelayed read);

    /** See {@link Effect.MeasureLog}. */
    LogMeasure measureLog(Effect.MeasureLog asked);

    /** See {@link Effect.MeasureDisk}; fails if the store cannot be written to any more. */
    long freeBytes();

    /** See {@link Effect.ReclaimSpace}. */
    void reclaim();

    /** Memory that it takes now beside the Java heap, as far as it can be told. */
    long memoryBytes();

    @Override
    void close();

    /**
     * Retained messages in the store's order.
     *
     * @param next the Topic Name after which to go on, or null at the end
     */
    record RetainedPage(List<Message> messages, String next) {}

    /**
     * @param topicNames of retained messages that have expired
     * @param rows how many messages were looked at, expired or not
     * @param next as in {@link RetainedPage}
     */
    record ExpiredPage(List<String> topicNames, int rows, String next) {}

    /**
     * @param logs all logs, in any order
     * @param sharedCursors those of Shared Subscriptions
     * @param leases all
     * @param ids the reserved ids; zeros in a new store
     * @param sessions the number of sessions
     * @param cutOff the sessions that were connected when the broker last ended
     */
    record Recovered(List<Log> logs, List<Change.CursorPut> sharedCursors, List<Change.LeasePut> leases,
            Change.IdsReserved ids, long sessions, List<Change.SessionPut> cutOff) {

        /**
         * @param first the ordinal of the first entry that may exist
         * @param next the ordinal that the next entry gets: one more than the last entry's, or 0
         * @param bytesThrough the last entry's byte total, or 0
         */
        public record Log(long logId, String topicFilter, long cursors, long first, long next,
                long bytesThrough) {}
    }
}
