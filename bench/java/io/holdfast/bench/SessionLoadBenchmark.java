package io.holdfast.bench;

import io.holdfast.broker.Change;
import io.holdfast.broker.InFlight;
import io.holdfast.broker.Subscription;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.SubscriptionOptions;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
 * What does it cost to read the session of a client that comes back, by how many sessions there are and how
 * many subscriptions it has? Each has a cursor for each subscription, and ten messages in flight; all is in
 * files. See {@link TemporaryStore}.
 *
 * <p>{@code bench/run SessionLoadBenchmark -prof gc}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"-Xmx1g", "--enable-native-access=ALL-UNNAMED"})
public class SessionLoadBenchmark {
    private static final int COMMIT_SESSIONS = 1_000;
    private static final int IN_FLIGHT = 10;
    private static final long DAY_SECONDS = 86_400;

    @Param({"1000", "100000"})
    public int sessions;

    @Param({"2", "20"})
    public int subscriptions;

    private final Random random = new Random(1);
    private TemporaryStore temporary;

    @Setup(Level.Trial)
    public void fill() throws IOException {
        temporary = new TemporaryStore(0);
        for (int id = 1; id <= sessions; id++) {
            add(id);
            if (id % COMMIT_SESSIONS == 0) {
                temporary.commit();
            }
        }
        temporary.reopen();
    }

    private void add(int id) {
        temporary.add(new Change.SessionPut("meter-" + id, id, DAY_SECONDS, Change.SessionPut.NO_WILL,
                1_700_000_000_000L));
        for (int i = 0; i < subscriptions; i++) {
            long logId = 1L + id * subscriptions + i;
            temporary.add(new Change.SubscriptionPut(id, new Subscription("meters/" + id + "/" + i + "/#",
                    SubscriptionOptions.of(QoS.AT_LEAST_ONCE), 0, logId)));
            temporary.add(new Change.CursorPut(logId, id, IN_FLIGHT, 0));
        }
        long logId = 1L + id * subscriptions;
        temporary.add(new Change.InFlightPut(id, 0, IntStream.range(0, IN_FLIGHT)
                .mapToObj(at -> new InFlight(1 + at, logId, at, at, QoS.AT_LEAST_ONCE, false, false))
                .toList()));
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        temporary.close();
    }

    @Benchmark
    public List<Change> load() {
        return temporary.store().readSession("meter-" + (1 + random.nextInt(sessions)));
    }
}
