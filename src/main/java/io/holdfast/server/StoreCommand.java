package io.holdfast.server;

import io.holdfast.rocks.DumpRequest;
import io.holdfast.rocks.StoreException;
import io.holdfast.rocks.StoreInspector;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The command that looks into a store, and mends one on which no broker runs. */
final class StoreCommand {
    static final int STATUS_SOUND = 0;
    static final int STATUS_DAMAGED = 1;

    private static final String USAGE = """
            Usage: holdfast store verify [--data FOLDER]
                   holdfast store stats  [--data FOLDER]
                   holdfast store backlog [--data FOLDER] [--limit N]
                   holdfast store dump   [--data FOLDER] [--kind KIND] [--limit N] [--filter TOPIC]
                                         [--client ID] [--json]
                   holdfast store repair [--data FOLDER] --dry-run|--yes

            verify, stats, backlog and dump look into a store and change nothing in it; if a broker runs on
            it, they see what was on disk when they began. verify reads every row, compares rows with each
            other, and names each that is damaged or inconsistent; stats tells how much there is of what;
            backlog tells for which subscriptions of which clients most messages wait that have not been
            sent, whether the clients are connected or not; dump tells what rows mean, in the words of
            storage-format.md. repair makes a store sound on which no broker
            runs: what is damaged or inconsistent is taken out and kept in the folder `quarantine` of the
            store, and what depends on it is mended.

              --data FOLDER   the folder of the store (default ./data)
              --kind KIND     rows of one kind only, such as session, cursor, entry or in-flight
              --limit N       that many rows at most; of backlog, subscriptions (default 10)
              --filter TOPIC  rows of the log of this Topic Filter, and messages that it matches
              --client ID     rows of the session of this Client Identifier
              --json          one JSON object for each row
              --dry-run       tell what repair would do, and do nothing
              --yes           do it
              --help          print this, and end

            The status is 0 if all is well, 1 if something is damaged, and 2 if the store cannot be looked
            into.
            """;
    private static final String SUBSCRIPTIONS = "10";
    private static final int SUBSCRIPTIONS_MAX = 1_000;
    private static final String JSON = "--json";
    private static final String DRY_RUN = "--dry-run";
    private static final String YES = "--yes";
    private static final Set<String> FLAGS = Set.of("--data", "--kind", "--limit", "--filter", "--client");

    /** The operator's mistake. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    private StoreCommand() {}

    /** Does what the arguments say, tells it line by line, and answers the status of the process. */
    static int run(List<String> arguments, Consumer<String> lines) throws RefusedException {
        if (arguments.contains("--help")) {
            lines.accept(USAGE.strip());
            return STATUS_SOUND;
        }
        String command = arguments.isEmpty() ? "" : arguments.getFirst();
        if (!Set.of("verify", "stats", "backlog", "dump", "repair").contains(command)) {
            throw new RefusedException("expected verify, stats, backlog, dump or repair\n\n" + USAGE.strip());
        }
        Map<String, String> values = values(command, arguments.subList(1, arguments.size()));
        values.computeIfAbsent("--limit", _ -> command.equals("backlog") ? SUBSCRIPTIONS : null);
        DumpRequest request = request(values);
        try {
            Path data = Path.of(values.getOrDefault("--data", "data"));
            boolean sound = command.equals("repair") && values.containsKey(YES)
                    ? StoreInspector.repair(data, lines) : look(command, data, request, lines);
            return sound ? STATUS_SOUND : STATUS_DAMAGED;
        } catch (StoreException | InvalidPathException e) {
            throw new RefusedException("--data: " + e.getMessage());
        }
    }

    private static boolean look(String command, Path data, DumpRequest request, Consumer<String> lines) {
        try (StoreInspector store = StoreInspector.open(data)) {
            return switch (command) {
                case "verify" -> store.verify(lines);
                case "repair" -> store.plan(lines);
                case "dump" -> store.dump(request, lines);
                case "backlog" -> {
                    int max = Math.clamp(request.limit(), 1, SUBSCRIPTIONS_MAX);
                    store.backlog(System.currentTimeMillis(), max, lines);
                    yield true;
                }
                default -> {
                    store.stats(System.currentTimeMillis(), lines);
                    yield true;
                }
            };
        }
    }

    private static Map<String, String> values(String command, List<String> flags) throws RefusedException {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < flags.size(); i++) {
            String flag = flags.get(i);
            boolean known = flag.equals("--data") || command.equals("dump")
                    && (FLAGS.contains(flag) || flag.equals(JSON))
                    || command.equals("backlog") && flag.equals("--limit")
                    || command.equals("repair") && (flag.equals(DRY_RUN) || flag.equals(YES));
            if (!known) {
                throw new RefusedException("unknown option " + flag + "\n\n" + USAGE.strip());
            }
            boolean isAlone = flag.equals(JSON) || flag.equals(DRY_RUN) || flag.equals(YES);
            if (!isAlone && ++i == flags.size()) {
                throw new RefusedException(flag + " needs a value");
            }
            values.put(flag, flags.get(i));
        }
        if (command.equals("repair") && values.containsKey(DRY_RUN) == values.containsKey(YES)) {
            throw new RefusedException("repair changes the store; expected --dry-run, to be told how, or"
                    + " --yes");
        }
        return values;
    }

    private static DumpRequest request(Map<String, String> values) throws RefusedException {
        String limit = values.getOrDefault("--limit", Long.toString(Long.MAX_VALUE));
        if (!limit.matches("\\d{1,19}")) {
            throw new RefusedException("--limit is " + limit + "; expected a whole number");
        }
        try {
            return new DumpRequest(values.get("--kind"), Long.parseLong(limit), values.get("--filter"),
                    values.get("--client"), values.containsKey(JSON));
        } catch (NumberFormatException _) {
            throw new RefusedException("--limit is " + limit + "; expected at most " + Long.MAX_VALUE);
        } catch (IllegalArgumentException e) {
            throw new RefusedException("--kind: " + e.getMessage());
        }
    }
}
