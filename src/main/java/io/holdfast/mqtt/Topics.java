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

    /** Whether wildcards fill whole levels and {@code #} is last [MQTT-4.7.1-1] [MQTT-4.7.1-2]; no U+0000. */
    public static boolean isTopicFilter(String filter) {
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
