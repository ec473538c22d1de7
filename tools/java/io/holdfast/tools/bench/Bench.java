package io.holdfast.tools.bench;

import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.tools.Arguments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** {@code tools/holdfast bench}: loads any MQTT broker, measures it, and verifies what it delivers. */
public final class Bench {
    private static final String USAGE = """
            usage: tools/holdfast bench SCENARIO [--host HOST] [--port PORT] [--mqtt 3|5] [--pid PID] ...
            Scenarios, with their numbers and defaults:
              offline-store  sessions subscribe and go away; messages are published to them as fast as they
                             are acknowledged (measured), and are then taken: --sessions 1000
                             --messages 300000 --size 256 --qos 1|2 --publishers 10 --window 100 --filters 1
              broadcast      the same with --sessions 10000 --topics 1 --messages 200 --publishers 1
              drain          offline-store, of which the return of all sessions at once is measured
              sessions       the same; creating --sessions 100000 of --filters 2 each is measured
                For these four: --topics N (default: one for each session), --keep does not end the sessions,
                --between COMMAND is run by sh while the messages wait, to kill the broker and start it again
              live           subscribers are there: --shape fan-in|fan-out|one-to-one (default one-to-one)
                             --qos 0|1|2 --clean|--persistent --publishers N --subscribers N --messages N
                             --warm-up N --window N --size 256; --rate N sends N a second in sum, and takes
                             latencies from the time when a message should have been sent
              connect-storm  --clients 15000 connect as fast as they can
              idle           --clients 15000 stay for --duration 10 s; see the RSS for each
              soak           all QoS for --duration 60 s: --rate 1000 of each, --publishers 10, --size 256,
                             --subscribers 10 with persistent sessions, --drops 1 connections lost in a second
            For all:
              --mqtt 3|5     speak MQTT 3.1.1 or 5.0 (default 5)
              --pid PID      of the broker, on this machine: reports its CPU time, RSS and bytes written
              --at-once N    clients connect at a time, until each is ready (default 100)
              --silence S    seconds after which what has not come counts as lost (default 20)
              --json FILE    write everything, with throughput and latencies over time
              --html FILE    write a report with plots
              --markdown     print a row of a table instead of text
              --expect-loss  the status is 0 although messages are lost
            The status is 0 if all that was acknowledged at QoS 1 or 2 was delivered, and 1 otherwise, or
            if the broker fell silent.""";

    private static final Map<String, Function<Arguments, Scenario>> SCENARIOS = Map.of(
            "offline-store", arguments -> new Offline(Offline.Options.offlineStore(arguments)),
            "broadcast", arguments -> new Offline(Offline.Options.broadcast(arguments)),
            "drain", arguments -> new Offline(Offline.Options.drain(arguments)),
            "sessions", arguments -> new Offline(Offline.Options.sessions(arguments)),
            "live", arguments -> new Live(Live.Options.of(arguments)),
            "connect-storm", arguments -> new Connects(Connects.Options.connectStorm(arguments)),
            "idle", arguments -> new Connects(Connects.Options.idle(arguments)),
            "soak", arguments -> new Soak(Soak.Options.of(arguments)));

    /** What is to be done, and what is to be told of it. */
    private record Options(Scenario scenario, Fleet.Target target, String json, String html, boolean markdown,
            boolean expectLoss) {}

    private Bench() {}

    public static void main(String[] args) throws IOException {
        String name = args.length == 0 ? "" : args[0];
        String[] rest = args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length);
        Options options = Arguments.read("bench", USAGE, name.equals("--help") ? args : rest,
                arguments -> options(name, arguments));
        Result result;
        try (Fleet fleet = new Fleet(options.target(), ProgressBar.onTerminal())) {
            result = options.scenario().run(fleet);
        } catch (IllegalStateException | UncheckedIOException e) {
            System.err.println("bench: " + e.getMessage());
            System.exit(1);
            return;
        }
        tell(result, options);
        System.exit(result.isKept() || options.expectLoss() ? 0 : 1);
    }

    private static Options options(String name, Arguments arguments) {
        if (!SCENARIOS.containsKey(name)) {
            throw new IllegalArgumentException("unknown scenario " + name + "; expected one of "
                    + SCENARIOS.keySet().stream().sorted().toList());
        }
        Fleet.Target target = new Fleet.Target(arguments.text("--host", "127.0.0.1"),
                arguments.number("--port", 1_883, 1, 65_535),
                arguments.number("--mqtt", 5, 3, 5) == 5
                        ? ProtocolVersion.MQTT_5 : ProtocolVersion.MQTT_3_1_1,
                arguments.number("--pid", 0, 0, Long.MAX_VALUE),
                TimeUnit.SECONDS.toMillis(arguments.number("--silence", 20, 1, 3_600)),
                arguments.number("--at-once", Fleet.OPENING_AT_ONCE, 1, 10_000));
        return new Options(SCENARIOS.get(name).apply(arguments), target, arguments.text("--json", ""),
                arguments.text("--html", ""), arguments.flag("--markdown"), arguments.flag("--expect-loss"));
    }

    private static void tell(Result result, Options options) throws IOException {
        System.out.println(options.markdown()
                ? Report.MARKDOWN_HEADER + System.lineSeparator() + Report.markdownRow(result)
                : Report.text(result));
        if (!options.json().isEmpty()) {
            Files.writeString(Path.of(options.json()), Report.json(result));
        }
        if (!options.html().isEmpty()) {
            Files.writeString(Path.of(options.html()), HtmlReport.of(result));
        }
    }
}
