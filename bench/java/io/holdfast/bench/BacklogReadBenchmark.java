package io.holdfast.bench;

import io.holdfast.broker.Message;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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
 * What does it cost to read the next page of a session's backlog, by how many messages a page has? Each of
 * 1,000 logs has 200 messages, in files; a page begins at random in one of them. See {@link TemporaryStore}.
 *
 * <p>{@code bench/run BacklogReadBenchmark -prof gc}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"-Xmx1g", "--enable-native-access=ALL-UNNAMED"})
public class BacklogReadBenchmark {
    private static final int LOGS = 1_000;
    private static final int LOG_MESSAGES = 200;

    /** Messages in a page. */
    @Param({"1", "16", "128"})
    public int page;

    private final Random random = new Random(1);
    private TemporaryStore temporary;

    @Setup(Level.Trial)
    public void fill() throws IOException {
        temporary = new TemporaryStore(LOGS);
        for (int i = 0; i < LOG_MESSAGES; i++) {
            for (int logId = 1; logId <= LOGS; logId++) {
                temporary.append(logId);
            }
            temporary.commit();
        }
        temporary.reopen();
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        temporary.close();
    }

    @Benchmark
    public List<Message> read() {
        long from = random.nextInt(LOG_MESSAGES - page + 1);
        return temporary.store().readLog(1 + random.nextInt(LOGS), from, page, Long.MAX_VALUE);
    }
}
