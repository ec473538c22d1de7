package io.holdfast.admin;

import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What the broker tells about itself: what the core has counted, as it was up to a second ago, and how long
 * its turns and commits take. Safe for any thread.
 */
public final class Measured {
    private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The core looks at its clock every second: one that has not for so long does not run. */
    static final long CORE_NANOS_MAX = TimeUnit.SECONDS.toNanos(30);

    /** Since when, and for how long, clients are served. */
    enum Phase { STARTING, SERVING, STOPPING }

    private record Told(Map<String, Long> figures, long nanos) {}

    private volatile Told told = new Told(Map.of(), System.nanoTime() - TELL_NANOS);
    private volatile Phase phase = Phase.STARTING;
    private volatile Metrics metrics;

    /** Whether the core is to tell its figures again. */
    public boolean isDue() {
        return System.nanoTime() - told.nanos >= TELL_NANOS;
    }

    /** The core's figures are these now, by their names below {@code $SYS/broker/}. */
    public void tell(Map<String, Long> figures) {
        told = new Told(figures, System.nanoTime());
    }

    /** Clients are served from now on. */
    public void serving() {
        phase = Phase.SERVING;
    }

    /** No further clients are served. */
    public void stopping() {
        phase = Phase.STOPPING;
    }

    /** The core has decided on all inputs that waited. */
    public void turned(long nanos) {
        Metrics now = metrics;
        if (now != null) {
            now.turned(nanos);
        }
    }

    /** So many turns, with so many changes in all, have become durable at once. */
    public void committed(int turns, long changes, long nanos) {
        Metrics now = metrics;
        if (now != null) {
            now.committed(turns, changes, nanos);
        }
    }

    void measureWith(Metrics metrics) {
        this.metrics = metrics;
    }

    Phase phase() {
        return phase;
    }

    /** Whether the core runs, as far as it has come that it could. */
    boolean isAlive() {
        return phase != Phase.SERVING || System.nanoTime() - told.nanos < CORE_NANOS_MAX;
    }

    /** A figure of the core, 0 until it is known. */
    long figure(String name) {
        return told.figures.getOrDefault(name, 0L);
    }
}
