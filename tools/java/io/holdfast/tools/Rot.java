package io.holdfast.tools;

import io.holdfast.simulation.Sabotage;
import io.holdfast.system.BrokerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** {@code tools/holdfast rot}: a real broker on a store that rots, at random places. */
public final class Rot {
    private static final String USAGE = """
            usage: tools/holdfast rot [--rounds N] [--seed SEED]
              --rounds N   how often a store rots (default 20)
              --seed SEED  chooses the places, and what happens there (default: any)
            A broker fills a store, and is stopped or killed. In each round one to three files of that store
            are damaged: bits flip, bytes become zeros or noise, the file is cut short, or it is deleted.
            The broker is started on what is left, all sessions come back and take what waits for them;
            and that once more. The status is 0 if it always started, what came was right and in order,
            all that was lost was told of in its log and by its metric, and the store was sound again; and
            1 otherwise. The folders of such rounds are kept.""";
    private static final int DAMAGES_MAX = 3;
    private static final int TOLD_CHARS_MAX = 160;
    /** Rounds at a time, each with a broker that is mostly starting. */
    private static final int PARALLEL = 2;
    /** Nothing pays that takes longer than a life to pay. */
    static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1";

    private record Options(int rounds, long seed) {}

    /** It tells its metrics. */
    private record Telling(Path folder) implements Machine {
        @Override
        public BrokerProcess start(String javaOptions, Consumer<String> listener) {
            return BrokerProcess.start(javaOptions, folder.resolve("data"), listener, "--admin-listen", "0");
        }

        @Override
        public void fail(BrokerProcess process) {
            process.kill();
        }

        @Override
        public void close() {
            // The folder is its owner's.
        }
    }

    private final RotFindings sum = new RotFindings();
    private int costly;
    private int latent;
    private final AtomicInteger broken = new AtomicInteger();

    private Rot() {}

    public static void main(String[] args) throws IOException {
        Options options = Arguments.read("rot", USAGE, args, arguments ->
                new Options(arguments.number("--rounds", 20, 1, 1_000_000),
                        arguments.number("--seed", System.nanoTime(), Long.MIN_VALUE, Long.MAX_VALUE)));
        System.exit(new Rot().run(options) ? 0 : 1);
    }

    private boolean run(Options options) throws IOException {
        System.out.printf("rot, seed %d%n", options.seed());
        SplittableRandom random = new SplittableRandom(options.seed());
        try (TemporaryBroker maker = new TemporaryBroker("holdfast-rot-", Telling::new)) {
            List<RotStore.State> states = RotStore.make(maker);
            try (ExecutorService rounds = Executors.newFixedThreadPool(PARALLEL)) {
                for (int i = 1; i <= options.rounds(); i++) {
                    int round = i;
                    SplittableRandom chance = random.split();
                    rounds.execute(() -> round(round, states.get(round % states.size()), chance));
                }
            }
        }
        System.out.printf("%,d rounds, of which %,d cost something; %s; %,d left damage where nobody had read"
                + " yet; %s%n", options.rounds(), costly, sum, latent, broken.get() == 0
                ? "all that was lost was told" : "BROKEN in " + broken + " rounds");
        return broken.get() == 0;
    }

    private void round(int number, RotStore.State state, SplittableRandom random) {
        try (TemporaryBroker broker = new TemporaryBroker("holdfast-rot-", Telling::new)) {
            String done = "";
            String told;
            boolean right = false;
            try {
                RotRound round = new RotRound(broker, state);
                int damages = random.nextBoolean() ? 1 : 1 + random.nextInt(DAMAGES_MAX);
                done = String.join("; ", round.damage(damages, random));
                RotFindings findings = round.run();
                boolean isLatent = round.verify();
                right = findings.wrong().isEmpty();
                told = count(findings, round.named(), isLatent);
            } catch (IOException | RuntimeException e) {
                broker.requireOpen();
                told = "FAILED: " + Crash.causes(e);
            }
            if (!right) {
                broker.keepFolder();
                told += "; its folder is kept in " + broker.folder();
            }
            System.out.printf("round %d: %s: %s: %s%n", number, state.name(), done, told);
            broken.addAndGet(right ? 0 : 1);
        }
    }

    private synchronized String count(RotFindings findings, List<String> named, boolean isLatent) {
        sum.add(findings);
        costly += findings.costs() > 0 ? 1 : 0;
        latent += isLatent ? 1 : 0;
        String first = named.isEmpty() ? ""
                : ", first " + named.getFirst().replaceFirst(".*DAMAGED in \\S+ ", "");
        return findings + "; told: " + named.size() + " lines"
                + first.substring(0, Math.min(first.length(), TOLD_CHARS_MAX))
                + (findings.wrong().isEmpty() ? "" : "; FAILED: " + findings.wrong());
    }
}
