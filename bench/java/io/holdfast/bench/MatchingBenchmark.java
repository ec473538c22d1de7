package io.holdfast.bench;

import io.holdfast.topic.SubscriptionIndex;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * How long does it take to find the filters that match a topic, and how does that grow with their number?
 * Topics are those of a {@link Fleet}, prepared beforehand; a match is one operation. {@code none} is what
 * the loop itself costs.
 *
 * <pre>
 *   bench/run MatchingBenchmark
 *   bench/run MatchingBenchmark -p structure=index -prof gc
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx3g")
public class MatchingBenchmark {
    private static final int TOPICS = 1 << 16;
    private static final long SEED = 7;

    @Param({"1000", "100000", "1000000"})
    public int filters;

    @Param({"unicast", "wildcards"})
    public String mix;

    @Param({"index", "trie", "none"})
    public String structure;

    private final SubscriptionIndex<Integer> index = new SubscriptionIndex<>(SEED);
    private final MapTrie<Integer> trie = new MapTrie<>();
    private Consumer<Integer> each;
    private String[] topics;
    private int next;

    @Setup
    public void fill(Blackhole blackhole) {
        each = blackhole::consume;
        boolean unicast = mix.equals("unicast");
        Fleet fleet = unicast ? Fleet.unicast(filters, SEED) : Fleet.wildcards(filters, SEED);
        for (String filter : fleet.filters()) {
            switch (structure) {
                case "index" -> index.put(filter, 1);
                case "trie" -> trie.put(filter, 1);
                default -> { }
            }
        }
        topics = fleet.topics(TOPICS, unicast);
    }

    @Benchmark
    public void match(Blackhole blackhole) {
        String topic = topics[next++ & TOPICS - 1];
        switch (structure) {
            case "index" -> index.match(topic, each);
            case "trie" -> trie.match(topic, each);
            default -> blackhole.consume(topic);
        }
    }
}
