package io.holdfast.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A standard with normative statements, named as its version is. MQTT 3.1 numbers none. */
enum Standard {
    MQTT_5("MQTT 5.0", "mqtt5"),
    MQTT_3_1_1("MQTT 3.1.1", "mqtt311");

    /**
     * One normative statement in our words.
     *
     * @param binds "client", "server" or "both"
     */
    record Statement(String id, String section, String binds, String paraphrase) {
        /** Whether a server can violate it. */
        boolean bindsServer() {
            return !binds.equals("client");
        }
    }

    final String title;
    private final String file;

    Standard(String title, String file) {
        this.title = title;
        this.file = file;
    }

    /** The statements of the standard by their ids, in its order. */
    Map<String, Statement> statements() {
        Map<String, Statement> statements = new LinkedHashMap<>();
        for (List<String> row : rows(file + "-statements.tsv")) {
            statements.put(row.get(0), new Statement(row.get(0), row.get(1), row.get(2), row.get(3)));
        }
        return statements;
    }

    /** Why a statement cannot be observed from outside, by its id. */
    Map<String, String> untestable() {
        Map<String, String> reasons = new LinkedHashMap<>();
        for (List<String> row : rows("untestable.tsv")) {
            if (row.get(0).equals(title)) {
                reasons.put(row.get(1), row.get(2));
            }
        }
        return reasons;
    }

    /** The rows of a resource, without its header. */
    private static List<List<String>> rows(String name) {
        try (InputStream in = Standard.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().skip(1)
                    .map(line -> List.of(line.split("\t"))).toList();
        } catch (IOException e) {
            throw new IllegalStateException(name, e);
        }
    }
}
