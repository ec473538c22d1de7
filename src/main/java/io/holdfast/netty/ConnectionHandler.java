package io.holdfast.netty;

import static io.netty.handler.codec.ByteToMessageDecoder.MERGE_CUMULATOR;

import io.holdfast.broker.Authentication;
import io.holdfast.broker.Effect;
import io.holdfast.broker.Input;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.wire.MalformedPacketException;
import io.holdfast.wire.PacketDecoder;
import io.holdfast.spi.PublishInterceptor;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyProtocolException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.concurrent.Future;
import io.netty.util.internal.OutOfDirectMemoryError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One network connection: bytes become packets and one input per batch of reads; packets become bytes and one
 * write per batch of effects. All methods run on the channel's event loop, but {@link #add} and
 * {@link #unsentBytes}.
 *
 * <p><b>When it is read.</b> Not while the {@link Intake} is full, not while it is ahead of its {@link Pace},
 * not while much waits that the peer does not take (else it could make answers pile up), and not after bytes
 * that are no packet. Once the core has closed the connection, what still comes is read and thrown away, so
 * that the last packet arrives: a socket closed with unread bytes in it sends a reset, which destroys what is
 * under way to the peer.
 */
final class ConnectionHandler extends ChannelInboundHandlerAdapter {
    /** What a closed connection is given to take its last packets and to close its side. */
    static final long CLOSE_MILLIS_MAX = 2_000;

    /** Of a packet that is not complete, whoever's it is: enough for most that straddle two reads. */
    static final int REST_BYTES_FREE = 2 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionHandler.class);

    private final Intake intake;
    private final Lane lane = new Lane(() -> eventLoop().execute(this::roomAgain));
    private final Connections connections;
    private final PacketDecoder decoder;
    private final Pace pace;
    private final List<PublishInterceptor> interceptors;
    /** Null if there are none. */
    private Interception interception;
    private final long id;
    private Channel channel;
    private Outbound outbound;
    private ClientLog log;
    private ConnectionTrace trace;
    private String assignedClientId;

    /** Bytes that are the beginning of a packet; null if there are none. */
    private ByteBuf rest;
    private int restBytes;
    private List<Packet> packets = new ArrayList<>();
    private long packetBytes;

    private boolean connected;
    private boolean refused;
    private boolean congested;
    private boolean awaitsRoom;
    private boolean paced;
    private long unpacedBytes;
    private long unpacedMessages;
    private boolean draining;
    /** Why the edge ended the connection, or null if it did not. */
    private String cutWhy;
    private boolean opened;
    private boolean answered;
    private Future<?> closeTimeout;

    ConnectionHandler(Intake intake, Connections connections, int packetBytesMax) {
        this(intake, connections, packetBytesMax, Pace.ANY, List.of());
    }

    ConnectionHandler(Intake intake, Connections connections, int packetBytesMax, Pace pace,
            List<PublishInterceptor> interceptors) {
        this.pace = pace;
        this.interceptors = interceptors;
        this.intake = intake;
        this.connections = connections;
        this.decoder = new PacketDecoder(packetBytesMax);
        this.id = connections.nextId();
    }

    long id() {
        return id;
    }

    EventLoop eventLoop() {
        return channel.eventLoop();
    }

    /** Adds a Send or a Close, on any thread; answers whether the caller is to have {@link #drain} run. */
    boolean add(Effect effect) {
        return outbound.add(effect);
    }

    /** About; any thread. */
    long unsentBytes() {
        return outbound.unsentBytes();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channel = context.channel();
        assignedClientId = connections.newClientId();
        log = new ClientLog(channel, assignedClientId);
        trace = new ConnectionTrace(connections.traces(), assignedClientId);
        outbound = new Outbound(channel, connections, log, trace, this::drain);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (!connections.add(this)) {
            channel.close();
            return;
        }
        opened = true;
        Authentication.Origin origin = Peer.origin(channel);
        interception = interceptors.isEmpty() ? null : new Interception(interceptors, origin.address());
        intake.submit(lane, new Input.ConnectionOpened(id, assignedClientId, origin, Peer.sync(channel)), 0);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        connections.received(bytes.readableBytes());
        unpacedBytes += bytes.readableBytes();
        if (isDeaf()) {
            bytes.release();
            return;
        }
        rest = rest == null ? bytes : MERGE_CUMULATOR.cumulate(context.alloc(), rest, bytes);
        if (!decodeOrRefuse(false)) {
            awaitRoom();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        submitPackets();
        keepPace();
        if (intake.isFullWith(lane, 0)) {
            awaitRoom();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        drain();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (rest != null && !isDeaf()) {
            decodeOrRefuse(true);
        }
        submitPackets();
        forgetRest();
        outbound.end();
        if (closeTimeout != null) {
            closeTimeout.cancel(false);
        }
        if (opened) {
            opened = false;
            trace.ended(log.ended(cutWhy != null ? cutWhy : outbound.closingWhy()));
            intake.submit(lane, new Input.ConnectionClosed(id), 0);
            connections.remove(this);
        }
    }

    /**
     * A layer below met bytes that the peer may not send; or the peer's socket broke, which is usual; or
     * there is a mistake of ours, and the others need not suffer.
     */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof MalformedPacketException malformed) {
            if (!isDeaf()) {
                refuse(malformed);
            }
            return;
        }
        if (isOfPeer(cause)) {
            LOG.debug("connection {} from {} broke: {}", id, Peer.of(channel), cause.getMessage());
        } else {
            LOG.error("connection {} from {} is closed after an internal error", id, Peer.of(channel), cause);
        }
        context.close();
    }

    /** Whether the peer or the network is at fault; an SSLException is an IOException too. */
    static boolean isOfPeer(Throwable cause) {
        return cause instanceof IOException || cause instanceof HAProxyProtocolException
                || cause instanceof DecoderException && cause.getCause() instanceof IOException;
    }

    /** The peer has ended TLS, and only TLS. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslCloseCompletionEvent) {
            context.close();
        }
    }

    /** Sends what waits. */
    void drain() {
        if (draining || !channel.isActive()) {
            return;
        }
        draining = true;
        try {
            sendQueued();
        } catch (RuntimeException | OutOfDirectMemoryError e) { // it is the others' turn
            exceptionCaught(channel.pipeline().context(this), e);
        } finally {
            draining = false;
        }
    }

    private void sendQueued() {
        if (outbound.overflows()) {
            cut("too much waits to be sent to it");
            return;
        }
        if (outbound.isClosing() && closeTimeout == null) {
            LOG.debug("connection {} from {} is closed: {}", id, Peer.of(channel), outbound.closingWhy());
            forgetRest();
            closeTimeout = eventLoop()
                    .schedule(() -> Ending.cut(channel), CLOSE_MILLIS_MAX, TimeUnit.MILLISECONDS);
        }
        ChannelFuture last = outbound.drain(decoder.version());
        if (!answered) { // with CONNACK, or what comes before it
            answered = true;
            Governor.leave(channel);
        }
        if (last != null) {
            last.addListener(_ -> Ending.begin(channel));
        }
        reportCongestion();
        updateReading();
    }

    /** Ends a connection that has more than its share of what is scarce, and whose peer takes nothing. */
    void cutIfStuck() {
        if (channel.isActive() && outbound.isStuck(System.nanoTime())) {
            cut("it takes nothing of what waits for it, and memory is scarce");
        }
    }

    private void cut(String why) {
        LOG.debug("connection {} from {} is closed: {}", id, Peer.of(channel), why);
        cutWhy = why;
        connections.cut();
        Ending.cut(channel);
    }

    private void reportCongestion() {
        boolean now = outbound.isCongested(congested);
        if (now != congested && channel.isActive() && !outbound.isClosing()) {
            congested = now;
            intake.submit(lane, new Input.WritabilityChanged(id, !now), 0);
        }
    }

    private boolean decodeOrRefuse(boolean all) {
        try {
            boolean room = decode(all);
            countRest();
            return room;
        } catch (MalformedPacketException e) {
            refuse(e);
            return true;
        }
    }

    /**
     * One packet at least, so that whoever waits for room gets on, be it always taken by others. Returns
     * whether there is room for more; if not, they wait as bytes.
     *
     * @param all whether it does not matter if there is
     */
    private boolean decode(boolean all) {
        ByteBuffer in = rest.nioBuffer();
        int size = in.remaining();
        Packet packet;
        boolean room = true;
        trace.look();
        while (room && (packet = decoder.decode(in)) != null) {
            room = all || !intake.isFullWith(lane, packetBytes + size - in.remaining());
            if (packet instanceof Packet.Connect connect && !connected) {
                connected = true;
                outbound.use(OutboundAliases.of(connect));
            }
            log.received(packet);
            trace.received(packet);
            packets.add(interception == null ? packet : interception.apply(packet));
        }
        int consumed = size - in.remaining();
        packetBytes += consumed;
        if (in.hasRemaining()) {
            rest.skipBytes(consumed);
            rest.discardSomeReadBytes(); // else it grows for as long as packets straddle reads
        } else {
            forgetRest();
        }
        return room;
    }

    /** The beginning of a packet is held until the rest has come, if there is room for it. */
    private void countRest() {
        int bytes = rest == null ? 0 : rest.capacity();
        connections.buffered.add(bytes - restBytes);
        restBytes = bytes;
        if (bytes > REST_BYTES_FREE && bytes > connections.buffered.allowance()) {
            throw new MalformedPacketException(ReasonCode.QUOTA_EXCEEDED, bytes
                    + " bytes of a packet that is not complete, and memory is scarce");
        }
    }

    private void refuse(MalformedPacketException malformed) {
        submitPackets();
        refused = true;
        forgetRest();
        updateReading();
        String description = malformed.getMessage();
        intake.submit(lane,
                new Input.PacketRefused(id, decoder.version(), malformed.reason(), description), 0);
    }

    private void submitPackets() {
        if (packets.isEmpty()) {
            return;
        }
        long bytes = packetBytes + (long) packets.size() * Outbound.PACKET_BYTES;
        if (!pace.isAny()) {
            unpacedMessages += packets.stream().filter(Packet.Publish.class::isInstance).count();
        }
        Input received = new Input.PacketsReceived(id, packets);
        packets = new ArrayList<>();
        packetBytes = 0;
        intake.submit(lane, received, bytes);
    }

    private void keepPace() {
        long nanos = pace.isAny() ? 0 : pace.pauseNanos(unpacedMessages, unpacedBytes, System.nanoTime());
        unpacedMessages = 0;
        unpacedBytes = 0;
        if (nanos > 0 && !paced) {
            paced = true;
            updateReading();
            tellReading();
            eventLoop().schedule(this::paceKept, nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void paceKept() {
        paced = false;
        updateReading();
        tellReading();
    }

    private void awaitRoom() {
        if (awaitsRoom) {
            return;
        }
        awaitsRoom = true;
        updateReading();
        tellReading();
        intake.awaitRoom(lane);
    }

    private void roomAgain() {
        awaitsRoom = false;
        if (rest != null && !isDeaf()) {
            boolean room = decodeOrRefuse(false);
            submitPackets();
            if (!room) {
                awaitsRoom = true;
                intake.awaitRoom(lane);
                return;
            }
        }
        updateReading();
        tellReading();
    }

    /** So that nobody is taken for silent whom we do not hear. */
    private void tellReading() {
        if (opened) {
            intake.submit(lane, new Input.ReadingChanged(id, !awaitsRoom && !paced), 0);
        }
    }

    private void updateReading() {
        channel.config().setAutoRead(outbound.isClosing() || !refused && !congested && !awaitsRoom
                && !paced);
    }

    private boolean isDeaf() {
        return refused || outbound.isClosing();
    }

    private void forgetRest() {
        if (rest != null) {
            rest.release();
            rest = null;
        }
        connections.buffered.add(-restBytes);
        restBytes = 0;
    }
}
