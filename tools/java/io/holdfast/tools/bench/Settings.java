package io.holdfast.tools.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Names and values of what a run was asked for, in their order. */
final class Settings {
    private static final int PREFIX_DIGITS = 6;
    private static final int LETTERS_AND_DIGITS = 36;

    private Settings() {}

    static Map<String, Object> of(Object... namesAndValues) {
        Map<String, Object> settings = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            settings.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return settings;
    }

    /** For the topics and Client Identifiers of one run. */
    static String prefix() {
        StringBuilder prefix = new StringBuilder("b");
        for (int i = 0; i < PREFIX_DIGITS; i++) {
            prefix.append(Character.forDigit(ThreadLocalRandom.current().nextInt(LETTERS_AND_DIGITS),
                    LETTERS_AND_DIGITS));
        }
        return prefix.toString();
    }
}
