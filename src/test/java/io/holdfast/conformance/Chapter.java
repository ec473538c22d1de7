package io.holdfast.conformance;

import io.holdfast.conformance.Standard.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** One standard's part of the conformance report. */
final class Chapter {
    private final Standard standard;
    private final Map<String, Statement> statements;
    private final Map<String, String> untestable;
    private final Map<String, Map<String, Boolean>> results;

    /** @param results for each statement its tests, and whether they passed */
    Chapter(Standard standard, Map<String, Map<String, Boolean>> results) {
        this.standard = standard;
        this.statements = standard.statements();
        this.untestable = standard.untestable();
        this.results = results;
    }

    private boolean isShown(String id) {
        return results.containsKey(id) && !results.get(id).containsValue(false);
    }

    /** What keeps the chapter from being complete and true. */
    List<String> wrong() {
        List<String> wrong = new ArrayList<>();
        for (Statement statement : statements.values()) {
            String id = statement.id();
            if (results.containsKey(id) && !isShown(id)) {
                wrong.add(standard.title + " [" + id + "]: a test fails: " + results.get(id));
            } else if (results.containsKey(id) && untestable.containsKey(id)) {
                wrong.add(standard.title + " [" + id + "] is listed as untestable, and has a test");
            } else if (statement.bindsServer() && !results.containsKey(id) && !untestable.containsKey(id)) {
                wrong.add(standard.title + " [" + id + "] has no test: " + statement.paraphrase());
            }
        }
        for (Collection<String> ids : List.of(results.keySet(), untestable.keySet())) {
            ids.stream().filter(id -> !statements.containsKey(id))
                    .forEach(id -> wrong.add(standard.title + " has no statement [" + id + "]"));
        }
        return wrong;
    }

    String text() {
        List<Statement> binding = statements.values().stream().filter(Statement::bindsServer).toList();
        List<Statement> watched = statements.values().stream()
                .filter(statement -> !statement.bindsServer() && results.containsKey(statement.id()))
                .toList();
        return """

                ## %s

                %d statements bind a server: %d are shown by tests, %d cannot be tested from outside.

                %s
                ### What binds only clients, and the broker watches

                %s
                ### What cannot be tested from outside

                %s""".formatted(standard.title, binding.size(),
                binding.stream().filter(statement -> isShown(statement.id())).count(),
                binding.stream().filter(statement -> untestable.containsKey(statement.id())).count(),
                table(binding), table(watched), reasons());
    }

    private String table(List<Statement> rows) {
        return "| Statement | What it says | Tests | Result |\n|---|---|---|---|\n" + rows.stream()
                .filter(statement -> !untestable.containsKey(statement.id()))
                .map(statement -> "| %s | %s | %s | %s |\n".formatted(statement.id(), statement.paraphrase(),
                        tests(statement.id()), result(statement.id())))
                .collect(Collectors.joining());
    }

    private String tests(String id) {
        return results.getOrDefault(id, Map.of()).keySet().stream().collect(Collectors.joining("<br>"));
    }

    private String result(String id) {
        return isShown(id) ? "passed" : results.containsKey(id) ? "FAILED" : "NO TEST";
    }

    private String reasons() {
        return "| Statement | What it says | Why not |\n|---|---|---|\n" + statements.values().stream()
                .filter(statement -> untestable.containsKey(statement.id()))
                .map(statement -> "| %s | %s | %s |\n".formatted(statement.id(), statement.paraphrase(),
                        untestable.get(statement.id())))
                .collect(Collectors.joining());
    }
}
