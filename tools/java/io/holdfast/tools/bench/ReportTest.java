package io.holdfast.tools.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.system.Deliveries.Verdict;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told of a run. */
class ReportTest {
    /** Latencies of 1 ms to 1,000 ms, one of each; 2 s of time; 0.5 CPU seconds of the broker. */
    private static Result result(Verdict verdict) {
        return result(verdict, false, Verdict.NOTHING);
    }

    private static Result result(Verdict verdict, boolean stalled, Verdict unconfirmed) {
        Histogram latencies = new Histogram(3);
        LongStream.rangeClosed(1, 1_000).forEach(millis -> latencies.recordValue(millis * 1_000_000));
        List<Meter.Tick> ticks = List.of(new Meter.Tick(1_000_000_000, 400, 1_000_000, 2_000_000, 3_000_000),
                new Meter.Tick(2_000_000_000, 600, 1_000_000, 2_000_000, 900_000_000));
        Phase phase = new Phase("store", "messages", 1_000, 2_000_000_000, "<publishing>", latencies, ticks,
                stalled, 0.5, 0.25, 3 << 20, 4_000, 700_000);
        Map<String, Object> settings = Settings.of("qos", 1, "size", 256);
        return new Result("offline-store", settings, List.of(phase), phase, verdict, unconfirmed, 0, 0);
    }

    @Test
    void theRowTellsThroughputPercentilesCostsAndVerdict() {
        Verdict verdict = new Verdict(1_000, 7, 993, 2, 1, 0);
        assertEquals("| offline-store, QoS 1 | 1,000 | 500 | 500 | 990 | 999 | 1,000 | 500 | 250 | 3.00 "
                + "| 700 | 7 | 2 | 1 |", Report.markdownRow(result(verdict)));
        assertEquals(columns(Report.MARKDOWN_HEADER.lines().findFirst().orElseThrow()),
                columns(Report.markdownRow(result(verdict))));
    }

    private static long columns(String row) {
        return row.chars().filter(c -> c == '|').count();
    }

    @Test
    void aLostMessageOrABrokerThatFallsSilentBreaksTheRun() {
        Verdict sound = new Verdict(10, 0, 10, 3, 0, 0);
        Verdict lost = new Verdict(10, 1, 9, 0, 0, 0);
        assertTrue(result(sound).isKept());
        assertFalse(result(lost).isKept());
        assertFalse(result(sound, true, Verdict.NOTHING).isKept());
        assertTrue(result(sound, true, lost).isKept(), "at QoS 0 messages may be lost");
    }

    @Test
    void whatIsNotKnownIsADashInTextAndNullInJson() {
        assertEquals("-", Report.number(Double.NaN));
        assertEquals("{\"a\": null, \"b\": [1, \"say \\\"so\\\"\", true]}",
                Json.of(Settings.of("a", Double.NaN, "b", List.of(1, "say \"so\"", true))));
    }

    @ParameterizedTest
    @CsvSource({"0.004, 0.00", "9.994, 9.99", "12.34, 12.3", "99.94, 99.9", "123.4, 123", "-58.81, -58.8"})
    void aNumberHasThreeDigitsThatCount(double value, String told) {
        assertEquals(told, Report.number(value));
    }

    @Test
    void thePageDrawsThroughputAndLatencyAndEscapesNames() {
        String page = HtmlReport.of(result(new Verdict(1_000, 0, 1_000, 0, 0, 0)));
        assertEquals(2, page.split("<svg ", -1).length - 1);
        assertEquals(4, page.split("<polyline ", -1).length - 1); // throughput; p50, p99 and the longest
        assertTrue(page.contains("&lt;publishing&gt;") && !page.contains("<publishing>"), page);
        assertFalse(page.contains("NaN"), page);
    }

    @Test
    void aLongRunIsDrawnByTheHighestOfWhatIsClose() {
        Plot plot = new Plot("per second", false);
        for (int i = 1; i <= 4_000; i++) {
            plot.add("per second", i, i == 1_234 ? 1_000 : 1);
        }
        String line = plot.svg().lines().filter(one -> one.startsWith("<polyline")).findFirst().orElseThrow();
        List<String> points = List.of(line.replaceAll(".*points=\"| ?\"/>", "").split(" "));
        assertEquals(400, points.size());
        assertEquals(1, points.stream()
                .filter(point -> Double.parseDouble(point.split(",")[1]) < 100).count());
    }
}
