package io.holdfast.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Broker;
import io.holdfast.broker.Effect;
import io.holdfast.broker.Input;
import io.holdfast.broker.Settings;
import io.holdfast.broker.Turn;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.simulation.SimulatedStore;
import io.holdfast.wire.PacketDecoder;
import io.holdfast.wire.PacketTable;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * What a fuzzer may say on a connection: a byte that decides where the bytes after it are cut, and these
 * bytes. Behind them is the real core over the simulated store, whose checks must hold after each turn. All
 * that is sent must be packets; the connection may only end by the core's decision; and another client must
 * be served after it, once in the same broker, and once after a restart.
 */
public final class ConnectionFuzz {
    private static final int PACKET_BYTES_MAX = 1_024;
    private static final long START_MILLIS = 1_700_000_000_000L;

    /** CONNECT of 3.1.1 with Clean Session, Client Identifier "other"; SUBSCRIBE to "#" at QoS 1. */
    private static final byte[] OTHER = ByteBufUtil.decodeHexDump(
            "101100044d5154540402000000056f74686572" + "82060001" + "0001" + "23" + "01");

    private final SimulatedStore store = new SimulatedStore();
    private final Connections connections = new Connections();
    private final Intake intake = new Intake();
    private final Outbox outbox = connections.outbox();
    private final List<Input> answers = new ArrayList<>();
    private final Set<Long> closedByCore = new HashSet<>();
    private Broker broker;
    private long nowMillis = START_MILLIS;
    private long turnNumber;

