package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Debian's mosquitto_sub and mosquitto_pub, each visit a process of its own. They tell of a QoS 2 message
 * when it is released, so that nothing has to be remembered between visits.
 */
final class MosquittoDevice implements Device {
    private static final String EXPIRES_NEVER = "4294967295";

    private final List<String> common;
    private List<String> subscription;

    /** @param version as the programs name it: mqttv311 or mqttv5 */
    MosquittoDevice(String version, int port, String clientId) {
        common = List.of("-V", version, "-h", "127.0.0.1", "-p", Integer.toString(port), "-i", clientId);
    }

    @Override
    public void subscribe(String topicFilter, int qos) throws IOException, InterruptedException {
        subscription = List.of("mosquitto_sub", "-c", "-x", EXPIRES_NEVER, "-t", topicFilter, "-q",
                Integer.toString(qos));
        assertEquals(List.of(), run(process(subscription, "-E"))); // which ends once it is subscribed
    }

    @Override
    public void publish(String topicName, int qos, List<String> payloads)
            throws IOException, InterruptedException {
        Process process =
                process(List.of("mosquitto_pub"), "-t", topicName, "-q", Integer.toString(qos), "-l");
        try (PrintWriter lines = new PrintWriter(process.outputWriter())) {
            payloads.forEach(lines::println);
        }
        assertEquals(List.of(), run(process));
    }

    @Override
    public List<String> receiveThrough(String last) throws IOException, InterruptedException {
        Process process = process(subscription);
        List<String> payloads = new ArrayList<>();
        BufferedReader lines = process.inputReader();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            payloads.add(line);
            if (line.equals(last)) {
                process.toHandle().destroy(); // SIGTERM: it disconnects
            }
        }
        return payloads;
    }

    private Process process(List<String> program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(program);
        command.addAll(common);
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** What it says until it ends with status 0. */
    private static List<String> run(Process process) throws IOException, InterruptedException {
        List<String> lines = process.inputReader().lines().toList();
        assertTrue(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), lines::toString);
        return lines;
    }
}
