package io.holdfast.netty;

import io.holdfast.broker.Input;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;

/** What one connection has on its way to the core, and what it has had of the core's time. */
final class Lane {
    /**
     * An input, until it is handled.
     *
     * @param bytes what it weighs
     * @param sinceNanos when it was submitted
     */
    record Held(Lane lane, Input input, long bytes, long sinceNanos) {}

    /** Has the connection read again. */
    final Runnable resume;
    /** Of its inputs that are not handled yet. */
    final AtomicLong queuedBytes = new AtomicLong();
    /** Inputs that come after those of others, for the {@link FairQueue}. */
    final Deque<Held> waiting = new ArrayDeque<>(1);
    /** What its inputs took, and what it has let pass unused, for the {@link FairQueue}. */
    long spentNanos;

    /** @param resume is run on whatever thread makes room for more */
    Lane(Runnable resume) {
        this.resume = resume;
    }
}
