package io.holdfast.server;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import java.util.Locale;
import org.slf4j.LoggerFactory;

/** How lines of the log are written. */
enum LogFormat {
    /** As {@link LogLine} has it, after the time, the level and who says it. */
    TEXT,
    /** A JSON object in each line; what is {@code client=ID} in text is in its {@code kvpList}. */
    JSON;

    /** What its appender is called in logback.xml. */
    private static final String APPENDER = "stderr";

    /** The one of that name in lower case, or null. */
    static LogFormat of(String name) {
        for (LogFormat format : values()) {
            if (format.name().toLowerCase(Locale.ROOT).equals(name)) {
                return format;
            }
        }
        return null;
    }

    /** Writes what waits; nothing is logged after that. */
    static void end() {
        ((LoggerContext) LoggerFactory.getILoggerFactory()).stop();
    }

    /** Has all that is logged from now on written in this format; text is what the log begins with. */
    void use() {
        if (this == TEXT) {
            return;
        }
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        JsonEncoder encoder = new JsonEncoder();
        encoder.setContext(context);
        encoder.setWithSequenceNumber(false);
        encoder.setWithNanoseconds(false);
        encoder.setWithContext(false);
        encoder.setWithMDC(false);
        encoder.setWithMarkers(false);
        encoder.setWithMessage(false);
        encoder.setWithArguments(false);
        encoder.setWithFormattedMessage(true);
        encoder.start();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        if (root.getAppender(APPENDER) instanceof OutputStreamAppender<ILoggingEvent> appender) {
            appender.setEncoder(encoder);
        }
    }
}
