package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** An operator looks at what clients do, and at who is behind, while a packaged broker serves them. */
@Timeout(180)
@DisabledOnOs(OS.WINDOWS)
class TraceIT {
    @TempDir
    private Path folder;
    private BrokerProcess broker;

    @BeforeEach
    void start() throws Exception {
        broker = BrokerProcess.startWith(folder, "--port", "0");
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private RawClient client(String clientId) throws IOException {
        RawClient client = new RawClient(broker.port(), ProtocolVersion.MQTT_5);
        client.connect(clientId);
        return client;
    }

    private String said(int status, String... command) throws Exception {
        Process process = BrokerProcess.launch(command);
        String said = process.inputReader(StandardCharsets.UTF_8).readAllAsString();
        assertEquals(status, process.waitFor(), said);
        return said;
    }

    /** A client subscribes, publishes and goes; the operator reads it, and the client sees no difference. */
    @Test
    void aClientIsSeenWithoutItsPayloadsWhileItIsServed() throws Exception {
        Process trace = BrokerProcess.launch("trace", "--data", folder.toString(), "--client", "meter-*");
        try (BufferedReader lines = trace.inputReader(StandardCharsets.UTF_8)) {
            assertTrue(lines.readLine().startsWith("# tracing "));
            try (RawClient meter = client("meter-7")) {
                meter.send(RawClient.subscribe("cmd/#", QoS.AT_LEAST_ONCE));
                meter.expect(Packet.Suback.class);
                meter.send(RawClient.publish(QoS.AT_LEAST_ONCE, 1, "up", "hidden".getBytes()));
                meter.expect(Packet.Puback.class);
            }
            client("console").close();
            List<String> seen = Stream.generate(() -> line(lines)).limit(7)
                    .map(line -> line.replaceFirst("^\\S+ ", "")).toList();
            for (int i = 0; i < seen.size(); i++) {
                String expected = "client=meter-7 " + List.of("received CONNECT", "sent CONNACK",
                        "received SUBSCRIBE", "sent SUBACK", "received PUBLISH topic=up qos=1 id=1 bytes=6",
                        "sent PUBACK", "closed").get(i);
                assertTrue(seen.get(i).startsWith(expected), seen::toString);
            }
        } finally {
            trace.destroy();
        }
    }

    private static String line(BufferedReader lines) {
        try {
            return lines.readLine();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whoIsBehindAndWhereMessagesWaitIsListed() throws Exception {
        try (RawClient away = client("away")) {
            away.send(RawClient.subscribe("cmd/#", QoS.AT_LEAST_ONCE));
            away.expect(Packet.Suback.class);
        }
        try (RawClient slow = client("slow"); RawClient console = client("console")) {
            slow.send(RawClient.subscribe("cmd/#", QoS.AT_LEAST_ONCE));
            slow.expect(Packet.Suback.class);
            for (int id = 1; id <= 3; id++) {
                console.send(RawClient.publish(QoS.AT_LEAST_ONCE, id, "cmd/x", new byte[9]));
                console.expect(Packet.Puback.class);
            }
            String slowest;
            do { // a client is slow after a second
                slowest = said(0, "slowest", "--data", folder.toString());
            } while (slowest.lines().count() < 2);
            assertTrue(slowest.lines().toList().get(1).endsWith("client=slow"), slowest);
            assertTrue(slowest.contains(" 3/"), slowest);
            String backlog = said(0, "store", "backlog", "--data", folder.toString());
            assertTrue(backlog.lines().anyMatch(line -> line.contains("away") && line.contains("3")),
                    backlog);
        }
    }

    @Test
    void whatCannotBeAskedIsRefusedInOneSentence() throws Exception {
        assertTrue(said(2, "trace", "--data", folder.toString()).contains("expected --client ID"));
        assertTrue(said(2, "trace", "--data", folder.toString(), "--topic", "a/#/b")
                .contains("--topic is a/#/b, which is no Topic Filter"));
        assertTrue(said(2, "slowest", "--data", folder.resolve("none").toString())
                .contains("no broker runs on the store "));
    }
}
