package io.holdfast.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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

/**
 * What does it cost to unsubscribe from a filter and to subscribe to it again, by how many filters there are?
 * Filters are those of a {@link Fleet}, in random order; an operation is one of each.
 *
 * <pre>
 *   bench/run ChurnBenchmark -prof gc
 *   bench/run ChurnBenchmark -p structure=index,trie,moquette,hivemq -p filters=100000
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx4g")
public class ChurnBenchmark {
    private static final long SEED = 7;

    @Param({"1000", "100000", "1000000"})
    public int filters;

    @Param({"unicast", "wildcards"})
    public String mix;

    /** See {@link TopicMatcher#of}. */
    @Param({"index", "trie"})
    public String structure;

    private TopicMatcher matcher;
    private String[] texts;
    private int next;

    @Setup
    public void fill() {
        matcher = TopicMatcher.of(structure, SEED);
        List<String> shuffled = new ArrayList<>(Fleet.of(mix, filters, SEED).filters());
        Collections.shuffle(shuffled, new Random(SEED));
        texts = shuffled.toArray(String[]::new);
        for (int client = 0; client < filters; client++) {
            matcher.subscribe(texts[client], client);
        }
    }

    @Benchmark
    public void resubscribe() {
        int client = next++ % filters;
        matcher.unsubscribe(texts[client], client);
        matcher.subscribe(texts[client], client);
    }
}
