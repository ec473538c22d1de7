package io.holdfast.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.access.Rule.Right;
import io.holdfast.mqtt.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What rules come to, for topics and for Topic Filters. */
class PermissionsTest {
    private static final Permissions FEW = Permissions.of(List.of(new Rule(Right.DENY, "a/secret/#"),
            new Rule(Right.READ, "a/#"), new Rule(Right.WRITE, "cmd/+/x"), new Rule(Right.READWRITE, "b"),
            new Rule(Right.DENY, "a/late")));

    @ParameterizedTest(name = "{0}: read {1}, write {2}")
    @CsvSource(textBlock = """
            a,            true,  false
            a/x/y,        true,  false
            a/secret,     false, false
            a/secret/x,   false, false
            a/late,       true,  false
            cmd/1/x,      false, true
            cmd/1/y,      false, false
            cmd/x,        false, false
            b,            true,  true
            b/c,          false, false
            $SYS/x,       false, false
            """)
    void theFirstRuleThatMatchesDecidesAndWithoutOneItIsDenied(String topic, boolean read, boolean write) {
        assertEquals(read, FEW.mayRead(topic));
        assertEquals(write, FEW.mayWrite(topic));
    }

    @ParameterizedTest(name = "{0}: subscribe {1}, all {2}")
    @CsvSource(textBlock = """
            '#',          true,  false
            '+',          true,  false
            +/+,          true,  false
            a/#,          true,  false
            a/x/#,        true,  true
            a/+,          true,  false
            a/secret/#,   false, false
            a/secret/+/x, false, false
            a/secret,     false, false
            b,            true,  true
            b/#,          true,  false
            b/c,          false, false
            cmd/+/x,      false, false
            $SYS/#,       false, false
            """)
    void aSubscriptionIsGrantedWhereThereMayBeSomethingToRead(String filter, boolean some, boolean all) {
        assertEquals(some, FEW.maySubscribe(filter));
        assertEquals(all, FEW.mayReadAll(filter));
    }

    @Test
    void whoMayDoEverythingMay() {
        for (String topic : List.of("a", "$SYS/x")) {
            assertTrue(Permissions.ALL.mayRead(topic) && Permissions.ALL.mayWrite(topic));
            assertTrue(Permissions.ALL.maySubscribe(topic) && Permissions.ALL.mayReadAll(topic));
        }
        assertFalse(Permissions.of(List.of(new Rule(Right.READ, "#"))).mayReadAll("$SYS/#"));
    }

    /** On all topics of three levels of a small alphabet: what the relations say is what matching says. */
    @Test
    void theRelationsOfFiltersAgreeWithWhatTheyMatch() {
        Random random = new Random(7);
        List<String> names = new ArrayList<>();
        for (String one : List.of("a", "b", "$c")) {
            names.add(one);
            for (String two : List.of("a", "b", "")) {
                names.add(one + "/" + two);
                List.of("a", "b").forEach(three -> names.add(one + "/" + two + "/" + three));
            }
        }
        int covered = 0;
        int apart = 0;
        for (int i = 0; i < 20_000; i++) {
            String one = anyFilter(random);
            String other = anyFilter(random);
            boolean shares = names.stream()
                    .anyMatch(name -> Topics.matches(one, name) && Topics.matches(other, name));
            boolean holdsAll = names.stream()
                    .allMatch(name -> !Topics.matches(other, name) || Topics.matches(one, name));
            assertEquals(shares, Filters.overlap(one, other), () -> one + " and " + other);
            assertTrue(holdsAll || !Filters.covers(one, other), () -> one + " covers " + other);
            covered += Filters.covers(one, other) ? 1 : 0;
            apart += shares ? 0 : 1;
        }
        assertTrue(covered > 1_000 && apart > 1_000, covered + " covered, " + apart + " apart");
    }

    private static String anyFilter(Random random) {
        List<String> first = List.of("a", "b", "$c", "+", "#");
        List<String> later = List.of("a", "b", "+", "#");
        String filter = first.get(random.nextInt(first.size()));
        for (int i = random.nextInt(3); i > 0 && !filter.endsWith("#"); i--) {
            filter += "/" + later.get(random.nextInt(later.size()));
        }
        return filter;
    }

    @Test
    void rulesAreOfTheUserThenOfPatternsAndDenialsGoFirst() {
        AccessRules rules = AccessRules.of(List.of(new Rule(Right.READ, "public/#")),
                Map.of("ada", List.of(new Rule(Right.READWRITE, "ada/#"), new Rule(Right.DENY, "ada/no"))),
                List.of(new Rule(Right.WRITE, "up/%u/%c"), new Rule(Right.READ, "down/%c/#"),
                        new Rule(Right.DENY, "down/%c/no")));
        Permissions ada = rules.permissions("meter", "ada");
        assertTrue(ada.mayWrite("ada/x") && !ada.mayWrite("ada/no") && !ada.mayRead("public/x"));
        assertTrue(ada.mayWrite("up/ada/meter") && !ada.mayWrite("up/eve/meter"));
        assertTrue(ada.mayRead("down/meter/x") && !ada.mayRead("down/meter/no"));
        Permissions nobody = rules.permissions("meter", null);
        assertTrue(nobody.mayRead("public/x") && nobody.mayRead("down/meter/x") && !nobody.mayRead("ada/x"));
        assertFalse(nobody.mayWrite("up//meter") || nobody.mayWrite("up/%u/meter"));
        assertFalse(rules.permissions("meter", "eve").mayRead("ada/x"));
        assertSame(Permissions.ALL, AccessRules.NONE.permissions("meter", "ada"));
    }

    /** A client chooses its identifier, so it must not become a wildcard, another level, or the broker's. */
    @ParameterizedTest
    @ValueSource(strings = {"+", "#", "a/b", "+/x", "$SYS", "$share", "\0"})
    void noPatternCountsForAClientWhoseNameCouldMeanMore(String name) {
        AccessRules rules = AccessRules.of(List.of(), Map.of("ada", List.of(new Rule(Right.READ, "ada"))),
                List.of(new Rule(Right.READWRITE, "%c/x"), new Rule(Right.READWRITE, "%u")));
        assertFalse(rules.permissions(name, "ada").maySubscribe("#")
                && rules.permissions(name, "ada").mayRead("any/x"));
        assertFalse(rules.permissions(name, "ada").mayWrite("$SYS/x"));
        assertTrue(rules.permissions(name, "ada").mayRead("ada"));
        assertFalse(rules.permissions("meter", name).mayRead("any"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a#", "a/#/b", "$share/g/a", "a+"})
    void aRuleIsAboutATopicFilter(String filter) {
        assertThrows(IllegalArgumentException.class, () -> new Rule(Right.READ, filter));
    }
}
