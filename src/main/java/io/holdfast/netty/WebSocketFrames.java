package io.holdfast.netty;

import io.holdfast.mqtt.ReasonCode;
import io.holdfast.wire.MalformedPacketException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;

/**
 * The frames of an open WebSocket (RFC 6455 section 5): bytes come out of binary frames and go into them.
 *
 * <pre>
 *   FIN RSV RSV RSV | opcode (4 bits)
 *   MASK            | length (7 bits): 0 to 125, 126 (two bytes follow), 127 (eight bytes follow)
 *   masking key (4 bytes, from the client only)
 *   payload
 * </pre>
 *
 * <p>Frames and packets know nothing of each other [MQTT-6.0.0-2]: a payload is passed on as it arrives,
 * unmasked in its buffer, and what one read brought is passed on at once. No frame is ever held, so none is
 * too long. One write is one frame.
 *
 * <p>A frame that the client may not send is told to the next handler as a MalformedPacketException, and
 * nothing is read after it; the status for it goes into the Close frame.
 */
final class WebSocketFrames extends ChannelDuplexHandler {
    private static final int CONTINUATION = 0x0;
    private static final int TEXT = 0x1;
    private static final int BINARY = 0x2;
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xA;

    private static final int FIN = 0x80;
    private static final int RESERVED = 0x70;
    private static final int OPCODE = 0x0F;
    private static final int MASK = 0x80;
    private static final int LENGTH = 0x7F;
    private static final int HEADER_BYTES_MAX = 14;
    private static final int CONTROL_BYTES_MAX = 125;
    private static final int TWO_BYTES = 126;
    private static final int EIGHT_BYTES = 127;

    private static final int NORMAL = 1_000;
    private static final int PROTOCOL_ERROR = 1_002;
    private static final int UNSUPPORTED_DATA = 1_003;

    private ChannelHandlerContext context;
    private final byte[] header = new byte[HEADER_BYTES_MAX];
    private int headerBytes;
    private long payloadLeft;
    private int mask;

    private final byte[] control = new byte[CONTROL_BYTES_MAX];
    private int controlBytes;

    /** Whether a data frame was not the last of its message. */
    private boolean inMessage;

    /** The payload of the last PING that has not been answered; null if there is none. */
    private byte[] ping;

    /** Whether nothing more is read. */
    private boolean ended;
    private boolean closeSent;
    private int status = NORMAL;

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        MalformedPacketException violation = null;
        boolean wasEnded = ended;
        int start = bytes.readerIndex();
        int end = start;
        try {
            while (!ended && bytes.isReadable()) {
                end = readSome(bytes, end);
            }
        } catch (MalformedPacketException e) {
            violation = e;
            ended = true;
        }
        bytes.setIndex(start, end);
        if (bytes.isReadable()) {
            context.fireChannelRead(bytes);
        } else {
            bytes.release();
        }
        if (violation != null) {
            context.fireExceptionCaught(violation);
        } else if (ended && !wasEnded) { // by the client's Close
            writeClose().addListener(_ -> context.close());
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        answerPing();
        context.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        answerPing();
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        ByteBuf bytes = (ByteBuf) message;
        if (closeSent) {
            bytes.release();
            promise.setFailure(new ClosedChannelException());
            return;
        }
        if (bytes.isReadable()) {
            context.write(frameHeader(BINARY, bytes.readableBytes()));
        }
        context.write(bytes, promise);
    }

    /** Says Close, unless that has been said; nothing is read or written after it. */
    ChannelFuture end() {
        ended = true;
        return writeClose();
    }

    /**
     * Reads a byte of a header, or payload: that of a data frame is unmasked and moved to {@code end}.
     * Answers where the next payload goes.
     */
    private int readSome(ByteBuf bytes, int end) {
        if (headerBytes < headerLength()) {
            readHeader(bytes.readByte());
            return end;
        }
        int from = bytes.readerIndex();
        int length = (int) Math.min(payloadLeft, bytes.readableBytes());
        bytes.skipBytes(length);
        boolean isControl = opcode() >= CLOSE;
        unmask(bytes, from, isControl ? from : end, length);
        if (isControl) {
            bytes.getBytes(from, control, controlBytes, length);
            controlBytes += length;
        }
        finishPayload(length);
        return isControl ? end : end + length;
    }

    private void readHeader(byte next) {
        header[headerBytes++] = next;
        if (headerBytes == 2) {
            checkStart();
        }
        if (headerBytes == headerLength()) {
            payloadLeft = length();
            mask = (int) number(headerBytes - Integer.BYTES, Integer.BYTES);
            finishPayload(0);
        }
    }

