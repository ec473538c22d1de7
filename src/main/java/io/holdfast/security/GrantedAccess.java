package io.holdfast.security;

import io.holdfast.access.Permissions;
import io.holdfast.access.Rule;
import io.holdfast.access.Rule.Right;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a token or an answer over HTTP says that a client may do, as JSON: what is denied counts first.
 *
 * <pre>
 * {"deny": ["a/secret"], "pub": ["up/meter/#"], "sub": ["a/#"], "all": ["b"]}
 * </pre>
 */
final class GrantedAccess {
    private static final Map<String, Right> NAMES =
            Map.of("deny", Right.DENY, "pub", Right.WRITE, "sub", Right.READ, "all", Right.READWRITE);

    /** Of Topic Filters: what a connection keeps is small. */
    private static final int RULES_MAX = 1_000;

    private GrantedAccess() {}

    /**
     * Reads it; null, if there is none, leaves it to the operator's rules.
     *
     * @throws IllegalArgumentException if it is something else: then nothing may be permitted
     */
    static Permissions of(Object json) {
        if (json == null) {
            return null;
        }
        if (!(json instanceof Map<?, ?> lists)) {
            throw new IllegalArgumentException("what is permitted is no JSON object");
        }
        List<Rule> rules = new ArrayList<>();
        for (Object name : lists.keySet()) {
            if (!(name instanceof String text) || !NAMES.containsKey(text)) {
                throw new IllegalArgumentException("what is permitted has a " + name
                        + "; expected deny, pub, sub and all");
            }
        }
        for (String name : List.of("deny", "pub", "sub", "all")) {
            add(lists.get(name), NAMES.get(name), rules);
        }
        return Permissions.of(rules);
    }

    private static void add(Object filters, Right right, List<Rule> rules) {
        if (filters == null) {
            return;
        }
        if (!(filters instanceof List<?> list) || rules.size() + list.size() > RULES_MAX) {
            throw new IllegalArgumentException("what is permitted is no list, or there are more than "
                    + RULES_MAX + " Topic Filters");
        }
        for (Object filter : list) {
            rules.add(new Rule(right, String.valueOf(filter)));
        }
    }
}
