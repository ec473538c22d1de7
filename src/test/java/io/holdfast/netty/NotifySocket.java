package io.holdfast.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The end of a supervisor: a Unix domain socket, and what services have told it. */
public final class NotifySocket implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final EventLoopGroup eventLoop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final Channel channel;

    /** @param path of a file that is not there yet, or an abstract name, which begins with a zero byte */
    public NotifySocket(String path) throws InterruptedException {
        channel = new Bootstrap().group(eventLoop).channel(EpollDomainDatagramChannel.class)
                .handler(new SimpleChannelInboundHandler<DomainDatagramPacket>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext context, DomainDatagramPacket packet) {
                        told.add(packet.content().toString(StandardCharsets.US_ASCII));
                    }
                }).bind(new DomainSocketAddress(path)).sync().channel();
    }

    /** The next word is that one. */
    public void expect(String word) throws InterruptedException {
        assertEquals(word, next());
    }

    /** That one comes, after any number of that other. */
    public void expectAfter(String others, String word) throws InterruptedException {
        String next = next();
        while (next.equals(others)) {
            next = next();
        }
        assertEquals(word, next);
    }

    /** The next word, once it comes. */
    public String next() throws InterruptedException {
        String next = told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertNotNull(next, "nothing was told");
        return next;
    }

    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
        eventLoop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }
}
