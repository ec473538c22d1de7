package io.holdfast.netty;

import io.holdfast.spi.PublishInterceptor;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All listening sockets, and the event loops that they share with all connections. */
public final class Network {
    private static final long STOP_MILLIS_MAX = 2_000;

    private static final Logger LOG = LoggerFactory.getLogger(Network.class);

    private final EventLoopGroup eventLoops;
    private final Governor governor = new Governor();
    private final List<Listener> listeners = new ArrayList<>();
    private volatile int packetBytesMax;

    /**
     * Takes the addresses, where connections wait until {@link #startAccepting}.
     *
     * @param eventLoopCount threads that read and write sockets
     * @param packetBytesMax the Maximum Packet Size accepted
     * @param rates how fast clients may send
     * @param interceptors what sees each PUBLISH first, in that order
     * @throws CannotListenException if one of them cannot be; then none is
     */
    public Network(List<ListenerOptions> listeners, int eventLoopCount, int packetBytesMax, Rates rates,
            List<PublishInterceptor> interceptors, Intake intake, Connections connections) {
        this(listeners, Platform.best(listeners.stream().anyMatch(one -> one.layer(Layer.Tls.class) != null)),
                eventLoopCount, packetBytesMax, rates, interceptors, intake, connections);
    }

    Network(List<ListenerOptions> listeners, Platform platform, int eventLoopCount, int packetBytesMax,
            Rates rates, List<PublishInterceptor> interceptors, Intake intake, Connections connections) {
        this.packetBytesMax = packetBytesMax;
        LOG.debug("sockets by {}, TLS, if any, by {}", platform.epoll() ? "epoll" : "Java",
                platform.boringSsl() ? "BoringSSL" : "Java");
        eventLoops = new MultiThreadIoEventLoopGroup(eventLoopCount, new DefaultThreadFactory("holdfast-io"),
                platform.ioHandlers());
        try {
            for (ListenerOptions options : listeners) {
                Pace shared = rates.ofListener();
                this.listeners.add(new Listener(options, platform, eventLoops, governor,
                        () -> new ConnectionHandler(intake, connections, this.packetBytesMax,
                                rates.ofClient(shared), interceptors)));
            }
        } catch (CannotListenException e) {
            stop();
            throw e;
        }
    }

    /** Limits what network buffers take; to be called before there is any. */
    public static void limitDirectMemory(long bytesMax) {
        System.setProperty("io.netty.maxDirectMemory", Long.toString(bytesMax));
    }

    /** From now on, connections that open accept packets up to that size. */
    public void acceptPackets(int bytesMax) {
        packetBytesMax = bytesMax;
    }

    /**
     * Makes what is needed for TLS connections to come to have other keys and certificates; that they have
     * them is what running the answer does, which cannot fail.
     *
     * @param changed one for each listener, in order, that {@linkplain ListenerOptions#differsInTlsAtMost
     *     differs} in nothing else
     * @throws CannotListenException if there is something wrong with one of them
     */
    public Runnable prepareTls(List<ListenerOptions> changed) {
        List<SslContext> contexts = new ArrayList<>();
        try {
            for (int i = 0; i < listeners.size(); i++) {
                contexts.add(listeners.get(i).contextFor(changed.get(i)));
            }
        } catch (CannotListenException e) {
            contexts.forEach(ReferenceCountUtil::release);
            throw e;
        }
        return () -> {
            for (int i = 0; i < listeners.size(); i++) {
                if (contexts.get(i) != null) {
                    listeners.get(i).use(changed.get(i), contexts.get(i));
                }
            }
        };
    }

    /** Where it listens, in the order asked for, with the ports that it got. */
    public List<String> urls() {
        return listeners.stream().map(Listener::url).toList();
    }

    /** Connections since the start at one of {@link #urls}. */
    public long accepted(int listener) {
        return listeners.get(listener).accepted();
    }

    /** Connections that are open at one of {@link #urls}. */
    public long open(int listener) {
        return listeners.get(listener).open();
    }

    /** What waits to be run by the event loops. */
    public long pendingTasks() {
        long tasks = 0;
        for (EventExecutor eventLoop : eventLoops) {
            tasks += eventLoop instanceof SingleThreadEventExecutor loop ? loop.pendingTasks() : 0;
        }
        return tasks;
    }

    /** Serves those that wait and those that come. */
    public void startAccepting() {
        governor.startAccepting();
    }

    /** Accepts no further connection; those that are open stay. */
    public void stopAccepting() {
        listeners.forEach(Listener::stopAccepting);
    }

    /** Closes everything, and ends the event loops. */
    public void stop() {
        stopAccepting();
        eventLoops.shutdownGracefully(0, STOP_MILLIS_MAX, TimeUnit.MILLISECONDS).awaitUninterruptibly();
        listeners.forEach(Listener::release);
    }
}
