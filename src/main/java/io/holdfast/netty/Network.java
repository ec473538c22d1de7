package io.holdfast.netty;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
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

    /**
     * Takes the addresses, where connections wait until {@link #startAccepting}.
     *
     * @param eventLoopCount threads that read and write sockets
     * @param packetBytesMax the Maximum Packet Size accepted
     * @throws CannotListenException if one of them cannot be; then none is
     */
    public Network(List<ListenerOptions> listeners, int eventLoopCount, int packetBytesMax, Intake intake,
            Connections connections) {
        this(listeners, Platform.best(listeners.stream().anyMatch(one -> one.layer(Layer.Tls.class) != null)),
                eventLoopCount, packetBytesMax, intake, connections);
    }

    Network(List<ListenerOptions> listeners, Platform platform, int eventLoopCount, int packetBytesMax,
            Intake intake, Connections connections) {
        LOG.debug("sockets by {}, TLS, if any, by {}", platform.epoll() ? "epoll" : "Java",
                platform.boringSsl() ? "BoringSSL" : "Java");
        eventLoops = new MultiThreadIoEventLoopGroup(eventLoopCount, new DefaultThreadFactory("holdfast-io"),
                platform.ioHandlers());
        try {
            for (ListenerOptions options : listeners) {
                this.listeners.add(new Listener(options, platform, eventLoops, governor,
                        () -> new ConnectionHandler(intake, connections, packetBytesMax)));
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
