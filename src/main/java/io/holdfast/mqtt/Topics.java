package io.holdfast.mqtt;

/** The rules for Topic Names and Topic Filters (MQTT 5.0, section 4.7). Lengths are the wire's concern. */
public final class Topics {
    /** How a Shared Subscription begins: {@code $share/{ShareName}/{filter}} (section 4.8.2). */
    public static final String SHARE_PREFIX = "$share/";

    private Topics() {}

    /** Whether it may be published to: not empty [MQTT-4.7.3-1], no wildcard [MQTT-4.7.0-1], no U+0000. */
    public static boolean isTopicName(String name) {
        return !name.isEmpty() && name.indexOf('+') < 0 && name.indexOf('#') < 0 && name.indexOf('\0') < 0;
    }

    /** Whether it is that of a Shared Subscription; from a valid Topic Filter. */
    public static boolean hasWildcard(String filter) {
        return filter.indexOf('+') >= 0 || filter.indexOf('#') >= 0;
    }

    /** Whether a Topic Filter is that of a Shared Subscription. */
    public static boolean isShared(String filter) {
        return filter.startsWith(SHARE_PREFIX);
    }

    /** The Topic Filter in that of a Shared Subscription: what follows the ShareName. */
    public static String sharedFilter(String filter) {
        return filter.substring(filter.indexOf('/', SHARE_PREFIX.length()) + 1);
    }

    /**
     * Whether a Topic Filter, which may not be that of a Shared Subscription, matches a Topic Name (section
     * 4.7).
     */
    public static boolean matches(String filter, String name) {
        if (name.charAt(0) == '$' && (filter.charAt(0) == '#' || filter.charAt(0) == '+')) { // [MQTT-4.7.2-1]
            return false;
        }
        int at = 0; // where a level begins in the filter
        int in = 0; // and in the name; past its end when the name has no further level
        while (at <= filter.length()) {
            if (at < filter.length() && filter.charAt(at) == '#') { // matches the parent level too
                return true;
            }
            if (in > name.length()) {
                return false;
            }
            int filterEnd = levelEnd(filter, at);
            int nameEnd = levelEnd(name, in);
            boolean isAny = filterEnd == at + 1 && filter.charAt(at) == '+';
            if (!isAny && (filterEnd - at != nameEnd - in
                    || !filter.regionMatches(at, name, in, nameEnd - in))) {
                return false;
            }
            at = filterEnd + 1;
            in = nameEnd + 1;
        }
        return in > name.length();
    }

    private static int levelEnd(String text, int from) {
        int slash = text.indexOf('/', from);
        return slash < 0 ? text.length() : slash;
    }

    /**
     * Whether wildcards fill whole levels and {@code #} is last [MQTT-4.7.1-1] [MQTT-4.7.1-2], and there is
     * no U+0000; and, in a Shared Subscription, a ShareName without wildcards and a Topic Filter
     * [MQTT-4.8.2-1] [MQTT-4.8.2-2].
     */
    public static boolean isTopicFilter(String filter) {
        if (isShared(filter)) {
            int nameEnd = filter.indexOf('/', SHARE_PREFIX.length());
            return nameEnd > SHARE_PREFIX.length()
                    && isTopicName(filter.substring(SHARE_PREFIX.length(), nameEnd))
                    && isPlainFilter(filter.substring(nameEnd + 1));
        }
        return isPlainFilter(filter);
    }

    private static boolean isPlainFilter(String filter) {
        int last = filter.length() - 1;
        for (int i = 0; i <= last; i++) {
            char c = filter.charAt(i);
            boolean startsLevel = i == 0 || filter.charAt(i - 1) == '/';
            boolean endsLevel = i == last || filter.charAt(i + 1) == '/';
            if (c == 0 || c == '#' && !(startsLevel && i == last)
                    || c == '+' && !(startsLevel && endsLevel)) {
                return false;
            }
        }
        return last >= 0;
    }
}
