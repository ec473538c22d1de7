package io.holdfast.bench;

import io.holdfast.topic.SubscriptionIndex;
import java.util.List;

/**
 * Prints how many bytes of heap a filter takes in the index, its text included and its value not, at a
 * million filters of each mix of a {@link Fleet}; and, to compare, in a {@link MapTrie}.
 *
 * <pre>
 *   java -Xmx4g -cp target/bench-classes:target/classes io.holdfast.bench.FilterMemory
 * </pre>
 */
public final class FilterMemory {
    private static final int FILTERS = 1_000_000;

    private FilterMemory() {}

    public static void main(String[] arguments) {
        print("unicast", Fleet.unicast(FILTERS, 0).filters());
        print("wildcards", Fleet.wildcards(FILTERS, 0).filters());
    }

    private static void print(String mix, List<String> filters) {
        long characters = filters.stream().mapToLong(String::length).sum();
        long before = usedBytes();
        SubscriptionIndex<Object> index = new SubscriptionIndex<>(0);
        for (String filter : filters) {
            index.put(new String(filter.toCharArray()), FILTERS); // a text of the index's own
        }
        long between = usedBytes();
        MapTrie<Object> trie = new MapTrie<>();
        for (String filter : filters) {
            trie.put(filter, FILTERS);
        }
        long after = usedBytes();
        System.out.printf("%s: %,d filters of %d characters: index %d bytes, trie %d bytes each%n",
                mix, index.size(), characters / FILTERS,
                (between - before) / FILTERS, (after - between) / FILTERS);
        trie.match("", _ -> { });
    }

    private static long usedBytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
