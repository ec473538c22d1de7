package io.holdfast.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What runs the broker as a service, systemd or another, and wants to be told how it is: by datagrams to the
 * Unix domain socket that the environment variable {@code NOTIFY_SOCKET} names, as sd_notify(3) has it. If
 * there is none, nobody is told.
 *
 * <p>With {@code WATCHDOG_USEC} it ends a service that has not said for so many microseconds that it is
 * alive. It is told {@value #BEATS} times meanwhile, by a thread of its own.
 */
public final class Supervisor {
    private static final int BEATS = 4;
    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

    private final String socket;
    private final long watchdogMicros;
    private final EventLoopGroup eventLoop;
    private final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor(
            new DefaultThreadFactory("holdfast-watchdog", true));

    /** @param environment the variables of this process */
    public Supervisor(Map<String, String> environment) {
        socket = environment.getOrDefault("NOTIFY_SOCKET", "");
        boolean forUs = environment.getOrDefault("WATCHDOG_PID", "" + ProcessHandle.current().pid())
                .equals("" + ProcessHandle.current().pid());
        String micros = environment.getOrDefault("WATCHDOG_USEC", "");
        watchdogMicros = forUs && micros.matches("\\d{1,18}") ? Long.parseLong(micros) : 0;
        if (socket.isEmpty()) {
            eventLoop = null;
        } else if (Epoll.isAvailable()) {
            eventLoop = new MultiThreadIoEventLoopGroup(1,
                    new DefaultThreadFactory("holdfast-supervisor", true), EpollIoHandler.newFactory());
        } else {
            eventLoop = null;
            LOG.warn("NOTIFY_SOCKET is {}, and nobody can be told there, as there is no epoll: {}", socket,
                    Epoll.unavailabilityCause().toString());
        }
    }

    /**
     * Clients are served.
     *
     * @param alive whether the service does what it is for, asked again and again from another thread
     */
    public void ready(BooleanSupplier alive) {
        tell("READY=1");
        if (eventLoop != null && watchdogMicros > 0) {
            watchdog.scheduleAtFixedRate(() -> {
                if (alive.getAsBoolean()) {
                    tell("WATCHDOG=1");
                }
            }, 0, Math.max(1, watchdogMicros / BEATS), TimeUnit.MICROSECONDS);
        }
    }

    /** The service ends, as it was asked to. */
    public void stopping() {
        watchdog.shutdown();
        tell("STOPPING=1");
    }

    /** With a socket for each word, as sd_notify has it: a supervisor that was restarted has a new one. */
    private void tell(String state) {
        if (eventLoop == null) {
            return;
        }
        // '@' is for the byte that begins an abstract name.
        String path = socket.startsWith("@") ? "\0" + socket.substring(1) : socket;
        ChannelFuture told = new Bootstrap().group(eventLoop).channel(EpollDomainDatagramChannel.class)
                .handler(new ChannelInboundHandlerAdapter()).connect(new DomainSocketAddress(path))
                .awaitUninterruptibly();
        Channel channel = told.channel();
        if (told.isSuccess()) {
            told = channel.writeAndFlush(Unpooled.copiedBuffer(state, StandardCharsets.US_ASCII))
                    .awaitUninterruptibly();
        }
        if (!told.isSuccess()) {
            LOG.warn("NOTIFY_SOCKET: {} cannot be told {}: {}", socket, state, told.cause().toString());
        }
        channel.close();
    }
}
