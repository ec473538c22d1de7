package io.holdfast.config;

import java.util.ArrayList;
import java.util.List;

/** What is wrong with what the operator wrote: all of it, in the order in which it was found. */
final class Mistakes {
    private final List<String> messages = new ArrayList<>();

    /** @param what goes on after the name of what was written: {@code " is 7; expected ..."} */
    void add(Origin origin, String what) {
        messages.add(origin.say(what));
    }

    /** Answers whether the text may be written for the key; if not, that is one of the mistakes. */
    boolean permit(Shape shape, String text, Origin origin) {
        boolean permitted = shape.permits(text);
        if (!permitted) {
            String is = text.isEmpty() ? " has no value" : " is " + text;
            add(origin, is + "; expected " + shape.expected());
        }
        return permitted;
    }

    List<String> messages() {
        return messages;
    }
}
