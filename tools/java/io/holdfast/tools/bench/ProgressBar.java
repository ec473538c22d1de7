package io.holdfast.tools.bench;

import java.io.PrintStream;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How far a phase is, on one line of a terminal; nothing where there is none. */
final class ProgressBar {
    private static final int WIDTH = 30;
    private static final String CLEAR = "\r\u001B[K";

    private final PrintStream terminal;

    /** @param terminal where to draw, or null to draw nothing */
    ProgressBar(PrintStream terminal) {
        this.terminal = terminal;
    }

    /** One on standard error, if that is where somebody looks. */
    static ProgressBar onTerminal() {
        return new ProgressBar(System.console() != null && System.console().isTerminal() ? System.err : null);
    }

    /** Draws until the phase has ended. */
    void show(String name, long total, Meter meter) {
        if (terminal == null) {
            return;
        }
        long startNanos = System.nanoTime();
        while (!meter.finished().isDone()) {
            terminal.print(CLEAR + line(name, meter.done(), total, System.nanoTime() - startNanos));
            terminal.flush();
            try {
                meter.finished().get(Fleet.TICK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException _) {
                // Draws again.
            } catch (ExecutionException _) {
                // Whoever waits for the phase is told.
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    static String line(String name, long done, long total, long nanos) {
        int full = (int) Math.min(WIDTH, done * WIDTH / Math.max(1, total));
        return "%-9s [%s%s] %,d of %,d, %,.0f/s".formatted(name, "#".repeat(full), ".".repeat(WIDTH - full),
                done, total, done * 1e9 / Math.max(1, nanos));
    }

    void clear() {
        if (terminal != null) {
            terminal.print(CLEAR);
            terminal.flush();
        }
    }
}
