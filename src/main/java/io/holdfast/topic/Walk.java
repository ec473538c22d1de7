package io.holdfast.topic;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * One match on its way through the branches, breadth first: a wave of branches, all with the same number of
 * {@code +}, yields the next wave and the filters that may match. It is scratch space of its index, kept from
 * match to match, and grows to the most branches that one topic has met.
 *
 * <p><b>Waves, because memory is slow.</b> In a large index most probes miss the processor's caches. Walked
 * depth first, each would be waited for before the next is known. So probes are gathered, their first slots
 * are read in a loop without a decision, which lets the processor have many reads in flight, and decisions
 * come after.
 */
final class Walk<T> {
    private static final int BATCH = 64;
    /** With so few shapes beyond a branch, looking for their filters costs less than looking for it first. */
    private static final int SHAPES_FEW = 8;

    private final Levels levels;
    private final FilterTable<T> filters;
    private final BranchTable branches;

    private String topic;
    private Consumer<? super T> each;

    /** The branches met, the root first: hash, the level after the last {@code +}, whence it was met. */
    private long[] hashes = new long[16];
    private int[] starts = new int[16];
    private int[] parents = new int[16];
    private Shape[] shapes = new Shape[16];
    private boolean[] taken = new boolean[16];
    private int met;

    /** The filters to be looked up next: hash, the branch they follow, their shape from there. */
    private final int[] candidates = new int[BATCH];
    private final int[] candidateBranches = new int[BATCH];
    private final Shape[] candidateShapes = new Shape[BATCH];
    private final boolean[] candidatesTaken = new boolean[BATCH];
    private int gathered;

    Walk(Levels levels, FilterTable<T> filters, BranchTable branches) {
        this.levels = levels;
        this.filters = filters;
        this.branches = branches;
    }

    /** Hands out the values of the filters with wildcards that match the topic, whose levels are read. */
    void match(String topicName, Shape root, Consumer<? super T> consumer) {
        topic = topicName;
        each = consumer;
        met = 0;
        add(0, 0, -1, root);
        // Wildcards at the beginning do not match a Topic Name that begins with $ [MQTT-4.7.2-1].
        follow(0, topicName.charAt(0) == '$' ? 1 : 0);
        int waveStart = 1;
        while (waveStart < met) {
            keepExisting(waveStart);
            int waveEnd = met;
            for (int branch = waveStart; branch < waveEnd; branch++) {
                follow(branch, 0);
            }
            waveStart = waveEnd;
        }
        lookUp();
        each = null;
        topic = null;
    }

    /** Follows the shapes next of the branch from the least run on, as far as the topic goes. */
    private void follow(int branch, int runMin) {
        int start = starts[branch];
        int last = levels.count();
        for (Shape shape : shapes[branch].next()) {
            int end = start + shape.run();
            if (end > last) {
                return;
            }
            if (shape.run() < runMin) {
                continue;
            }
            long hash = hashes[branch] + levels.hash(start, end);
            switch (shape.kind()) {
                case Shape.PLUS -> {
                    if (end < last) {
                        add(hash + levels.plus(end), end + 1, branch, shape);
                    }
                }
                case Shape.END -> {
                    if (end == last) {
                        gather(hash, branch, shape);
                    }
                }
                // "a/#" matches "a" too (section 4.7.1.2), so this end may be the topic's.
                default -> gather(hash + levels.multiLevel(end), branch, shape);
            }
        }
    }

    private void add(long hash, int start, int parent, Shape shape) {
        if (met == hashes.length) {
            hashes = Arrays.copyOf(hashes, 2 * met);
            starts = Arrays.copyOf(starts, 2 * met);
            parents = Arrays.copyOf(parents, 2 * met);
            shapes = Arrays.copyOf(shapes, 2 * met);
            taken = Arrays.copyOf(taken, 2 * met);
        }
        hashes[met] = hash;
        starts[met] = start;
        parents[met] = parent;
        shapes[met] = shape;
        met++;
    }

    /** Forgets those of the branches from here on that are not in the index, where it is worth the look. */
    private void keepExisting(int from) {
        for (int i = from; i < met; i++) {
            taken[i] = hasFewBeyond(i) || branches.isHomeTaken(hashes[i]);
        }
        int kept = from;
        for (int i = from; i < met; i++) {
            if (taken[i] && (hasFewBeyond(i) || branches.contains(hashes[i]))) {
                hashes[kept] = hashes[i];
                starts[kept] = starts[i];
                parents[kept] = parents[i];
                shapes[kept] = shapes[i];
                kept++;
            }
        }
        met = kept;
    }

    private boolean hasFewBeyond(int branch) {
        return shapes[branch].count() <= SHAPES_FEW;
    }

    private void gather(long hash, int branch, Shape shape) {
        if (gathered == BATCH) {
            lookUp();
        }
        candidates[gathered] = FilterTable.shorten(hash);
        candidateBranches[gathered] = branch;
        candidateShapes[gathered] = shape;
        gathered++;
    }

    /** Hands out the values of those of the filters gathered that there are. */
    private void lookUp() {
        int count = gathered;
        gathered = 0;
        for (int i = 0; i < count; i++) {
            candidatesTaken[i] = filters.isHomeTaken(candidates[i]);
        }
        for (int i = 0; i < count; i++) {
            if (candidatesTaken[i]) {
                emit(candidates[i], candidateBranches[i], candidateShapes[i]);
            }
        }
    }

    private void emit(int hash, int branch, Shape shape) {
        for (int slot = filters.find(hash); slot >= 0; slot = filters.findAfter(hash, slot)) {
            if (spells(filters.filter(slot), branch, shape)) {
                each.accept(filters.value(slot));
                return;
            }
        }
    }

    /**
     * Whether the filter is exactly the one at the end of this run: from its end to its beginning, the
     * topic's levels where there are runs, and a {@code +} where each branch ends.
     */
    private boolean spells(String filter, int branch, Shape shape) {
        int start = starts[branch];
        int run = levels.start(start + shape.run()) - levels.start(start);
        boolean multiLevel = shape.kind() == Shape.HASH;
        int at = filter.length() - run + (multiLevel ? -1 : 1);
        // The run's last separator is not compared: a topic, or a filter, may end without it.
        if (multiLevel != (filter.charAt(filter.length() - 1) == '#')
                || run > 0 && !topic.regionMatches(levels.start(start), filter, at, run - 1)) {
            return false;
        }
        for (int i = branch; i > 0; i = parents[i]) {
            int from = starts[parents[i]];
            run = levels.start(starts[i] - 1) - levels.start(from);
            at -= 2 + run;
            if (at < 0 || filter.charAt(at + run) != '+'
                    || !topic.regionMatches(levels.start(from), filter, at, run)) {
                return false;
            }
        }
        return at == 0;
    }
}
