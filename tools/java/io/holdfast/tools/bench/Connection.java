package io.holdfast.tools.bench;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.PacketType;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.mqtt.SubscriptionOptions;
import io.holdfast.wire.PacketEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/**
 * One network connection of a {@link Client}. What comes is scanned where the socket was read into, and no
 * object is made for a packet; what a client writes in answer to one read is one write.
 */
final class Connection extends ChannelInboundHandlerAdapter {
    private static final int REASON_ERROR_MIN = 0x80;
    private static final int OUT_BYTES = 64 << 10;
    private static final PacketType[] TYPES = PacketType.values();
    static final long NEVER_EXPIRES = 0xFFFF_FFFFL; // section 3.1.2.11.2

    private final Client client;
    private final ProtocolVersion version;
    private final Consumer<Throwable> failure;
    private ChannelHandlerContext context;
    private ByteBuf out;
    /** The bytes of a packet that is not complete, or null. */
    private ByteBuf rest;
    private boolean left;
    private boolean connacked;

    /** @param failure told of what must not happen, of which the end of the connection is one */
    Connection(Client client, ProtocolVersion version, Consumer<Throwable> failure) {
        this.client = client;
        this.version = version;
        this.failure = failure;
    }

    @Override
    public void channelActive(ChannelHandlerContext channel) {
        context = channel;
        client.connection = this;
        Packet.Connect connect = client.connect(version);
        if (connect != null) {
            send(connect);
            flush();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext channel, Object message) {
        client.readNanos = System.nanoTime();
        ByteBuf read = (ByteBuf) message;
        ByteBuf all = rest == null ? read : rest.writeBytes(read);
        if (rest != null) {
            read.release();
            rest = null;
        }
        try {
            ByteBuffer in = all.internalNioBuffer(all.readerIndex(), all.readableBytes());
            int begin = in.position();
            scan(in);
            all.skipBytes(in.position() - begin);
            if (all.isReadable() && !left) {
                rest = context.alloc().directBuffer(2 * all.readableBytes()).writeBytes(all);
            }
        } finally {
            all.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext channel) {
        if (!left && client.connection == this) {
            client.readCompleted();
        }
    }

    private void scan(ByteBuffer in) {
        while (in.remaining() >= 2 && !left) {
            int at = in.position() + 1;
            int length = 0;
            int shift = 0;
            byte part;
            do {
                if (at == in.limit()) {
                    return;
                }
                part = in.get(at++);
                length |= (part & 0x7F) << shift;
                shift += 7;
            } while (part < 0);
            if (in.limit() - at < length) {
                return;
            }
            packet(in.get(in.position()) & 0xFF, in, at, at + length);
            in.position(at + length);
        }
    }

    private void packet(int first, ByteBuffer in, int at, int end) {
        PacketType type = TYPES[(first >> 4) - TYPES[0].value()];
        switch (type) {
            case PUBLISH -> publish(first >> 1 & 0x03, in, at, end);
            case DISCONNECT -> client.refused(type, end > at ? in.get(at) & 0xFF : 0);
            case PUBACK, PUBREC, PUBREL, PUBCOMP -> client.acknowledged(type, in.getShort(at) & 0xFFFF,
                    end - at > Short.BYTES && (in.get(at + Short.BYTES) & 0xFF) >= REASON_ERROR_MIN);
            case CONNACK -> {
                connacked = true;
                if (isSuccess(type, in.get(at + 1) & 0xFF)) {
                    client.connected((in.get(at) & 0x01) != 0);
                }
            }
            case SUBACK -> {
                if (isSuccess(type, in.get(end - 1) & 0xFF)) {
                    client.subscribed();
                }
            }
            case PINGRESP -> { }
            default -> throw client.unexpected(type + (end > at ? " 0x%02X".formatted(in.get(at)) : ""));
        }
    }

    /** Of CONNACK, all but 0 are refusals; of SUBACK, up to 2 are a granted QoS. */
    private boolean isSuccess(PacketType type, int reason) {
        boolean success = reason <= (type == PacketType.CONNACK ? 0 : 2);
        if (!success) {
            client.refused(type, reason);
        }
        return success;
    }

    private void publish(int qos, ByteBuffer in, int start, int end) {
        int at = start + Short.BYTES + (in.getShort(start) & 0xFFFF);
        int packetId = 0;
        if (qos > 0) {
            packetId = in.getShort(at) & 0xFFFF;
            at += Short.BYTES;
        }
        if (version.hasProperties()) {
            int length = 0;
            int shift = 0;
            byte part;
            do {
                part = in.get(at++);
                length |= (part & 0x7F) << shift;
                shift += 7;
            } while (part < 0);
            at += length;
        }
        client.published(qos, packetId, in, at, end);
    }

    /** A buffer with room for so many bytes, which are sent with the next flush at the latest. */
    ByteBuf room(int bytes) {
        if (out != null && out.writableBytes() < bytes) {
            flush();
        }
        if (out == null) {
            out = context.alloc().directBuffer(Math.max(bytes, OUT_BYTES));
        }
        return out;
    }

    /** Writes PUBACK, PUBREC, PUBREL or PUBCOMP, in their shortest form. */
    void acknowledge(PacketType type, int packetId) {
        int flags = type == PacketType.PUBREL ? 0x02 : 0;
        room(Integer.BYTES).writeInt((type.value() << 4 | flags) << 24 | 0x02 << 16 | packetId);
    }

    void subscribe(List<String> topicFilters, QoS qos) {
        SubscriptionOptions options = SubscriptionOptions.of(qos);
        send(new Packet.Subscribe(1, Properties.NONE, topicFilters.stream()
                .map(filter -> new Packet.Subscribe.Requested(filter, options)).toList()));
    }

    /** Sends a packet with the next flush at the latest. */
    void send(Packet packet) {
        int bytes = PacketEncoder.size(packet, version);
        ByteBuf to = room(bytes);
        PacketEncoder.write(packet, version, to.internalNioBuffer(to.writerIndex(), bytes));
        to.writerIndex(to.writerIndex() + bytes);
    }

    void flush() {
        if (out != null) {
            ByteBuf full = out;
            out = null; // writing may tell the client that there is room for more
            context.writeAndFlush(full, context.voidPromise());
        }
    }

    /** Says goodbye, and keeps the session if it is one that lasts. */
    void disconnect() {
        send(new Packet.Disconnect(ReasonCode.SUCCESS, Properties.NONE));
        left = true;
        ByteBuf last = out;
        out = null;
        context.writeAndFlush(last).addListener(ChannelFutureListener.CLOSE);
    }

    /** Does not read what comes from now on. */
    void stopReading() {
        context.channel().config().setAutoRead(false);
    }

    /** Whether what was sent has left, but for some. */
    boolean isWritable() {
        return context.channel().isWritable();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext channel) {
        if (!left && client.connection == this && isWritable()) {
            client.writable();
        }
    }

    /** Closes the connection without a word. */
    void drop() {
        left = true;
        context.close();
    }

    /** Whether the broker has answered at all: one that is being killed may take a connection and drop it. */
    boolean isConnacked() {
        return connacked;
    }

    @Override
    public void channelInactive(ChannelHandlerContext channel) {
        if (rest != null) {
            rest.release();
        }
        if (!left) {
            failure.accept(
                    new EOFException("the broker closed the connection of client " + client.clientId));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext channel, Throwable cause) {
        if (!left) {
            failure.accept(cause);
            drop();
        }
    }
}
