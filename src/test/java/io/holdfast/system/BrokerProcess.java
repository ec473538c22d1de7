package io.holdfast.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The packaged broker, started by its launcher in a process of its own, for tests and tools. It listens on a
 * free port of the loopback interface.
 */
public final class BrokerProcess implements AutoCloseable {
    /** Tests and tools are run in the project's folder. */
    private static final Path LAUNCHER = Path.of("tools/holdfast").toAbsolutePath();
    /** Ctrl-C is for whoever started the broker, and will end it. */
    private static final List<String> UNINTERRUPTED = List.of("sh", "-c", "trap '' INT; exec \"$0\" \"$@\"");
    private static final String READY = "Holdfast is ready: ";
    private static final long SECONDS_TO_STOP_MAX = 60;

    private final Process process;
    private final String url;

    private BrokerProcess(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    /**
     * Starts a broker and waits until it serves clients.
     *
     * @param data the folder of its store
     * @throws IllegalStateException with what it said, if it ends instead
     */
    public static BrokerProcess start(Path data) {
        return start(data, _ -> { });
    }

    /** The same, and every line that the broker says goes to the listener. */
    public static BrokerProcess start(Path data, Consumer<String> listener) {
        List<String> said = new ArrayList<>();
        try {
            Process process = launch(UNINTERRUPTED, "start", "--port", "0", "--data", data.toString());
            BufferedReader output = process.inputReader();
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                said.add(line);
                listener.accept(line);
                if (line.startsWith(READY)) {
                    drain(output, listener);
                    return new BrokerProcess(process, line.substring(READY.length()));
                }
            }
            throw new IllegalStateException("the broker ended before it was ready, after " + said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs {@code tools/holdfast} with that command, standard error joined to standard output. */
    public static Process launch(String... command) throws IOException {
        return launch(List.of(), command);
    }

    private static Process launch(List<String> before, String... command) throws IOException {
        List<String> line = new ArrayList<>(before);
        line.add(LAUNCHER.toString());
        line.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().put("HOLDFAST_BUILD", "no");
        return builder.start();
    }

    private static void drain(BufferedReader output, Consumer<String> listener) {
        Thread.ofVirtual().start(() -> {
            try (Stream<String> lines = output.lines()) {
                lines.forEach(listener);
            } catch (UncheckedIOException _) {
                // The process has ended.
            }
        });
    }

    /** Where it listens, as {@code mqtt://127.0.0.1:PORT}. */
    public String url() {
        return url;
    }

    public int port() {
        return Integer.parseInt(url.substring(url.lastIndexOf(':') + 1));
    }

    public long pid() {
        return process.pid();
    }

    /** {@code kill -9}; returns when the process is gone. */
    public void kill() {
        process.destroyForcibly();
        await();
    }

    /** SIGTERM; returns the exit status. */
    public int stop() {
        process.destroy();
        return await();
    }

    private int await() {
        try {
            if (!process.waitFor(SECONDS_TO_STOP_MAX, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "the broker did not end within " + SECONDS_TO_STOP_MAX + " s");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
