package io.holdfast.server;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.util.CachingDateFormatter;
import java.util.List;
import org.slf4j.event.KeyValuePair;

/**
 * A line of the log, as text: the time, the level, the thread and the class that says it, then
 * {@code client=ID}, if it is about a client, then the message, then all else that is known by name. It is
 * one line whatever is in it; the stack of what was thrown follows.
 *
 * <p><b>Nothing that a client sends can look like something else.</b> Control characters and the like are
 * written as their escapes (&#92;u000a); in a value so are quotes, backslashes and equals signs, and a value
 * with spaces is in quotes. So {@code client=meter-7 } stands where this class has put it, and nowhere else.
 */
final class LogLine extends LayoutBase<ILoggingEvent> {
    private static final String CLIENT = "client";
    private static final int LEVEL_CHARACTERS = 5;

    /** Of its own class, since a start that has nothing to say need not look for the zones of time. */
    private static final class Time {
        static final CachingDateFormatter FORMAT = new CachingDateFormatter("yyyy-MM-dd'T'HH:mm:ss.SSSXXX");
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        String logger = event.getLoggerName();
        String level = event.getLevel().toString();
        StringBuilder line = new StringBuilder(Time.FORMAT.format(event.getTimeStamp()))
                .append(' ').append(level).repeat(' ', LEVEL_CHARACTERS - level.length())
                .append(" [").append(event.getThreadName()).append("] ")
                .append(logger, logger.lastIndexOf('.') + 1, logger.length()).append(": ");
        appendWhatIsSaid(event, line);
        line.append(System.lineSeparator());
        if (event.getThrowableProxy() != null) {
            line.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        return line.toString();
    }

    static void appendWhatIsSaid(ILoggingEvent event, StringBuilder line) {
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        if (pairs == null) {
            escape(event.getFormattedMessage(), false, line);
            return;
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
