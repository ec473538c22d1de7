package io.holdfast.simulation;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * How many different states have been seen, about, by any number of threads and in fixed memory: each state
 * sets one of many bits, and how many are not set tells how many states there were (linear counting). Few in
 * a hundred are missed while there are fewer states than bits.
 */
public final class States {
    /** For those who do not want to know. */
    static final States UNCOUNTED = new States(0);

    private static final int BITS_LOG2 = 28;

    private final AtomicLongArray seen;

    public States() {
        this(1 << BITS_LOG2 - 6);
    }

    private States(int words) {
        seen = new AtomicLongArray(words);
    }

    /** A state: how the clients stand, whoever they are, what waits on disk, and how much is under way. */
    static long of(List<SimulatedClient> clients, SimulatedStore store, Collection<?>... underWay) {
        long sum = store.state();
        for (SimulatedClient client : clients) {
            sum += Dice.mix(client.state());
        }
        for (Collection<?> some : underWay) {
            sum = Dice.mix(sum + Math.min(some.size(), 2));
        }
        return sum;
    }

    void count(LongSupplier state) {
        if (seen.length() > 0) {
            long hash = Dice.mix(state.getAsLong());
            int word = (int) (hash >>> 6) & seen.length() - 1;
            long bit = 1L << (hash & 63);
            if ((seen.getPlain(word) & bit) == 0) {
                seen.getAndUpdate(word, bits -> bits | bit);
            }
        }
    }

    /** How many different ones there were. */
    public long distinct() {
        double bits = 64.0 * seen.length();
        long set = 0;
        for (int i = 0; i < seen.length(); i++) {
            set += Long.bitCount(seen.get(i));
        }
        return Math.round(-bits * Math.log1p(-set / bits));
    }
}
