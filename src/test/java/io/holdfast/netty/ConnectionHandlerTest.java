package io.holdfast.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Effect;
import io.holdfast.broker.Input;
import io.holdfast.conformance.Clause;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionHandlerTest {
    private static final int PACKET_BYTES_MAX = 1 << 20;

    /** CONNECT of MQTT 3.1.1, Clean Session, no keep alive, Client Identifier "a". */
    private static final String CONNECT = "100d00044d5154540402000000" + "0161";
    private static final String PINGREQ = "c000";
    private static final String PINGRESP = "d000";

    private final Intake intake = new Intake();
    private final Connections connections = new Connections();
    private final Outbox outbox = connections.outbox();
    private final ConnectionHandler handler = new ConnectionHandler(intake, connections, PACKET_BYTES_MAX);
    private final EmbeddedChannel channel = new EmbeddedChannel(handler);
    private final long id = handler.id();
    private long heldBytes;

    @AfterEach
    void end() {
        channel.finishAndReleaseAll();
    }

    @Test
    void aConnectionIsAnnouncedWithAClientIdentifierThatNobodyElseGets() {
        EmbeddedChannel second = open();
        List<Input> inputs = inputs();
        Input.ConnectionOpened first = assertInstanceOf(Input.ConnectionOpened.class, inputs.get(0));
        Input.ConnectionOpened other = assertInstanceOf(Input.ConnectionOpened.class, inputs.get(1));
        assertTrue(first.assignedClientId().matches("auto-[0-9a-zA-Z]{22}"), first.assignedClientId());
        assertNotEquals(first.assignedClientId(), other.assignedClientId());
        assertNotEquals(first.connectionId(), other.connectionId());
        assertEquals(2, connections.count());
        second.finishAndReleaseAll();
    }

    @Test
    void allPacketsOfOneReadAreOneInput() {
        forgetInputs();
        receive(CONNECT + PINGREQ + PINGREQ);
        Input.PacketsReceived received = assertInstanceOf(Input.PacketsReceived.class, onlyInput());
        assertEquals(List.of("CONNECT", "PINGREQ", "PINGREQ"), types(received));
    }

    @Test
    void severalReadsOfOneBatchAreOneInput() {
        forgetInputs();
        channel.writeOneInbound(bytes(CONNECT));
        channel.writeOneInbound(bytes(PINGREQ));
        channel.flushInbound();
        Input.PacketsReceived received = assertInstanceOf(Input.PacketsReceived.class, onlyInput());
        assertEquals(List.of("CONNECT", "PINGREQ"), types(received));
    }

    @Test
    void aPacketThatArrivesByteByByteIsOnePacket() {
        forgetInputs();
        for (int i = 0; i < CONNECT.length() - 2; i += 2) {
            receive(CONNECT.substring(i, i + 2));
        }
        assertTrue(inputs().isEmpty());
        receive(CONNECT.substring(CONNECT.length() - 2) + PINGREQ + PINGREQ.substring(0, 2));
        assertEquals(List.of("CONNECT", "PINGREQ"), types((Input.PacketsReceived) onlyInput()));
        receive(PINGREQ.substring(2));
        assertEquals(List.of("PINGREQ"), types((Input.PacketsReceived) onlyInput()));
    }

    @Test
    void packetsThatStraddleReadsForEverTakeNoMoreMemoryThanTheLargestOfThem() {
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
        channel.config().setAllocator(allocator);
        receive(CONNECT + PINGREQ.substring(0, 2));
        for (int i = 0; i < 10_000; i++) {
            receive(PINGREQ.substring(2) + PINGREQ.substring(0, 2));
        }
        forgetInputs();
        long bytes = allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
        assertTrue(bytes <= 1_024, bytes + " bytes");
    }

    @Test
    void bytesThatAreNoPacketComeAfterThePacketsBeforeThemAndEndTheReading() {
        forgetInputs();
        receive(CONNECT + PINGREQ + "0000" + PINGREQ);
        List<Input> inputs = inputs();
        assertEquals(List.of("CONNECT", "PINGREQ"), types((Input.PacketsReceived) inputs.get(0)));
        Input.PacketRefused refused = assertInstanceOf(Input.PacketRefused.class, inputs.get(1));
        assertEquals(ProtocolVersion.MQTT_3_1_1, refused.version());
        assertTrue(refused.reason().isError());
        assertEquals(2, inputs.size());
        assertFalse(channel.config().isAutoRead());
        receive(PINGREQ);
        assertTrue(inputs().isEmpty());
    }

    @Test
    void bytesThatAreNoPacketBeforeConnectAreOfNoKnownVersion() {
        forgetInputs();
        receive("0000");
        assertNull(((Input.PacketRefused) onlyInput()).version());
    }

    @Test
    void allPacketsOfOneBatchOfEffectsAreOneWrite() {
        receive(CONNECT);
        sendPingresp();
        sendPingresp();
        sendPingresp();
        flush();
        assertEquals(PINGRESP.repeat(3), nextWrite());
        assertNull(nextWrite());
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.1.2-2", mqtt311 = "MQTT-3.1.2-2")
    void toAConnectionWhoseVersionIsUnknownOnlyThatCanBeSaid() {
        sendPingresp();
        outbox.send(new Effect.Send(id,
                new Packet.Connack(false, ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, Properties.NONE)));
        flush();
        assertEquals("20020001", String.join("", allWrites()));
    }

    @Test
    void whatTheVersionDoesNotHaveIsNotSaid() {
        receive(CONNECT);
        outbox.send(new Effect.Send(id, new Packet.Disconnect(ReasonCode.SERVER_BUSY, Properties.NONE)));
        sendPingresp();
        flush();
        assertEquals(PINGRESP, String.join("", allWrites()));
    }

    @Test
    void aCloseComesAfterWhatWasSentBeforeItAndNothingAfterIt() {
        receive(CONNECT);
        sendPingresp();
        outbox.close(new Effect.Close(id, "the test is over"));
        sendPingresp();
        flush();
        assertEquals(PINGRESP, nextWrite());
        assertNull(nextWrite());
        assertFalse(channel.isOpen());
    }

    @Test
    void afterACloseNothingThatArrivesReachesTheCore() {
        receive(CONNECT + "c0");
        setWritable(false);
        forgetInputs();
        outbox.close(new Effect.Close(id, "the test is over"));
        receive("00" + PINGREQ);
        flush();
        receive(PINGREQ);
        assertTrue(inputs().isEmpty());
        assertTrue(channel.config().isAutoRead(), "unread bytes would reset the connection at its end");
        setWritable(true);
        assertEquals(new Input.ConnectionClosed(id), onlyInput());
    }

    @Test
    void aConnectionThatDoesNotTakeItsLastPacketIsCutAfterAWhile() {
        receive(CONNECT);
        setWritable(false);
        sendPingresp();
        outbox.close(new Effect.Close(id, "the test is over"));
        flush();
        assertTrue(channel.isOpen());
        channel.advanceTimeBy(ConnectionHandler.CLOSE_MILLIS_MAX, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertFalse(channel.isOpen());
    }

    @Test
    void whatDoesNotTakeBytesIsNotWrittenAndIsNotReadOnceMuchWaits() {
        receive(CONNECT);
        forgetInputs();
        setWritable(false);
        sendPingresp();
        flush();
        assertNull(nextWrite());
        assertTrue(inputs().isEmpty());
        assertTrue(channel.config().isAutoRead());

        congest();
        assertEquals(new Input.WritabilityChanged(id, false), onlyInput());
        assertFalse(channel.config().isAutoRead());

        setWritable(true);
        assertTrue(nextWrite().startsWith(PINGRESP));
        assertEquals(new Input.WritabilityChanged(id, true), onlyInput());
        assertTrue(channel.config().isAutoRead());
    }

    @Test
    void aFullIntakeStopsTheReadingUntilThereIsRoom() {
        receive(CONNECT);
        forgetInputs();
        intake.submit(new Input.TimePassed(), Intake.HELD_BYTES_MAX);
        receive(PINGREQ);
        assertFalse(channel.config().isAutoRead());
        assertEquals(new Input.ReadingChanged(id, false), inputs().get(1));
        releaseAll();
        channel.runPendingTasks();
        assertTrue(channel.config().isAutoRead());
        assertEquals(new Input.ReadingChanged(id, true), inputs().getLast());
    }

    @Test
    void roomInTheIntakeDoesNotResumeAConnectionThatIsCongested() {
        receive(CONNECT);
        setWritable(false);
        congest();
        intake.submit(new Input.TimePassed(), Intake.HELD_BYTES_MAX);
        receive(PINGREQ);
        forgetInputs();
        channel.runPendingTasks();
        assertFalse(channel.config().isAutoRead());
        setWritable(true);
        assertTrue(channel.config().isAutoRead());
    }

    @Test
    void largePacketsLeaveInChunksAndInOrder() {
        receive(CONNECT);
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(1 << 20, 2 << 20));
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            outbox.send(new Effect.Send(id, publish(Outbound.CHUNK_BYTES / 2, (byte) i)));
            expected.append("30838002" + "000174");
            expected.append("%02x".formatted(i).repeat(Outbound.CHUNK_BYTES / 2));
        }
        flush();
        List<String> writes = allWrites();
        assertEquals(3, writes.size());
        assertEquals(expected.toString(), String.join("", writes));
    }

    @Test
    void aConnectionForWhichTooMuchWaitsIsClosed() {
        receive(CONNECT);
        setWritable(false);
        for (int mebibytes = 0; mebibytes <= Outbound.QUEUED_BYTES_MAX >> 20; mebibytes++) {
            outbox.send(new Effect.Send(id, publish(1 << 20, (byte) 0)));
        }
        flush();
        assertFalse(channel.isOpen());
    }

    @Test
    @Clause(mqtt311 = "MQTT-4.8.0-2")
    void anInternalErrorClosesTheConnectionThatItAroseOn() {
        EmbeddedChannel second = open();
        channel.pipeline().fireExceptionCaught(new IllegalStateException("thrown by the test"));
        assertFalse(channel.isOpen());
        assertTrue(second.isOpen());
        second.finishAndReleaseAll();
    }

    @Test
    void theEndOfAConnectionIsToldOnceAndAfterItsLastPackets() {
        receive(CONNECT);
        forgetInputs();
        channel.writeOneInbound(bytes(PINGREQ));
        channel.close();
        List<Input> inputs = inputs();
        assertEquals(List.of("PINGREQ"), types((Input.PacketsReceived) inputs.getFirst()));
        assertEquals(new Input.ConnectionClosed(id), inputs.getLast());
        assertEquals(2, inputs.size());
        assertEquals(0, connections.count());
    }

    @Test
    void whatIsSentToAConnectionThatIsGoneIsDropped() {
        channel.close();
        sendPingresp();
        outbox.close(new Effect.Close(id, "the test is over"));
        flush();
        assertNull(nextWrite());
    }

    @Test
    void aBrokerThatStopsTakesNoNewConnection() throws InterruptedException {
        connections.refuseNew();
        forgetInputs();
        EmbeddedChannel late = open();
        assertFalse(late.isOpen());
        assertTrue(inputs().isEmpty());
        channel.close();
        assertTrue(connections.awaitNone(0));
    }

    private EmbeddedChannel open() {
        return new EmbeddedChannel(new ConnectionHandler(intake, connections, PACKET_BYTES_MAX));
    }

    private void receive(String hex) {
        channel.writeInbound(bytes(hex));
    }

    private void sendPingresp() {
        outbox.send(new Effect.Send(id, new Packet.Pingresp()));
    }

    private void flush() {
        outbox.flush();
        channel.runPendingTasks();
    }

    private void congest() {
        outbox.send(new Effect.Send(id, publish((int) Outbound.CONGESTED_BYTES, (byte) 0)));
        flush();
    }

    private void setWritable(boolean writable) {
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, writable);
        channel.runPendingTasks();
    }

    private String nextWrite() {
        ByteBuf written = channel.readOutbound();
        if (written == null) {
            return null;
        }
        String hex = ByteBufUtil.hexDump(written);
        written.release();
        return hex;
    }

    private List<String> allWrites() {
        List<String> writes = new ArrayList<>();
        String write;
        while ((write = nextWrite()) != null) {
            writes.add(write);
        }
        return writes;
    }

    private List<Input> inputs() {
        List<Input> inputs = new ArrayList<>();
        heldBytes += Drain.to(inputs, intake, 1_000);
        return inputs;
    }

    private Input onlyInput() {
        List<Input> inputs = inputs();
        assertEquals(1, inputs.size(), inputs::toString);
        return inputs.getFirst();
    }

    private void forgetInputs() {
        inputs();
        releaseAll();
    }

    private void releaseAll() {
        intake.release(heldBytes);
        heldBytes = 0;
    }

    private static Packet publish(int payloadBytes, byte fill) {
        byte[] payload = new byte[payloadBytes];
        Arrays.fill(payload, fill);
        return new Packet.Publish(false, QoS.AT_MOST_ONCE, false, "t", 0, Properties.NONE, payload);
    }

    private static List<String> types(Input.PacketsReceived received) {
        return received.packets().stream().map(packet -> packet.type().name()).toList();
    }

    private static ByteBuf bytes(String hex) {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex));
    }
}
