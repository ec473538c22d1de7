package io.holdfast.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** UTF-8 as the standard demands it: no surrogates, no overlong forms (section 1.5.4). */
public final class Utf8 {
    private Utf8() {}

    /**
     * The text, or null if the bytes are not well-formed. Ill-formed bytes decode to U+FFFD, in loops of the
     * JDK that know vectors; so only a text that has that character needs a second look: it is well-formed if
     * encoding it gives the same bytes again.
     */
    public static String decode(byte[] bytes) {
        String text = new String(bytes, UTF_8);
        boolean sound = text.indexOf('\uFFFD') < 0 || Arrays.equals(text.getBytes(UTF_8), bytes);
        return sound ? text : null;
    }
}
