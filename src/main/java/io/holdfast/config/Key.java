package io.holdfast.config;

import io.holdfast.broker.Setting.Effective;
import java.util.Locale;

/**
 * One thing that the operator may set.
 *
 * @param name as it stands in the file, with a dot for each level: {@code limits.overflow}
 * @param shape what may be written for it
 * @param initial the default as it is written; null if there is none
 * @param effective from when on a change counts for a running broker
 * @param meaning without a full stop
 */
public record Key(String name, Shape shape, String initial, Effective effective, String meaning) {
    /** What the names of all environment variables begin with. */
    static final String PREFIX = "HOLDFAST_";

    /** The environment variable: {@code HOLDFAST_LIMITS_OVERFLOW}. */
    String variable() {
        return PREFIX + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** The flag: {@code --limits-overflow}. */
    String flag() {
        return "--" + name.replace('.', '-');
    }

    /** What it stands in, in the file; empty if in nothing. */
    String group() {
        return name.substring(0, Math.max(0, name.lastIndexOf('.')));
    }

    /** Its name in its group. */
    String leaf() {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /** From when on a change counts, in words. */
    String effectiveWords() {
        return switch (effective) {
            case AT_ONCE -> "reload: at once";
            case FOR_NEW_CONNECTIONS -> "reload: for new connections";
            case AFTER_RESTART -> "a change needs a restart";
        };
    }
}
