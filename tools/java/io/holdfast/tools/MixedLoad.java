package io.holdfast.tools;

import io.holdfast.simulation.Breach;
import io.holdfast.simulation.Fleet;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Rounds against a fresh broker each: a small {@link Fleet} does all that clients do, the broker is killed at
 * a random moment and started again, and so on; at last the fleet completes what is unfinished, and tells
 * what is missing.
 */
final class MixedLoad {
    private static final int LIFE_PACKETS_MAX = 1_000;
    /** Nothing pays that takes longer than a life to pay. */
    private static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1";

    private final Options options;
    private final Map<Breach, Integer> breaches = new EnumMap<>(Breach.class);
    private int otherBreaches;
    private int kills;
    private long acknowledged;
    private long delivered;

    /** @param kills in each round */
    record Options(int rounds, int kills, long seed, Crash.Fault fault) {
        static Options read(Arguments arguments, Crash.Fault fault) {
            return new Options(arguments.number("--rounds", 10, 1, 1_000_000),
                    arguments.number("--kills", 3, 1, 1_000),
                    arguments.number("--seed", System.nanoTime(), Long.MIN_VALUE, Long.MAX_VALUE), fault);
        }
    }

    private MixedLoad(Options options) {
        this.options = options;
        for (Breach breach : Breach.values()) {
            breaches.put(breach, 0);
        }
    }

    /** Returns whether the promise was kept in all rounds. */
    static boolean run(Options options) {
        return new MixedLoad(options).runAll();
    }

    private boolean runAll() {
        System.out.printf("mixed load, seed %d%n", options.seed());
        SplittableRandom random = new SplittableRandom(options.seed());
        int rounds = 0;
        int broken = 0;
        while (rounds < options.rounds() && (broken == 0 || !options.fault().expected())) {
            rounds++;
            broken += round(rounds, random.split()) ? 0 : 1;
        }
        System.out.printf("%,d rounds, %,d %s, %,d messages acknowledged, %,d delivered: %s, %,d other: %s%n",
                rounds, kills, options.fault().plural(), acknowledged, delivered,
                breaches.entrySet().stream()
                        .map(entry -> "%,d %s".formatted(entry.getValue(), words(entry.getKey())))
                        .collect(Collectors.joining(", ")), otherBreaches,
                broken == 0 ? "the promise was kept" : "THE PROMISE WAS BROKEN in " + broken + " rounds");
        return broken == 0;
    }

    private static String words(Breach breach) {
        return switch (breach) {
            case LOST -> "lost";
            case DUPLICATED -> "duplicated";
            case OUT_OF_ORDER -> "out of order";
            case SESSION_LOST -> "sessions lost";
            case WRONG_RETAINED -> "wrongly retained";
        };
    }

    /** Returns whether the promise was kept. */
    private boolean round(int number, SplittableRandom random) {
        try (TemporaryBroker broker = new TemporaryBroker("holdfast-crash-", options.fault().machine());
                Fleet fleet = new Fleet(random.nextLong())) {
            String broken = broken(broker, fleet, random);
            if (broken != null && !options.fault().expected()) {
                broker.keepFolder();
                broken += "; its folder is kept in " + broker.folder();
            }
            Fleet.Outcome outcome = fleet.outcome();
            acknowledged += outcome.acknowledged();
            delivered += outcome.delivered();
            System.out.printf("round %d: %,d acknowledged, %,d delivered%s%n", number, outcome.acknowledged(),
                    outcome.delivered(), broken == null ? "" : ": FAILED: " + broken);
            return broken == null;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Plays a round; returns how the promise was broken, or null. */
    private String broken(TemporaryBroker broker, Fleet fleet, SplittableRandom random) {
        try {
            for (int kill = 0; kill < options.kills(); kill++) {
                broker.start(SHORT_LIVED);
                fleet.play(broker.port(), 1 + random.nextInt(LIFE_PACKETS_MAX));
                broker.kill();
                kills++;
                fleet.brokerKilled();
            }
            broker.start(SHORT_LIVED);
            fleet.settle(broker.port());
            return null;
        } catch (Breach.Found found) {
            breaches.merge(found.breach(), 1, Integer::sum);
            return found.getMessage();
        } catch (AssertionError | RuntimeException | IOException e) {
            broker.requireOpen();
            otherBreaches++;
            return Crash.causes(e);
        }
    }
}
