package io.holdfast.netty;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;

/**
 * Memory that all connections share for one purpose. As long as there is enough, nobody is asked how much he
 * has; when there is not, a connection may have its fair share and no more. Safe for any thread.
 */
final class Room {
    private final long bytesMax;
    private final IntSupplier sharers;
    private final AtomicLong bytes = new AtomicLong();

    /** @param sharers how many connections there are */
    Room(long bytesMax, IntSupplier sharers) {
        this.bytesMax = bytesMax;
        this.sharers = sharers;
    }

    /** Takes so many bytes more, or gives them back. */
    void add(long more) {
        bytes.addAndGet(more);
    }

    long bytes() {
        return bytes.get();
    }

    /** Whether more is taken than there is. */
    boolean isScarce() {
        return bytes.get() > bytesMax;
    }

    /** What one connection may have: anything, or its fair share where the room is scarce. */
    long allowance() {
        return isScarce() ? bytesMax / Math.max(1, sharers.getAsInt()) : Long.MAX_VALUE;
    }

    /** Whether a connection that has so much must end: twice of what there is has been taken. */
    boolean isOverdrawnBy(long ownBytes) {
        return bytes.get() > 2 * bytesMax && ownBytes > allowance();
    }
}
