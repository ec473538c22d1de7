package io.holdfast.tools;

import static java.util.stream.Collectors.joining;

import io.holdfast.mqtt.QoS;
import io.holdfast.simulation.Sabotage;
import io.holdfast.system.Deliveries.Verdict;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/** {@code tools/holdfast crash}: a real broker, killed again and again, is held to its promise. */
public final class Crash {
    private static final String USAGE = """
            usage: tools/holdfast crash [--load mixed] [--rounds N] [--kills N] [--seed SEED]
                                        [--sabotage NAME]
                   tools/holdfast crash --load offline [--rounds N] [--sessions N] [--messages N]
                                        [--size BYTES] [--qos 1|2] [--filters N] [--seed SEED]
              --load mixed     a few clients that do all that clients do, for a moment, and then a kill: QoS 0
                               to 2, overlapping and shared subscriptions, retained, delayed and expiring
                               messages, wills, takeovers, Clean Start, sessions that expire (default)
              --load offline   many sessions that are offline while messages are published, and then drained
              --rounds N       how many times, each with an empty data folder (default: mixed 10, offline 1)
              --seed SEED      chooses the moments of the kills, and what clients do (default: any)
            mixed:
              --kills N        in each round (default 3)
              --sabotage NAME  plant a bug in the broker, and go on until it is found
            offline:
              --sessions N     sessions that are offline while messages are published (default 1000)
              --messages N     messages published in a round (default 300000)
              --size BYTES     of each payload (default 256)
              --qos 1|2        of publishers and sessions (default 1)
              --filters N      distinct Topic Filters, at most one for each session (default: as many). With
                               fewer, sessions share them, and each message goes to several sessions
            In each round of offline load the broker is killed twice: while messages are published, and while
            the sessions take them. Clients send again what was not acknowledged. The status is 0 if no
            acknowledged message was lost, none came out of order and, at QoS 2, none came twice (and, under
            mixed load, no session was lost, and what is retained is right); and 1 otherwise.""";
    private static final int MILLIONS = 1_000_000;

    /**
     * What ends a life of the broker.
     *
     * @param machine where it does, in that folder
     * @param expected whether the promise is to be broken, which needs no folder for whoever asks why
     */
    record Fault(String plural, Function<Path, Machine> machine, boolean expected) {}

    /**
     * What is to be done in each round.
     *
     * @param loads of the rounds, in turns; they differ in nothing but QoS
     */
    record Options(int rounds, int sessions, int messages, List<Load> loads, long seed, Fault fault) {
        Load load(int round) {
            return loads.get((round - 1) % loads.size());
        }
    }

    private Crash() {}

    public static void main(String[] args) {
        BooleanSupplier rounds = Arguments.read("crash", USAGE, args, arguments ->
                rounds(arguments, "mixed", () -> mixed(arguments), () -> options(arguments)));
        System.exit(rounds.getAsBoolean() ? 0 : 1);
    }

    /** The rounds under the load that is asked for, which tell whether the promise was kept. */
    static BooleanSupplier rounds(Arguments arguments, String load, Supplier<MixedLoad.Options> mixed,
            Supplier<Options> offline) {
        return switch (arguments.text("--load", load)) {
            case "mixed" -> {
                MixedLoad.Options options = mixed.get();
                yield () -> MixedLoad.run(options);
            }
            case "offline" -> {
                Options options = offline.get();
                yield () -> run(options);
            }
            case String other ->
                throw new IllegalArgumentException("--load is " + other + "; expected mixed or offline");
        };
    }

    private static MixedLoad.Options mixed(Arguments arguments) {
        Sabotage sabotage = arguments.constant("--sabotage", Sabotage.NONE);
        if (sabotage != Sabotage.NONE && !sabotage.isOfStore()) {
            throw new IllegalArgumentException("--sabotage is " + sabotage
                    + ", which can be planted in the simulation alone");
        }
        return MixedLoad.Options.read(arguments, new Fault("kills",
                folder -> new Machine.Lasting(folder, sabotage), sabotage != Sabotage.NONE));
    }

    private static Options options(Arguments arguments) {
        int sessions = arguments.number("--sessions", 1_000, 1, 20_000);
        Load load = new Load(
                arguments.number("--filters", sessions, 1, sessions),
                arguments.number("--size", 256, Load.BYTES_MIN, MILLIONS),
                QoS.of(arguments.number("--qos", 1, 1, 2)));
        return new Options(arguments.number("--rounds", 1, 1, MILLIONS), sessions,
                arguments.number("--messages", 300_000, 1, 100 * MILLIONS), List.of(load),
                arguments.number("--seed", System.nanoTime(), Long.MIN_VALUE, Long.MAX_VALUE),
                new Fault("kills", Machine.Lasting::new, false));
    }

    /** Returns whether the promise was kept in all rounds. */
    static boolean run(Options options) {
        System.out.printf("%,d sessions, %,d messages of %,d bytes to %,d topics at QoS %s, seed %d%n",
                options.sessions(), options.messages(), options.load(1).bytes(), options.load(1).topics(),
                options.loads().stream().map(load -> "" + load.qos().value()).collect(joining(" and ")),
                options.seed());
        SplittableRandom random = new SplittableRandom(options.seed());
        Verdict sum = Verdict.NOTHING;
        int broken = 0;
        for (int round = 1; round <= options.rounds(); round++) {
            Verdict verdict = round(round, options, random.split());
            sum = verdict == null ? sum : sum.plus(verdict);
            broken += verdict != null && verdict.isKept(options.load(round).qos()) ? 0 : 1;
        }
        System.out.printf("%,d rounds, %,d %s, %,d deliveries due: %s: %s%n", options.rounds(),
                2 * options.rounds(), options.fault().plural(), sum.acknowledged(), sum,
                broken == 0 ? "the promise was kept" : "THE PROMISE WAS BROKEN in " + broken + " rounds");
        return broken == 0;
    }

    /** Returns null if the round ended early, which it told. */
    private static Verdict round(int number, Options options, SplittableRandom random) {
        Load load = options.load(number);
        try (TemporaryBroker broker = new TemporaryBroker("holdfast-crash-", options.fault().machine())) {
            Verdict verdict = null;
            String told;
            try {
                CrashRound.Result result = new CrashRound(options, load, broker, random).run();
                verdict = result.verdict();
                told = told(result);
            } catch (RuntimeException e) {
                broker.requireOpen();
                told = "FAILED: " + causes(e);
            }
            boolean kept = verdict != null && verdict.isKept(load.qos());
            if (!kept && !options.fault().expected()) {
                broker.keepFolder();
                told += "; its folder is kept in " + broker.folder();
            }
            System.out.println("round " + number + ": " + told);
            return verdict;
        }
    }

    private static String told(CrashRound.Result result) {
        CrashRound.Phase publishing = result.publishing();
        CrashRound.Phase draining = result.draining();
        return "killed at %,d acknowledged (%,d/s), ready again in %,d ms; ".formatted(
                publishing.beforeKill().messages(), publishing.beforeKill().perSecond(),
                publishing.restartMillis())
                + "killed at %,d drained, ready again in %,d ms, all drained (%,d/s); ".formatted(
                        draining.beforeKill().messages(), draining.restartMillis(),
                        draining.beforeKill().plus(draining.afterKill()).perSecond())
                + result.verdict();
    }

    static String causes(Throwable thrown) {
        String cause = thrown.getCause() == null ? "" : ", because of " + causes(thrown.getCause());
        return thrown instanceof CompletionException && !cause.isEmpty()
                ? causes(thrown.getCause())
                : thrown.getMessage() + cause;
    }
}
