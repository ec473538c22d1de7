package io.holdfast.topic;

import java.util.Objects;
import java.util.function.Consumer;

/**
 * A map from distinct Topic Filters to values that finds the values of all filters matching a Topic Name
 * (MQTT 5.0, section 4.7). One thread owns it. Filters and names come validated ({@link
 * io.holdfast.mqtt.Topics}) and are taken byte for byte, without any normalisation [MQTT-4.7.3-4]. A Shared
 * Subscription is indexed under the filter within.
 *
 * <p><b>A filter as a path.</b> What stands between the wildcards of a filter is a <i>run</i> of levels, and
 * its path is those runs and what ends them:
 *
 * <pre>
 *   site/+/device/7/#       run of 1, +;  run of 2, #
 *   device/7/#              run of 2, #
 *   site/+/device/7/state   run of 1, +;  run of 3, end
 *   site/1/device/7/state   run of 5, end
 * </pre>
 *
 * Where a {@code +} ends, a <i>branch</i> stands, known by the hash of the filter up to there; the index
 * counts the filters of each branch. What is left of a path without the texts of its runs, their lengths and
 * what ends them, is a {@link Shape}. All shapes together are a small tree.
 *
 * <p><b>Matching</b> hashes the levels of the topic once ({@link Levels}), and walks the tree of shapes. A
 * shape lays its {@code +} over certain levels of the topic, so the hash of the only filter of this shape
 * that could match is a sum of parts known beforehand: it costs one probe, and no text is looked at. A
 * topic's filter without wildcard is one probe, too. Where many shapes go on from a {@code +}, its branch is
 * probed for first, and with no such branch they are left out. The text of a filter found is compared with
 * the topic, run by run, before its value is handed out: hashes decide speed, never results.
 *
 * <p><b>The bound.</b> The work is: the topic's characters, and one probe for each shape that goes on from a
 * branch that matches a beginning of the topic, or is one of at most eight beyond a branch that does not,
 * and whose run is not longer than what is left of the topic. At most three shapes for each length of run go
 * on from a branch; so for a topic of n levels it is at most 24(n + 1) probes for every matching branch, and
 * it is never more than the wildcards of the filters in the index. Filters like {@code +/a/+/a} in all
 * combinations thus cost the publishers of just the topics they are aimed at. Nothing recurses, and nothing
 * is allocated, but the scratch arrays grow to the deepest topic and the most branches that were met. See
 * {@link Walk}.
 *
 * <p><b>Memory.</b> A filter takes 16 to 32 bytes beside its text, and so does a branch, where not shared
 * with other filters; a shape of its own takes about 56. A client that subscribes to 32,768 levels of {@code
 * +} takes 90 bytes for 2 bytes sent, the worst there is: what a client may subscribe to is the broker's
 * limit to set. Adding and removing is constant time on average, but for the copies when a table doubles or
 * halves.
 *
 * @param <T> the value of a filter; never null
 */
public final class SubscriptionIndex<T> {
    private final Levels levels;
    private final FilterTable<T> filters = new FilterTable<>();
    private final BranchTable branches = new BranchTable();
    private final Shape shapes = Shape.root();
    private final Walk<T> walk;
    private boolean matching;

    /** @param seed random, and unknown to clients: it keeps them from subscribing to filters of one hash */
    public SubscriptionIndex(long seed) {
        levels = new Levels(seed);
        walk = new Walk<>(levels, filters, branches);
    }

    /** The number of filters. */
    public int size() {
        return filters.size();
    }

    /** The value of exactly this filter, or null. */
    public T get(String filter) {
        int slot = slotOf(filter);
        return slot < 0 ? null : filters.value(slot);
    }

    /** Sets the value of the filter; the value before, or null. */
    public T put(String filter, T value) {
        Objects.requireNonNull(value, filter);
        int slot = slotOf(filter);
        if (slot >= 0) {
            T before = filters.value(slot);
            filters.replace(slot, value);
            return before;
        }
        filters.add(FilterTable.shorten(levels.hash()), filter, value);
        if (hasWildcard(filter)) {
            changePath(filter, true);
        }
        return null;
    }

    /** Removes the filter; its value, or null. */
    public T remove(String filter) {
        int slot = slotOf(filter);
        if (slot < 0) {
            return null;
        }
        T before = filters.value(slot);
        filters.removeAt(slot);
        if (hasWildcard(filter)) {
            changePath(filter, false);
        }
        return before;
    }

    /** Hands out each value once, in no order; {@code each} must not use the index. */
    public void forEach(Consumer<? super T> each) {
        filters.forEach(each);
    }

    /**
     * Hands out the value of each filter that matches the Topic Name, once, in no order; {@code each} must
     * not use the index.
     */
    public void match(String topicName, Consumer<? super T> each) {
        assertIdle();
        matching = true;
        try {
            int slot = slotOfRead(topicName);
            if (slot >= 0) {
                each.accept(filters.value(slot));
            }
            if (shapes.count() > 0) {
                walk.match(topicName, shapes, each);
            }
        } finally {
            matching = false;
        }
    }

    /** The number of branches, the root not counted. */
    int branches() {
        return branches.size();
    }

    /** The number of shapes. */
    int shapes() {
        return shapes.count();
    }

    /** The number of slots in all tables. */
    int slots() {
        return filters.slots() + branches.slots();
    }

    private void assertIdle() {
        if (matching) {
            throw new IllegalStateException("the index is used by a consumer of its own match");
        }
    }

    /** The slot of the filter, whose levels are then in {@link #levels}, or -1. */
    private int slotOf(String filter) {
        assertIdle();
        return slotOfRead(filter);
    }

    private int slotOfRead(String string) {
        levels.read(string);
        return filters.find(FilterTable.shorten(levels.hash()), string);
    }

    private static boolean hasWildcard(String filter) {
        return filter.indexOf('+') >= 0 || filter.charAt(filter.length() - 1) == '#';
    }

    /** Counts the filter in {@link #levels} in or out along its path. */
    private void changePath(String filter, boolean in) {
        Shape shape = shapes;
        int start = 0;
        boolean multiLevel = filter.charAt(filter.length() - 1) == '#';
        int end = multiLevel ? levels.count() - 1 : levels.count();
        for (int level = 0; level < end; level++) {
            if (filter.startsWith("+", levels.start(level))) {
                shape = shape.next(level - start, Shape.PLUS);
                start = level + 1;
                changeBranch(levels.hash(0, start), in);
            }
        }
        shape = shape.next(end - start, multiLevel ? Shape.HASH : Shape.END);
        if (in) {
            shape.add();
        } else {
            shape.remove();
        }
    }

    private void changeBranch(long hash, boolean in) {
        if (in) {
            branches.add(hash);
        } else {
            branches.remove(hash);
        }
    }
}
