package io.holdfast.bench;

import io.holdfast.broker.Change;
import io.holdfast.broker.Message;
import io.holdfast.broker.Turn;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.QoS;
import io.holdfast.rocks.RocksStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
 * How many messages a second become durable, by how many share one sync? Each is 256 bytes, of its own turn,
 * and goes to one of 1,000 logs at random. Payloads differ and do not compress.
 *
 * <p>{@code bench/run GroupCommitBenchmark}; the folder for temporary files must be on the disk in question.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(value = 1, jvmArgsAppend = {"-Xmx1g", "--enable-native-access=ALL-UNNAMED"})
public class GroupCommitBenchmark {
    private static final int LOGS = 1_000;
    private static final int PAYLOAD_BYTES = 256;
    private static final int PAYLOADS = 4_096;

    /** Messages that share one sync. */
    @Param({"1", "16", "128", "1024"})
    public int batch;

    private final byte[][] payloads = new byte[PAYLOADS][PAYLOAD_BYTES];
    private final int[] logIds = new int[PAYLOADS];
    private final long[] next = new long[LOGS];
    private Path folder;
    private RocksStore store;
    private long sequence;

    /** The result: messages, where JMH itself counts commits. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Count {
        public long messages;
    }

    @Setup(Level.Trial)
    public void open() throws IOException {
        Random random = new Random(1);
        for (int i = 0; i < PAYLOADS; i++) {
            random.nextBytes(payloads[i]);
            logIds[i] = random.nextInt(LOGS);
        }
        folder = Files.createTempDirectory("group-commit");
        store = RocksStore.open(folder);
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        store.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Benchmark
    public void commit(Count count) {
        List<Turn> turns = new ArrayList<>(batch);
        for (int i = 0; i < batch; i++) {
            sequence++;
            int at = (int) (sequence % PAYLOADS);
            Message message = new Message(sequence, 1_700_000_000_000L + sequence, 1, QoS.AT_LEAST_ONCE,
                    false, "meters/7/reading", Properties.NONE, payloads[at]);
            long ordinal = next[logIds[at]]++;
            Turn turn = new Turn(sequence, sequence - 1);
            turn.changes().add(new Change.MessageAppended(logIds[at] + 1, ordinal,
                    message.bytes() * (ordinal + 1), message));
            turns.add(turn);
        }
        store.commit(turns);
        count.messages += batch;
    }
}
