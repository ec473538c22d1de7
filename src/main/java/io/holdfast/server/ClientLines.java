package io.holdfast.server;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.LoggerFactory;

/**
 * Takes the lines about clients from those who have them to say, and has nobody wait: what finds no room in
 * its queue, because the log is not read as fast, is left out and counted. It is the appender of the log
 * {@value #LOG} in logback.xml, where {@code discardingThreshold} is the room that is kept for threads that
 * find it at the same time.
 */
public final class ClientLines extends AsyncAppender {
    private static final String LOG = "io.holdfast.clients";
    private static final String NAME = "clients";

    private final LongAdder omitted = new LongAdder();

    /** How many were left out of the log of this process. */
    static long omitted() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        return context.getLogger(LOG).getAppender(NAME) instanceof ClientLines lines ? lines.count() : 0;
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
