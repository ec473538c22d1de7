package io.holdfast.server;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.encoder.Encoder;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Takes the lines about clients from those who have them to say, and has nobody wait: clients write them, in
 * effect, and whoever does not read them as fast must not stop the broker. What finds no room is left out and
 * counted.
 *
 * <p>A thread writes what has come within a pause at once: to be woken up for each line costs the broker more
 * than the line.
 */
final class ClientLines extends UnsynchronizedAppenderBase<ILoggingEvent> {
    static final String LOG = "io.holdfast.clients";
    private static final String NAME = "clients";
    private static final int LINES_MAX = 8_192;
    private static final long PAUSE_MILLIS = 10;
    private static final long STOP_MILLIS_MAX = 1_000;
    /** Written at once, and one more line. */
    private static final int BYTES_MAX = 64 << 10;

    private final BlockingQueue<ILoggingEvent> waiting;
    private final Supplier<Encoder<ILoggingEvent>> encoder;
    private final PrintStream out;
    private final LongAdder omitted = new LongAdder();
    private final Thread writer = new Thread(this::write, "holdfast-log");

    ClientLines(Supplier<Encoder<ILoggingEvent>> encoder, PrintStream out) {
        this(LINES_MAX, encoder, out);
    }

    /** @param linesMax how many have room beside those that are being written */
    ClientLines(int linesMax, Supplier<Encoder<ILoggingEvent>> encoder, PrintStream out) {
        this.encoder = encoder;
        this.out = out;
        waiting = new ArrayBlockingQueue<>(linesMax);
        writer.setDaemon(true);
        setName(NAME);
    }

    /** How many were left out of the log of this process. */
    static long omittedOfAll() {
        return Log.context().getLogger(LOG).getAppender(NAME) instanceof ClientLines lines
                ? lines.omitted() : 0;
    }

    long omitted() {
        return omitted.sum();
    }

    @Override
    public void start() {
        super.start();
        writer.start();
    }

    /** Has what waits written, unless nobody reads it. */
    @Override
    public void stop() {
        super.stop();
        writer.interrupt();
        try {
            writer.join(STOP_MILLIS_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    protected void append(ILoggingEvent line) {
        line.prepareForDeferredProcessing();
        if (!waiting.offer(line)) {
            omitted.increment();
        }
    }

    private void write() {
        List<ILoggingEvent> lines = new ArrayList<>();
        try {
            while (true) {
                lines.add(waiting.take());
                write(lines);
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) { // by stop, and not while lines are written
            write(lines);
        }
    }

    /** Writes these, and all that wait. */
    private void write(List<ILoggingEvent> lines) {
        waiting.drainTo(lines);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (ILoggingEvent line : lines) {
            bytes.writeBytes(encoder.get().encode(line));
            if (bytes.size() >= BYTES_MAX) {
                out.writeBytes(bytes.toByteArray());
                bytes.reset();
            }
        }
        out.writeBytes(bytes.toByteArray());
        lines.clear();
    }
}
