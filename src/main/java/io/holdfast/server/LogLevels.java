package io.holdfast.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.util.HashMap;
import java.util.Map;

/** What is logged, as far as the operator has set it. */
final class LogLevels {
    /** What levels were before they were set first; null where that of the package above counted. */
    private final Map<String, Level> before = new HashMap<>();

    /** @param levels by the names of packages and classes, "" for all; those not named are as they were */
    void set(Map<String, String> levels) {
        if (levels.isEmpty() && before.isEmpty()) {
            return;
        }
        LoggerContext context = Log.context();
        for (String name : levels.keySet()) {
            if (!before.containsKey(name)) {
                before.put(name, logger(context, name).getLevel());
            }
        }
        before.forEach((name, level) -> logger(context, name).setLevel(levels.containsKey(name)
                ? Level.toLevel(levels.get(name)) : level));
    }

    private static Logger logger(LoggerContext context, String name) {
        return context.getLogger(name.isEmpty() ? Logger.ROOT_LOGGER_NAME : name);
    }
}
