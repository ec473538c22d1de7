package io.holdfast.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * The last test of a whole run, which reads what the others have shown: it writes the conformance report, and
 * fails where a statement that binds a server has neither a passing test nor a reason why it cannot have one.
 * A run of tests that were asked for by name shows nothing of the kind, and is not checked.
 */
@DisabledIfSystemProperty(named = "test", matches = ".*")
@DisabledIfSystemProperty(named = "it.test", matches = ".*")
class ConformanceCheck {
    private static final Path REPORT = Path.of("target", "conformance.md");

    /** Statements whose tests are being written; each run names those that still have none. */
    private static final Map<Standard, Set<String>> TO_COME = Map.of(
            Standard.MQTT_5, Set.of("MQTT-3.1.2-7", "MQTT-3.1.2-8", "MQTT-3.1.2-10", "MQTT-3.1.2-14",
                    "MQTT-3.1.2-15", "MQTT-3.1.3-9", "MQTT-3.1.3-10", "MQTT-3.14.4-3", "MQTT-3.1.2-26",
                    "MQTT-3.1.2-27", "MQTT-3.3.1-5", "MQTT-3.3.1-6", "MQTT-3.3.1-7", "MQTT-3.3.1-8",
                    "MQTT-3.3.1-9", "MQTT-3.3.1-10", "MQTT-3.3.1-11", "MQTT-3.3.1-12", "MQTT-3.3.1-13",
                    "MQTT-3.3.2-7", "MQTT-3.3.2-11", "MQTT-3.3.2-12", "MQTT-3.3.4-3", "MQTT-3.3.4-4",
                    "MQTT-4.8.2-1", "MQTT-4.8.2-2", "MQTT-4.8.2-3", "MQTT-4.8.2-4", "MQTT-4.8.2-5",
                    "MQTT-4.8.2-6"),
            Standard.MQTT_3_1_1, Set.of("MQTT-3.1.2-7", "MQTT-3.1.2-8", "MQTT-3.1.2-9", "MQTT-3.1.2-10",
                    "MQTT-3.1.2-12", "MQTT-3.1.2-16", "MQTT-3.1.2-17", "MQTT-3.3.1-5", "MQTT-3.3.1-6",
                    "MQTT-3.3.1-7", "MQTT-3.3.1-8", "MQTT-3.3.1-9", "MQTT-3.3.1-10", "MQTT-3.3.1-11",
                    "MQTT-3.3.1-12", "MQTT-3.14.4-3"));

    @Test
    void everyStatementThatBindsAServerIsShownByATestOrHasAReason() throws IOException {
        Map<Standard, Map<String, Map<String, Boolean>>> results = results();
        StringBuilder report = new StringBuilder("# Conformance\n");
        List<String> wrong = new ArrayList<>();
        List<String> toCome = new ArrayList<>();
        for (Standard standard : Standard.values()) {
            var chapter = new Chapter(standard, results.get(standard), TO_COME.get(standard));
            report.append(chapter.text());
            wrong.addAll(chapter.wrong());
            toCome.addAll(chapter.toCome());
        }
        Files.writeString(REPORT, report);
        if (!toCome.isEmpty()) {
            System.out.println("WARNING: " + toCome.size() + " statements are still to be tested: " + toCome);
        }
        assertEquals("", String.join("\n", wrong), "see " + REPORT);
    }

    /** Which tests have shown which statement, and whether all of their runs passed. */
    private static Map<Standard, Map<String, Map<String, Boolean>>> results() throws IOException {
        Map<Standard, Map<String, Map<String, Boolean>>> results = new EnumMap<>(Standard.class);
        List.of(Standard.values()).forEach(standard -> results.put(standard, new TreeMap<>()));
        try (Stream<Path> files = Files.list(ClauseListener.FOLDER)) {
            for (Path file : files.toList()) {
                Files.readAllLines(file).stream().map(Shown::of).forEach(shown -> results
                        .get(shown.standard()).computeIfAbsent(shown.id(), _ -> new TreeMap<>())
                        .merge(shown.test(), shown.passed(), Boolean::logicalAnd));
            }
        }
        return results;
    }
}
