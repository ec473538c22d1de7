package io.holdfast.netty;

import io.holdfast.netty.Lane.Held;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * A queue of inputs that is fair by what they cost: they are taken in the order of their arrival, but a lane
 * that is ahead, because it has had more of the core's time than others, is late and comes after all that are
 * not. Of those that are late, the one that has had least comes first. Many threads add, and one at a time
 * takes; the inputs of a lane keep their order.
 *
 * <p>Time is counted as in start-time fair queueing (Goyal, Vin and Cheng, 1996): what a lane has had is
 * compared with a pace, which is what the late lane that was taken last had had by then. Nobody is behind the
 * pace: time that was not asked for is not saved up. What an input costs is known when it was handled and not
 * before, so a lane gets ahead by one input, however expensive that is.
 *
 * <p>As long as no lane gets ahead this is a plain queue, and a lane that is alone with its inputs is taken
 * whenever it has one, however far ahead it is.
 */
final class FairQueue {
    /** A lane is not late that is ahead of the pace by no more: most never are. */
    static final long AHEAD_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(1);

    /** After so many inputs of others, one that is late comes all the same. */
    static final int OTHERS_MAX = 1_024;

    private final Queue<Held> arrived = new ConcurrentLinkedQueue<>();
    /** Those with inputs that wait, but the one whose input was taken last. */
    private final PriorityQueue<Lane> late =
            new PriorityQueue<>(Comparator.comparingLong(lane -> lane.spentNanos));
    private volatile boolean someAreLate;
    private long paceNanos;
    private int others;

    /** Adds an input; any thread. */
    void add(Held held) {
        arrived.add(held);
    }

    /** Whether there is nothing to be taken; any thread, but exact only between {@link #handled} and next. */
    boolean isEmpty() {
        return !someAreLate && arrived.isEmpty();
    }

    /** The input that is to be handled now, or null; {@link #handled} is to follow. */
    Held next() {
        Held held;
        while ((late.isEmpty() || others < OTHERS_MAX) && (held = arrived.poll()) != null) {
            Lane lane = held.lane();
            boolean waits = !lane.waiting.isEmpty();
            if (!waits && lane.spentNanos - paceNanos <= AHEAD_NANOS_MAX) {
                others++;
                return held;
            }
            lane.waiting.add(held);
            if (!waits) {
                addLate(lane);
            }
        }
        others = 0;
        return nextLate();
    }

    private Held nextLate() {
        Lane lane = late.poll();
        if (lane == null) {
            return null;
        }
        paceNanos = Math.max(paceNanos, lane.spentNanos);
        return lane.waiting.remove();
    }

    /**
     * The input that was taken last has been handled.
     *
     * @param rest what is left of it, which comes before all else in its lane; or null
     */
    void handled(Held held, long nanos, Held rest) {
        Lane lane = held.lane();
        lane.spentNanos = Math.max(lane.spentNanos, paceNanos) + nanos;
        if (rest != null) {
            lane.waiting.addFirst(rest);
        }
        if (!lane.waiting.isEmpty()) {
            addLate(lane);
        } else if (someAreLate && late.isEmpty()) {
            someAreLate = false;
        }
    }

    private void addLate(Lane lane) {
        late.add(lane);
        someAreLate = true;
    }
}
