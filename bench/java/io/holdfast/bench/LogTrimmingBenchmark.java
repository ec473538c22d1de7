package io.holdfast.bench;

import io.holdfast.broker.Change;
import io.holdfast.broker.Message;
import java.io.IOException;
import java.util.List;
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
 * What do queues cost that are emptied as fast as they are filled, by how many messages are trimmed at once?
 * An operation appends so many messages to each of {@value #LOGS} logs of {@value #BACKLOG_MESSAGES}, trims
 * as many from the beginning of each, in one commit, and reads the first message of one of them. Few entries
 * are deleted one by one, many by a range. See {@link TemporaryStore}.
 *
 * <p>{@code bench/run LogTrimmingBenchmark}; divide by the messages to compare.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = {"-Xmx1g", "--enable-native-access=ALL-UNNAMED"})
public class LogTrimmingBenchmark {
    private static final int LOGS = 10;
    private static final int BACKLOG_MESSAGES = 1_000;

    /** Messages that are trimmed from a log at a time. */
    @Param({"1", "32", "33", "256"})
    public int messages;

    private final long[] first = new long[1 + LOGS];
    private TemporaryStore temporary;
    private int next;

    @Setup(Level.Trial)
    public void fill() throws IOException {
        temporary = new TemporaryStore(LOGS);
        append(BACKLOG_MESSAGES);
        temporary.commit();
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        temporary.close();
    }

    private void append(int count) {
        for (int logId = 1; logId <= LOGS; logId++) {
            for (int i = 0; i < count; i++) {
                temporary.append(logId);
            }
        }
    }

    @Benchmark
    public List<Message> appendTrimAndRead() {
        append(messages);
        for (int logId = 1; logId <= LOGS; logId++) {
            temporary.add(new Change.LogTrimmed(logId, first[logId], first[logId] + messages));
            first[logId] += messages;
        }
        temporary.commit();
        int logId = 1 + next++ % LOGS;
        return temporary.store().readLog(logId, first[logId], 1, Long.MAX_VALUE);
    }
}
