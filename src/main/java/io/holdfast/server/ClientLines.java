package io.holdfast.server;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import java.util.concurrent.atomic.LongAdder;

/**
 * Takes the lines about clients from those who have them to say, and has nobody wait: clients write them, in
 * effect, and whoever does not read them as fast must not stop the broker. What finds no room is left out and
 * counted.
 */
final class ClientLines extends AsyncAppender {
    private static final String LOG = "io.holdfast.clients";
    private static final String NAME = "clients";
    private static final int LINES_MAX = 8_192;
    /** For threads that find the last room at the same time. */
    private static final int SPARE = 64;

    private final LongAdder omitted = new LongAdder();

    private ClientLines() {}

    /** Gives a log such lines, which go on to that appender. */
    static void add(LoggerContext context, Appender<ILoggingEvent> next) {
        ClientLines lines = of(context, LINES_MAX, next);
        lines.setName(NAME);
        Logger clients = context.getLogger(LOG);
        clients.setAdditive(false);
        clients.addAppender(lines);
    }

    /** One with room for so many. */
    static ClientLines of(LoggerContext context, int linesMax, Appender<ILoggingEvent> next) {
        ClientLines lines = new ClientLines();
        lines.setContext(context);
        lines.setQueueSize(linesMax + SPARE);
        lines.setDiscardingThreshold(SPARE);
        lines.setNeverBlock(true);
        lines.addAppender(next);
        lines.start();
        return lines;
    }

    /** How many were left out of the log of this process. */
    static long omitted() {
        return Log.context().getLogger(LOG).getAppender(NAME) instanceof ClientLines lines
                ? lines.count() : 0;
    }

    long count() {
        return omitted.sum();
    }

    /** Asked only where there is hardly any room. */
    @Override
    protected boolean isDiscardable(ILoggingEvent line) {
        omitted.increment();
        return true;
    }
}
