package io.holdfast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClientLinesTest {
    private static final int QUEUE = 100;
    private static final int LINES = 250;

    private final LoggerContext context = new LoggerContext();
    private int read;

    /** Whoever stops the appender interrupts its thread: it waits here for the test, and for nothing else. */
    private final AppenderBase<ILoggingEvent> reader = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent line) {
            synchronized (context) {
                read++;
            }
        }
    };

    private LoggingEvent line() {
        LoggingEvent line = new LoggingEvent();
        line.setLoggerContext(context);
        line.setLevel(Level.INFO);
        line.setMessage("connected");
        line.setMDCPropertyMap(Map.of());
        return line;
    }

    @Test
    void whoDoesNotReadTheLogKeepsNobodyWaitingAndWhatIsLeftOutIsCounted() {
        reader.setContext(context);
        reader.start();
        ClientLines lines = ClientLines.of(context, QUEUE, reader);
        lines.setMaxFlushTime(0);
        synchronized (context) {
            for (int i = 0; i < LINES; i++) {
                lines.doAppend(line());
            }
            // Beside a queue of them there are those that the thread has taken which reads.
            assertTrue(lines.count() >= LINES - 2 * QUEUE, () -> "left out: " + lines.count());
        }
        lines.stop(); // waits until all have been read
        assertEquals(LINES, read + lines.count());
    }
}
