package io.holdfast.server;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The time of the core, in milliseconds since 1970, never less than before: the machine's wall clock when the
 * process began, and from then on what has elapsed. So nobody who sets the clock moves a deadline, and
 * durations are true. What is stored is compared with the wall clock again by the next process: what was set
 * meanwhile, its deadlines are earlier or later by, and not more.
 */
final class ServerClock implements LongSupplier {
    private final LongSupplier nanos;
    private final long startMillis;
    private final long startNanos;

    /**
     * @param wallMillis the machine's clock, which may jump
     * @param nanos one that does not, from any beginning
     */
    ServerClock(LongSupplier wallMillis, LongSupplier nanos) {
        this.nanos = nanos;
        startMillis = wallMillis.getAsLong();
        startNanos = nanos.getAsLong();
    }

    @Override
    public long getAsLong() {
        return startMillis + TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - startNanos);
    }
}
