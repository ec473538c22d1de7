package io.holdfast.server;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.List;
import org.slf4j.event.KeyValuePair;

/**
 * What a line of the log says, as text: {@code client=ID} first, if it is about a client, then the message,
 * then all else that is known by name. It is one line whatever is in it.
 *
 * <p><b>Nothing that a client sends can look like something else.</b> Control characters and the like are
 * written as their escapes (&#92;u000a); in a value so are quotes, backslashes and equals signs, and a value
 * with spaces is in quotes. So {@code client=meter-7 } stands where this class has put it, and nowhere else.
 */
public final class LogLine extends ClassicConverter {
    private static final String CLIENT = "client";

    @Override
    public String convert(ILoggingEvent event) {
        StringBuilder line = new StringBuilder();
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        if (pairs == null) {
            escape(event.getFormattedMessage(), false, line);
            return line.toString();
        }
        for (KeyValuePair pair : pairs) {
            if (pair.key.equals(CLIENT)) {
                append(pair.key, pair.value, line);
                line.append(' ');
            }
        }
        escape(event.getFormattedMessage(), false, line);
        for (KeyValuePair pair : pairs) {
            if (!pair.key.equals(CLIENT)) {
                line.append(' ');
                append(pair.key, pair.value, line);
            }
        }
        return line.toString();
    }

    /** Adds {@code name=value}. */
    static void append(String name, Object value, StringBuilder line) {
        String text = String.valueOf(value);
        boolean isQuoted = text.isEmpty() || text.indexOf(' ') >= 0;
        line.append(name).append(isQuoted ? "=\"" : "=");
        escape(text, true, line);
        line.append(isQuoted ? "\"" : "");
    }

    private static void escape(String text, boolean isValue, StringBuilder line) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isPlain(text, i) && !(isValue && (c == '"' || c == '\\' || c == '='))) {
                line.append(c);
            } else {
                line.append("\\u%04x".formatted((int) c));
            }
        }
    }

    /** Whether a character can be seen, or is a space, and is nothing that moves others about. */
    private static boolean isPlain(String text, int index) {
        char c = text.charAt(index);
        if (c >= ' ' && c < 0x7F) {
            return true;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR, Character.PRIVATE_USE, Character.UNASSIGNED -> false;
            case Character.SURROGATE -> Character.isHighSurrogate(c)
                    ? index + 1 < text.length() && Character.isLowSurrogate(text.charAt(index + 1))
                    : index > 0 && Character.isHighSurrogate(text.charAt(index - 1));
            default -> true;
        };
    }
}
