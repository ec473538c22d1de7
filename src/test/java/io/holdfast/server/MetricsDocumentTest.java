package io.holdfast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Settings;
import io.holdfast.netty.ListenerOptions;
import io.holdfast.security.Security;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The page about metrics and the dashboard, against the metrics of a broker. */
@Timeout(60)
class MetricsDocumentTest {
    private static final Path PAGE = Path.of("src/site/markdown/metrics.md");
    private static final Path DASHBOARD = Path.of("src/main/dist/grafana/holdfast.json");
    private static final Pattern METRIC = Pattern.compile("\\b(?:holdfast|jvm|process|system)_[a-z0-9_]+\\b");
    private static final Pattern HEADER = Pattern.compile("# (HELP|TYPE) (\\S+) (.*)");
    private static final Pattern SAMPLE = Pattern.compile("(\\w+)\\{(.*)} .*");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");
    private static final Pattern QUERY = Pattern.compile("\"(?:expr|query)\": \"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final String FIRST_AFTER_COLLECTION = "jvm_gc_pause_seconds_count";

    private static String text;

    @BeforeAll
    static void scrape() throws Exception {
        GatedStore store = new GatedStore();
        store.gate.release(1_000);
        InetSocketAddress any = new InetSocketAddress("127.0.0.1", 0);
        Insight insight = Insight.at(any);
        HoldfastServer server = new HoldfastServer(List.of(ListenerOptions.tcp("--port 0", any)),
                Settings.DEFAULT, Memory.of(0, 1 << 30), Security.none(), List.of(), () -> store,
                (_, failure) -> failure.printStackTrace());
        insight.show(server);
        URI metrics = URI.create(insight.banner().strip().split(" +")[1]);
        HttpClient http = HttpClient.newHttpClient();
        do {
            text = http.send(HttpRequest.newBuilder(metrics).build(),
                    HttpResponse.BodyHandlers.ofString()).body();
            System.gc();
        } while (!text.contains(FIRST_AFTER_COLLECTION));
        server.stop();
        insight.stop();
    }

    @AfterAll
    static void forget() {
        text = null;
    }

    @Test
    void thePageHasTheNameTypeUnitLabelsAndMeaningOfEachMetricOfTheBroker() throws IOException {
        List<String> rows = Files.readAllLines(PAGE).stream()
                .filter(line -> line.matches("\\| `holdfast_\\w+` \\| (counter|gauge|histogram) .*"))
                .toList();
        assertEquals(String.join("\n", expectedRows()), String.join("\n", rows));
    }

    private static List<String> expectedRows() {
        Map<String, String> meanings = new TreeMap<>();
        Map<String, String> types = new TreeMap<>();
        Map<String, Set<String>> labels = new TreeMap<>();
        text.lines().forEach(line -> {
            Matcher header = HEADER.matcher(line);
            Matcher sample = SAMPLE.matcher(line);
            if (header.matches()) {
                Map<String, String> told = header.group(1).equals("HELP") ? meanings : types;
                told.put(header.group(2), header.group(3));
            } else if (sample.matches()) {
                Set<String> names = labels.computeIfAbsent(sample.group(1), _ -> new TreeSet<>());
                LABEL.matcher(sample.group(2)).results().forEach(label -> names.add(label.group(1)));
            }
        });
        List<String> rows = new ArrayList<>();
        meanings.forEach((name, meaning) -> {
            if (name.startsWith("holdfast_")) {
                List<String> quoted = labels.getOrDefault(name, Set.of()).stream().map(one -> "`" + one + "`")
                        .toList();
                rows.add("| `%s` | %s | %s | %s | %s |".formatted(name, types.get(name), unit(name),
                        String.join(", ", quoted), meaning));
            }
        });
        return rows;
    }

    /** The conventions of Prometheus put it last, but for what tells the kind. */
    private static String unit(String name) {
        String base = name.replaceAll("_(total|max)$", "");
        return base.endsWith("_seconds") ? "seconds" : base.endsWith("_bytes") ? "bytes" : "";
    }

    @Test
    void whateverMetricThePageNamesThereIs() throws IOException {
        assertThereAre(METRIC.matcher(Files.readString(PAGE)).results().map(name -> name.group()).toList());
    }

    @Test
    void theDashboardAsksForMetricsThatThereAre() throws IOException {
        List<String> queries = QUERY.matcher(Files.readString(DASHBOARD)).results()
                .map(query -> query.group(1)).toList();
        assertTrue(queries.size() > 30, queries::toString);
        List<String> names = queries.stream()
                .flatMap(query -> METRIC.matcher(query).results().map(name -> name.group())).toList();
        assertThereAre(names);
        Set<String> unshown = new TreeSet<>();
        expectedRows().stream().map(row -> row.split("`")[1])
                .filter(name -> names.stream().noneMatch(asked -> asked.startsWith(name)))
                .forEach(unshown::add);
        assertEquals(Set.of("holdfast_clients_connected_highest", "holdfast_commit_changes_max",
                "holdfast_commit_turns_max", "holdfast_connections_established_total",
                "holdfast_log_client_lines_omitted_total", "holdfast_store_background_errors_total"), unshown,
                "metrics that no panel shows");
    }

    private static void assertThereAre(List<String> names) {
        assertTrue(names.size() > 10, names::toString);
        for (String name : names) {
            assertTrue(Pattern.compile("^(# TYPE )?" + name + "[ {]", Pattern.MULTILINE).matcher(text).find(),
                    () -> "there is no metric " + name);
        }
    }
}
