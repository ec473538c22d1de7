package io.holdfast.tools;

import io.holdfast.simulation.Minimiser;
import io.holdfast.simulation.Plan;
import io.holdfast.simulation.Sabotage;
import io.holdfast.simulation.Simulation;
import io.holdfast.simulation.States;
import io.holdfast.simulation.Story;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;

/** {@code tools/holdfast simulate}: runs seeds of the simulation, or tells the story of one. */
public final class Simulate {
    private static final int FAILURES_TOLD_MAX = 10;
    private static final String USAGE = """
            usage: tools/holdfast simulate [--seeds N] [--from SEED] [--steps N]
                                           [--sabotage NAME] [--trace SEED]
              --seeds N        how many seeds to run (default 10000)
              --from SEED      the first seed (default 0)
              --steps N        steps of each seed before faults stop (default 1000)
              --sabotage NAME  plant a bug; the run then reports in how many seeds it was found
              --trace SEED     tell all that happens in one seed
            A seed that breaks an invariant is told as a short story: what is left when all steps and clients
            are left out without which it breaks the same invariant.""";

    private record Options(long seeds, long from, int steps, Sabotage sabotage, Long traced) {
        Plan plan(long seed) {
            return Plan.all(seed, steps, sabotage);
        }
    }

    private Simulate() {}

    public static void main(String[] args) {
        Options options = Arguments.read("simulate", USAGE, args, Simulate::options);
        System.exit(options.traced() == null ? runAll(options) : runOne(options));
    }

    private static Options options(Arguments arguments) {
        long seeds = arguments.number("--seeds", 10_000, 1, Long.MAX_VALUE);
        long from = arguments.number("--from", 0, Long.MIN_VALUE, Long.MAX_VALUE);
        int steps = arguments.number("--steps", 1_000, 1, Integer.MAX_VALUE);
        Sabotage sabotage = arguments.constant("--sabotage", Sabotage.NONE);
        Long traced = arguments.has("--trace")
                ? (Long) arguments.number("--trace", 0, Long.MIN_VALUE, Long.MAX_VALUE)
                : null;
        return new Options(seeds, from, steps, sabotage, traced);
    }

    private static int runOne(Options options) {
        try {
            System.out.println(Simulation.run(options.plan(options.traced),
                    Story.whole(System.out::println), new States()));
            return 0;
        } catch (AssertionError e) {
            System.out.println(e.getMessage());
            return 1;
        }
    }

    private static int runAll(Options options) {
        long startMillis = System.currentTimeMillis();
        AtomicLong steps = new AtomicLong();
        AtomicLong crashes = new AtomicLong();
        AtomicLong failed = new AtomicLong();
        AtomicReference<Plan> first = new AtomicReference<>();
        States states = new States();
        LongStream.range(options.from, options.from + options.seeds).parallel().forEach(seed -> {
            try {
                Simulation.Outcome outcome = Simulation.run(options.plan(seed), Story.UNTOLD, states);
                steps.addAndGet(outcome.steps());
                crashes.addAndGet(outcome.crashes());
            } catch (AssertionError e) {
                first.compareAndSet(null, options.plan(seed));
                if (failed.getAndIncrement() < FAILURES_TOLD_MAX) {
                    System.out.println(e.getMessage());
                }
            }
        });
        double seconds = (System.currentTimeMillis() - startMillis) / 1_000.0;
        if (first.get() != null) {
            tellShort(first.get());
        }
        long distinct = states.distinct();
        System.out.printf("%,d seeds, %,d steps, %,d crashes in %.1f s: %,d seeds broke an invariant%n"
                + "%,d distinct states, %,.0f per hour%n", options.seeds, steps.get(), crashes.get(), seconds,
                failed.get(), distinct, distinct / seconds * 3_600);
        return failed.get() == 0 ? 0 : 1;
    }

    private static void tellShort(Plan failing) {
        System.out.println("the story of seed " + failing.seed() + ", made short:");
        Minimiser.story(failing).forEach(line -> System.out.println("  " + line));
    }
}
