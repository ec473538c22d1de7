package io.holdfast.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was written in one place, or, merged, in all of them.
 *
 * @param values of the keys that have one, by the names of the keys
 * @param listeners null if nothing was said about them
 * @param levels of {@link Keys#LOG_LEVELS}, by the names of packages and classes
 */
record Given(Map<String, Value> values, List<Listener> listeners, Map<String, Value> levels) {

    /** A text that its key permits. */
    record Value(String text, Origin origin) {}

    /**
     * One listener.
     *
     * @param options beside its URL, by the names of {@link Keys#LISTENER}
     */
    record Listener(Origin origin, String url, Map<String, Value> options) {}

    static final Given NOTHING = new Given(Map.of(), null, Map.of());

    /** This, except where the other says something. */
    Given overriddenBy(Given other) {
        Map<String, Value> allValues = new LinkedHashMap<>(values);
        allValues.putAll(other.values);
        Map<String, Value> allLevels = new LinkedHashMap<>(levels);
        allLevels.putAll(other.levels);
        return new Given(allValues, other.listeners == null ? listeners : other.listeners, allLevels);
    }
}
