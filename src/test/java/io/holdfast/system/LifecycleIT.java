package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Starts, stops and kills: what they leave behind, and what clients are told. */
@Timeout(180)
class LifecycleIT {
    /** The exit status of a process that SIGTERM has ended. */
    private static final int STATUS_SIGTERM = 143;
    private static final ProtocolVersion VERSION = ProtocolVersion.MQTT_5;

    @TempDir
    Path folder;

    /** Who is cut off is told why (section 3.14.2.1), where the version has words for it. */
    @Test
    void sigtermTellsTheClientsStopsInOrderAndTheNextStartGoesOn() throws IOException {
        Path data = folder.resolve("data");
        try (BrokerProcess broker = BrokerProcess.start(data);
                RawClient device = new RawClient(broker.port(), VERSION);
                RawClient older = new RawClient(broker.port(), ProtocolVersion.MQTT_3_1_1)) {
            assertFalse(device.connect("device"));
            device.send(RawClient.subscribe("meters/#", QoS.AT_LEAST_ONCE));
            device.expect(Packet.Suback.class);
            older.connect("older");
            broker.handle().destroy();
            assertEquals(ReasonCode.SERVER_SHUTTING_DOWN, device.expect(Packet.Disconnect.class).reason());
            device.expectClose();
            older.expectClose();
            assertEquals(STATUS_SIGTERM, broker.stop());
            assertEquals("Holdfast has stopped.", broker.said().getLast());
        }
        try (BrokerProcess broker = BrokerProcess.start(data);
                RawClient device = new RawClient(broker.port(), VERSION)) {
            assertTrue(device.connect("device"));
            device.send(RawClient.publish(QoS.AT_MOST_ONCE, 0, "meters/7", new byte[0]));
            device.expect(Packet.Publish.class);
        }
    }

    @Test
    void neitherAStopNorAKillLeavesAProcessOrATemporaryFileBehind() throws IOException {
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Path data = folder.resolve("data");
        for (boolean kill : new boolean[] {true, false, true}) {
            String option = "-Djava.io.tmpdir=" + temporary;
            try (BrokerProcess broker = BrokerProcess.start(option, data, _ -> { });
                    RawClient client = new RawClient(broker.port(), VERSION)) {
                assertEquals(0, broker.handle().descendants().count(), "the launcher becomes the broker");
                client.connect("device");
                client.send(RawClient.publish(QoS.AT_LEAST_ONCE, 1, "meters/7", new byte[0]));
                client.expect(Packet.Puback.class);
                end(broker, kill);
                assertFalse(broker.handle().isAlive());
                assertFalse(Files.exists(performanceData(broker.pid())));
            }
            assertEquals(List.of(), names(temporary));
            List<String> left = new ArrayList<>(names(data));
            if (kill) {
                left.remove("control"); // the socket that the next start replaces
            }
            assertEquals(List.of("COMMITTED", "FORMAT", "FORMAT.copy", "LOCK.holdfast", "db"), left);
        }
    }

    private static void end(BrokerProcess broker, boolean kill) {
        if (kill) {
            broker.kill();
        } else {
            assertEquals(STATUS_SIGTERM, broker.stop());
        }
    }

    /** Where Java keeps figures of a process, whatever its folder for temporary files is. */
    private static Path performanceData(long pid) {
        return Path.of("/tmp/hsperfdata_" + System.getProperty("user.name"), Long.toString(pid));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
