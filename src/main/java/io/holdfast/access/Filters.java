package io.holdfast.access;

/** How the sets of Topic Names that two Topic Filters match relate to each other (section 4.7). */
public final class Filters {
    private static final String ALL = "#";
    private static final String ANY = "+";

    private Filters() {}

    /** Whether the one matches everything that the other matches. */
    static boolean covers(String one, String other) {
        String[] levels = one.split("/", -1);
        String[] others = other.split("/", -1);
        if (isWildcard(levels[0]) && others[0].startsWith("$")) { // [MQTT-4.7.2-1]
            return false;
        }
        for (int i = 0; i < levels.length; i++) {
            if (levels[i].equals(ALL)) { // the parent level too
                return true;
            }
            boolean isThere = i < others.length && !others[i].equals(ALL);
            if (!isThere || !levels[i].equals(ANY) && !levels[i].equals(others[i])) {
                return false;
            }
        }
        return levels.length == others.length;
    }

    /** Whether there is a Topic Name that both match. */
    public static boolean overlap(String one, String other) {
        String[] levels = one.split("/", -1);
        String[] others = other.split("/", -1);
        if (isWildcard(levels[0]) && others[0].startsWith("$")
                || isWildcard(others[0]) && levels[0].startsWith("$")) { // [MQTT-4.7.2-1]
            return false;
        }
        int shorter = Math.min(levels.length, others.length);
        for (int i = 0; i < shorter; i++) {
            if (levels[i].equals(ALL) || others[i].equals(ALL)) {
                return true;
            }
            if (!levels[i].equals(ANY) && !others[i].equals(ANY) && !levels[i].equals(others[i])) {
                return false;
            }
        }
        String[] longer = levels.length > others.length ? levels : others;
        return longer.length == shorter || longer[shorter].equals(ALL); // which matches the parent level too
    }

    private static boolean isWildcard(String level) {
        return level.equals(ALL) || level.equals(ANY);
    }
}
