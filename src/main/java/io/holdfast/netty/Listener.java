package io.holdfast.netty;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** The listening socket and the event loops of all its connections: epoll where it loads, NIO elsewhere. */
public final class Listener {
    /** Connections that the kernel completes before they are accepted; it caps this at net.core.somaxconn. */
    private static final int BACKLOG = 4_096;

    /** The most that is taken from a socket at once; for a quiet connection it shrinks to the smallest. */
    private static final int READ_BYTES_MAX = 64 << 10;
    private static final int READ_BYTES_FIRST = 2 << 10;
    private static final int READ_BYTES_MIN = 512;

    /** Encoded bytes from which a channel takes no more packets, and down to which it takes none. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 << 10, 128 << 10);

    private static final long STOP_MILLIS_MAX = 2_000;

    private final EventLoopGroup eventLoops;
    private final Channel channel;

    /**
     * Listens from now on.
     *
     * @param eventLoopCount threads that read and write sockets
     * @param packetBytesMax the Maximum Packet Size accepted
     * @throws CannotListenException if the address cannot be listened on
     */
    public Listener(InetSocketAddress address, int eventLoopCount, int packetBytesMax, Intake intake,
            Connections connections) {
        boolean epoll = Epoll.isAvailable();
        IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        Class<? extends ServerChannel> type =
                epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        ThreadFactory threads = new DefaultThreadFactory("holdfast-io");
        eventLoops = new MultiThreadIoEventLoopGroup(eventLoopCount, threads, io);
        ChannelFuture bound = bootstrap(type, new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel accepted) {
                accepted.pipeline().addLast(new ConnectionHandler(intake, connections, packetBytesMax));
            }
        }).bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            stop();
            throw new CannotListenException(address, bound.cause());
        }
        channel = bound.channel();
    }

    private ServerBootstrap bootstrap(Class<? extends ServerChannel> type,
            ChannelInitializer<Channel> initializer) {
        return new ServerBootstrap()
                .group(eventLoops)
                .channel(type)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(READ_BYTES_MIN, READ_BYTES_FIRST, READ_BYTES_MAX))
                .childHandler(initializer);
    }

    /** Where it listens: the address asked for, and the port that it got. */
    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** Accepts no further connection; those that are open stay. */
    public void stopAccepting() {
        channel.close().awaitUninterruptibly();
    }

    /** Closes every connection, and ends the event loops. */
    public void stop() {
        eventLoops.shutdownGracefully(0, STOP_MILLIS_MAX, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }
}
