package io.holdfast.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * The log of the broker: Logback's, on standard error, since standard output belongs to the banner. SLF4J
 * and Logback would find all this by themselves, in a file of XML; but they look through every jar for it,
 * twice, and that and the XML took a third of a start.
 */
public final class Log implements SLF4JServiceProvider {
    private static final String STDERR = "stderr";

    private final LoggerContext context = new LoggerContext();
    private final LogbackMDCAdapter mdc = new LogbackMDCAdapter();
    private final IMarkerFactory markers = new BasicMarkerFactory();

    /** Has all that is logged written here; to be called before anything is. */
    static void begin() {
        System.setProperty(LoggerFactory.PROVIDER_PROPERTY_KEY, Log.class.getName());
        System.setProperty("slf4j.internal.verbosity", "WARN"); // it would say that this was found
    }

    /** What Logback knows of the log of this process. */
    static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }

    /** Has all that is logged from now on written in this format; text is what the log begins with. */
    static void use(LogFormat format) {
        Logger root = context().getLogger(Logger.ROOT_LOGGER_NAME);
        if (root.getAppender(STDERR) instanceof ConsoleAppender<ILoggingEvent> appender) {
            appender.setEncoder(format.encoder(context()));
        }
    }

    /** Writes what waits; nothing is logged after that. */
    static void end() {
        context().stop();
    }

    @Override
    public void initialize() {
        context.setName("holdfast");
        context.setMDCAdapter(mdc);
        ConsoleAppender<ILoggingEvent> stderr = new ConsoleAppender<>();
        stderr.setContext(context);
        stderr.setName(STDERR);
        stderr.setTarget("System.err");
        stderr.setEncoder(LogFormat.TEXT.encoder(context));
        stderr.start();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(stderr);
        context.getLogger("io.netty").setLevel(Level.WARN);
        context.getLogger("io.holdfast.rocks").setLevel(Level.WARN);
        ClientLines lines = new ClientLines(stderr::getEncoder, System.err);
        lines.setContext(context);
        lines.start();
        Logger clients = context.getLogger(ClientLines.LOG);
        clients.setAdditive(false);
        clients.addAppender(lines);
        context.start();
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
        return context;
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return markers;
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return mdc;
    }

    /** The newest that this goes with. */
    @Override
    public String getRequestedApiVersion() {
        return "2.0.99";
    }
}
