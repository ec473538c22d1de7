package io.holdfast.netty;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;

/** What all TLS connections of a listener share, and what may be replaced for those to come. */
final class SharedTls {
    private SslContext context;

    /** @param context released with this */
    SharedTls(SslContext context) {
        this.context = context;
    }

    /** For one connection; it keeps its context as long as it lives. */
    synchronized SslHandler newHandler(ByteBufAllocator allocator) {
        return context.newHandler(allocator);
    }

    synchronized void replace(SslContext other) {
        ReferenceCountUtil.release(context);
        context = other;
    }

    synchronized void release() {
        ReferenceCountUtil.release(context);
    }
}
