package io.holdfast.netty;

import io.holdfast.spi.PublishInterceptor;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
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
    private final List<Listener> listeners = new ArrayList<>();

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
        LOG.debug("sockets by {}, TLS, if any, by {}", platform.epoll() ? "epoll" : "Java",
                platform.boringSsl() ? "BoringSSL" : "Java");
        eventLoops = new MultiThreadIoEventLoopGroup(eventLoopCount, new DefaultThreadFactory("holdfast-io"),
                platform.ioHandlers());
        try {
            for (ListenerOptions options : listeners) {
                Pace shared = rates.ofListener();
                this.listeners.add(new Listener(options, platform, eventLoops, () -> new ConnectionHandler(
                        intake, connections, packetBytesMax, rates.ofClient(shared), interceptors)));
            }
        } catch (CannotListenException e) {
            stop();
            throw e;
        }
    }

    /** Where it listens, in the order asked for, with the ports that it got. */
    public List<String> urls() {
        return listeners.stream().map(Listener::url).toList();
    }

    /** Serves those that wait and those that come. */
    public void startAccepting() {
        listeners.forEach(Listener::startAccepting);
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
