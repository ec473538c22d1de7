package io.holdfast.tools.bench;

import io.holdfast.mqtt.ProtocolVersion;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * All clients of a run, on one event loop: a thread that reads what came to all connections, and writes what
 * that leads to. Nothing needs a lock, and the tool takes one core at most.
 */
final class Fleet implements AutoCloseable {
    static final long TICK_MILLIS = 200;
    private static final int READ_BYTES = 128 << 10;
    private static final long AGAIN_MILLIS = 20;
    /** How many clients connect at once by default; some brokers let few more wait to be accepted. */
    static final int OPENING_AT_ONCE = 100;
    /** Addresses of this machine that clients of a broker on it come from. */
    private static final int OWN_ADDRESSES = 64;

    private final Target target;
    private final long silenceNanosMax;
    private final EventLoopGroup loop;
    private final Bootstrap bootstrap;
    private final ProgressBar bar;
    private final List<InetSocketAddress> ownAddresses;
    private int connects;
    private SslContext tls;
    private Meter meter;

    /**
     * The broker, and how to speak with it.
     *
     * @param pid of its process, or 0
     * @param silenceMillis after which what is missing counts as lost, and a broker that does not accept
     *     connections as down
     * @param openingAtOnce clients that connect at once and are not ready yet
     */
    record Target(String host, int port, ProtocolVersion version, long pid, long silenceMillis,
            int openingAtOnce) {}

    /** What happens in a phase. */
    interface Play {
        void begin(Meter meter);

        /** Nothing was counted for some time, which is up to {@code nanosMax}. */
        default void silent(Meter meter, long nanos, long nanosMax) {
            if (nanos > nanosMax) {
                meter.stall();
            }
        }
    }

