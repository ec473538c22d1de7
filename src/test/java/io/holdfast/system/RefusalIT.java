package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.config.Shows;
import io.holdfast.mqtt.ProtocolVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be is refused with one line that names key and value, with status 2. */
@Timeout(180)
class RefusalIT {
    private static final ProtocolVersion VERSION = ProtocolVersion.MQTT_5;
    private static final int STATUS_REFUSED = 2;
    private static final long SECONDS_MAX = 60;
    private static final int BANNER_LINES = 8;

    @TempDir
    Path folder;

    @Test
    @Shows("data")
    void twoBrokersLiveSideBySideAndAThirdIsKeptOutOfTheirFolderUntilItsBrokerIsKilled() throws Exception {
        Path data = folder.toRealPath().resolve("one");
        try (BrokerProcess one = BrokerProcess.start(data);
                BrokerProcess two = BrokerProcess.start(folder.resolve("two"))) {
            assertRefused("--data: the store " + data + " is in use by another broker (process " + one.pid()
                    + ")", "--port", "0", "--data", data.toString());
            for (BrokerProcess broker : List.of(one, two)) {
                try (RawClient client = new RawClient(broker.port(), VERSION)) {
                    assertFalse(client.connect("device"), "each has sessions of its own");
                }
            }
            one.kill();
            try (BrokerProcess next = BrokerProcess.start(data);
                    RawClient client = new RawClient(next.port(), VERSION)) {
                assertTrue(client.connect("device"));
            }
        }
    }

    @Test
    void aPortInUseIsRefusedAndNothingKeepsTheNextStartFromSucceeding() throws Exception {
        Path data = folder.resolve("data");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int port = taken.getLocalPort();
            assertRefused("--bind 127.0.0.1 --port " + port + ": something listens there already; expected"
                    + " a free port (0 takes any)",
                    "--port", Integer.toString(port), "--data", data.toString());
        }
        assertNothingLeft();
        try (BrokerProcess broker = BrokerProcess.start(data)) {
            assertEquals(BANNER_LINES, broker.said().size(), () -> broker.said().toString());
        }
    }

    @Test
    void whatIsNoPortIsRefused() throws Exception {
        assertRefused("--port is 65536; expected a whole number from 0 to 65535 (0 takes any free port)",
                "--port", "65536", "--data", folder.resolve("data").toString());
        assertNothingLeft();
    }

    @Test
    void anAddressThatOthersMayReachIsRefused() throws Exception {
        assertRefused("--bind 0.0.0.0 --port 1883: other machines may reach 0.0.0.0, and without users"
                + " nobody is authenticated; expected a loopback address such as 127.0.0.1 or ::1, or"
                + " --users FILE, or --allow-anonymous true, with which everyone who reaches it may enter",
                "--bind", "0.0.0.0", "--data", folder.resolve("data").toString());
        assertNothingLeft();
    }

    @Test
    void aUsersFileWithAMistakeIsRefusedWithItsLine() throws Exception {
        Path users = Files.writeString(folder.toRealPath().resolve("users"), "# devices\nmeter:secret\n");
        assertRefused("--users: " + users + ", line 2: what follows the user name is no credential;"
                + " expected SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey, or the same with"
                + " SCRAM-SHA-512, or $6$salt$hash or $7$iterations$salt$hash as mosquitto_passwd writes"
                + " them, or a hash of Argon2id or bcrypt",
                "--port", "0", "--users", users.toString(), "--data", folder.resolve("data").toString());
        assertEquals(List.of(users), left());
    }

    /** Not even root may create anything in /proc/self. */
    @EnabledOnOs(OS.LINUX)
    @Test
    void aFolderThatCannotBeWrittenIsRefused() throws Exception {
        assertRefused("--data: the store /proc/self/data cannot be created: /proc/self is not writable for"
                + " the user " + System.getProperty("user.name"), "--port", "0", "--data", "/proc/self/data");
    }

    @Test
    void aFolderOfSomethingElseIsRefusedAndNotTouched() throws Exception {
        Path foreign = folder.toRealPath().resolve("data");
        Files.createDirectory(foreign);
        Files.writeString(foreign.resolve("letter.txt"), "Dear Sir");
        assertRefused("--data: the folder " + foreign + " is not a store of Holdfast, nor is it empty: it"
                + " holds letter.txt", "--port", "0", "--data", foreign.toString());
        assertEquals(List.of(foreign, foreign.resolve("letter.txt")), left());
    }

    private static void assertRefused(String why, String... flags) throws Exception {
        List<String> command = new ArrayList<>(List.of("start"));
        command.addAll(List.of(flags));
        Process process = BrokerProcess.launch(command.toArray(String[]::new));
        List<String> said = process.inputReader().lines().toList();
        assertTrue(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS));
        assertEquals(List.of("Holdfast does not start: " + why), said);
        assertEquals(STATUS_REFUSED, process.exitValue());
    }

    private void assertNothingLeft() throws IOException {
        assertEquals(List.of(), left());
    }

    private List<Path> left() throws IOException {
        Path root = folder.toRealPath();
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> !file.equals(root)).sorted().toList();
        }
    }
}
