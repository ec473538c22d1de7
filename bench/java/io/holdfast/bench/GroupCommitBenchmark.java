package io.holdfast.bench;

import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How many messages a second become durable, by how many share one sync? Each is of its own turn, and goes to
 * one of 1,000 logs at random. See {@link TemporaryStore}.
 *
 * <p>{@code bench/run GroupCommitBenchmark}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(value = 1, jvmArgsAppend = {"-Xmx1g", "--enable-native-access=ALL-UNNAMED"})
public class GroupCommitBenchmark {
    private static final int LOGS = 1_000;

    /** Messages that share one sync. */
    @Param({"1", "16", "128", "1024"})
    public int batch;

    private final Random random = new Random(1);
    private TemporaryStore temporary;

    /** The result: messages, where JMH itself counts commits. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Count {
        public long messages;
    }

    @Setup(Level.Trial)
    public void open() throws IOException {
        temporary = new TemporaryStore(LOGS);
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        temporary.close();
    }

    @Benchmark
    public void commit(Count count) {
        for (int i = 0; i < batch; i++) {
            temporary.append(1 + random.nextInt(LOGS));
        }
        temporary.commit();
        count.messages += batch;
    }
}
