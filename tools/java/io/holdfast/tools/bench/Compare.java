package io.holdfast.tools.bench;

import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.system.BrokerProcess;
import io.holdfast.tools.Arguments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code bench/compare}: the same scenarios against several brokers. All of them run all the time, each with
 * persistence on; they take turns, scenario by scenario, so that what else the machine does meets them alike.
 */
public final class Compare {
    private static final String ALL = "all";
    private static final Path TABLE = Path.of("bench/README.md");
    private static final String BEGIN = "<!-- Written by bench/compare: -->\n";
    private static final String END = "<!-- End of what bench/compare writes. -->\n";
    private static final Map<String, String> BROKERS = new LinkedHashMap<>();

    static {
        BROKERS.put("holdfast", "Holdfast");
        BROKERS.put("mosquitto", "mosquitto");
        BROKERS.put("hivemq", "HiveMQ CE");
        BROKERS.put("moquette", "Moquette");
        BROKERS.put("artemis", "Artemis");
    }

    private static final String USAGE = """
            usage: bench/compare [--scenarios NAME,...] [--brokers NAME,...] [--rounds N] [--percent N]
                                 [--warm-up N] [--print]
              --scenarios  which of %s (default: all)
              --brokers    which of %s (default: all)
              --rounds N   the table has the median (default 3)
              --percent N  of the messages of each scenario (default 100)
              --warm-up N  per cent of the messages that each broker gets of each scenario before (default 20)
              --print      leave the table in bench/README.md as it is""".formatted(
            Compared.all().stream().map(Compared::name).toList(), BROKERS.keySet());

    /** What is asked for. */
    private record Options(List<Compared> scenarios, List<String> brokers, int rounds, int percent,
            int warmUp, boolean print) {

        static Options of(Arguments arguments) {
            List<String> known = Compared.all().stream().map(Compared::name).toList();
            List<String> names = chosen(arguments, "--scenarios", known);
            return new Options(Compared.all().stream().filter(one -> names.contains(one.name())).toList(),
                    chosen(arguments, "--brokers", List.copyOf(BROKERS.keySet())),
                    arguments.number("--rounds", 3, 1, 100), arguments.number("--percent", 100, 1, 1_000),
                    arguments.number("--warm-up", 20, 0, 100), arguments.flag("--print"));
        }

        /** How the table came about, but for its scenarios and brokers, which it shows. */
        String told() {
            OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
            return ("`bench/compare --rounds %d --percent %d --warm-up %d`, "
                    + "%d processors, load average %.1f at the end:").formatted(rounds, percent,
                            warmUp, system.getAvailableProcessors(), system.getSystemLoadAverage());
        }

        private static List<String> chosen(Arguments arguments, String option, List<String> known) {
            String value = arguments.text(option, ALL);
            List<String> names = value.equals(ALL) ? known : List.of(value.split(","));
            names.stream().filter(name -> !known.contains(name)).findFirst().ifPresent(name -> {
                throw new IllegalArgumentException(option + " has " + name + "; expected some of " + known);
            });
            return names;
        }
    }

    private final Options options;
    private final Path folder;
    private final List<ComparedBroker> brokers = new ArrayList<>();
    /** By scenario and broker; a run that failed is told in {@link #failures}. */
    private final Map<String, List<Result>> results = new LinkedHashMap<>();
    private final Map<String, String> failures = new LinkedHashMap<>();

    private Compare(Options options, Path folder) {
        this.options = options;
        this.folder = folder;
    }

    public static void main(String[] args) throws IOException {
        Options options = Arguments.read("compare", USAGE, args, Options::of);
        Path folder = Files.createTempDirectory(Path.of("target"), "compare-").toAbsolutePath();
        Compare compare = new Compare(options, folder);
        Runtime.getRuntime().addShutdownHook(new Thread(compare::end));
        compare.run();
        String table = compare.table();
        System.out.println(table);
        if (!options.print()) {
            String page = Files.readString(TABLE);
            Files.writeString(TABLE, page.substring(0, page.indexOf(BEGIN) + BEGIN.length()) + "\n" + table
                    + "\n" + page.substring(page.indexOf(END)));
        }
        System.exit(0);
    }

    private void run() throws IOException {
        for (String name : options.brokers()) {
            ComparedBroker broker = new ComparedBroker(name, folder.resolve(name), BrokerProcess.freePort());
            brokers.add(broker);
            broker.start();
        }
        for (int round = 0; round <= options.rounds(); round++) {
            int percent = round == 0 ? options.percent() * options.warmUp() / 100 : options.percent();
            if (percent > 0) {
                playAll(round, percent, false);
            }
        }
        playAll(options.rounds(), options.percent(), true); // at the end, as it leaves cold machines behind
    }

    private void playAll(int round, int percent, boolean kills) {
        for (Compared scenario : options.scenarios()) {
            for (ComparedBroker broker : brokers) {
                if (scenario.kills() == kills) {
                    play(scenario, broker, round, percent);
                }
            }
        }
    }

    private void play(Compared scenario, ComparedBroker broker, int round, int percent) {
        String key = scenario.name() + " " + broker.name();
        Fleet.Target target = new Fleet.Target("127.0.0.1", broker.port(), ProtocolVersion.MQTT_3_1_1,
                broker.pid(), TimeUnit.SECONDS.toMillis(20), Fleet.OPENING_AT_ONCE);
        String told;
        try (Fleet fleet = new Fleet(target, ProgressBar.onTerminal())) {
            Result result = scenario.make().apply(broker, percent).run(fleet);
            told = scenario.told(result);
            if (round > 0) {
                results.computeIfAbsent(key, _ -> new ArrayList<>()).add(result);
            }
        } catch (IllegalStateException e) {
            told = "failed: " + e.getMessage();
            failures.put(key, "failed");
        }
        System.out.printf("%s %s: %s%n", round == 0 ? "warm-up" : "round " + round, key, told);
    }

    private String table() {
        StringBuilder table = new StringBuilder(options.told() + "\n\n| |");
        brokers.forEach(broker -> table.append(' ').append(BROKERS.get(broker.name())).append(' ')
                .append(broker.version()).append(" |"));
        table.append("\n|---|").append("---|".repeat(brokers.size()));
        for (Compared scenario : options.scenarios()) {
            table.append("\n| ").append(scenario.question()).append(" | ");
            table.append(brokers.stream().map(broker -> cell(scenario, broker))
                    .collect(Collectors.joining(" | "))).append(" |");
        }
        return table + "\n";
    }

    private String cell(Compared scenario, ComparedBroker broker) {
        String key = scenario.name() + " " + broker.name();
        List<Result> sorted = results.getOrDefault(key, List.of()).stream()
                .sorted(Comparator.comparingDouble(scenario::order)).toList();
        String failed = failures.getOrDefault(key, "");
        return sorted.isEmpty() ? failed : scenario.told(sorted.get(sorted.size() / 2))
                + (failed.isEmpty() ? "" : "; a run failed");
    }

    /** Ends the brokers, and removes what they stored; what they said stays. */
    private void end() {
        brokers.forEach(ComparedBroker::close);
        for (ComparedBroker broker : brokers) {
            try (Stream<Path> tree = Files.walk(folder.resolve(broker.name()))) {
                for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
