package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.rocks.RecoveryCost;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A start does not care how much is queued: RestartBenchmark measures the time, and this what is read. */
@Timeout(180)
class RestartIT {
    private static final int FEW = 10_000;
    private static final int MANY = 1_000_000;

    /** For the last entry of the one log and a few single rows, in each file where they could be. */
    private static final long ROWS_MAX = 100;
    private static final long BLOCKS_MAX = 100;

    /** More than are in flight at a time. */
    private static final int RECEIVED = 2_000;

    @TempDir
    Path folder;

    @Test
    void afterAKillABoundedNumberOfRowsIsReadHoweverManyMessagesAreQueued() throws IOException {
        for (int messages : new int[] {FEW, MANY}) {
            Path data = queuedAndKilled(messages);
            RecoveryCost cost = RecoveryCost.of(data);
            assertTrue(cost.rows() > 0 && cost.rows() <= ROWS_MAX, cost::toString);
            assertTrue(cost.blocks() <= BLOCKS_MAX, cost::toString);
            assertTrue(cost.walBytes() > 0 && cost.walBytes() <= RecoveryCost.WAL_BYTES_MAX, cost::toString);
            receiveFirst(data);
        }
    }

    private Path queuedAndKilled(int messages) throws IOException {
        Path data = folder.resolve(Integer.toString(messages));
        try (BrokerProcess broker = BrokerProcess.start(data)) {
            Backlog.queue(broker, messages);
            broker.kill();
        }
        return data;
    }

    private static void receiveFirst(Path data) throws IOException {
        try (BrokerProcess broker = BrokerProcess.start(data);
                RawClient device = new RawClient(broker.port(), ProtocolVersion.MQTT_3_1_1)) {
            assertTrue(device.connect(Backlog.CLIENT_ID));
            for (int i = 0; i < RECEIVED; i++) {
                Packet.Publish publish = device.expect(Packet.Publish.class);
                assertEquals(i, ByteBuffer.wrap(publish.payload()).getInt());
                device.send(new Packet.Puback(publish.packetId(), ReasonCode.SUCCESS, Properties.NONE));
            }
        }
    }
}
