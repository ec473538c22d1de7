package io.holdfast.system;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.mqtt.ProtocolVersion;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The cache of classes that the launcher makes beside a start, in an installation of its own. */
@Timeout(300)
class ClassCacheIT {
    private static final String READY = "Holdfast is ready: mqtt://127.0.0.1:";
    private static final String MAIN = "io.holdfast.server.Main source: ";
    private static final String CACHED = MAIN + "shared objects file";

    @TempDir
    Path home;

    @BeforeEach
    void install() throws IOException {
        Files.createDirectories(home.resolve("tools/lib"));
        Files.createDirectories(target());
        for (String file : List.of("tools/holdfast", "tools/lib/jdk.sh", "tools/lib/java.sh",
                "target/holdfast.jar")) {
            Files.copy(Path.of(file), home.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
        }
        Files.createSymbolicLink(target().resolve("lib"), Path.of("target/lib").toAbsolutePath());
    }

    @AfterEach
    void uninstall() throws IOException {
        Files.delete(target().resolve("lib")); // JUnit warns of links that lead out of the folder
    }

    @Test
    void theFirstStartMakesItTheNextOneUsesItAndADamagedOneIsIgnored() throws Exception {
        Path cache;
        try (WatchService watch = home.getFileSystem().newWatchService()) {
            target().register(watch, ENTRY_CREATE, ENTRY_DELETE);
            assertFalse(start(true).contains(CACHED));
            cache = awaitCache(watch);
        }
        assertEquals(List.of(cache.getFileName().toString(), "holdfast.jar", "lib"), names());
        String said = start(false);
        assertTrue(said.contains(CACHED), said);

        byte[] bytes = Files.readAllBytes(cache);
        for (int i = bytes.length / 4; i < bytes.length / 2; i++) {
            bytes[i] ^= 0x55;
        }
        Files.write(cache, bytes);
        said = start(false);
        assertTrue(said.contains(MAIN) && !said.contains(CACHED), said);
        assertFalse(said.contains("[aot]"), said);
    }

    /**
     * Whose maker was killed, or whose folder may not be written: there the launcher cannot make a folder.
     */
    @Test
    void aStartThatCannotMakeItServesClientsAllTheSame() throws Exception {
        String version = System.getProperty("java.runtime.version");
        Files.createFile(target().resolve("holdfast-" + version + ".aot.unfinished"));
        String said = start(true);
        assertTrue(said.contains(MAIN) && !said.contains(CACHED), said);
    }

    private Path target() {
        return home.resolve("target");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(target())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** The file, once it has its name and nothing of its making is left. */
    private Path awaitCache(WatchService watch) throws IOException, InterruptedException {
        List<String> made = List.of();
        while (made.size() != 1 || !made.getFirst().endsWith(".aot")) {
            WatchKey key = watch.poll(120, TimeUnit.SECONDS);
            assertNotNull(key, () -> "no cache was made");
            key.pollEvents();
            key.reset();
            made = names().stream().filter(name -> name.contains(".aot")).toList();
        }
        return target().resolve(made.getFirst());
    }

    /**
     * Starts the broker, lets a client connect, and kills it. Returns what it said, and loaded from where.
     */
    private String start(boolean makesCache) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(home.resolve("tools/holdfast").toString(), "start",
                "--port", "0", "--data", home.resolve("data").toString()).redirectErrorStream(true);
        builder.environment().put("HOLDFAST_JAVA_OPTS", "-Xlog:class+load");
        builder.environment().put("HOLDFAST_BUILD", makesCache ? "" : "no");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        StringBuilder said = new StringBuilder();
        BufferedReader output = process.inputReader();
        String line;
        do {
            line = output.readLine();
            assertNotNull(line, said::toString);
            said.append(line).append('\n');
        } while (!line.startsWith(READY));
        try (RawClient client = new RawClient(Integer.parseInt(line.substring(READY.length())),
                ProtocolVersion.MQTT_5)) {
            client.connect("device");
        }
        process.destroyForcibly().waitFor();
        return said.toString();
    }
}