    private void checkStart() {
        int opcode = opcode();
        boolean isLast = (header[0] & FIN) != 0;
        if ((header[0] & RESERVED) != 0) {
            throw violation(PROTOCOL_ERROR, "a reserved bit is set, and no extension was agreed on");
        }
        if (opcode == TEXT) { // [MQTT-6.0.0-1]
            throw violation(UNSUPPORTED_DATA, "it is a text frame; expected binary ones");
        }
        if ((header[1] & MASK) == 0) {
            throw violation(PROTOCOL_ERROR, "it is not masked");
        }
        switch (opcode) {
            case BINARY, CONTINUATION -> {
                if (inMessage != (opcode == CONTINUATION)) {
                    throw violation(PROTOCOL_ERROR, "opcode " + opcode + (inMessage
                            ? " comes within a fragmented message" : " comes without one to be continued"));
                }
            }
            case CLOSE, PING, PONG -> {
                if (!isLast || (header[1] & LENGTH) > CONTROL_BYTES_MAX) {
                    throw violation(PROTOCOL_ERROR, "it is a control frame, fragmented or too long");
                }
            }
            default -> throw violation(PROTOCOL_ERROR, "opcode " + opcode + " is not known");
        }
    }

    private void finishPayload(int length) {
        payloadLeft -= length;
        mask = Integer.rotateLeft(mask, Byte.SIZE * (length & 3));
        if (payloadLeft > 0) {
            return;
        }
        headerBytes = 0;
        switch (opcode()) {
            case PING -> ping = Arrays.copyOf(control, controlBytes);
            case CLOSE -> {
                ended = true;
                status = controlBytes == 0 ? NORMAL : (control[0] & 0xFF) << Byte.SIZE | control[1] & 0xFF;
            }
            case PONG -> { }
            default -> inMessage = (header[0] & FIN) == 0;
        }
        controlBytes = 0;
    }

    private int opcode() {
        return header[0] & OPCODE;
    }

    private int headerLength() {
        return 2 + (headerBytes < 2 ? 0 : lengthBytes() + Integer.BYTES);
    }

    /** The length in the header's beginning, or else the bytes after it that carry it. */
    private int lengthBytes() {
        return switch (header[1] & LENGTH) {
            case TWO_BYTES -> Short.BYTES;
            case EIGHT_BYTES -> Long.BYTES;
            default -> 0;
        };
    }

    private long length() {
        int bytes = lengthBytes();
        long length = bytes == 0 ? header[1] & LENGTH : number(2, bytes);
        if (length < switch (bytes) {
            case Short.BYTES -> TWO_BYTES;
            case Long.BYTES -> 1L << Short.SIZE;
            default -> 0;
        }) {
            throw violation(PROTOCOL_ERROR, "its length of " + length + " is not in its shortest form");
        }
        return length;
    }

    private long number(int from, int bytes) {
        long number = 0;
        for (int i = from; i < from + bytes; i++) {
            number = number << Byte.SIZE | header[i] & 0xFF;
        }
        return number;
    }

    /** Eight bytes at a time; {@code to} is not after {@code from}. */
    private void unmask(ByteBuf bytes, int from, int to, int length) {
        long mask8 = (long) mask << Integer.SIZE | mask & 0xFFFF_FFFFL;
        int i = 0;
        for (; i <= length - Long.BYTES; i += Long.BYTES) {
            bytes.setLong(to + i, bytes.getLong(from + i) ^ mask8);
        }
        for (; i < length; i++) {
            bytes.setByte(to + i, bytes.getByte(from + i) ^ (int) (mask8 >>> (56 - Byte.SIZE * (i & 7))));
        }
    }

    /**
     * Only the last of several is answered, and not before the client takes bytes (section 5.5.3): else one
     * that sends many and reads nothing would fill the memory.
     */
    private void answerPing() {
        if (ping != null && !ended && context.channel().isWritable()) {
            ByteBuf pong = frameHeader(PONG, ping.length).writeBytes(ping);
            ping = null;
            context.writeAndFlush(pong);
        }
    }

    /** The status is the violation's or an echo of the client's. */
    private ChannelFuture writeClose() {
        if (closeSent) {
            return context.newSucceededFuture();
        }
        closeSent = true;
        ByteBuf close = frameHeader(CLOSE, Short.BYTES);
        return context.writeAndFlush(close.writeShort(isSendable(status) ? status : PROTOCOL_ERROR));
    }

    /** Whether the status may stand in a frame (section 7.4). */
    private static boolean isSendable(int status) {
        return status >= 1_000 && status <= 1_003 || status >= 1_007 && status <= 1_014
                || status >= 3_000 && status <= 4_999;
    }

    private ByteBuf frameHeader(int opcode, int length) {
        ByteBuf header = context.alloc().directBuffer(HEADER_BYTES_MAX + CONTROL_BYTES_MAX);
        header.writeByte(FIN | opcode);
        if (length <= CONTROL_BYTES_MAX) {
            header.writeByte(length);
        } else if (length < 1 << Short.SIZE) {
            header.writeByte(TWO_BYTES).writeShort(length);
        } else {
            header.writeByte(EIGHT_BYTES).writeLong(length);
        }
        return header;
    }

    private MalformedPacketException violation(int closeStatus, String what) {
        status = closeStatus;
        return new MalformedPacketException(ReasonCode.PROTOCOL_ERROR, "a WebSocket frame: " + what);
    }
}
