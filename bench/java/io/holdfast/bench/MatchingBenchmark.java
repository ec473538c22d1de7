package io.holdfast.bench;

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
 *   bench/run MatchingBenchmark -p structure=index,moquette,hivemq -p filters=1000000 -p mix=unicast
 * </pre>
 *
 * <p>Moquette takes more than a quarter of an hour for a million filters of the other mix, as it copies all
 * children of a node to add one. Each adapter hands out what its broker's handler of PUBLISH gets from its
 * trie.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx4g")
public class MatchingBenchmark {
    private static final int TOPICS = 1 << 16;
    private static final long SEED = 7;

    @Param({"1000", "100000", "1000000"})
    public int filters;

    @Param({"unicast", "wildcards"})
    public String mix;

    @Param({"ZIPF", "UNIFORM"})
    public Fleet.Popularity popularity;

    /** See {@link TopicMatcher#of}. */
    @Param({"index", "trie", "none"})
    public String structure;

    private TopicMatcher matcher;
    private Consumer<Object> each;
    private String[] topics;
    private int next;

    @Setup
    public void fill(Blackhole blackhole) {
        each = blackhole::consume;
        matcher = TopicMatcher.of(structure, SEED);
        Fleet fleet = Fleet.of(mix, filters, SEED);
        for (int client = 0; client < filters; client++) {
            matcher.subscribe(fleet.filters().get(client), client);
        }
        topics = fleet.topics(TOPICS, popularity);
    }

    @Benchmark
    public void match() {
        matcher.match(topics[next++ & TOPICS - 1], each);
    }
}
