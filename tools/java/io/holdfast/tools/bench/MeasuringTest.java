package io.holdfast.tools.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.tools.Load;
import io.holdfast.wire.PacketDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What messages carry, and what is counted. */
class MeasuringTest {
    @ParameterizedTest
    @CsvSource({"MQTT_3_1_1, 0", "MQTT_3_1_1, 1", "MQTT_3_1_1, 2", "MQTT_5, 0", "MQTT_5, 1", "MQTT_5, 2"})
    void aPatchedTemplateIsThePublishOfTheMessage(ProtocolVersion version, int qos) {
        Traffic traffic = new Traffic("b123", new Load(1_000, 32, QoS.of(qos)), 8);
        PublishTemplate template = new PublishTemplate(traffic, 7, version);
        ByteBuf to = Unpooled.buffer();
        template.put(to, 999, 65_535, 1_000_001, 123_456_789_012L);
        template.put(to, 20, 1, 5, -1);
        PacketDecoder decoder = new PacketDecoder(1_000, version);
        ByteBuffer in = to.nioBuffer();
        Packet.Publish first = (Packet.Publish) decoder.decode(in);
        Packet.Publish second = (Packet.Publish) decoder.decode(in);
        assertEquals(0, in.remaining());
        assertEquals("b123/000999", first.topicName());
        assertEquals("b123/000020", second.topicName());
        assertEquals(QoS.of(qos), first.qos());
        assertEquals(qos == 0 ? 0 : 65_535, first.packetId());
        ByteBuffer payload = ByteBuffer.wrap(first.payload());
        assertEquals(32, payload.remaining());
        assertEquals(7, payload.getInt());
        assertEquals(1_000_001, payload.getInt());
        assertEquals(123_456_789_012L, payload.getLong());
    }

    @Test
    void aMessageIsKnownByItsPublisherNumberTopicAndSize() {
        Traffic traffic = new Traffic("b123", new Load(10, 32, QoS.AT_LEAST_ONCE), 3);
        assertTrue(traffic.has(2, 11, 3, 32));
        assertFalse(traffic.has(3, 0, 3, 32), "there is no such publisher");
        assertFalse(traffic.has(2, 11, 4, 32), "that message goes elsewhere");
        assertFalse(traffic.has(2, 11, 3, 31), "its end is missing");
        assertFalse(traffic.has(2, -9, 3, 32), "numbers begin at 0");
    }

    @Test
    void ticksSumUpToWhatWasCounted() {
        Meter meter = new Meter();
        meter.count(2);
        meter.latency(1_000_000);
        meter.latency(3_000_000);
        meter.tick();
        meter.count();
        meter.latency(5_000_000);
        meter.tick();
        assertEquals(3, meter.done());
        assertEquals(3, meter.ticks().stream().mapToLong(Meter.Tick::count).sum());
        assertEquals(3, meter.latencies().getTotalCount());
        assertEquals(3.0, meter.latencies().getValueAtPercentile(50) / 1e6, 0.01);
        assertEquals(5.0, meter.ticks().getLast().p50Nanos() / 1e6, 0.01);
    }

    @Test
    void theSilenceOfAStalledPhaseIsNoneOfItsTime() {
        Meter meter = new Meter();
        meter.count();
        long lastNanos = meter.tick();
        meter.tick();
        meter.stall();
        assertTrue(meter.isStalled() && meter.finished().isDone());
        assertEquals(lastNanos, meter.tick(), "nothing more was counted");
        assertEquals(meter.nanos(), meter.nanos());
    }

    @Test
    void theNameOfAProcessMayContainAnything() {
        ProcessSample sample = ProcessSample.parse(
                "7 (a) b (c) S 1 7 7 0 -1 4194304 1 2 3 4 150 50 0 0 20 0 1 0 9 1 1",
                "Name:\ta\nVmHWM:\t  99 kB\nVmRSS:\t    2048 kB\n",
                "wchar: 5\nwrite_bytes: 4096\ncancelled_write_bytes: 1\n");
        assertEquals(new ProcessSample(2.0, 2 << 20, 4_096), sample);
    }

    @Test
    void theBarIsFullWhenAllIsDone() {
        assertEquals("store     [##############################] 300 of 300, 150/s",
                ProgressBar.line("store", 300, 300, 2_000_000_000));
        assertEquals("store     [#############" + ".".repeat(17) + "] 130 of 300, 65/s",
                ProgressBar.line("store", 130, 300, 2_000_000_000));
    }
}
