package io.holdfast.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Effect;
import io.holdfast.broker.Input;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What all connections hold together is limited, and where it is scarce, who has much of it pays. */
class ScarcityTest {
    private static final int PACKET_BYTES_MAX = 1 << 20;
    private static final int BUFFERED_BYTES_MAX = 100_000;
    private static final int QUEUED_BYTES_MAX = 10_000;
    /** The beginning of a PUBLISH of 200,000 bytes: QoS 0, Topic Name "a". */
    private static final String LARGE = "30c09a0c" + "000161";
    private static final String CONNECT = "100d00044d51545404020000000161";

    private final Intake intake = new Intake();
    private final Connections connections =
            new Connections(100, QUEUED_BYTES_MAX, 4 * BUFFERED_BYTES_MAX);
    private final Outbox outbox = connections.outbox();
    private final List<EmbeddedChannel> channels = new ArrayList<>();

    @AfterEach
    void nothingIsLeft() {
        channels.forEach(EmbeddedChannel::finishAndReleaseAll);
        assertEquals(0, connections.buffered.bytes());
        assertEquals(0, connections.queued.bytes());
    }

    private long open() {
        ConnectionHandler handler = new ConnectionHandler(intake, connections, PACKET_BYTES_MAX);
        EmbeddedChannel channel = new EmbeddedChannel(handler);
        channels.add(channel);
        channel.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex(CONNECT)));
        return handler.id();
    }

    private List<Input> inputs() {
        List<Input> inputs = new ArrayList<>();
        intake.release(Drain.to(inputs, intake, Integer.MAX_VALUE));
        return inputs;
    }

    /** Sends a beginning of the large packet; answers what the core is told of it. */
    private List<ReasonCode> begin(EmbeddedChannel channel, int bytes) {
        inputs();
        byte[] part = new byte[bytes];
        byte[] first = HexFormat.of().parseHex(LARGE);
        System.arraycopy(first, 0, part, 0, first.length);
        channel.writeInbound(Unpooled.wrappedBuffer(part));
        return inputs().stream().filter(Input.PacketRefused.class::isInstance)
                .map(input -> ((Input.PacketRefused) input).reason()).toList();
    }

    @Test
    void theBeginningOfALargePacketIsRefusedWhereThereIsNoRoomForMore() {
        open();
        open();
        open();
        assertEquals(List.of(), begin(channels.get(0), BUFFERED_BYTES_MAX / 2));
        assertEquals(List.of(), begin(channels.get(1), 100));
        assertEquals(List.of(ReasonCode.QUOTA_EXCEEDED), begin(channels.get(2), BUFFERED_BYTES_MAX));
        assertTrue(connections.buffered.bytes() < BUFFERED_BYTES_MAX, "given back");
        assertEquals(List.of(), begin(channels.get(1), 100));
    }

    private void send(long id, int payloadBytes) {
        outbox.send(new Effect.Send(id, new Packet.Publish(false, QoS.AT_MOST_ONCE, false, "a", 0,
                Properties.NONE, new byte[payloadBytes])));
        outbox.flush();
        channels.forEach(EmbeddedChannel::runPendingTasks);
    }

    private void stopTaking(EmbeddedChannel channel) {
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        channel.runPendingTasks();
    }

    @Test
    void whoTakesNothingIsCutOffWhenTwiceAsMuchWaitsAsMayAndOthersStay() {
        long deaf = open();
        long other = open();
        stopTaking(channels.get(0));
        stopTaking(channels.get(1));
        send(other, 100);
        for (int i = 0; i < 4; i++) {
            send(deaf, QUEUED_BYTES_MAX / 2);
        }
        assertTrue(channels.get(0).isOpen());
        send(deaf, 1);
        assertFalse(channels.get(0).isOpen());
        send(other, 100);
        assertTrue(channels.get(1).isOpen());
        assertTrue(connections.queued.bytes() < QUEUED_BYTES_MAX, "given back");
    }

    @Test
    void whoHasMoreThanAFairShareIsNotSentMoreWhereItIsScarce() {
        long deaf = open();
        open();
        stopTaking(channels.get(0));
        inputs();
        send(deaf, QUEUED_BYTES_MAX - 1_000);
        assertEquals(List.of(), inputs());
        send(deaf, 2_000);
        assertEquals(List.of(new Input.WritabilityChanged(deaf, false)), inputs());
    }
}
