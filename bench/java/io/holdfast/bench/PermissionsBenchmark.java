package io.holdfast.bench;

import io.holdfast.access.Permissions;
import io.holdfast.access.Rule;
import io.holdfast.access.Rule.Right;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What does it cost to look whether a client may publish to a topic? Without rules, with those of a device
 * (its own branch, by a pattern), with those of a service (twenty branches), and with a list of a thousand
 * topics.
 *
 * <p>{@code bench/run PermissionsBenchmark -f 1 -wi 3 -w 1 -i 5 -r 1}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PermissionsBenchmark {
    private static final int TOPICS = 1_024;

    /** What the client's rules look like. */
    public enum Rules { NONE, DEVICE, SERVICE, LIST }

    @Param
    public Rules rules;

    private final String[] topics = new String[TOPICS];
    private Permissions permissions;
    private int next;

    @Setup
    public void prepare() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < TOPICS; i++) {
            topics[i] = "fleet/porto/meter-" + random.nextInt(1_000) + "/settings/interval";
        }
        permissions = switch (rules) {
            case NONE -> Permissions.ALL;
            case DEVICE -> Permissions.of(List.of(new Rule(Right.READ, "down/meter-7/#"),
                    new Rule(Right.WRITE, "fleet/+/meter-7/#")));
            case SERVICE -> branches();
            case LIST -> list();
        };
    }

    private static Permissions branches() {
        List<Rule> branches = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            branches.add(new Rule(Right.READWRITE, "fleet/town-" + i + "/+/settings/#"));
        }
        branches.add(new Rule(Right.READWRITE, "fleet/porto/#"));
        return Permissions.of(branches);
    }

    private static Permissions list() {
        List<Rule> list = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            list.add(new Rule(Right.READWRITE, "fleet/porto/meter-" + i + "/settings/interval"));
        }
        return Permissions.of(list);
    }

    @Benchmark
    public boolean mayWrite() {
        return permissions.mayWrite(topics[next++ & TOPICS - 1]);
    }
}
