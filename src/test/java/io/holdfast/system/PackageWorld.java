package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.holdfast.netty.NotifySocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A copy of this machine in which packages are installed and removed, and of which nothing remains: its own
 * mounts over this machine's files, and its own processes, which end with it. It has no systemd: what
 * maintainer scripts ask of that, a script does for the one service. Only root may have one.
 */
final class PackageWorld implements AutoCloseable {
    private static final String SCRIPTS = "src/test/resources/package/";

    private final Process outside;
    private final long pid;

    /** @param folder an empty one; with a {@link #supervisor} */
    PackageWorld(Path folder) throws IOException {
        Path place = Files.createDirectory(folder.resolve("world"));
        outside = new ProcessBuilder("unshare", "--mount", "--pid", "--fork", "--kill-child",
                "bash", SCRIPTS + "world", place.toString(), folder.resolve("notify").toString(),
                SCRIPTS + "systemctl", deb().toString()).redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertEquals("ready", outside.inputReader().readLine());
        pid = outside.children().findFirst().orElseThrow().pid();
    }

    /** The supervisor that services there tell how they are, for a world that is not there yet. */
    static NotifySocket supervisor(Path folder) throws IOException, InterruptedException {
        Path notify = Files.createDirectory(folder.resolve("notify"));
        Files.setPosixFilePermissions(notify, PosixFilePermissions.fromString("rwxr-xr-x"));
        NotifySocket supervisor = new NotifySocket(notify.resolve("socket").toString());
        Files.setPosixFilePermissions(notify.resolve("socket"), PosixFilePermissions.fromString("rw-rw-rw-"));
        return supervisor;
    }

    private static Path deb() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            return files.filter(file -> file.toString().endsWith("_all.deb")).findFirst().orElseThrow();
        }
    }

    /** A path in it, as it is to be named out here. */
    Path path(String absolute) {
        return Path.of("/proc/" + pid + "/root" + absolute);
    }

    /** Runs a line of a shell in it, which must end well; returns what it said. */
    String run(String line) throws IOException, InterruptedException {
        StringBuilder said = new StringBuilder();
        assertEquals(0, run(line, said), () -> line + ": " + said);
        return said.toString();
    }

    /** Runs a line of a shell in it; returns its status. */
    int run(String line, StringBuilder said) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("nsenter", "--target", Long.toString(pid), "--mount",
                "--pid", "--root", "--wd", "bash", "-c", line));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
        Process process = builder.start();
        said.append(process.inputReader().readAllAsString());
        return process.waitFor();
    }

    @Override
    public void close() throws IOException {
        outside.outputWriter().close();
        outside.onExit().join();
    }
}
