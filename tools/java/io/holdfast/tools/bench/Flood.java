package io.holdfast.tools.bench;

import io.holdfast.tools.Arguments;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** {@code tools/holdfast flood}: plays floods against the packaged broker, and measures who behaves. */
public final class Flood {
    private static final String USAGE = """
            usage: tools/holdfast flood [--scenario NAME[,NAME ...]] [--clients N] [--seconds S]
                                        [--memory-bytes N] [--set NAME=VALUE[,NAME=VALUE ...]]
              --scenario NAME    one or some of them (default: all), of
                                 %s
              --clients N        of the largest floods, others in proportion (default 10000)
              --seconds S        for which a client that behaves is measured meanwhile (default 10)
              --memory-bytes N   what the broker may take (default 536870912, 512 MiB)
              --set NAME=VALUE   other settings of the broker
            Each flood has a broker of its own, which allows 65,535 messages in flight, both ways, and 2 s
            to CONNECT, unless it is told otherwise. The client that behaves publishes 100 messages a second
            at QoS 1, and has a subscription with a session that lasts; latencies are from the time when a
            message should have been sent until it is there. The status is 0 if each flood was told what it
            should be, the broker took no more memory than it may, and no message was lost.""";
    private static final double MEBIBYTE = 1 << 20;

    private record Options(List<Floods> floods, FloodRun.Options run) {}

    private Flood() {}

    public static void main(String[] args) throws Exception {
        String names = Floods.all().stream().map(Floods::name).collect(Collectors.joining(", "));
        Options options = Arguments.read("flood", USAGE.formatted(names), args, Flood::options);
        System.out.printf("| %-16s | %8s | %8s | %8s | %8s | %s%n| %s |%n", "flood", "RSS MiB", "p50 ms",
                "p99 ms", "max ms", "what its clients were told |", "---|---|---|---|---|---");
        boolean good = true;
        for (Floods flood : options.floods()) {
            good &= tell(flood, options.run());
        }
        System.exit(good ? 0 : 1);
    }

    private static boolean tell(Floods flood, FloodRun.Options options) throws Exception {
        try {
            FloodRun.Outcome outcome = new FloodRun(options, flood).run();
            Phase live = outcome.live().measured();
            System.out.printf("| %-16s | %8.0f | %8.1f | %8.1f | %8.1f | %s%s |%n", flood.name(),
                    outcome.peakResidentBytes() / MEBIBYTE, live.millis(50), live.millis(99),
                    live.millis(100), outcome.tally(), told(outcome));
            return outcome.isGood(options);
        } catch (IllegalStateException e) {
            System.out.printf("| %-16s | FAILED: %s |%n", flood.name(), e.getMessage());
            return false;
        }
    }

    private static String told(FloodRun.Outcome outcome) {
        return (outcome.missing().isEmpty() ? "" : "; MISSING " + outcome.missing())
                + (outcome.live().isKept() ? "" : "; LOST " + outcome.live().verdict());
    }

    private static Options options(Arguments arguments) {
        String asked = arguments.text("--scenario", "all");
        List<Floods> floods = Floods.all().stream()
                .filter(flood -> asked.equals("all")
                        || Arrays.asList(asked.split(",")).contains(flood.name()))
                .toList();
        if (floods.isEmpty()) {
            throw new IllegalArgumentException("--scenario is " + asked + "; there is no such flood");
        }
        String set = arguments.text("--set", "");
        return new Options(floods, new FloodRun.Options(arguments.number("--clients", 10_000, 1, 60_000),
                arguments.number("--seconds", 10, 1, 86_400),
                arguments.number("--memory-bytes", 512L << 20, 256L << 20, 1L << 40),
                set.isEmpty() ? List.of() : List.of(set.split(","))));
    }
}
