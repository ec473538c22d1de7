package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The tar.gz, unpacked anywhere. */
@Timeout(120)
class TarIT {
    @TempDir
    Path folder;

    @Test
    void itsLauncherStartsTheBrokerFromWhereverItIs() throws Exception {
        assertEquals(0, new ProcessBuilder("tar", "-xzf", tar().toString(), "-C", folder.toString())
                .inheritIO().start().waitFor());
        Path launcher = folder.resolve("holdfast");
        try (Stream<Path> unpacked = Files.list(folder)) {
            Files.createSymbolicLink(launcher, unpacked.findFirst().orElseThrow().resolve("bin/holdfast"));
        }
        assertTrue(start(launcher, "--version").inputReader().readLine().startsWith("Holdfast 0."));
        Process broker = start(launcher, "start", "--port", "0", "--data", folder.resolve("data").toString());
        BufferedReader output = broker.inputReader();
        StringBuilder said = new StringBuilder();
        String line;
        while ((line = output.readLine()) != null && !line.startsWith("Holdfast is ready: ")) {
            said.append(line).append('\n');
        }
        assertTrue(line != null, said::toString);
        broker.destroy();
        assertEquals(143, broker.waitFor());
        Files.delete(launcher); // JUnit would warn of a link
    }

    private static Path tar() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            return files.filter(file -> file.toString().endsWith("-linux.tar.gz")).findFirst().orElseThrow();
        }
    }

    private Process start(Path launcher, String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(launcher.toString()).redirectErrorStream(true);
        builder.command().addAll(List.of(arguments));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("HOLDFAST_BUILD", "no");
        builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        return builder.start();
    }
}
