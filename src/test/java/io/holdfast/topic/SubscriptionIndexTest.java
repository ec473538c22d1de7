package io.holdfast.topic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.conformance.Clause;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubscriptionIndexTest {
    private static final int LEVELS_MAX = 65_535;

    private final SubscriptionIndex<String> index = new SubscriptionIndex<>(7);

    @ParameterizedTest(name = "{0} and {1}: {2}")
    @Clause(mqtt5 = {"MQTT-4.7.1-1", "MQTT-4.7.1-2", "MQTT-4.7.2-1", "MQTT-4.7.3-4", "MQTT-3.3.2-3"},
            mqtt311 = {"MQTT-4.7.1-2", "MQTT-4.7.1-3", "MQTT-4.7.2-1", "MQTT-4.7.3-4", "MQTT-3.3.2-3"})
    @CsvSource(quoteCharacter = '"', textBlock = """
            # Section 4.7.1.2, the multi-level wildcard
            sport/tennis/player1/#, sport/tennis/player1,                   true
            sport/tennis/player1/#, sport/tennis/player1/ranking,           true
            sport/tennis/player1/#, sport/tennis/player1/score/wimbledon,   true
            sport/tennis/player1/#, sport/tennis/player2,                   false
            sport/tennis/player1/#, sport/tennis,                           false
            sport/#,                sport,                                  true
            #,                      sport/tennis,                           true
            sport/tennis/#,         sport/tennis/x,                         true
            # Section 4.7.1.3, the single-level wildcard
            sport/tennis/+,         sport/tennis/player1,                   true
            sport/tennis/+,         sport/tennis/player2,                   true
            sport/tennis/+,         sport/tennis/player1/ranking,           false
            sport/+,                sport,                                  false
            sport/+,                sport/,                                 true
            +/tennis/#,             sport/tennis/player1,                   true
            +/tennis/#,             sport/tennis,                           true
            +/tennis/#,             tennis,                                 false
            sport/+/player1,        sport/tennis/player1,                   true
            sport/+/player1,        sport/tennis/player2,                   false
            +/+,                    /finance,                               true
            /+,                     /finance,                               true
            +,                      /finance,                               false
            # Section 4.7.2, topics beginning with $
            #,                      $SYS/broker,                            false
            +/monitor/Clients,      $SYS/monitor/Clients,                   false
            $SYS/#,                 $SYS/monitor/Clients,                   true
            $SYS/monitor/+,         $SYS/monitor/Clients,                   true
            +,                      $SYS,                                   false
            +/#,                    $SYS,                                   false
            $SYS,                   $SYS,                                   true
            sport/#,                sport/$x,                               true
            sport/+,                sport/$x,                               true
            # Section 4.7.3: case, spaces, and a leading or trailing / count
            ACCOUNTS,               Accounts,                               false
            Accounts payable,       Accounts payable,                       true
            /finance,               finance,                                false
            finance/,               finance,                                false
            /,                      /,                                      true
            # Empty levels are levels
            +,                      a,                                      true
            +/+,                    /,                                      true
            #,                      /,                                      true
            /#,                     /,                                      true
            /#,                     /a,                                     true
            /#,                     a,                                      false
            +/#,                    a,                                      true
            +/#,                    /,                                      true
            a/+/b,                  a//b,                                   true
            a//b,                   a//b,                                   true
            a//b,                   a/b,                                    false
            a//#,                   a/,                                     true
            a//#,                   a,                                      false
            # Texts longer than a step of the hash, and levels in another order
            abcd/efgh,              abcd/efgh,                              true
            abcd/efgh,              efgh/abcd,                              false
            abcdefghi/+,            abcdefghi/jklmnopqr,                    true
            abcdefghi/+,            abcdefgh/jklmnopqr,                     false
            """)
    void aFilterMatchesAsTheStandardSays(String filter, String topic, boolean matches) {
        index.put(filter, filter);
        assertEquals(matches ? List.of(filter) : List.of(), match(topic));
    }

    @Test
    void textIsComparedByteForByte_MQTT_4_7_3_4() {
        String composed = "caf\u00e9/+";
        String decomposed = "cafe\u0301/+";
        index.put(composed, composed);
        assertEquals(List.of(), match("cafe\u0301/x"));
        index.put(decomposed, decomposed);
        assertEquals(List.of(decomposed), match("cafe\u0301/x"));
        assertEquals(List.of(composed), match("caf\u00e9/x"));
    }

    @Test
    void everyMatchingFilterIsMetOnce() {
        List<String> filters = List.of("a/b/c", "a/+/c", "+/b/c", "+/+/c", "+/+/+", "#", "a/#", "a/b/#",
                "a/b/c/#", "+/b/#", "a/+/#", "+/+/+/#");
        filters.forEach(filter -> index.put(filter, filter));
        index.put("a/+", "no");
        index.put("+/+/+/+", "no");
        index.put("a/+/c/+/#", "no");
        assertEquals(filters.stream().sorted().toList(), match("a/b/c").stream().sorted().toList());
    }

    @Test
    void aFilterHasOneValue() {
        assertNull(index.put("a/+", "first"));
        assertEquals("first", index.put("a/+", "second"));
        assertEquals(1, index.size());
        assertEquals("second", index.get("a/+"));
        assertNull(index.get("a/b"));
        assertNull(index.remove("a/b"));
        assertEquals("second", index.remove("a/+"));
        assertEquals(0, index.size());
        assertEquals(List.of(), match("a/b"));
    }

    @Test
    void forEachMeetsEveryValue() {
        index.put("a", "1");
        index.put("a/+", "2");
        List<String> met = new ArrayList<>();
        index.forEach(met::add);
        assertEquals(List.of("1", "2"), met.stream().sorted().toList());
    }

    @Test
    void aConsumerMayNotUseTheIndexItIsCalledFrom() {
        index.put("a", "1");
        assertThrows(IllegalStateException.class, () -> index.match("a", index::remove));
        assertEquals(List.of("1"), match("a"));
    }

    @Test
    void removingFiltersGivesTheirMemoryBack() {
        int slots = index.slots();
        for (int i = 0; i < 10_000; i++) {
            index.put("site/" + i + "/+/state", "");
            index.put("device/" + i, "");
        }
        assertEquals(10_000, index.branches());
        assertTrue(index.slots() <= 3 * 30_000, "slots: " + index.slots());
        for (int i = 0; i < 10_000; i++) {
            index.remove("site/" + i + "/+/state");
            index.remove("device/" + i);
        }
        assertEquals(0, index.branches());
        assertEquals(slots, index.slots());
    }

    @Test
    void filtersOfOnePatternShareTheirBranches() {
        for (int i = 0; i < 1_000; i++) {
            index.put("site/+/device/" + i + "/#", "");
        }
        assertEquals(1, index.branches());
    }

    @Test
    void aShapeLastsAsLongAsThereIsAFilterOfIt() {
        index.put("site/+/device/7/#", "");
        index.put("site/+/device/8/#", "");
        index.put("site/+/+/+/#", "");
        assertEquals(5, index.shapes());
        index.remove("site/+/device/7/#");
        assertEquals(5, index.shapes());
        index.remove("site/+/+/+/#");
        assertEquals(2, index.shapes());
        index.remove("site/+/device/8/#");
        assertEquals(0, index.shapes());
    }

    @Test
    void aTopicOfAsManyLevelsAsFitIsMatchedByFiltersAsDeep() {
        String topic = "/".repeat(LEVELS_MAX);
        String pluses = "+/".repeat(LEVELS_MAX / 2) + "#";
        index.put(topic, "exact");
        index.put(pluses, "pluses");
        index.put("#", "all");
        index.put("/".repeat(LEVELS_MAX - 1) + "#", "deep");
        assertEquals(List.of("all", "deep", "exact", "pluses"), match(topic).stream().sorted().toList());
        assertEquals(List.of("all"), match("a"));
        index.remove(pluses);
        assertEquals(0, index.branches());
        assertEquals(2, index.shapes());
    }

    @Test
    void allCombinationsOfPlusCostOnlyTheTopicsTheyAreAimedAt() {
        int depth = 16;
        for (int bits = 0; bits < 1 << depth; bits++) {
            StringBuilder filter = new StringBuilder();
            for (int level = 0; level < depth; level++) {
                filter.append((bits >> level & 1) == 1 ? "+/" : "a/");
            }
            index.put(filter + "end", "");
        }
        assertEquals(1 << depth, match("a/".repeat(depth) + "end").size());
        for (int i = 0; i < 10_000; i++) {
            assertEquals(1, match("b/".repeat(depth) + "end").size());
        }
    }

    private List<String> match(String topic) {
        List<String> values = new ArrayList<>();
        index.match(topic, values::add);
        return values;
    }
}
