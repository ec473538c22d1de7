package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * MQTT.js, the client of Node.js, against the packaged broker, speaking 3.1.1 and 5.0 over each transport. It
 * is installed below target/ as its lock file says; the conversations are scripts beside that file, and each
 * checks what it is told and gives up by itself.
 */
@Tag("debian")
@Timeout(180)
class MqttJsIT {
    private static final Path SOURCES = Path.of("src/test/resources/mqttjs");
    private static final Path INSTALLED = Path.of("target/mqttjs");
    private static final List<String> FILES =
            List.of("package.json", "device.mjs", "features.mjs", "restart.mjs");
    private static final String LOCK = "package-lock.json";

    @TempDir
    private Path folder;

    /** Nothing is fetched again while the lock file stays the same, which is copied last. */
    @BeforeAll
    static void install() throws Exception {
        Files.createDirectories(INSTALLED);
        for (String name : FILES) {
            Files.writeString(INSTALLED.resolve(name), Files.readString(SOURCES.resolve(name)));
        }
        Path done = INSTALLED.resolve("installed-" + LOCK);
        String lock = Files.readString(SOURCES.resolve(LOCK));
        if (!Files.exists(done) || !Files.readString(done).equals(lock)) {
            Files.writeString(INSTALLED.resolve(LOCK), lock);
            assertEquals("0", run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund").getLast());
            Files.writeString(done, lock);
        }
    }

    @Test
    void mqttJsFindsEachFeatureInEachVersionOverEachTransport() throws Exception {
        String authority = certificates();
        try (BrokerProcess broker = BrokerProcess.startWith(folder.resolve("data"), listeners(0, 0, 0, 0))) {
            List<Process> conversations = new ArrayList<>(); // all at the same time
            for (String url : broker.urls()) {
                conversations.add(start(List.of("node", "features.mjs", url, "4", authority)));
                conversations.add(start(List.of("node", "features.mjs", url, "5", authority)));
            }
            for (Process conversation : conversations) {
                assertEquals(List.of("0"), ended(conversation));
            }
        }
    }

    @Test
    void whatMqttJsWasAcknowledgedOutlivesAKillAndItsSessionsGoOn() throws Exception {
        List<String> command = new ArrayList<>(List.of("node", "restart.mjs", certificates()));
        Path data = folder.resolve("data");
        Process clients;
        int[] ports;
        try (BrokerProcess first = BrokerProcess.startWith(data, listeners(0, 0, 0, 0))) {
            ports = first.urls().stream().mapToInt(url -> URI.create(url).getPort()).toArray();
            command.addAll(first.urls());
            clients = start(command);
            assertEquals("kill", clients.inputReader().readLine());
            first.kill();
        }
        try (BrokerProcess _ = BrokerProcess.startWith(data, listeners(ports));
                PrintWriter toClients = new PrintWriter(clients.outputWriter(), true)) {
            toClients.println("go on");
            assertEquals(List.of("0"), ended(clients));
        }
    }

    /** Writes the broker's certificate; answers the file of the one that vouches for it. */
    private String certificates() throws IOException {
        TestCertificates certificates = new TestCertificates();
        TestCertificates.write(certificates.server, folder, "server");
        return TestCertificates.write(certificates.authority(), folder, "ca").toAbsolutePath().toString();
    }

    private String[] listeners(int... ports) {
        String tls = "?cert=" + folder.resolve("server.pem") + "&key=" + folder.resolve("server.key");
        return new String[] {
            "--listen", "mqtt://127.0.0.1:" + ports[0],
            "--listen", "mqtts://127.0.0.1:" + ports[1] + tls,
            "--listen", "ws://127.0.0.1:" + ports[2] + "/mqtt",
            "--listen", "wss://127.0.0.1:" + ports[3] + "/mqtt" + tls
        };
    }

    private static Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command).directory(INSTALLED.toFile()).redirectErrorStream(true).start();
    }

    private static List<String> run(String... command) throws Exception {
        return ended(start(List.of(command)));
    }

    /** What it says until it ends, and then its exit status. */
    private static List<String> ended(Process process) throws Exception {
        List<String> said = new ArrayList<>();
        BufferedReader lines = process.inputReader();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            said.add(line);
        }
        said.add(Integer.toString(process.waitFor()));
        return said;
    }
}
