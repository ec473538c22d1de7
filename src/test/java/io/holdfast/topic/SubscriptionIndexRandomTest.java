package io.holdfast.topic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.holdfast.mqtt.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the index, while filters come and go, with a map and a matcher that splits strings. */
class SubscriptionIndexRandomTest {
    private static final List<String> TEXTS = List.of("", "a", "b", "$x", "long-level", "\u00e9",
            "\ud83d\ude00");

    private final Map<String, String> model = new HashMap<>();

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void theIndexAgreesWithBruteForce(int seed) {
        Random random = new Random(seed);
        SubscriptionIndex<String> index = new SubscriptionIndex<>(random.nextLong());
        for (int step = 0; step < 20_000; step++) {
            int filtersWanted = step / 5_000 % 2 == 0 ? 300 : 20; // grow, shrink, grow, shrink
            String filter = filter(random);
            if (random.nextInt(2 * filtersWanted) > model.size()) {
                String value = filter + step;
                assertEquals(model.put(filter, value), index.put(filter, value), filter);
            } else {
                String any = random.nextBoolean() || model.isEmpty()
                        ? filter : model.keySet().iterator().next();
                assertEquals(model.remove(any), index.remove(any), any);
            }
            if (step % 4 == 0) {
                compare(index, topic(random));
            }
        }
        for (String filter : List.copyOf(model.keySet())) {
            assertEquals(model.remove(filter), index.remove(filter));
        }
        assertEquals(0, index.size() + index.branches() + index.shapes());
    }

    private void compare(SubscriptionIndex<String> index, String topic) {
        assertEquals(model.size(), index.size());
        List<String> expected = new ArrayList<>();
        model.forEach((filter, value) -> {
            if (matches(filter, topic)) {
                expected.add(value);
            }
        });
        List<String> actual = new ArrayList<>();
        index.match(topic, actual::add);
        assertEquals(expected.stream().sorted().toList(), actual.stream().sorted().toList(), topic);
    }

    private static boolean matches(String filter, String topic) {
        String[] wanted = filter.split("/", -1);
        String[] levels = topic.split("/", -1);
        if (topic.startsWith("$") && (wanted[0].equals("+") || wanted[0].equals("#"))) {
            return false; // [MQTT-4.7.2-1]
        }
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].equals("#")) {
                return true;
            }
            if (i == levels.length || !wanted[i].equals("+") && !wanted[i].equals(levels[i])) {
                return false;
            }
        }
        return wanted.length == levels.length;
    }

    private static String filter(Random random) {
        List<String> levels = new ArrayList<>();
        for (int n = 1 + random.nextInt(5); n > 0; n--) {
            levels.add(random.nextInt(3) == 0 ? "+" : text(random));
        }
        if (random.nextInt(4) == 0) {
            levels.set(levels.size() - 1, "#");
        }
        String filter = String.join("/", levels);
        return Topics.isTopicFilter(filter) ? filter : filter(random);
    }

    private static String topic(Random random) {
        List<String> levels = new ArrayList<>();
        for (int n = 1 + random.nextInt(5); n > 0; n--) {
            levels.add(text(random));
        }
        String topic = String.join("/", levels);
        return Topics.isTopicName(topic) ? topic : topic(random);
    }

    private static String text(Random random) {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }
}
