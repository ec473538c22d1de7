package io.holdfast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.event.KeyValuePair;

/** A line of the log says what it says, whatever is in it. */
class LogLineTest {
    @ParameterizedTest(name = "{2}")
    @CsvSource(quoteCharacter = '`', textBlock = """
            meter-7,                   meter-7,                          as it is
            Zähler/7,                  Zähler/7,                         letters of any script
            a b,                       `"a b"`,                          a space
            ``,                        `""`,                             nothing
            `a" reason="b`,            `"a\\u0022 reason\\u003d\\u0022b"`, another value
            client=meter-7,            client\\u003dmeter-7,             another client
            `7 \\u000a`,               `"7 \\u005cu000a"`,               an escape of its own
            """)
    void aClientThatTakesAStrangeNameIsKnownByItAndByNoOther(String clientId, String written, String what) {
        assertEquals("client=" + written + " connected version=5.0", line("connected", clientId), what);
    }

    @Test
    void whatWouldBeginAnotherLineOrMoveCharactersAboutIsEscaped() {
        assertEquals("client=a\\u000a2026-01-01T00:00:00Z connected version=5.0",
                line("connected", "a\n2026-01-01T00:00:00Z"));
        assertEquals("client=\\u001b[2J\\u202e\\u2028\\u0085\\u00a0\\ud800 connected version=5.0",
                line("connected", "\u001b[2J\u202e\u2028\u0085\u00a0\ud800"));
        assertEquals("client=\ud83d\ude00 connected version=5.0", line("connected", "\ud83d\ude00"));
    }

    @Test
    void aMessageIsOneLineToo() {
        LoggingEvent event = event("packet of {}");
        event.setArgumentArray(new Object[] {"a\r\nb = \"c\""});
        assertEquals("packet of a\\u000d\\u000ab = \"c\"", said(event));
    }

    @Test
    void aLineBeginsWithWhenHowBadAndWhoAndTheStackOfWhatWasThrownFollows() {
        LoggingEvent event = event("disk is full");
        event.setLoggerName("io.holdfast.rocks.Database");
        event.setThreadName("holdfast-commit");
        event.setThrowableProxy(new ThrowableProxy(new IllegalStateException("no space")));
        String[] lines = new LogLine().doLayout(event).split("\\R");
        assertTrue(lines[0].matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}(Z|[+-]\\d\\d:\\d\\d) "
                + "INFO  \\[holdfast-commit\\] Database: disk is full"), lines[0]);
        assertEquals("java.lang.IllegalStateException: no space", lines[1]);
        assertTrue(lines[2].startsWith("\tat io.holdfast.server.LogLineTest."), lines[2]);
    }

    private static String line(String message, String clientId) {
        LoggingEvent event = event(message);
        event.addKeyValuePair(new KeyValuePair("version", "5.0"));
        event.addKeyValuePair(new KeyValuePair("client", clientId));
        return said(event);
    }

    private static String said(LoggingEvent event) {
        StringBuilder line = new StringBuilder();
        LogLine.appendWhatIsSaid(event, line);
        return line.toString();
    }

    private static LoggingEvent event(String message) {
        LoggingEvent event = new LoggingEvent();
        event.setLoggerContext(new LoggerContext());
        event.setLevel(Level.INFO);
        event.setMessage(message);
        return event;
    }
}
