package io.holdfast.tools;

import io.holdfast.simulation.Sabotage;
import io.holdfast.simulation.Simulation;
import java.util.concurrent.atomic.AtomicLong;
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
              --trace SEED     tell the story of one seed""";

    private record Options(long seeds, long from, int steps, Sabotage sabotage, Long traced) {}

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
            System.out.println(Simulation.run(options.traced, options.steps, options.sabotage,
                    line -> System.out.println(line.get())));
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
        LongStream.range(options.from, options.from + options.seeds).parallel().forEach(seed -> {
            try {
                Simulation.Outcome outcome = Simulation.run(seed, options.steps, options.sabotage);
                steps.addAndGet(outcome.steps());
                crashes.addAndGet(outcome.crashes());
            } catch (AssertionError e) {
                if (failed.getAndIncrement() < FAILURES_TOLD_MAX) {
                    System.out.println(e.getMessage());
                }
            }
        });
        double seconds = (System.currentTimeMillis() - startMillis) / 1_000.0;
        System.out.printf("%,d seeds, %,d steps, %,d crashes in %.1f s: %,d seeds broke an invariant%n",
                options.seeds, steps.get(), crashes.get(), seconds, failed.get());
        return failed.get() == 0 ? 0 : 1;
    }
}
