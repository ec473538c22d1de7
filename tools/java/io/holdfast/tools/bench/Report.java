package io.holdfast.tools.bench;

import io.holdfast.system.Deliveries.Verdict;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A {@link Result} as text for people, as a row of a Markdown table, and as JSON. */
final class Report {
    static final String MARKDOWN_HEADER = """
            | scenario | counted | per second | p50 ms | p99 ms | p99.9 ms | max ms | broker CPU s/million \
            | tool CPU s/million | RSS MiB | bytes written each | lost | duplicated | out of order |
            |---|---|---|---|---|---|---|---|---|---|---|---|---|---|""";
    private static final double MIB = 1 << 20;

    private Report() {}

    static String text(Result result) {
        StringBuilder text = new StringBuilder(result.scenario() + " " + result.settings());
        for (Phase phase : result.phases()) {
            text.append("%n  %-9s %,d %s in %.3f s: %,.0f/s%s".formatted(phase.name(), phase.count(),
                    phase.unit(), phase.seconds(), phase.perSecond(),
                    phase.stalled() ? ", then silence" : ""));
            if (phase.latencies().getTotalCount() > 0) {
                text.append("%n            %s: p50 %s, p99 %s, p99.9 %s, at most %s ms".formatted(
                        phase.latencyOf(), number(phase.millis(50)), number(phase.millis(99)),
                        number(phase.millis(99.9)), number(phase.millis(100))));
            }
            text.append("%n            CPU s per million: broker %s, tool %s".formatted(
                    number(phase.cpuSecondsPerMillion()), number(phase.ownCpuSecondsPerMillion())));
            if (phase.residentBytes() >= 0) {
                text.append("; RSS %s MiB, %s bytes more for each; %s bytes written for each".formatted(
                        number(phase.residentBytes() / MIB),
                        number((double) phase.residentBytesMore() / Math.max(1, phase.count())),
                        number(phase.writtenBytesEach())));
            }
        }
        Verdict verdict = result.verdict();
        text.append("%n  %,d deliveries due: %s".formatted(verdict.acknowledged(), verdict));
        if (result.unconfirmed().acknowledged() > 0) {
            text.append("%n  %,d due at QoS 0: %s".formatted(result.unconfirmed().acknowledged(),
                    result.unconfirmed()));
        }
        if (result.refused() > 0) {
            text.append("%n  %,d messages refused".formatted(result.refused()));
        }
        if (result.sessionsLost() > 0) {
            text.append("%n  %,d sessions lost".formatted(result.sessionsLost()));
        }
        return text.toString();
    }

    static String markdownRow(Result result) {
        Phase phase = result.measured();
        Verdict sum = result.verdict().plus(result.unconfirmed());
        return List.of(title(result), "%,d".formatted(phase.count()), "%,.0f".formatted(phase.perSecond()),
                number(phase.millis(50)), number(phase.millis(99)), number(phase.millis(99.9)),
                number(phase.millis(100)), number(phase.cpuSecondsPerMillion()),
                number(phase.ownCpuSecondsPerMillion()),
                number(phase.residentBytes() < 0 ? Double.NaN : phase.residentBytes() / MIB),
                number(phase.writtenBytesEach()), "%,d".formatted(sum.lost()),
                "%,d".formatted(sum.duplicated()), "%,d".formatted(sum.outOfOrder()))
                .stream().collect(Collectors.joining(" | ", "| ", " |"));
    }

    static String title(Result result) {
        Map<String, Object> settings = result.settings();
        return result.scenario() + (settings.containsKey("shape") ? " " + settings.get("shape") : "")
                + (settings.containsKey("qos") ? ", QoS " + settings.get("qos") : "");
    }

    /** Three digits that count, and no more; a dash for what is not known. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "-";
        }
        double size = Math.abs(value);
        return (size < 10 ? "%.2f" : size < 100 ? "%.1f" : "%,.0f").formatted(value);
    }

    static String json(Result result) {
        Map<String, Object> all = Settings.of("scenario", result.scenario(), "settings", result.settings(),
                "measured", result.measured().name(), "kept", result.isKept());
        all.put("phases", result.phases().stream().map(Report::map).toList());
        all.put("verdict", map(result.verdict()));
        all.put("qos0", map(result.unconfirmed()));
        all.put("refused", result.refused());
        all.put("sessionsLost", result.sessionsLost());
        return Json.of(all) + "\n";
    }

    private static Map<String, Object> map(Phase phase) {
        return Settings.of("name", phase.name(), "unit", phase.unit(), "count", phase.count(), "seconds",
                phase.seconds(), "perSecond", phase.perSecond(), "stalled", phase.stalled(), "latencyOf",
                phase.latencyOf(), "p50Millis", phase.millis(50), "p90Millis", phase.millis(90), "p99Millis",
                phase.millis(99), "p999Millis", phase.millis(99.9), "maxMillis", phase.millis(100),
                "brokerCpuSecondsPerMillion", phase.cpuSecondsPerMillion(), "toolCpuSecondsPerMillion",
                phase.ownCpuSecondsPerMillion(), "residentBytes", phase.residentBytes(), "residentBytesMore",
                phase.residentBytesMore(), "writtenBytes", phase.writtenBytes(), "ticks",
                phase.ticks().stream().map(tick -> Settings.of("endNanos", tick.endNanos(), "count",
                        tick.count(), "p50Nanos", tick.p50Nanos(), "p99Nanos", tick.p99Nanos(), "maxNanos",
                        tick.maxNanos())).toList());
    }

    private static Map<String, Object> map(Verdict verdict) {
        return Settings.of("acknowledged", verdict.acknowledged(), "lost", verdict.lost(), "arrived",
                verdict.arrived(), "duplicated", verdict.duplicated(), "outOfOrder", verdict.outOfOrder(),
                "strange", verdict.strange());
    }
}
