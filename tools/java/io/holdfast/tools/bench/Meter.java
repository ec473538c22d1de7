package io.holdfast.tools.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What is counted and timed in one phase of a run, in total and by ticks, on the event loop. Others may read
 * how far it is.
 */
final class Meter {
    /** The longest latency told apart; what is longer counts as that. */
    private static final long LATENCY_NANOS_MAX = TimeUnit.HOURS.toNanos(1);
    private static final int DIGITS = 3;

    /**
     * What one tick has seen; latencies are 0 where there were none.
     *
     * @param endNanos since the phase began
     */
    record Tick(long endNanos, long count, long p50Nanos, long p99Nanos, long maxNanos) {}

    private final Histogram latencies = new Histogram(LATENCY_NANOS_MAX, DIGITS);
    private final Histogram ofTick = new Histogram(LATENCY_NANOS_MAX, DIGITS);
    private final List<Tick> ticks = new ArrayList<>();
    private final CompletableFuture<Void> finished = new CompletableFuture<>();
    private final long startNanos = System.nanoTime();
    private volatile long count;
    private long countAtTick;
    private long lastNanos = startNanos;
    private boolean stalled;

    /** One more is done; only the event loop writes. */
    void count() {
        count(1);
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    void count(long more) {
        count += more;
    }

    void latency(long nanos) {
        ofTick.recordValue(Math.clamp(nanos, 0, LATENCY_NANOS_MAX));
    }

    /** To be called at intervals, and once at the end; returns since when nothing was counted. */
    long tick() {
        long now = System.nanoTime();
        if (count > countAtTick) {
            lastNanos = now;
        }
        ticks.add(new Tick(now - startNanos, count - countAtTick, ofTick.getValueAtPercentile(50),
                ofTick.getValueAtPercentile(99), ofTick.getMaxValue()));
        countAtTick = count;
        latencies.add(ofTick);
        ofTick.reset();
        return lastNanos;
    }

    long done() {
        return count;
    }

    void finish() {
        finished.complete(null);
    }

    /** Nothing was counted for too long: what is missing will not come. */
    void stall() {
        stalled = true;
        finish();
    }

    void fail(Throwable cause) {
        finished.completeExceptionally(cause);
    }

    CompletableFuture<Void> finished() {
        return finished;
    }

    boolean isStalled() {
        return stalled;
    }

    /** How long the phase took; the silence that one ended with is none of its time. */
    long nanos() {
        return Math.max(1, (stalled ? lastNanos : System.nanoTime()) - startNanos);
    }

    Histogram latencies() {
        return latencies;
    }

    List<Tick> ticks() {
        return ticks;
    }
}
