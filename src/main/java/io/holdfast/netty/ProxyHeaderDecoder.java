package io.holdfast.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolException;

/**
 * Reads the PROXY protocol header of a connection, and leaves. The first byte tells who sends none: Netty's
 * decoder would wait for the end of the line, since anything might become a header of version 1.
 */
final class ProxyHeaderDecoder extends HAProxyMessageDecoder {
    /** What a header may carry beside the addresses. */
    private static final int EXTRA_BYTES_MAX = 4_096;

    private static final char VERSION_1 = 'P';
    private static final char VERSION_2 = '\r';

    private boolean begun;

    ProxyHeaderDecoder() {
        super(EXTRA_BYTES_MAX);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        ByteBuf bytes = (ByteBuf) message;
        if (!begun && bytes.isReadable()) {
            begun = true;
            int first = bytes.getByte(bytes.readerIndex());
            if (first != VERSION_1 && first != VERSION_2) {
                bytes.release();
                throw new HAProxyProtocolException("no PROXY header comes first");
            }
        }
        super.channelRead(context, message);
    }
}
