package io.holdfast.simulation;

import java.util.BitSet;

/**
 * Which part of a seed is played. Nothing changes in the rest of a seed when a part is left out, but for what
 * follows from it.
 *
 * @param steps before faults stop
 * @param leftOut those of them that are not played, from 0
 * @param absent the clients that never connect, by their indexes
 */
public record Plan(long seed, int steps, Sabotage sabotage, BitSet leftOut, BitSet absent) {

    /** The whole of a seed. */
    public static Plan all(long seed, int steps, Sabotage sabotage) {
        return new Plan(seed, steps, sabotage, new BitSet(), new BitSet());
    }

    Plan withLeftOut(BitSet steps) {
        return new Plan(seed, this.steps, sabotage, steps, absent);
    }

    Plan without(int client) {
        BitSet more = (BitSet) absent.clone();
        more.set(client);
        return new Plan(seed, steps, sabotage, leftOut, more);
    }
}
