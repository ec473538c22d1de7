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
        Options options;
        try {
            options = parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println("simulate: " + e.getMessage() + System.lineSeparator() + USAGE);
            System.exit(2);
            return;
        }
        System.exit(options.traced() == null ? runAll(options) : runOne(options));
    }

    private static Options parse(String[] args) {
        Options options = new Options(10_000, 0, 1_000, Sabotage.NONE, null);
        for (int i = 0; i < args.length; i += 2) {
            if (i + 1 == args.length) {
                throw new IllegalArgumentException(args[i] + " needs a value");
            }
            String value = args[i + 1];
            options = switch (args[i]) {
                case "--seeds" -> new Options(number(args[i], value), options.from, options.steps,
                        options.sabotage, null);
                case "--from" -> new Options(options.seeds, number(args[i], value), options.steps,
                        options.sabotage, null);
                case "--steps" -> new Options(options.seeds, options.from,
                        Math.toIntExact(number(args[i], value)), options.sabotage, options.traced);
                case "--sabotage" -> new Options(options.seeds, options.from, options.steps,
                        Sabotage.valueOf(value), options.traced);
                case "--trace" -> new Options(1, options.from, options.steps, options.sabotage,
                        number(args[i], value));
                default -> throw new IllegalArgumentException("unknown option " + args[i]);
            };
        }
        return options;
    }

    private static long number(String option, String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + " takes a number, not " + value, e);
        }
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
