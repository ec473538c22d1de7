package io.holdfast.tools;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** How many things many clients have done together, and the moment when there are enough of them. */
final class Progress {
    private final AtomicLong done = new AtomicLong();
    private final CompletableFuture<Void> reached = new CompletableFuture<>();
    private final long target;

    /** @param target how many are enough */
    Progress(long target) {
        this.target = target;
    }

    void add() {
        if (done.incrementAndGet() == target) {
            reached.complete(null);
        }
    }

    long done() {
        return done.get();
    }

    /** Complete when there are enough. */
    CompletableFuture<Void> reached() {
        return reached;
    }
}
