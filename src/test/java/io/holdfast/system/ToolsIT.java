package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The tools as a user runs them, by the launcher. */
@Timeout(300)
class ToolsIT {
    private static final Pattern FOLDER = Pattern.compile("folder is empty and in (.+)\\.");
    private static final Pattern PROCESS = Pattern.compile("Process (\\d+) is ready");

    private static final Pattern KEPT = Pattern.compile("1 rounds, 3 kills, [1-9][0-9,]* messages "
            + "acknowledged, [1-9][0-9,]* delivered: 0 lost, 0 duplicated, 0 out of order, 0 sessions lost, "
            + "0 wrongly retained, 0 other: the promise was kept");

    private record Ended(int status, String output) {}

    @Test
    void theDemoTellsItsStoryAndLeavesNothingBehind() throws Exception {
        Ended demo = run("demo");
        assertEquals(0, demo.status, demo.output);
        assertTrue(demo.output.contains("The promise was kept"), demo.output);
        assertEquals(2, PROCESS.matcher(demo.output).results().count(), demo.output);
        assertNothingIsLeft(demo.output);
    }

    @Test
    void aDemoThatIsStoppedLeavesNothingBehind() throws Exception {
        Process demo = BrokerProcess.launch("demo");
        String output = readThrough(PROCESS, demo.inputReader());
        demo.toHandle().destroy(); // which leaves its output to be read
        output += demo.inputReader().readAllAsString();
        assertTrue(demo.waitFor(60, TimeUnit.SECONDS), output);
        assertNothingIsLeft(output);
    }

    /** Publishing and draining, with a kill of the broker in each. */
    @ParameterizedTest(name = "at QoS {0}")
    @ValueSource(strings = {"1", "2"})
    void whatWasAcknowledgedSurvivesKills(String qos) throws Exception {
        Ended crash = run("crash", "--load", "offline", "--sessions", "20", "--messages", "2000",
                "--qos", qos);
        assertEquals(0, crash.status, crash.output);
        assertTrue(crash.output.contains("1 rounds, 2 kills, 2,040 deliveries due: 0 lost"), crash.output);
        assertTrue(crash.output.contains("the promise was kept"), crash.output);
    }

    /** All that clients do, and three kills in it. */
    @Test
    void everythingSurvivesKillsUnderMixedLoad() throws Exception {
        Ended crash = run("crash", "--rounds", "1");
        assertEquals(0, crash.status, crash.output);
        assertTrue(KEPT.matcher(crash.output).find(), crash.output);
    }

    /** Without that, the other test would show nothing. */
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "CURSOR_TOO_FAR,  1 lost",
        "FORGET_RECEIVED, 1 duplicated",
        "FORGET_RETAINED, 1 wrongly retained",
        "FORGET_EXPIRY,   1 sessions lost",
    })
    void aBrokerThatBreaksThePromiseIsFoundOut(String sabotage, String found) throws Exception {
        Ended crash = run("crash", "--sabotage", sabotage, "--kills", "1", "--rounds", "50");
        assertEquals(1, crash.status, crash.output);
        assertTrue(crash.output.contains(found), crash.output);
    }

    /** Whatever files are damaged, and wherever. */
    @Test
    void aStoreThatRotsIsServedAndAllThatItLosesIsTold() throws Exception {
        Ended rot = run("rot", "--rounds", "3", "--seed", "32");
        assertEquals(0, rot.status, rot.output);
        assertTrue(rot.output.contains("3 rounds, of which "), rot.output);
        assertTrue(rot.output.contains("all that was lost was told"), rot.output);
    }

    @Test
    void sessionsMayShareFilters() throws Exception {
        Ended crash = run("crash", "--load=offline", "--sessions=20", "--filters=2", "--messages=500",
                "--qos=2");
        assertEquals(0, crash.status, crash.output);
        assertTrue(crash.output.contains(" 5,040 deliveries due: 0 lost, 0 duplicated"), crash.output);
    }

    /** 200 MB of them, on a heap that holds a third of that. */
    @Test
    void retainedMessagesTakeNoMoreMemoryThanAPageOfThem() throws Exception {
        Ended retained = run("retained", "--messages", "50000", "--size", "4000", "--heap", "64");
        assertEquals(0, retained.status, retained.output);
        assertTrue(retained.output.contains("50,000 of 50,000 arrived, 0 of them"), retained.output);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {
        "crash --load offline --qos 3: --qos is 3; expected a whole number, 1 or more, at most 2",
        "crash --rounds many: --rounds is many; expected a whole number, 1 or more",
        "crash --load offline --sessions 2 --filters 3: --filters is 3; expected a whole number, 1 or more",
        "crash --load offline --size: --size needs a value",
        "crash --speed 3: unknown option --speed",
        "crash --sabotage PUBLISH_EARLY: --sabotage is PUBLISH_EARLY, which can be planted in the simulation",
        "rot --rounds 0: --rounds is 0; expected a whole number, 1 or more",
        "demo now please: unknown option now",
        "fuzz --seconds 0: --seconds is 0; expected a whole number, 1 or more",
        "fuzz broker: broker is nothing to fuzz; expected one of [codec, connection, planted]",
        "simulate --sabotage ALL: --sabotage is ALL; expected one of"
    })
    void aWrongOptionIsRefused(String commandAndAnswer) throws Exception {
        String[] parts = commandAndAnswer.split(": ", 2);
        Ended refused = run(parts[0].split(" "));
        assertEquals(2, refused.status, refused.output);
        assertTrue(refused.output.contains(parts[1]), refused.output);
        assertTrue(refused.output.contains("usage: tools/holdfast"), refused.output);
    }

    private static Ended run(String... command) throws IOException, InterruptedException {
        Process process = BrokerProcess.launch(command);
        String output = process.inputReader().readAllAsString();
        return new Ended(process.waitFor(), output);
    }

    /** What is said through the first line that contains the pattern. */
    private static String readThrough(Pattern pattern, BufferedReader output) throws IOException {
        StringBuilder said = new StringBuilder();
        String line;
        do {
            line = output.readLine();
            said.append(line).append('\n');
        } while (line != null && !pattern.matcher(line).find());
        return said.toString();
    }

    private static void assertNothingIsLeft(String output) {
        Matcher folder = FOLDER.matcher(output);
        assertTrue(folder.find(), output);
        assertFalse(Files.exists(Path.of(folder.group(1))), output);
        List<String> pids = PROCESS.matcher(output).results().map(one -> one.group(1)).toList();
        assertFalse(pids.isEmpty(), output);
        for (String pid : pids) {
            assertTrue(ProcessHandle.of(Long.parseLong(pid)).isEmpty(), "process " + pid + " is left");
        }
    }
}
