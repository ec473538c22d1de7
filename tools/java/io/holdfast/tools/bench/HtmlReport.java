package io.holdfast.tools.bench;

import io.holdfast.system.Deliveries.Verdict;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A {@link Result} as a page of its own: a table, and plots over time. */
final class HtmlReport {
    private static final String PAGE = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>%1$s</title>
            <style>
            :root { color-scheme: light dark; --ink: #1c1e21; --paper: #fff; --line: #d5d8dc;
              --a: #1668c7; --b: #c2410c; --c: #7c8794; }
            @media (prefers-color-scheme: dark) { :root { --ink: #e4e6e9; --paper: #16181b; --line: #3a3f45;
              --a: #6cb0ff; --b: #ff9b66; --c: #98a2ad; } }
            body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
              max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
            table { border-collapse: collapse; } .wide { overflow-x: auto; }
            th, td { border-bottom: 1px solid var(--line); padding: .25rem .75rem .25rem 0;
              text-align: right; }
            th:first-child, td:first-child { text-align: left; }
            svg { width: 100%%; height: auto; }
            svg text { fill: var(--ink); font-size: 12px; } .grid { stroke: var(--line); }
            .a, .b, .c { fill: none; stroke-width: 1.8; }
            .a { stroke: var(--a); } .b { stroke: var(--b); } .c { stroke: var(--c); }
            svg .ka { fill: var(--a); } svg .kb { fill: var(--b); } svg .kc { fill: var(--c); }
            </style>
            </head>
            <body>
            <h1>%1$s</h1>
            <p>%2$s</p>
            <p><strong>%3$s</strong></p>
            <div class="wide"><table>%4$s</table></div>
            %5$s
            </body>
            </html>
            """;

    private HtmlReport() {}

    static String of(Result result) {
        String settings = result.settings().entrySet().stream().map(HtmlReport::setting)
                .collect(Collectors.joining(", "));
        Verdict unconfirmed = result.unconfirmed();
        String verdict =
                "%,d deliveries due: %s".formatted(result.verdict().acknowledged(), result.verdict());
        if (unconfirmed.acknowledged() > 0) {
            verdict += "; %,d due at QoS 0: %s".formatted(unconfirmed.acknowledged(), unconfirmed);
        }
        return PAGE.formatted(escaped(Report.title(result)), escaped(settings), escaped(verdict),
                table(result.phases()),
                result.phases().stream().map(HtmlReport::plots).collect(Collectors.joining()));
    }

    private static String setting(Map.Entry<String, Object> setting) {
        return setting.getKey() + " " + setting.getValue();
    }

    private static String table(List<Phase> phases) {
        return "<tr><th>phase<th>count<th>seconds<th>per second<th>p50 ms<th>p99 ms<th>p99.9 ms<th>max ms"
                + "<th>broker CPU s/million<th>tool CPU s/million<th>bytes written each</tr>"
                + phases.stream().map(phase -> "<tr><td>" + escaped(phase.name())
                        + "<td>%,d<td>%.3f<td>%,.0f".formatted(phase.count(), phase.seconds(),
                                phase.perSecond())
                        + List.of(phase.millis(50), phase.millis(99), phase.millis(99.9), phase.millis(100),
                                phase.cpuSecondsPerMillion(), phase.ownCpuSecondsPerMillion(),
                                phase.writtenBytesEach()).stream()
                                .map(value -> "<td>" + Report.number(value)).collect(Collectors.joining())
                        + "</tr>").collect(Collectors.joining("\n", "\n", "\n"));
    }

    private static String plots(Phase phase) {
        List<Meter.Tick> ticks = phase.ticks();
        Plot throughput = new Plot(phase.unit() + " per second", false);
        long beforeNanos = 0;
        for (Meter.Tick tick : ticks) {
            double seconds = Math.max(1e-3, (tick.endNanos() - beforeNanos) / 1e9);
            throughput.add("per second", tick.endNanos() / 1e9, tick.count() / seconds);
            beforeNanos = tick.endNanos();
        }
        String svg = "<h2>" + escaped(phase.name()) + "</h2>\n" + throughput.svg();
        if (phase.latencies().getTotalCount() == 0) {
            return svg;
        }
        Plot latency = new Plot(phase.latencyOf() + ", ms", true);
        for (Meter.Tick tick : ticks) {
            if (tick.maxNanos() > 0) {
                double at = tick.endNanos() / 1e9;
                latency.add("p50", at, tick.p50Nanos() / 1e6);
                latency.add("p99", at, tick.p99Nanos() / 1e6);
                latency.add("max", at, tick.maxNanos() / 1e6);
            }
        }
        return svg + latency.svg();
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
