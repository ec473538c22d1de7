package io.holdfast.netty;

import io.holdfast.broker.Effect;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.wire.PacketEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What is on its way out to one connection. Any thread adds; the channel's event loop encodes and writes.
 *
 * <p>Packets wait as objects, whose payload all receivers share, and become bytes only while the channel is
 * writable: a receiver that does not read costs one chunk of encoded bytes, and references.
 */
final class Outbound {
    /** Packets are joined into one write until it has that many bytes. */
    static final int CHUNK_BYTES = 64 << 10;

    /** What may wait for one connection. The core stops sending long before; this protects the process. */
    static final long QUEUED_BYTES_MAX = 64L << 20;

    /** What waits from which the connection counts as congested, beside what the channel has taken. */
    static final long CONGESTED_BYTES = 1L << 20;

    /** What waits down to which it stays congested: not nothing, so that the socket does not run dry. */
    static final long RELIEVED_BYTES = 256L << 10;

    /** What a packet is taken to weigh beside its payload. */
    static final int PACKET_BYTES = 64;

    private static final int FIRST_CHUNK_BYTES = 256;

    private final Channel channel;
    private final Connections connections;
    private final Queue<Effect> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicBoolean drainDue = new AtomicBoolean();
    private volatile String closingWhy;
    private boolean finished;
    private OutboundAliases aliases;

    Outbound(Channel channel, Connections connections) {
        this.connections = connections;
        this.channel = channel;
    }

    /** Packets that are written from now on have these; null if the client takes none. */
    void use(OutboundAliases aliases) {
        this.aliases = aliases;
    }

    /** Adds a Send or a Close of this connection. Answers whether the caller is to have the queue drained. */
    boolean add(Effect effect) {
        if (!overflows()) {
            queue.add(effect);
            queuedBytes.addAndGet(weight(effect));
        }
        if (effect instanceof Effect.Close close && closingWhy == null) {
            closingWhy = close.why();
        }
        return drainDue.compareAndSet(false, true);
    }

    /** Whether more has been added than may wait; the rest was lost, and the connection must end. */
    boolean overflows() {
        return queuedBytes.get() > QUEUED_BYTES_MAX;
    }

    /** Whether a Close has been added. */
    boolean isClosing() {
        return closingWhy != null;
    }

    /** Why the connection is being closed, or null if it is not. */
    String closingWhy() {
        return closingWhy;
    }

    /** Whether it is congested, given whether it was. */
    boolean isCongested(boolean before) {
        return queuedBytes.get() > (before ? RELIEVED_BYTES : CONGESTED_BYTES);
    }

    /**
     * Writes and flushes what waits, as long as the channel takes it. Answers the write that a Close follows,
     * if any.
     */
    ChannelFuture drain(ProtocolVersion version) {
        drainDue.set(false);
        ChannelFuture last = null;
        while (!finished && !queue.isEmpty() && channel.isWritable()) {
            last = channel.writeAndFlush(nextChunk(version));
        }
        return finished ? last : null;
    }

    /** Joins the next packets, up to the first Close. */
    private ByteBuf nextChunk(ProtocolVersion version) {
        ByteBuf chunk = channel.alloc().directBuffer(FIRST_CHUNK_BYTES);
        try {
            Effect effect;
            while (!finished && chunk.readableBytes() < CHUNK_BYTES && (effect = queue.poll()) != null) {
                queuedBytes.addAndGet(-weight(effect));
                switch (effect) {
                    case Effect.Send send -> append(send.packet(), version, chunk);
                    case Effect.Close _ -> finished = true;
                    case Effect.Report _, Effect.Authenticate _, Effect.ReadSession _, Effect.ReadLog _,
                            Effect.ReadEntries _, Effect.ReadDue _, Effect.MeasureLog _,
                            Effect.ReadRetained _, Effect.ReadExpiredRetained _, Effect.ReadDelayed _,
                            Effect.MeasureDisk _, Effect.ReclaimSpace _ ->
                                    throw new IllegalStateException("not to be sent: " + effect);
                }
            }
            connections.sent(chunk.readableBytes());
            return chunk;
        } catch (RuntimeException e) {
            chunk.release();
            throw e;
        }
    }

    /**
     * Where no version is known, a CONNACK may refuse just that [MQTT-3.1.2-2], in the form of 3.1.1, and
     * nothing else can be said; nor can what the version does not have.
     */
    private void append(Packet decided, ProtocolVersion known, ByteBuf chunk) {
        Packet packet = aliases != null && decided instanceof Packet.Publish publish
                ? aliases.apply(publish) : decided;
        if (known == null && !(packet instanceof Packet.Connack)) {
            return;
        }
        ProtocolVersion version = known == null ? ProtocolVersion.MQTT_3_1_1 : known;
        if (!PacketEncoder.canEncode(packet, version)) {
            return;
        }
        int size = PacketEncoder.size(packet, version);
        chunk.ensureWritable(size);
        int start = chunk.writerIndex();
        PacketEncoder.write(packet, version, chunk.internalNioBuffer(start, size));
        chunk.writerIndex(start + size);
    }

    private static long weight(Effect effect) {
        return effect instanceof Effect.Send(_, Packet.Publish publish)
                ? PACKET_BYTES + publish.payload().length
                : PACKET_BYTES;
    }
}
