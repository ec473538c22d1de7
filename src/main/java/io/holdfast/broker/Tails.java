package io.holdfast.broker;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * The newest entries of all logs, as far as they are kept in memory for those who are about to read them.
 * There is a limit to them; where one more would exceed it, its log keeps none of the earlier ones, and who
 * is not at its head reads them from the store.
 */
final class Tails {
    /** {@link Message#bytes()} of all of them, where there is memory for it. */
    private static final long BYTES_MAX = 64L << 20;
    /** Of the memory that the process may take, if that is less. */
    private static final int SHARE = 16;
    /** Of one log. */
    private static final int MESSAGES_MAX = 4_096;

    private final long bytesMax;
    private final Set<FilterLog> grown = new LinkedHashSet<>();
    private long bytes;

    Tails(Settings settings) {
        long memoryBytes = settings.get(Setting.MEMORY_BYTES);
        bytesMax = memoryBytes == 0 ? BYTES_MAX : Math.min(BYTES_MAX, memoryBytes / SHARE);
    }

    /** Keeps an entry that was appended just now. */
    void keep(FilterLog log, long ordinal, Message message) {
        grown.add(log);
        if (bytes + message.bytes() > bytesMax || log.tail().size() >= MESSAGES_MAX) {
            drop(log);
        }
        log.keepInTail(ordinal, message);
        bytes += message.bytes();
    }

    /** Lets go of all that is kept of a log. */
    void drop(FilterLog log) {
        bytes -= log.tail().bytes();
        log.dropTail();
    }

    /** The log ends. */
    void forget(FilterLog log) {
        drop(log);
        grown.remove(log);
    }

    /**
     * At the end of a turn: lets go of what nobody is going to read.
     *
     * @param passed the ordinal below which all readers of a log are through
     */
    void dropPassed(ToLongFunction<FilterLog> passed) {
        for (FilterLog log : grown) {
            bytes -= log.tail().bytes();
            log.tail().dropBelow(passed.applyAsLong(log));
            bytes += log.tail().bytes();
        }
        grown.clear();
    }
}
