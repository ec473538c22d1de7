package io.holdfast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClientLinesTest {
    private static final int LINES_MAX = 100;

    private final LoggerContext context = new LoggerContext();
    private final CountDownLatch beginsToRead = new CountDownLatch(1);
    private final CountDownLatch readsOn = new CountDownLatch(1);
    /** What has been read at a time. */
    private final List<String> read = new ArrayList<>();

    /** Begins to read, and goes on when the test wants it. */
    private final OutputStream reader = new OutputStream() {
        @Override
        public void write(int b) {
            throw new AssertionError("byte by byte");
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            beginsToRead.countDown();
            boolean isInterrupted = false;
            while (readsOn.getCount() > 0) {
                try {
                    readsOn.await();
                } catch (InterruptedException e) {
                    isInterrupted = true; // a pipe is not interrupted
                }
            }
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
            read.add(new String(bytes, offset, length, StandardCharsets.UTF_8));
        }
    };
    private final Encoder<ILoggingEvent> encoder = LogFormat.TEXT.encoder(context);
    private final ClientLines lines =
            new ClientLines(LINES_MAX, () -> encoder, new PrintStream(reader, false, StandardCharsets.UTF_8));

    @BeforeEach
    void start() throws InterruptedException {
        lines.setContext(context);
        lines.start();
        add(0);
        beginsToRead.await();
    }

    private void add(int number) {
        LoggingEvent line = new LoggingEvent();
        line.setLoggerContext(context);
        line.setLoggerName("clients");
        line.setLevel(Level.INFO);
        line.setMessage("line " + number);
        line.setMDCPropertyMap(Map.of());
        lines.doAppend(line);
    }

    private static String said(String written) {
        return written.lines().map(line -> line.substring(line.indexOf("clients: ")))
                .collect(Collectors.joining("\n"));
    }

    private static String lines(int from, int to) {
        return IntStream.range(from, to).mapToObj(number -> "clients: line " + number)
                .collect(Collectors.joining("\n"));
    }

    @Test
    void whatHasComeMeanwhileIsWrittenAtOnce() {
        for (int i = 1; i < LINES_MAX; i++) {
            add(i);
        }
        readsOn.countDown();
        lines.stop();
        assertEquals(List.of(lines(0, 1), lines(1, LINES_MAX)),
                read.stream().map(ClientLinesTest::said).toList());
        assertEquals(0, lines.omitted());
    }

    @Test
    void whoDoesNotReadTheLogKeepsNobodyWaitingAndWhatIsLeftOutIsCounted() {
        int count = 1 + LINES_MAX + 50;
        for (int i = 1; i < count; i++) {
            add(i);
        }
        assertEquals(50, lines.omitted());
        lines.stop(); // nor does it keep the broker from its end
        assertTrue(read.isEmpty());
        readsOn.countDown();
    }
}
