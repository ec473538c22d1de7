package io.holdfast.netty;

import java.util.concurrent.TimeUnit;

/**
 * Keeps a connection, or all of a listener, to so many messages and bytes in a second: each costs a part of
 * the second, and whoever has spent more than the second that it may be ahead has to wait. Safe for any
 * thread.
 */
final class Pace {
    /** No limit. */
    static final Pace ANY = new Pace(0, 0, null);

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Nobody notices that a connection is gone while it is not read. */
    private static final long PAUSE_NANOS_MAX = TimeUnit.MINUTES.toNanos(1);

    private final double messageNanos;
    private final double byteNanos;
    private final Pace other;
    private long spentThroughNanos;
    private boolean hasBegun;

    /**
     * @param messagesMax in a second; 0 for any number, as for bytes
     * @param other a pace that must be kept, too; null for none
     */
    Pace(long messagesMax, long bytesMax, Pace other) {
        messageNanos = messagesMax == 0 ? 0 : (double) SECOND_NANOS / messagesMax;
        byteNanos = bytesMax == 0 ? 0 : (double) SECOND_NANOS / bytesMax;
        this.other = other;
    }

    boolean isAny() {
        return this == ANY;
    }

    /** So much has come. Answers how long nothing more may come. */
    long pauseNanos(long messages, long bytes, long nowNanos) {
        long own = ownPauseNanos(messages, bytes, nowNanos);
        return other == null ? own : Math.max(own, other.pauseNanos(messages, bytes, nowNanos));
    }

    private synchronized long ownPauseNanos(long messages, long bytes, long nowNanos) {
        long cost = (long) Math.max(messages * messageNanos, bytes * byteNanos);
        if (!hasBegun || spentThroughNanos - nowNanos < -SECOND_NANOS) {
            hasBegun = true;
            spentThroughNanos = nowNanos - SECOND_NANOS;
        }
        spentThroughNanos += Math.min(cost, 2 * PAUSE_NANOS_MAX);
        spentThroughNanos = nowNanos + Math.min(spentThroughNanos - nowNanos, PAUSE_NANOS_MAX);
        return Math.max(0, spentThroughNanos - nowNanos);
    }
}
