package io.holdfast.simulation;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The chance of a seed (SplitMix64). Each step has its own, so that leaving out one changes nothing in what
 * the others throw.
 */
final class Dice implements RandomGenerator {
    private static final long GOLDEN_GAMMA = 0x9E37_79B9_7F4A_7C15L;

    private final long seed;
    private long state;

    Dice(long seed) {
        this.seed = seed;
        begin(0);
    }

    /** From now on what is thrown belongs to that step. */
    void begin(long step) {
        state = mix(seed + mix(step + GOLDEN_GAMMA));
    }

    @Override
    public long nextLong() {
        return mix(state += GOLDEN_GAMMA);
    }

    <T> T pick(List<T> from) {
        return from.get(nextInt(from.size()));
    }

    /** Spreads each bit over all others: one of 64 bits, and different for different ones. */
    static long mix(long bits) {
        long mixed = (bits ^ bits >>> 30) * 0xBF58_476D_1CE4_E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D0_49BB_1331_11EBL;
        return mixed ^ mixed >>> 31;
    }
}