    Fleet(Target target, ProgressBar bar) {
        this.target = target;
        silenceNanosMax = TimeUnit.MILLISECONDS.toNanos(target.silenceMillis());
        this.bar = bar;
        boolean epoll = Epoll.isAvailable();
        loop = new MultiThreadIoEventLoopGroup(1,
                epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        bootstrap = new Bootstrap().group(loop)
                .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.RECVBUF_ALLOCATOR,
                        new FixedRecvByteBufAllocator(READ_BYTES).maxMessagesPerRead(1))
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WriteBufferWaterMark.DEFAULT)
                .remoteAddress(new InetSocketAddress(target.host(), target.port()));
        ownAddresses = epoll ? ownAddresses(target) : List.of();
        if (!ownAddresses.isEmpty()) {
            bootstrap.option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
        }
    }

    /**
     * Where clients of a broker on this machine come from, which differs from run to run. From one address
     * there are 28,000 connections to a port, those of the last minute among them that are closed; and the
     * system takes a hundred times as long to find a free one when half of them are in use. Empty if the
     * broker is elsewhere.
     */
    private static List<InetSocketAddress> ownAddresses(Target target) {
        if (!target.host().equals("localhost") && !target.host().startsWith("127.")) {
            return List.of();
        }
        long run = ProcessHandle.current().pid();
        return IntStream.range(0, OWN_ADDRESSES)
                .mapToObj(last -> "127.%d.%d.%d".formatted(run >> 8 & 0xFF, run & 0xFF, 1 + last))
                .map(address -> new InetSocketAddress(address, 0)).toList();
    }

    /** Connects over TLS from now on. */
    void use(SslContext context) {
        tls = context;
    }

    Target target() {
        return target;
    }

    /** Plays a phase; {@code total} is how much there is to count. */
    Phase play(String name, String unit, String latencyOf, long total, Play play) {
        ProcessSample before = ProcessSample.of(target.pid());
        double ownBefore = ProcessSample.ownCpuSeconds();
        Meter current = new Meter();
        loop.execute(() -> begin(current, play));
        bar.show(name, total, current);
        try {
            current.finished().join();
        } catch (CompletionException e) {
            throw new IllegalStateException(name + ": " + e.getCause(), e.getCause());
        } finally {
            bar.clear();
        }
        long nanos = current.nanos();
        ProcessSample after = ProcessSample.of(target.pid());
        double own = ProcessSample.ownCpuSeconds() - ownBefore;
        loop.submit(current::tick).syncUninterruptibly();
        return new Phase(name, unit, current.done(), nanos, latencyOf, current.latencies(), current.ticks(),
                current.isStalled(), after.cpuSeconds() - before.cpuSeconds(), own, after.residentBytes(),
                after.residentBytes() - before.residentBytes(),
                after.writtenBytes() < 0 ? -1 : after.writtenBytes() - before.writtenBytes());
    }

    private void begin(Meter current, Play play) {
        meter = current;
        guarded(() -> play.begin(current)).run();
        loop.schedule(() -> tick(current, play), TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void tick(Meter current, Play play) {
        if (current.finished().isDone()) {
            return;
        }
        long silentNanos = System.nanoTime() - current.tick();
        guarded(() -> play.silent(current, silentNanos, silenceNanosMax)).run();
        loop.schedule(() -> tick(current, play), TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The task, such that what goes wrong in it ends the phase. */
    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                fail(e);
            }
        };
    }

    void after(long nanos, Runnable task) {
        loop.schedule(guarded(task), nanos, TimeUnit.NANOSECONDS);
    }

    private void fail(Throwable cause) {
        meter.fail(cause);
    }

    /**
     * Connects clients, so many at once that are not ready yet, and tells of each that is ready; on the event
     * loop.
     */
    void open(Iterator<? extends Client> clients, int atOnce, Consumer<Client> whenReady) {
        for (int i = 0; i < atOnce && clients.hasNext(); i++) {
            openNext(clients, whenReady);
        }
    }

    /** Connects all of them, counts those that are ready, and finishes the phase with the last. */
    void openAll(List<? extends Client> clients, Meter current) {
        open(clients.iterator(), target.openingAtOnce(), client -> {
            current.latency(System.nanoTime() - client.connectNanos);
            current.count();
            if (current.done() == clients.size()) {
                current.finish();
            }
        });
    }

    /** Has clients of a flood go away for good; returns when they have. */
    void end(List<Flooder> clients) {
        loop.submit(() -> clients.forEach(Flooder::end)).syncUninterruptibly();
    }

    private void openNext(Iterator<? extends Client> clients, Consumer<Client> whenReady) {
        if (clients.hasNext()) {
            Client client = clients.next();
            client.whenReady(() -> {
                whenReady.accept(client);
                openNext(clients, whenReady);
            });
            client.connectNanos = System.nanoTime();
            connect(client);
        }
    }

    /** A broker that starts again is not there at once. */
    private void connect(Client client) {
        Bootstrap connecting = bootstrap.clone().handler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                if (tls != null) {
                    channel.pipeline()
                            .addLast(tls.newHandler(channel.alloc(), target.host(), target.port()));
                }
                channel.pipeline().addLast(new Connection(client, target.version(), cause -> {
                    if (client.lost(cause)) {
                        return;
                    }
                    if (channel.pipeline().get(Connection.class).isConnacked()) {
                        fail(cause);
                    } else {
                        connectAgain(client, cause);
                    }
                }));
            }
        });
        if (!ownAddresses.isEmpty()) {
            connecting.localAddress(ownAddresses.get(connects++ % OWN_ADDRESSES));
        }
        connecting.connect().addListener((ChannelFuture connected) -> {
            if (!connected.isSuccess() && !client.lost(connected.cause())) {
                connectAgain(client, connected.cause());
            }
        });
    }

    private void connectAgain(Client client, Throwable cause) {
        if (System.nanoTime() - client.connectNanos > silenceNanosMax) {
            fail(cause);
        } else {
            loop.schedule(() -> connect(client), AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Closes what is still open, without a word. */
    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
