package io.holdfast.netty;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a connection goes through before its first packet: one layer after the other is put before this
 * handler and completes its opening; then a {@link ConnectionHandler} takes this handler's place. Until then
 * the core knows nothing of the connection.
 */
final class Approach extends ChannelInboundHandlerAdapter {
    /** What a client is given to come through all layers. */
    static final long MILLIS_MAX = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(Approach.class);

    private final Iterator<Layer> layers;
    private final SharedTls tls;
    private final Supplier<ConnectionHandler> connectionHandlers;
    private Future<?> timeout;
    private boolean failed;

    /** @param tls what TLS connections share; null if no layer is TLS */
    Approach(List<Layer> layers, SharedTls tls, Supplier<ConnectionHandler> connectionHandlers) {
        this.layers = layers.iterator();
        this.tls = tls;
        this.connectionHandlers = connectionHandlers;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        timeout = context.executor().schedule(() -> {
            reportFailure(context, "its opening took longer than " + MILLIS_MAX + " ms");
            Ending.cut(context.channel());
        }, MILLIS_MAX, TimeUnit.MILLISECONDS);
        openNext(context);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof HAProxyMessage header) {
                Peer.tell(context.channel(), header);
                openNext(context);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    /** After a failure, the TLS layer says why to the peer, and closes. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == WebSocketUpgrade.DONE) {
            openNext(context);
        } else if (event instanceof WebSocketUpgrade.Refused refused) {
            reportFailure(context, refused.why());
        } else if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                openNext(context);
            } else {
                reportFailure(context, String.valueOf(handshake.cause().getMessage()));
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        timeout.cancel(false);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (ConnectionHandler.isOfPeer(cause)) {
            reportFailure(context, String.valueOf(cause.getMessage()));
        } else {
            LOG.error("the connection from {} is closed after an internal error", Peer.of(context.channel()),
                    cause);
        }
        context.close();
    }

    private void openNext(ChannelHandlerContext context) {
        if (!layers.hasNext()) {
            arrive(context);
            return;
        }
        switch (layers.next()) {
            case Layer.ProxyHeader _ -> add(context, new ProxyHeaderDecoder());
            case Layer.Tls _ -> {
                SslHandler handler = tls.newHandler(context.alloc());
                handler.setHandshakeTimeoutMillis(0); // the whole approach has a timeout
                handler.setCloseNotifyFlushTimeoutMillis(ConnectionHandler.CLOSE_MILLIS_MAX);
                add(context, handler);
            }
            case Layer.WebSocket(String path) -> {
                add(context, new HttpRequestDecoder());
                add(context, new WebSocketUpgrade(path));
            }
        }
    }

    private void arrive(ChannelHandlerContext context) {
        timeout.cancel(false);
        ChannelPipeline pipeline = context.pipeline();
        ConnectionHandler handler = connectionHandlers.get();
        pipeline.replace(this, null, handler);
        handler.channelActive(pipeline.context(handler));
    }

    private static void add(ChannelHandlerContext context, ChannelHandler handler) {
        context.pipeline().addBefore(context.name(), null, handler);
    }

    /** One connection fails once, though several layers may notice. */
    private void reportFailure(ChannelHandlerContext context, String why) {
        if (!failed) {
            failed = true;
            LOG.debug("the connection from {} is closed before its first packet: {}",
                    Peer.of(context.channel()), why);
        }
    }
}
