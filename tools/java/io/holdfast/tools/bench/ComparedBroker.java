package io.holdfast.tools.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A broker of {@code bench/rivals/start}, in a process of its own, with a folder that survives it. */
final class ComparedBroker implements AutoCloseable {
    private static final String START = "bench/rivals/start";
    private static final long START_NANOS_MAX = TimeUnit.SECONDS.toNanos(120);
    private static final int AGAIN_MILLIS = 20;

    private final String name;
    private final Path folder;
    private final int port;
    private Process process;

    ComparedBroker(String name, Path folder, int port) {
        this.name = name;
        this.folder = folder;
        this.port = port;
    }

    String name() {
        return name;
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    /** As it tells it. */
    String version() {
        try {
            Process asked = new ProcessBuilder(START, name, "version")
                    .redirectError(ProcessBuilder.Redirect.INHERIT).start();
            return asked.inputReader().readAllAsString().strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it, with the data that it had, and waits until it accepts connections. */
    void start() {
        try {
            Files.createDirectories(folder);
            Path log = folder.resolveSibling(name + ".log");
            process = new ProcessBuilder(List.of(START, name, folder.toString(), Integer.toString(port)))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
            long deadlineNanos = System.nanoTime() + START_NANOS_MAX;
            while (!accepts()) {
                if (!process.isAlive() || System.nanoTime() > deadlineNanos) {
                    throw new IllegalStateException(name + " does not start; it says why in " + log);
                }
                Thread.sleep(AGAIN_MILLIS);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean accepts() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /** {@code kill -9}; returns when it is gone. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    void killAndStart() {
        kill();
        start();
    }

    @Override
    public void close() {
        if (process != null) {
            kill();
        }
    }
}
