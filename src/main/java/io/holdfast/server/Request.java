package io.holdfast.server;

import io.holdfast.mqtt.Topics;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a running broker can be asked for, by commands that it and the asking process read alike. */
sealed interface Request {
    /** For how long it is carried out, at most, beside what the answer takes. */
    default long secondsMax() {
        return 0;
    }

    /** What the command cannot do, or what it is wrong about; for the operator. */
    final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    /** Shows packets; see {@link io.holdfast.netty.Trace}, whose arguments the first two are. */
    record Traced(String client, String topicFilter, int payloadBytesMax, long packetsMax, long secondsMax)
            implements Request {
        private static final long SECONDS = 600;
        private static final long SECONDS_MAX = 86_400;
        private static final long PACKETS = 100_000;
        private static final long PACKETS_MAX = 1_000_000_000;
        private static final int PAYLOAD_BYTES_MAX = 4_096;

        private static Traced of(Map<String, String> values) throws RefusedException {
            String client = values.get("--client");
            String topicFilter = values.get("--topic");
            if (client == null && topicFilter == null) {
                throw new RefusedException("expected --client ID, --topic FILTER or both; --client '*' is"
                        + " all clients");
            }
            if (topicFilter != null && !Topics.isTopicFilter(topicFilter)) {
                throw new RefusedException("--topic is " + topicFilter + ", which is no Topic Filter;"
                        + " expected one such as a/b, a/+/c or a/#");
            }
            return new Traced(client, topicFilter, (int) number(values, "--payload", 0, 0, PAYLOAD_BYTES_MAX),
                    number(values, "--packets", PACKETS, 1, PACKETS_MAX),
                    number(values, "--seconds", SECONDS, 1, SECONDS_MAX));
        }

        /** What is traced, in words. */
        @Override
        public String toString() {
            return (client == null ? "all clients" : "client " + client)
                    + (topicFilter == null ? "" : ", topic " + topicFilter);
        }
    }

    /** Lists the subscribers that have not been caught up for longest. */
    record Slowest(int clientsMax) implements Request {
        private static final long CLIENTS = 10;
        private static final long CLIENTS_MAX = 1_000;
    }

    /** The commands, and the options that each has. */
    Map<String, Set<String>> OPTIONS = Map.of(
            "trace", Set.of("--client", "--topic", "--payload", "--packets", "--seconds"),
            "slowest", Set.of("--limit"));

    String USAGE_TRACE = """
            Usage: holdfast trace [--client ID] [--topic FILTER] [--payload N] [--packets N] [--seconds N]
                                  [--config FILE] [--data FOLDER]

            Shows the packets that clients of a running broker send and are sent, as they pass, with passwords
            and Authentication Data hidden. Ctrl-C ends it. The broker waits for nobody: what comes faster
            than it is read is left out, and counted where it was.

              --client ID      of the client with that Client Identifier, in which * stands for any
                               characters; then also why its connections are closed
              --topic FILTER   PUBLISH whose Topic Name the Topic Filter matches, SUBSCRIBE and UNSUBSCRIBE
                               with a Topic Filter that matches some of the same Topic Names; nothing else
              --payload N      the first N bytes of payloads, 0 to 4096 (default 0: their lengths only)
              --packets N      ends after so many packets (default 100000)
              --seconds N      ends after so many seconds, 1 to 86400 (default 600)
              --data FOLDER    the store of the broker, or --config FILE of one, as with `holdfast start`
              --help           print this, and end

            The status is 0 if the trace came to its end, 1 if the broker ended first, and 2 if there was
            none.
            """;

    String USAGE_SLOWEST = """
            Usage: holdfast slowest [--limit N] [--config FILE] [--data FOLDER]

            Lists the connected subscribers of a running broker that have not been caught up for longest,
            above one second: messages wait for them, or they have acknowledged nothing, or do not read.
            `holdfast store backlog` lists where most messages wait, for clients that are away, too.

              --limit N        so many clients, 1 to 1000 (default 10)
              --data FOLDER    the store of the broker, or --config FILE of one, as with `holdfast start`
              --help           print this, and end

            The status is 0 if the broker answered, 1 if it ended before it did, and 2 if there was none.
            """;

    /**
     * Understands a command.
     *
     * @param values by their options, of those that it has
     */
    static Request of(String command, Map<String, String> values) throws RefusedException {
        return switch (command) {
            case "trace" -> Traced.of(values);
            case "slowest" -> new Slowest(
                    (int) number(values, "--limit", Slowest.CLIENTS, 1, Slowest.CLIENTS_MAX));
            default -> throw new RefusedException("this broker does not know the command " + command
                    + "; expected one of its own version, " + List.copyOf(OPTIONS.keySet()));
        };
    }

    /** What {@code --help} prints. */
    static String usage(String command) {
        return command.equals("trace") ? USAGE_TRACE : USAGE_SLOWEST;
    }

    private static long number(Map<String, String> values, String option, long absent, long min, long max)
            throws RefusedException {
        String text = values.get(option);
        long number = text == null ? absent : text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
        if (number < min || number > max) {
            throw new RefusedException(option + " is " + text + "; expected " + min + " to " + max);
        }
        return number;
    }
}
