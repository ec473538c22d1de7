package io.holdfast.netty;

import io.holdfast.broker.Effect;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.wire.PacketEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.util.internal.OutOfDirectMemoryError;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
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

    /**
     * What may wait for one connection, if there is room. The core stops sending long before; this protects
     * the process.
     */
    static final long QUEUED_BYTES_MAX = 64L << 20;

    /** What waits from which the connection counts as congested, beside what the channel has taken. */
    static final long CONGESTED_BYTES = 1L << 20;

    /** Down to this part of it, it stays congested: not to nothing, so that the socket does not run dry. */
    static final int RELIEF = 4;

    /** Who takes nothing for so long is cut off where memory is scarce. */
    static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** What a packet is taken to weigh beside its payload. */
    static final int PACKET_BYTES = 64;

    private static final int FIRST_CHUNK_BYTES = 256;

    private final Channel channel;
    private final Connections connections;
    private final Queue<Effect> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicBoolean drainDue = new AtomicBoolean();
    private final Runnable resume;
    private final ClientLog log;
    private final ConnectionTrace trace;
    private volatile String closingWhy;
    private volatile boolean overflowed;
    private volatile boolean ended;
    private long bufferedBytes;
    private long progressNanos = System.nanoTime();
    private boolean finished;
    private OutboundAliases aliases;

    /** @param resume has {@link #drain} called again when bytes have left, on the event loop */
    Outbound(Channel channel, Connections connections, ClientLog log, ConnectionTrace trace,
            Runnable resume) {
        this.log = log;
        this.trace = trace;
        this.connections = connections;
        this.resume = resume;
        this.channel = channel;
    }

    /** Packets that are written from now on have these; null if the client takes none. */
    void use(OutboundAliases aliases) {
        this.aliases = aliases;
    }

    /** Adds a Send or a Close of this connection. Answers whether the caller is to have the queue drained. */
    boolean add(Effect effect) {
        overflowed |= queuedBytes.get() > QUEUED_BYTES_MAX
                || connections.queued.isOverdrawnBy(queuedBytes.get());
        if (!overflowed) {
            account(weight(effect));
            queue.add(effect);
        }
        if (ended) {
            forget(); // it ended meanwhile
        }
        if (effect instanceof Effect.Close close && closingWhy == null) {
            closingWhy = close.why();
        }
        return drainDue.compareAndSet(false, true);
    }

    /** Whether more has been added than may wait; the rest was lost, and the connection must end. */
    boolean overflows() {
        return overflowed;
    }

    private void account(long bytes) {
        queuedBytes.addAndGet(bytes);
        connections.queued.add(bytes);
    }

    /** The connection has ended: nothing is sent any more. */
    void end() {
        ended = true;
        forget();
    }

    private void forget() {
        Effect effect;
        while ((effect = queue.poll()) != null) {
            account(-weight(effect));
        }
    }

    /** Whether the peer has long taken nothing, though it has more than its share of what is scarce. */
    boolean isStuck(long nowNanos) {
        return nowNanos - progressNanos > STUCK_NANOS
                && (queuedBytes.get() > connections.queued.allowance()
                || bufferedBytes > connections.buffered.allowance());
    }

    /** What waits; on another thread than the event loop, of late. */
    long unsentBytes() {
        return queuedBytes.get() + bufferedBytes;
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
        long congestedBytes = Math.min(CONGESTED_BYTES, connections.queued.allowance());
        return queuedBytes.get() > (before ? congestedBytes / RELIEF : congestedBytes);
    }

    /**
     * Writes and flushes what waits, as long as the channel takes it. Answers the write that a Close follows,
     * if any.
     */
    ChannelFuture drain(ProtocolVersion version) {
        drainDue.set(false);
        ChannelFuture last = null;
        while (!finished && !queue.isEmpty() && channel.isWritable() && mayBuffer()) {
            ByteBuf chunk = nextChunk(version);
            int bytes = chunk.readableBytes();
            buffer(bytes);
            last = channel.writeAndFlush(chunk).addListener(_ -> {
                buffer(-bytes);
                progressNanos = System.nanoTime();
                resume.run();
            });
        }
        return finished ? last : null;
    }

    private boolean mayBuffer() {
        return bufferedBytes == 0 || bufferedBytes < connections.buffered.allowance();
    }

    private void buffer(int bytes) {
        if (bufferedBytes == 0) {
            progressNanos = System.nanoTime();
        }
        bufferedBytes += bytes;
        connections.buffered.add(bytes);
    }

    /** Joins the next packets, up to the first Close. */
    private ByteBuf nextChunk(ProtocolVersion version) {
        ByteBuf chunk = channel.alloc().directBuffer(FIRST_CHUNK_BYTES);
        long bytesMax = Math.min(CHUNK_BYTES, connections.buffered.allowance());
        trace.look();
        try {
            Effect effect;
            while (!finished && chunk.readableBytes() < bytesMax && (effect = queue.poll()) != null) {
                account(-weight(effect));
                switch (effect) {
                    case Effect.Send send -> append(send.packet(), version, chunk);
                    case Effect.Close _ -> finished = true;
                    case Effect.Report _, Effect.SessionEnded _, Effect.Authenticate _, Effect.ReadSession _,
                            Effect.ReadLog _, Effect.ReadEntries _, Effect.ReadDue _, Effect.MeasureLog _,
                            Effect.ReadRetained _, Effect.ReadExpiredRetained _, Effect.ReadDelayed _,
                            Effect.MeasureDisk _, Effect.ReclaimSpace _ ->
                                    throw new IllegalStateException("not to be sent: " + effect);
                }
            }
            connections.sent(chunk.readableBytes());
            return chunk;
        } catch (RuntimeException | OutOfDirectMemoryError e) {
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
        log.sent(packet);
        trace.sent(decided, packet);
    }

    private static long weight(Effect effect) {
        return effect instanceof Effect.Send(_, Packet.Publish publish)
                ? PACKET_BYTES + publish.payload().length
                : PACKET_BYTES;
    }
}
