package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** The load tool as a user runs it: every scenario in small, against Holdfast and against mosquitto. */
@Timeout(300)
class BenchIT {
    /** A scenario with small numbers, and how many deliveries at QoS 1 and 2 are due then. */
    private static final List<String> SCENARIOS = List.of(
            "offline-store --sessions 20 --messages 2000: 2000",
            "offline-store --sessions 20 --messages 2000 --qos 2 --mqtt 3: 2000",
            "broadcast --sessions 50 --messages 20: 1000",
            "drain --sessions 20 --topics 4 --messages 400: 2000",
            "sessions --sessions 50 --messages 50: 50",
            "live --shape fan-in --publishers 5 --messages 1000 --qos 1: 1100",
            "live --shape fan-out --subscribers 5 --messages 200 --qos 2 --persistent: 1100",
            "live --messages 1000 --qos 2 --mqtt 3: 1100",
            "live --messages 1000: 0",
            "live --messages 1000 --rate 2000 --qos 1: 1100",
            "connect-storm --clients 100: 0",
            "idle --clients 100 --duration 1: 0",
            "soak --duration 3 --rate 200 --drops 5: 1200");

    @TempDir
    private static Path folder;
    private static BrokerProcess holdfast;

    private record Ended(int status, String output, String json) {
        /** The number of that name, in the first place where it stands. */
        double number(String name) {
            Matcher matcher = Pattern.compile("\"" + name + "\": (-?[0-9.E]+)").matcher(json);
            assertTrue(matcher.find(), () -> name + " is missing in " + json);
            return Double.parseDouble(matcher.group(1));
        }
    }

    @BeforeAll
    static void start() {
        holdfast = BrokerProcess.start(folder.resolve("holdfast"));
    }

    @AfterAll
    static void stop() {
        holdfast.close();
    }

    @ParameterizedTest
    @FieldSource("SCENARIOS")
    void holdfastKeepsItsPromiseInEveryScenario(String scenario) throws Exception {
        assertKept(scenario, holdfast.port(), holdfast.pid());
    }

    @Tag("debian")
    @ParameterizedTest
    @FieldSource("SCENARIOS")
    void soDoesMosquittoWhileItIsNotKilled(String scenario) throws Exception {
        int port = BrokerProcess.freePort();
        Path settings = Files.writeString(folder.resolve("mosquitto.conf"), """
                user root
                listener %d 127.0.0.1
                allow_anonymous true
                max_inflight_messages 0
                max_queued_messages 0
                """.formatted(port));
        Process mosquitto = new ProcessBuilder("mosquitto", "-c", settings.toString())
                .redirectErrorStream(true).redirectOutput(folder.resolve("mosquitto.log").toFile()).start();
        try {
            assertKept(scenario, port, mosquitto.pid());
        } finally {
            mosquitto.destroyForcibly().waitFor();
        }
    }

    private static void assertKept(String scenario, int port, long pid) throws Exception {
        String[] parts = scenario.split(": ");
        Ended ended = bench(port, parts[0] + " --pid " + pid);
        assertEquals(0, ended.status, ended.output);
        assertEquals(Double.parseDouble(parts[1]), ended.number("acknowledged"), ended.json);
        for (String none : List.of("lost", "outOfOrder", "strange", "refused", "sessionsLost")) {
            assertEquals(0, ended.number(none), none + " in " + ended.json);
        }
        assertTrue(ended.number("perSecond") > 0 && ended.number("residentBytes") > 0, ended.json);
        assertTrue(ended.number("p50Millis") <= ended.number("maxMillis"), ended.json);
    }

    /** Killed while messages wait, and started again with its folder, or with an empty one. */
    @ParameterizedTest(name = "with the data in {0}")
    @CsvSource({"same, 0, 0", "other, 1, 100"})
    void aBrokerThatHasForgottenIsFoundOut(String data, int status, int lost) throws Exception {
        Path pid = folder.resolve(data + ".pid");
        int port = BrokerProcess.freePort();
        try (BrokerProcess killed = BrokerProcess.start(folder.resolve("same"), "--port", port + "")) {
            String between = ("kill -9 %d; "
                    + "tools/holdfast start --port %d --data %s >/dev/null 2>&1 & echo $! >%s").formatted(
                            killed.pid(), port, folder.resolve(data), pid);
            Ended ended = bench(port, "offline-store --sessions 5 --messages 100", "--between", between);
            assertEquals(status, ended.status, ended.output);
            assertEquals(lost, ended.number("lost"), ended.json);
            assertEquals(status * 5, ended.number("sessionsLost"), ended.json);
        } finally {
            ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).ifPresent(broker -> {
                broker.destroyForcibly();
                broker.onExit().join();
            });
        }
    }

    /** What an acknowledgement of mosquitto is worth, which keeps its messages in memory for a while. */
    @Tag("debian")
    @Test
    void aComparisonTellsWhatAnAcknowledgementIsWorth() throws Exception {
        Ended ended = run("compare", "--brokers", "holdfast,mosquitto", "--scenarios", "offline-store,kill",
                "--rounds", "1", "--percent", "1", "--warm-up", "0", "--print");
        assertEquals(0, ended.status, ended.output);
        assertTrue(ended.output.contains("| 0 of 3,000 lost | 3,000 of 3,000 lost |"), ended.output);
    }

    @Test
    void aBrokerThatCannotBeComparedIsRefused() throws Exception {
        Ended ended = run("compare", "--brokers", "holdfast,pigeon");
        assertEquals(2, ended.status, ended.output);
        assertTrue(ended.output.contains("--brokers has pigeon; expected some of [holdfast, "), ended.output);
    }

    @Test
    void aReportAndARowAreWritten() throws Exception {
        Path page = folder.resolve("report.html");
        Ended ended = bench(holdfast.port(), "live --messages 100 --markdown --html " + page);
        assertEquals(3, ended.output.lines().filter(line -> line.startsWith("|")).count(), ended.output);
        assertTrue(Files.readString(page).contains("<polyline "), page::toString);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ':', value = {
        "dance: unknown scenario dance; expected one of [broadcast, ",
        "live --clean --persistent: --clean and --persistent exclude each other",
        "live --shape star: --shape is star; expected one of [fan-in, fan-out, one-to-one]",
        "offline-store --qos 0: --qos is 0; expected a whole number, 1 or more, at most 2",
        "idle --markdown yes: --markdown takes no value"
    })
    void aWrongOptionIsRefused(String command, String answer) throws Exception {
        Ended ended = bench(1, command);
        assertEquals(2, ended.status, ended.output);
        assertTrue(ended.output.contains(answer), ended.output);
    }

    @Test
    void aBrokerThatIsNotThereIsAFailure() throws Exception {
        int port = BrokerProcess.freePort();
        Ended ended = bench(port, "live --silence 1");
        assertEquals(1, ended.status, ended.output);
        assertTrue(ended.output.contains("Connection refused"), ended.output);
    }

    private static Ended bench(int port, String words, String... more)
            throws IOException, InterruptedException {
        Path json = Files.createTempFile(folder, "bench", ".json");
        List<String> command = new ArrayList<>(List.of("bench"));
        command.addAll(List.of(words.split(" ")));
        command.addAll(List.of("--port", port + "", "--json", json.toString()));
        command.addAll(List.of(more));
        Ended ended = run(command.toArray(String[]::new));
        return new Ended(ended.status, ended.output, Files.readString(json));
    }

    private static Ended run(String... command) throws IOException, InterruptedException {
        Process process = BrokerProcess.launch(command);
        String output = process.inputReader().readAllAsString();
        return new Ended(process.waitFor(), output, "");
    }
}
