package io.holdfast.bench;

import java.util.List;

/**
 * Prints how many bytes of heap a filter takes, its text included, at a million filters of each mix of a
 * {@link Fleet}: in the index, or in the structures named, see {@link TopicMatcher#of}. Those of other
 * brokers keep an object for the subscription besides.
 *
 * <pre>
 *   bench/run FilterMemory
 *   bench/run FilterMemory index trie hivemq
 * </pre>
 */
public final class FilterMemory {
    private static final int FILTERS = 1_000_000;
    private static final int ONE_CLIENT = 0;

    private FilterMemory() {}

    public static void main(String[] arguments) {
        for (String structure : arguments.length == 0 ? new String[] {"index"} : arguments) {
            print(structure, "unicast");
            print(structure, "wildcards");
        }
    }

    private static void print(String structure, String mix) {
        List<String> filters = Fleet.of(mix, FILTERS, 0).filters();
        long characters = filters.stream().mapToLong(String::length).sum();
        long before = usedBytes();
        TopicMatcher matcher = TopicMatcher.of(structure, 0);
        for (String filter : filters) {
            matcher.subscribe(new String(filter.toCharArray()), ONE_CLIENT); // a text of its own
        }
        System.out.printf("%s, %s: %,d filters of %d characters: %d bytes each%n", structure, mix,
                FILTERS, characters / FILTERS, (usedBytes() - before) / FILTERS);
        matcher.match(filters.getFirst(), _ -> { }); // which keeps it until here
    }

    private static long usedBytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
