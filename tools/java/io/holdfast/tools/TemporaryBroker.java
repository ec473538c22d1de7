package io.holdfast.tools;

import io.holdfast.system.BrokerProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A broker in a process of its own, which may be killed and started again, and a temporary folder for its
 * data and what it says. Closing it, or the end of this process, ends the broker and removes the folder.
 */
final class TemporaryBroker implements AutoCloseable {
    private static final long SIGNAL_MILLIS_MAX = 500;

    private final Path folder;
    private final PrintWriter log;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Machine machine;
    private BrokerProcess process;
    private boolean keptFolder;
    private boolean ended;

    /** What clients have done in one life of the broker, in messages, and the time that it took. */
    record Work(long messages, long millis) {
        Work plus(Work other) {
            return new Work(messages + other.messages, millis + other.millis);
        }

        long perSecond() {
            return messages * 1_000 / Math.max(1, millis);
        }
    }

    TemporaryBroker(String prefix) {
        this(prefix, Machine.Lasting::new);
    }

    /** @param machine what it runs on, in that folder */
    TemporaryBroker(String prefix, Function<Path, Machine> machine) {
        synchronized (this) { // whoever closes this early waits
            Runtime.getRuntime().addShutdownHook(new Thread(this::close));
            try {
                folder = Files.createTempDirectory(prefix);
                log = new PrintWriter(Files.newBufferedWriter(folder.resolve("broker.log")), true);
                this.machine = machine.apply(folder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Its folder {@code data} is the broker's, its file {@code broker.log} what the broker says. */
    Path folder() {
        return folder;
    }

    /** Where it keeps its store. */
    Path data() {
        return folder.resolve("data");
    }

    /** Starts the process; returns the milliseconds until it served clients. */
    long start() {
        return start("");
    }

    /** The same, with options for its Java virtual machine. */
    synchronized long start(String javaOptions) {
        if (closing.getCount() == 0) {
            throw new IllegalStateException("the tool is ending");
        }
        long startNanos = System.nanoTime();
        process = machine.start(javaOptions, log::println);
        return millisSince(startNanos);
    }

    synchronized long pid() {
        return process.pid();
    }

    /** Lets clients do all that they have to do. */
    Work play(List<? extends Part> parts) {
        long startNanos = System.nanoTime();
        Progress progress = new Progress(Long.MAX_VALUE);
        Part.playAll(parts, port(), progress).join();
        return new Work(progress.done(), millisSince(startNanos));
    }

    /** The same, but the machine ends the broker's life when that many messages are done. */
    Work playAndKill(List<? extends Part> parts, long killAt) {
        long startNanos = System.nanoTime();
        Progress progress = new Progress(killAt);
        CompletableFuture<Void> players = Part.playAll(parts, port(), progress);
        CompletableFuture.anyOf(progress.reached(), players).join();
        kill();
        players.join();
        return new Work(progress.done(), millisSince(startNanos));
    }

    synchronized int port() {
        return process.port();
    }

    /** The machine ends the broker's life now. */
    synchronized void kill() {
        machine.fail(process);
    }

    /** SIGTERM, and its orderly end. */
    synchronized void stop() {
        process.stop();
    }

    /** What the process has said so far. */
    synchronized List<String> said() {
        return process.said();
    }

    private static long millisSince(long startNanos) {
        return (System.nanoTime() - startNanos) / 1_000_000;
    }

    /** Leaves the folder where it is when the broker ends. */
    synchronized void keepFolder() {
        keptFolder = true;
    }

    /**
     * Does not return if this process is ending: what goes wrong then means nothing. The signal that ends it
     * may have reached the broker a moment earlier.
     */
    void requireOpen() {
        try {
            if (closing.await(SIGNAL_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
                System.exit(1);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns when the broker has ended, whoever called this first. */
    @Override
    public void close() {
        closing.countDown();
        end();
    }

    private synchronized void end() {
        if (ended) {
            return;
        }
        ended = true;
        if (process != null) {
            process.kill();
        }
        machine.close();
        log.close();
        if (!keptFolder) {
            removeFolder();
        }
    }

    private void removeFolder() {
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the folder " + folder + " could not be removed", e);
        }
    }
}
