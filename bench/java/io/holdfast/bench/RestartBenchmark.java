package io.holdfast.bench;

import io.holdfast.system.Backlog;
import io.holdfast.system.BrokerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
 * How long after a {@code kill -9} does the broker serve clients again, by how many messages of 256 bytes are
 * queued? From the start of the launcher to the line that says ready; each time on a copy of the folder that
 * the kill left, so that each start has the write-ahead log to replay.
 *
 * <p>{@code bench/run RestartBenchmark}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 5)
@Fork(2)
public class RestartBenchmark {
    @Param({"10000", "100000", "1000000"})
    public int messages;

    private Path folder;
    private BrokerProcess broker;

    @Setup(Level.Trial)
    public void queueAndKill() throws IOException {
        folder = Files.createTempDirectory("restart");
        try (BrokerProcess queueing = BrokerProcess.start(killed())) {
            Backlog.queue(queueing, messages);
        }
    }

    @Setup(Level.Invocation)
    public void copy() throws IOException {
        for (Path file : files(killed())) {
            // The killed broker's socket is neither.
            if (Files.isDirectory(file) || Files.isRegularFile(file)) {
                Files.copy(file, copied().resolve(killed().relativize(file)));
            }
        }
    }

    @Benchmark
    public void restart() {
        broker = BrokerProcess.start(copied());
    }

    @TearDown(Level.Invocation)
    public void kill() throws IOException {
        broker.kill();
        delete(copied());
    }

    @TearDown(Level.Trial)
    public void delete() throws IOException {
        delete(folder);
    }

    private Path killed() {
        return folder.resolve("killed");
    }

    private Path copied() {
        return folder.resolve("copied");
    }

    private static void delete(Path folder) throws IOException {
        for (Path file : files(folder).reversed()) {
            Files.delete(file);
        }
    }

    /** The folder and all that is in it, folders before their files. */
    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.sorted(Comparator.naturalOrder()).toList();
        }
    }
}
