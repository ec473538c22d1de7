package io.holdfast.access;

import io.holdfast.access.Rule.Right;
import io.holdfast.mqtt.Topics;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/**
 * What one client may publish and read: rules in their order, of which the first that matches decides. What
 * none matches is denied.
 */
public final class Permissions {
    /** Everything. */
    public static final Permissions ALL = new Permissions(List.of());

    /** The rules about one action. */
    private static final class Ordered {
        private final List<Rule> rules;
        /** The places of rules without wildcards, by what they name. */
        private final Map<String, Integer> literal = new HashMap<>();
        /** The places of the others. */
        private final int[] wild;
        /** How what these match begins: most that do not match are told apart by that. */
        private final String[] wildPrefixes;

        private Ordered(List<Rule> all, Right action) {
            rules = all.stream().filter(rule -> rule.isAbout(action)).toList();
            int[] places = new int[rules.size()];
            int count = 0;
            for (int i = 0; i < rules.size(); i++) {
                if (Topics.hasWildcard(rules.get(i).topicFilter())) {
                    places[count++] = i;
                } else {
                    literal.putIfAbsent(rules.get(i).topicFilter(), i);
                }
            }
            wild = Arrays.copyOf(places, count);
            wildPrefixes = new String[count];
            Arrays.setAll(wildPrefixes, i -> prefix(rules.get(wild[i]).topicFilter()));
        }

        /** Up to the first wildcard; {@code #} matches the level above, too, which has no slash behind it. */
        private static String prefix(String topicFilter) {
            int end = 0;
            while (topicFilter.charAt(end) != '+' && topicFilter.charAt(end) != '#') {
                end++;
            }
            return topicFilter.substring(0, topicFilter.charAt(end) == '#' ? Math.max(0, end - 1) : end);
        }

        private boolean permits(String topicName) {
            int named = literal.isEmpty() ? rules.size() : literal.getOrDefault(topicName, rules.size());
            for (int i = 0; i < wild.length && wild[i] <= named; i++) {
                int place = wild[i];
                if (topicName.startsWith(wildPrefixes[i])
                        && Topics.matches(rules.get(place).topicFilter(), topicName)) {
                    return !rules.get(place).denies();
                }
            }
            return named < rules.size() && !rules.get(named).denies();
        }
    }

    private final Ordered reading;
    private final Ordered writing;

    private Permissions(List<Rule> rules) {
        reading = new Ordered(rules, Right.READ);
        writing = new Ordered(rules, Right.WRITE);
    }

    /** What the rules permit, of which the first that matches decides. */
    public static Permissions of(List<Rule> rules) {
        return new Permissions(rules);
    }

    /** Whether a message with that Topic Name may be published. */
    public boolean mayWrite(String topicName) {
        return this == ALL || writing.permits(topicName);
    }

    /** Whether a message with that Topic Name may be delivered. */
    public boolean mayRead(String topicName) {
        return this == ALL || reading.permits(topicName);
    }

    /**
     * Whether the Topic Filter may be subscribed to: there may be something to read for it. Then what is
     * delivered still depends on {@link #mayRead}.
     */
    public boolean maySubscribe(String topicFilter) {
        return mayRead(topicFilter, Filters::covers, Filters::overlap);
    }

    /** Whether everything that the Topic Filter matches may be read; false where that is not sure. */
    public boolean mayReadAll(String topicFilter) {
        return mayRead(topicFilter, Filters::overlap, Filters::covers);
    }

    /** The first rule decides that denies, or permits, what these say of its Topic Filter and that one. */
    private boolean mayRead(String topicFilter, BiPredicate<String, String> denied,
            BiPredicate<String, String> permitted) {
        if (this == ALL) {
            return true;
        }
        for (Rule rule : reading.rules) {
            if ((rule.denies() ? denied : permitted).test(rule.topicFilter(), topicFilter)) {
                return !rule.denies();
            }
        }
        return false;
    }
}
