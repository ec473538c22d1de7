package io.holdfast.admin;

import java.util.function.LongSupplier;

/**
 * A figure that somebody keeps, and that is read when it is asked for.
 *
 * @param counts whether it only ever grows, from 0 at the start of the process
 * @param name in Micrometer's way: words with dots between them, and without the unit
 * @param unit what is counted, in the plural, or null
 * @param label what tells it from others of the same name, or null; as {@code labelValue}
 * @param meaning the same for all of the same name; without a full stop
 */
public record Reading(boolean counts, String name, String unit, String label, String labelValue,
        String meaning, LongSupplier value) {

    /** What only grows. */
    public static Reading counter(String name, String unit, String meaning, LongSupplier value) {
        return new Reading(true, name, unit, null, null, meaning, value);
    }

    /** What grows and shrinks. */
    public static Reading gauge(String name, String unit, String meaning, LongSupplier value) {
        return new Reading(false, name, unit, null, null, meaning, value);
    }

    /** The same figure of one of several. */
    public Reading of(String label, String labelValue) {
        return new Reading(counts, name, unit, label, labelValue, meaning, value);
    }
}
