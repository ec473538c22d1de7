package io.holdfast.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
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

    @Test
    void everyStatementThatBindsAServerIsShownByATestOrHasAReason() throws IOException {
        Map<Standard, Map<String, Map<String, Boolean>>> results = results();
        StringBuilder report = new StringBuilder("# Conformance\n");
        List<String> wrong = new ArrayList<>();
        for (Standard standard : Standard.values()) {
            var chapter = new Chapter(standard, results.get(standard));
            report.append(chapter.text());
            wrong.addAll(chapter.wrong());
        }
        Files.writeString(REPORT, report);
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
