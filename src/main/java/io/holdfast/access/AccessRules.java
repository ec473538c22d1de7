package io.holdfast.access;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The rules of the operator for all clients, as Mosquitto understands them. For a client count first those of
 * its user, or, for a client that is nobody in particular, those of such clients; then the patterns, which
 * are for everybody. Among each of the two, what is denied counts first.
 *
 * <p><b>Whoever has a wildcard or a slash in its name</b>, or a dollar sign in front, be it user name or
 * Client Identifier, could make a pattern mean more than the operator meant. No pattern counts for such a
 * client, as in Mosquitto.
 */
public final class AccessRules {
    /** None: everything is permitted to everybody. */
    public static final AccessRules NONE = new AccessRules(List.of(), Map.of(), List.of());

    private final List<Rule> ofNobody;
    private final Map<String, List<Rule>> ofUsers = new HashMap<>();
    private final List<Rule> patterns;

    private AccessRules(List<Rule> ofNobody, Map<String, List<Rule>> ofUsers, List<Rule> patterns) {
        this.ofNobody = deniedFirst(ofNobody);
        ofUsers.forEach((user, rules) -> this.ofUsers.put(user, deniedFirst(rules)));
        this.patterns = deniedFirst(patterns);
    }

    /**
     * @param ofNobody for clients that are nobody in particular
     * @param ofUsers by user name
     * @param patterns for everybody; {@code %c} and {@code %u} stand for Client Identifier and user name
     */
    public static AccessRules of(List<Rule> ofNobody, Map<String, List<Rule>> ofUsers, List<Rule> patterns) {
        return new AccessRules(ofNobody, ofUsers, patterns);
    }

    private static List<Rule> deniedFirst(List<Rule> rules) {
        return rules.stream().sorted(Comparator.comparing(rule -> !rule.denies())).toList();
    }

    /**
     * What a client may do.
     *
     * @param userName null if it is nobody in particular
     */
    public Permissions permissions(String clientId, String userName) {
        if (this == NONE) {
            return Permissions.ALL;
        }
        List<Rule> rules = new ArrayList<>(
                userName == null ? ofNobody : ofUsers.getOrDefault(userName, List.of()));
        if (isPlain(clientId) && (userName == null || isPlain(userName))) {
            for (Rule pattern : patterns) {
                if (userName != null || !pattern.topicFilter().contains(Rule.USER_NAME)) {
                    rules.add(pattern.of(clientId, userName));
                }
            }
        }
        return Permissions.of(rules);
    }

    private static boolean isPlain(String name) {
        return !name.isEmpty() && name.charAt(0) != '$' && name.indexOf('+') < 0 && name.indexOf('#') < 0
                && name.indexOf('/') < 0 && name.indexOf('\0') < 0;
    }
}
