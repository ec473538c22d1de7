package io.holdfast.netty;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One listening socket. */
final class Listener {
    /** Connections that the kernel completes before they are accepted; it caps this at net.core.somaxconn. */
    private static final int BACKLOG = 4_096;

    /** The most that is taken from a socket at once; for a quiet connection it shrinks to the smallest. */
    private static final int READ_BYTES_MAX = 64 << 10;
    private static final int READ_BYTES_FIRST = 2 << 10;
    private static final int READ_BYTES_MIN = 512;

    /** Encoded bytes from which a channel takes no more packets, and down to which it takes none. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 << 10, 128 << 10);

    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

    private final Platform platform;
    private final SharedTls tls;
    private final Channel channel;
    private final LongAdder accepted = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private volatile ListenerOptions options;

    /**
     * Takes the address, where connections wait until {@link #startAccepting}.
     *
     * @param connectionHandlers makes one for each connection that has come through all layers
     * @throws CannotListenException if there is something wrong with what was asked for
     */
    Listener(ListenerOptions options, Platform platform, EventLoopGroup eventLoops, Governor governor,
            Supplier<ConnectionHandler> connectionHandlers) {
        this.options = options;
        this.platform = platform;
        SslContext context = context(options);
        tls = context == null ? null : new SharedTls(context);
        ServerBootstrap bootstrap = bootstrap(eventLoops).childHandler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel connection) {
                accepted.increment();
                connection.closeFuture().addListener(_ -> ended.increment());
                governor.enter(connection);
                Peer.acceptedBy(Listener.this.options, connection); // as it is now
                connection.pipeline().addLast(options.layers().isEmpty()
                        ? connectionHandlers.get()
                        : new Approach(options.layers(), tls, connectionHandlers));
            }
        });
        try {
            channel = bind(bootstrap);
        } catch (CannotListenException e) {
            release();
            throw e;
        }
        ClientLog.listens(channel, url());
        governor.govern(channel);
    }

    /**
     * What TLS connections need that come with other keys and certificates, or null if these are the same.
     *
     * @throws CannotListenException if there is something wrong with them
     */
    SslContext contextFor(ListenerOptions changed) {
        return changed.layers().equals(options.layers()) ? null : context(changed);
    }

    /** For connections to come. */
    void use(ListenerOptions changed, SslContext context) {
        options = changed;
        tls.replace(context);
    }

    /** What a client would be told, with the port that the listener got. */
    String url() {
        SocketAddress local = channel.localAddress();
        return options.url(local instanceof InetSocketAddress address ? address.getPort() : 0);
    }

    /** Connections since the start. */
    long accepted() {
        return accepted.sum();
    }

    /** Connections that are open. */
    long open() {
        return Math.max(0, accepted.sum() - ended.sum());
    }

    /** Accepts no further connection; those that are open stay. */
    void stopAccepting() {
        if (channel.isOpen() && options.address() instanceof UnixDomainSocketAddress unix) {
            try {
                UnixSocket.remove(unix.getPath());
            } catch (IOException e) {
                LOG.warn("{} stays behind: {}", unix, e.getMessage());
            }
        }
        channel.close().awaitUninterruptibly();
    }

    /** Gives back what its connections shared; none is open any more. */
    void release() {
        if (tls != null) {
            tls.release();
        }
    }

    /** Null if there is no layer of TLS. */
    private SslContext context(ListenerOptions options) {
        Layer.Tls layer = options.layer(Layer.Tls.class);
        if (layer == null) {
            return null;
        }
        String protocol = options.layer(Layer.WebSocket.class) == null ? "mqtt" : "http/1.1";
        try {
            return TlsContext.of(layer, protocol, platform.tls());
        } catch (SSLException | IllegalArgumentException e) {
            throw new CannotListenException(options, "TLS cannot be set up with this: " + e.getMessage(), e);
        }
    }

    private Channel bind(ServerBootstrap bootstrap) {
        SocketAddress address = options.address();
        try {
            if (address instanceof UnixDomainSocketAddress unix) {
                return UnixSocket.bind(unix.getPath(), hidden -> bootstrap.bind(platform.local(hidden)));
            }
        } catch (IOException e) {
            throw CannotListenException.unbound(options, e);
        }
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw CannotListenException.unbound(options, bound.cause());
        }
        return bound.channel();
    }

    private ServerBootstrap bootstrap(EventLoopGroup eventLoops) {
        boolean unix = options.address() instanceof UnixDomainSocketAddress;
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(eventLoops)
                .channel(platform.serverChannel(unix))
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(READ_BYTES_MIN, READ_BYTES_FIRST, READ_BYTES_MAX));
        return unix ? bootstrap : bootstrap
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true);
    }
}
