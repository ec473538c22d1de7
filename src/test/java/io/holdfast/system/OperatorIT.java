package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.netty.NotifySocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the README tells a new operator to do and what comes of it: from the deb to a broker over TLS with two
 * users, their rights, and a scrape of its metrics. A line with three dots stands for any lines.
 */
@Tag("root")
@Timeout(300)
class OperatorIT {
    private static final Pattern FILE_OR_STEPS =
            Pattern.compile("(?ms)(?:^`(/[^`\\n]+)`[^\\n]*:\\n\\n)?^```(text|yaml|console)\\n(.*?)^```$");
    private static final Pattern STEP = Pattern.compile("(?m)^# (.*)\\n((?:(?!# ).*\\n)*)");

    private static final long METRICS_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);

    @TempDir
    private Path folder;

    @Test
    void theReadmeLeadsToAFleetOverTls() throws Exception {
        String readme = Files.readString(Path.of("README.md"));
        String story = readme.substring(readme.indexOf("\n## Install\n"),
                readme.indexOf("\n## Configuration\n"));
        for (String port : List.of("8883", "9464")) { // somebody else may have them
            story = story.replace(port, Integer.toString(BrokerProcess.freePort()));
        }
        try (NotifySocket supervisor = PackageWorld.supervisor(folder);
                PackageWorld world = new PackageWorld(folder)) {
            world.run("cp /root/holdfast.deb /root/holdfast_1_all.deb");
            Files.writeString(world.path("/etc/default/holdfast"),
                    "JAVA_HOME=" + System.getProperty("java.home") + "\nHOLDFAST_BUILD=no\n");
            play(FILE_OR_STEPS.matcher(story).results().toList(), world, supervisor);
        }
    }

    private static void play(List<MatchResult> parts, PackageWorld world, NotifySocket supervisor)
            throws IOException, InterruptedException {
        int steps = 0;
        StringBuilder shell = new StringBuilder("shopt -s expand_aliases; cd /root\n");
        for (MatchResult part : parts) {
            if (part.group(1) != null) {
                Files.writeString(world.path(part.group(1)), part.group(3));
            } else if (part.group(2).equals("console")) {
                for (MatchResult step : STEP.matcher(part.group(3)).results().toList()) {
                    play(step.group(1), step.group(2), shell, world, supervisor);
                    steps++;
                }
            }
        }
        assertTrue(steps > 15, "only " + steps + " steps");
    }

    /** @param shell what this shell is to know: its folder, and its aliases */
    private static void play(String command, String expected, StringBuilder shell, PackageWorld world,
            NotifySocket supervisor) throws IOException, InterruptedException {
        if (command.startsWith("cd ") || command.startsWith("alias ")) {
            shell.append(command).append('\n');
            return;
        }
        String said = said(shell + command, world);
        long sinceNanos = System.nanoTime();
        while (command.contains("/metrics") && !matches(expected, said) // they are told once a second
                && System.nanoTime() - sinceNanos < METRICS_NANOS_MAX) {
            said = said(shell + command, world);
        }
        assertTrue(matches(expected, said), command + ": expected\n" + expected + "but was\n" + said);
        if (command.startsWith("apt-get install")) {
            supervisor.expect("READY=1");
        } else if (command.startsWith("systemctl restart")) {
            supervisor.expectAfter("WATCHDOG=1", "STOPPING=1");
            supervisor.expect("READY=1");
        }
    }

    private static String said(String line, PackageWorld world) throws IOException, InterruptedException {
        StringBuilder said = new StringBuilder();
        world.run(line, said);
        return said.toString();
    }

    private static boolean matches(String expected, String said) {
        String[] parts = expected.split("(?m)^\\.\\.\\.\\n", -1);
        StringBuilder pattern = new StringBuilder(Pattern.quote(parts[0]));
        for (int i = 1; i < parts.length; i++) {
            pattern.append("(?s:.*)").append(Pattern.quote(parts[i]));
        }
        return said.matches(pattern.toString());
    }
}
