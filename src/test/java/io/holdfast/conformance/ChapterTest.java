package io.holdfast.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The check of the conformance report, with results of its own. */
class ChapterTest {
    /** Binds a server; a client; a server, and cannot be tested. */
    private static final String SERVER = "MQTT-3.1.2-2";
    private static final String CLIENT = "MQTT-3.1.0-1";
    private static final String UNTESTABLE = "MQTT-7.0.0-1";

    /** Of tests of every statement that binds a server, but those that cannot be tested. */
    private final Map<String, Map<String, Boolean>> results = Standard.MQTT_3_1_1.statements().values()
            .stream().filter(Standard.Statement::bindsServer).map(Standard.Statement::id)
            .filter(id -> !Standard.MQTT_3_1_1.untestable().containsKey(id))
            .collect(Collectors.toMap(id -> id, _ -> new HashMap<>(Map.of("ATest.passes", true))));

    private Chapter chapter() {
        return new Chapter(Standard.MQTT_3_1_1, results);
    }

    @Test
    void aChapterIsCompleteWhenWhatBindsAServerIsShownOrUntestable() {
        assertEquals(List.of(), chapter().wrong());
        assertFalse(results.containsKey(CLIENT));
        assertTrue(chapter().text().contains("| " + SERVER + " | "), chapter().text());
    }

    @Test
    void aStatementWithoutATestIsNamed() {
        results.remove(SERVER);
        assertEquals(1, chapter().wrong().size());
        assertTrue(chapter().wrong().getFirst().startsWith("MQTT 3.1.1 [" + SERVER + "] has no test: "));
    }

    @Test
    void oneFailingTestIsNamedThoughOthersPass() {
        results.get(SERVER).put("ATest.fails", false);
        assertEquals(1, chapter().wrong().size());
        assertTrue(chapter().wrong().getFirst().contains("ATest.fails=false"));
        assertTrue(chapter().text().contains("| FAILED |"));
    }

    @Test
    void anIdThatTheStandardDoesNotHaveIsNamed() {
        results.put("MQTT-9.9.9-9", Map.of("ATest.passes", true));
        assertEquals(List.of("MQTT 3.1.1 has no statement [MQTT-9.9.9-9]"), chapter().wrong());
    }

    @Test
    void aReasonWhyThereIsNoTestDoesNotStandBesideATest() {
        results.put(UNTESTABLE, Map.of("ATest.passes", true));
        assertEquals(List.of("MQTT 3.1.1 [" + UNTESTABLE + "] is listed as untestable, and has a test"),
                chapter().wrong());
    }
}