    private ConnectionFuzz() {}

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length > 1) {
            new ConnectionFuzz().run(input);
        }
    }

    /** Conversations of rows of the {@link PacketTable}: a CONNECT, and two rows, each row once first. */
    public static List<byte[]> seeds() {
        List<byte[]> rows = PacketTable.bytes();
        List<byte[]> connects = rows.stream().filter(row -> row.length > 0 && row[0] == 0x10).toList();
        List<byte[]> seeds = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            seeds.add(ByteBufUtil.getBytes(Unpooled.wrappedBuffer(new byte[] {(byte) i},
                    connects.get(i % connects.size()), rows.get(i), rows.get((i + 1) % rows.size()))));
        }
        return seeds;
    }

    private void run(byte[] input) {
        start();
        ConnectionHandler handler = new ConnectionHandler(intake, connections, PACKET_BYTES_MAX);
        EmbeddedChannel channel = new EmbeddedChannel(handler);
        Random cuts = new Random(input[0]);
        for (int from = 1, to; from < input.length && channel.isOpen(); from = to) {
            to = Math.min(input.length, from + 1 + cuts.nextInt(1 + (input[0] & 0x7F)));
            channel.writeInbound(Unpooled.copiedBuffer(input, from, to - from));
            work();
            channel.runPendingTasks();
            assertTrue(channel.isOpen() || closedByCore.contains(handler.id()), "an internal error ended it");
        }
        assertSaysPackets(channel, version(input));
        channel.finishAndReleaseAll();
        work();
        passSeconds(10);
        assertAnotherIsServed();
        passSeconds(10);
        start();
        assertAnotherIsServed();
    }

    /** From what is on disk. */
    private void start() {
        turnNumber = 0;
        broker = new Broker(Settings.DEFAULT, false, store.recover(), 1, nowMillis);
        turn(List.of());
        work();
    }

    private void passSeconds(int seconds) {
        nowMillis += seconds * 1_000L;
        answers.add(new Input.TimePassed());
        work();
    }

    private void work() {
        List<Input> inputs = new ArrayList<>();
        do {
            inputs.clear();
            intake.release(Drain.to(inputs, intake, Integer.MAX_VALUE));
            inputs.addAll(answers);
            answers.clear();
            if (broker.nextDeadlineMillis() <= nowMillis) {
                inputs.add(new Input.TimePassed());
            }
            turn(inputs);
        } while (!inputs.isEmpty());
        outbox.flush();
    }

    private void turn(List<Input> inputs) {
        Turn turn = new Turn(++turnNumber, turnNumber - 1);
        inputs.forEach(input -> broker.handle(input, nowMillis, turn));
        broker.finish(nowMillis, turn);
        turn.unbound().forEach(this::happen);
        store.commit(List.of(turn));
        store.checkRows();
        turn.effects().forEach(this::happen);
    }

    private void happen(Effect effect) {
        switch (effect) {
            case Effect.Send send -> outbox.send(send);
            case Effect.Close close -> {
                closedByCore.add(close.connectionId());
                outbox.close(close);
            }
            case Effect.Report _ -> throw new AssertionError("nobody is denied anything here");
            case Effect.Authenticate _ -> throw new AssertionError("nobody is authenticated here");
            case Effect.ReadSession(String clientId) ->
                answers.add(new Input.SessionRead(clientId, store.readSession(clientId)));
            case Effect.ReadLog(long connectionId, long logId, long from, int messagesMax, long bytesMax) ->
                answers.add(new Input.LogRead(connectionId, logId, from,
                        store.readLog(logId, from, messagesMax, bytesMax)));
            case Effect.ReadEntries(long connectionId, List<Effect.Position> positions) ->
                answers.add(new Input.EntriesRead(connectionId, store.readEntries(positions)));
            case Effect.ReadDue(long throughMillis, int max) ->
                answers.add(new Input.DueRead(store.readDue(throughMillis, max)));
            case Effect.MeasureLog asked ->
                answers.add(new Input.LogMeasured(asked.logId(), store.measureLog(asked)));
            case Effect.ReadRetained read -> answers.add(new Input.RetainedRead(read.connectionId(),
                    read.replay(), store.readRetained(read)));
            case Effect.ReadExpiredRetained read ->
                answers.add(new Input.ExpiredRetainedRead(store.readExpiredRetained(read)));
            case Effect.ReadDelayed read -> answers.add(new Input.DelayedRead(store.readDelayed(read)));
            case Effect.MeasureDisk _ -> answers.add(new Input.DiskMeasured(store.freeBytes()));
            case Effect.ReclaimSpace _ -> answers.add(new Input.SpaceReclaimed());
            case Effect.SessionEnded _ -> { } // for the log alone
        }
    }

    private void assertAnotherIsServed() {
        EmbeddedChannel other =
                new EmbeddedChannel(new ConnectionHandler(intake, connections, PACKET_BYTES_MAX));
        other.writeInbound(Unpooled.wrappedBuffer(OTHER));
        work();
        other.runPendingTasks();
        List<Packet> said = assertSaysPackets(other, ProtocolVersion.MQTT_3_1_1);
        assertEquals(ReasonCode.SUCCESS, assertInstanceOf(Packet.Connack.class, said.getFirst()).reason());
        assertTrue(said.stream().anyMatch(Packet.Suback.class::isInstance), said::toString);
        other.finishAndReleaseAll();
        work();
    }

    /** Of the CONNECT that the bytes begin with; that of a refusal where there is none. */
    private static ProtocolVersion version(byte[] input) {
        PacketDecoder decoder = new PacketDecoder(PACKET_BYTES_MAX);
        try {
            decoder.decode(ByteBuffer.wrap(input, 1, input.length - 1));
        } catch (RuntimeException _) {
            // No CONNECT, or one of a version that is not known.
        }
        return decoder.version() == null ? ProtocolVersion.MQTT_3_1_1 : decoder.version();
    }

    private static List<Packet> assertSaysPackets(EmbeddedChannel channel, ProtocolVersion version) {
        PacketDecoder decoder = new PacketDecoder(Integer.MAX_VALUE, version);
        List<Packet> packets = new ArrayList<>();
        for (ByteBuf written; (written = channel.readOutbound()) != null; written.release()) {
            ByteBuffer bytes = written.nioBuffer();
            for (Packet packet; (packet = decoder.decode(bytes)) != null;) {
                packets.add(packet);
            }
            assertEquals(0, bytes.remaining(), "bytes left of a write");
        }
        return packets;
    }
}
