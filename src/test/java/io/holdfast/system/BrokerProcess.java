package io.holdfast.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The packaged broker, started by its launcher in a process of its own, for tests and tools. It listens on a
 * free port of the loopback interface, unless told otherwise.
 */
public final class BrokerProcess implements AutoCloseable {
    /** Tests and tools are run in the project's folder. */
    private static final Path LAUNCHER = Path.of("tools/holdfast").toAbsolutePath();
    /** Ctrl-C is for whoever started the broker, and will end it. */
    private static final List<String> UNINTERRUPTED = List.of("sh", "-c", "trap '' INT; exec \"$0\" \"$@\"");
    private static final String LISTENS = "  listens on  ";
    private static final String READY = "Holdfast is ready: ";
    private static final long SECONDS_TO_STOP_MAX = 60;

    /** Ports to choose from: below those that systems give away, so that nobody gets one by chance. */
    private static final int PORT_MIN = 10_000;
    private static final int PORT_MAX = 32_000;

    /** Lines kept of what a broker says: more than a sound one ever does. */
    private static final int LINES_MAX = 10_000;

    private final Process process;
    private final String url;
    private final List<String> said;
    private final Thread drain;

    private BrokerProcess(Process process, String url, List<String> said, Thread drain) {
        this.process = process;
        this.url = url;
        this.said = said;
        this.drain = drain;
    }

    /**
     * Starts a broker and waits until it serves clients.
     *
     * @param data the folder of its store
     * @param flags further ones, of which the last of a kind counts
     * @throws IllegalStateException with what it said, if it ends instead
     */
    public static BrokerProcess start(Path data, String... flags) {
        return start("", data, _ -> { }, flags);
    }

    /** The same, and every line that the broker says goes to the listener. */
    public static BrokerProcess start(Path data, Consumer<String> listener) {
        return start("", data, listener);
    }

    /** The same, with options for its Java virtual machine. */
    public static BrokerProcess start(String javaOptions, Path data, Consumer<String> listener,
            String... flags) {
        List<String> all = new ArrayList<>(List.of("--port", "0"));
        all.addAll(List.of(flags));
        return start(javaOptions, data, listener, all);
    }

    /** Starts a broker with these flags, which say where it listens, and waits until it serves clients. */
    public static BrokerProcess startWith(Path data, String... flags) {
        return start("", data, _ -> { }, List.of(flags));
    }

    private static BrokerProcess start(String javaOptions, Path data, Consumer<String> listener,
            List<String> flags) {
        List<String> line = new ArrayList<>(UNINTERRUPTED);
        line.addAll(List.of(LAUNCHER.toString(), "start", "--data", data.toString()));
        line.addAll(flags);
        return awaitReady(line, javaOptions, listener);
    }

    /** Another broker than the packaged one: a main class of this process's class path, with its flags. */
    public static BrokerProcess startMain(Class<?> main, Path data, Consumer<String> listener,
            String... flags) {
        List<String> line = new ArrayList<>(UNINTERRUPTED);
        line.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                "-cp", System.getProperty("java.class.path"), main.getName(),
                "start", "--data", data.toString(), "--port", "0"));
        line.addAll(List.of(flags));
        return awaitReady(line, "", listener);
    }

    private static BrokerProcess awaitReady(List<String> line, String javaOptions,
            Consumer<String> listener) {
        List<String> said = Collections.synchronizedList(new ArrayList<>());
        Consumer<String> hear = spoken -> {
            if (said.size() < LINES_MAX) {
                said.add(spoken);
            }
            listener.accept(spoken);
        };
        try {
            Process process = launch(line, javaOptions);
            BufferedReader output = process.inputReader();
            for (String spoken = output.readLine(); spoken != null; spoken = output.readLine()) {
                hear.accept(spoken);
                if (spoken.startsWith(READY)) {
                    Thread drain = Thread.ofVirtual().start(() -> drain(output, hear));
                    return new BrokerProcess(process, spoken.substring(READY.length()), said, drain);
                }
            }
            throw new IllegalStateException("the broker ended before it was ready, after " + said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs {@code tools/holdfast} with that command, standard error joined to standard output. */
    public static Process launch(String... command) throws IOException {
        List<String> line = new ArrayList<>(List.of(LAUNCHER.toString()));
        line.addAll(List.of(command));
        return launch(line, "");
    }

    private static Process launch(List<String> line, String javaOptions) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().put("HOLDFAST_BUILD", "no");
        builder.environment().merge("HOLDFAST_JAVA_OPTS", javaOptions, (theirs, ours) -> theirs + " " + ours);
        return builder.start();
    }

    /** A port that nobody listens on, for a broker that is to come back on it. */
    public static int freePort() throws IOException {
        for (;;) {
            int port = ThreadLocalRandom.current().nextInt(PORT_MIN, PORT_MAX);
            try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return port;
            } catch (BindException _) {
                // Taken; another one is not.
            }
        }
    }

    private static void drain(BufferedReader output, Consumer<String> hear) {
        try (Stream<String> lines = output.lines()) {
            lines.forEach(hear);
        } catch (UncheckedIOException _) {
            // The process has ended.
        }
    }

    /** Where it listens, as {@code mqtt://127.0.0.1:PORT}. */
    public String url() {
        return url;
    }

    /** Where all its listeners listen, in the order of its flags. */
    public List<String> urls() {
        return said.stream().filter(line -> line.startsWith(LISTENS))
                .map(line -> line.substring(LISTENS.length())).toList();
    }

    public int port() {
        return Integer.parseInt(url.substring(url.lastIndexOf(':') + 1));
    }

    public long pid() {
        return process.pid();
    }

    public ProcessHandle handle() {
        return process.toHandle();
    }

    /** What it has said so far, on standard output and standard error; all of it once it has ended. */
    public List<String> said() {
        return List.copyOf(said);
    }

    /** {@code kill -9}; returns when the process is gone. */
    public void kill() {
        handle().destroyForcibly(); // Process.destroyForcibly would close what is yet to be read
        await();
    }

    /** SIGTERM; returns the exit status. */
    public int stop() {
        handle().destroy();
        return await();
    }

    private int await() {
        try {
            if (!process.waitFor(SECONDS_TO_STOP_MAX, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "the broker did not end within " + SECONDS_TO_STOP_MAX + " s");
            }
            drain.join();
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
