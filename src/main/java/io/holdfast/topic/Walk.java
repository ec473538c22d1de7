package io.holdfast.topic;

import java.util.Arrays;

/**
 * One match on its way through the branches, depth first: those still to be visited, and where the {@code +}
 * of the one reached stand. It is scratch space of its index and kept from match to match.
 */
final class Walk {
    private String topic;
    private long hash;

    /**
     * The branches to visit: hash, the level after their last {@code +}, and how many {@code +} they have.
     */
    private long[] hashes = new long[16];
    private int[] starts = new int[16];
    private int[] pluses = new int[16];
    private int waiting;

    /**
     * The levels of the {@code +} of the branch reached. What a deeper branch wrote, its siblings overwrite.
     */
    private int[] path = new int[16];
    private int pathLength;

    /** Stands at the root. */
    void begin(String topicName) {
        topic = topicName;
        hash = 0;
        waiting = 0;
        pathLength = 0;
    }

    /** Goes to the next branch to visit, if there is one. */
    boolean next() {
        if (waiting == 0) {
            return false;
        }
        waiting--;
        hash = hashes[waiting];
        pathLength = pluses[waiting];
        if (pathLength > path.length) {
            path = Arrays.copyOf(path, 2 * path.length);
        }
        path[pathLength - 1] = starts[waiting] - 1;
        return true;
    }

    /** The hash of the branch reached. */
    long hash() {
        return hash;
    }

    /** The first level after the branch reached. */
    int start() {
        return pathLength == 0 ? 0 : path[pathLength - 1] + 1;
    }

    /**
     * Visits later the branch that lies beyond the one reached: by a run of levels, and a {@code +} before
     * this level.
     */
    void later(long branch, int start) {
        if (waiting == hashes.length) {
            hashes = Arrays.copyOf(hashes, 2 * waiting);
            starts = Arrays.copyOf(starts, 2 * waiting);
            pluses = Arrays.copyOf(pluses, 2 * waiting);
        }
        hashes[waiting] = branch;
        starts[waiting] = start;
        pluses[waiting] = pathLength + 1;
        waiting++;
    }

    /**
     * Whether the filter is exactly this: the levels of the topic before {@code end}, with a {@code +} in the
     * place of those on the path, and a {@code #} after them if so asked.
     */
    boolean spells(String filter, Levels levels, int end, boolean multiLevel) {
        int at = 0;
        int from = 0;
        for (int i = 0; i < pathLength; i++) {
            int plus = path[i];
            int run = levels.start(plus) - levels.start(from);
            if (!topic.regionMatches(levels.start(from), filter, at, run) || !isAt(filter, at + run, '+')) {
                return false;
            }
            at += run + 2;
            from = plus + 1;
        }
        int run = levels.start(end) - levels.start(from);
        boolean ends = multiLevel
                ? filter.length() == at + run + 1 && filter.charAt(at + run) == '#'
                : filter.length() == at + run - 1;
        // The run's last separator is not compared: the topic may end without it.
        return ends && (run == 0 || topic.regionMatches(levels.start(from), filter, at, run - 1));
    }

    private static boolean isAt(String filter, int index, char c) {
        return index < filter.length() && filter.charAt(index) == c;
    }
}
