package io.holdfast.conformance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The normative statements that a test shows, or all tests of a class, by their ids without brackets. Both
 * standards number theirs in the same way, and mean different statements.
 *
 * <p>Rows of a table carry theirs in their text, which is the display name of their test: see {@link
 * ClauseListener}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Clause {
    /** Ids of MQTT 5.0. */
    String[] mqtt5() default {};

    /** Ids of MQTT 3.1.1. */
    String[] mqtt311() default {};
}
