package io.holdfast.server;

import io.holdfast.admin.Measured;
import io.holdfast.admin.Reading;
import io.holdfast.broker.Broker;
import io.holdfast.broker.Input;
import io.holdfast.broker.Setting;
import io.holdfast.broker.Settings;
import io.holdfast.broker.Store;
import io.holdfast.netty.CannotListenException;
import io.holdfast.netty.Connections;
import io.holdfast.netty.Intake;
import io.holdfast.netty.ListenerOptions;
import io.holdfast.netty.Network;
import io.holdfast.netty.Rates;
import io.holdfast.netty.Traces;
import io.holdfast.security.Authenticator;
import io.holdfast.security.Security;
import io.holdfast.spi.PublishInterceptor;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running broker: the core, the store and the sockets, wired together, and the threads between them. */
public final class HoldfastServer {
    /** Clients are given that long to go once they have been told. */
    private static final long CLIENTS_MILLIS_MAX = 5_000;

    /** The threads are given that long, each, to finish what has been decided. */
    private static final long THREAD_MILLIS_MAX = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(HoldfastServer.class);

    /** Tests look at its gauge. */
    final Intake intake;
    private final Measured measured = new Measured();
    private final Inquiry inquiry = new Inquiry();
    private final Store store;
    private final Connections connections;
    private final Readers readers;
    private final Authenticator authenticator;
    private final Committer committer;
    private final Thread commitThread;
    private final Thread coreThread;
    private final Network network;
    private final Memory memory;
    private int packetBytesMax;
    private long releasedWhenAsked;

    /**
     * Takes the addresses, opens the store and recovers, makes what that led to durable, and serves clients.
     *
     * @param memory what it may take
     * @param security who may enter, and what they may do
     * @param interceptors what sees each PUBLISH before the core
     * @param opening opens the store, which {@link #stop} closes; only if there are no other obstacles
     * @param halt ends the process, or the test, when a thread of the broker has failed
     * @throws CannotListenException if one of the listeners cannot be
     */
    public HoldfastServer(List<ListenerOptions> listeners, Settings settings, Memory memory,
            Security security, List<PublishInterceptor> interceptors, Supplier<Store> opening,
            Thread.UncaughtExceptionHandler halt) throws InterruptedException {
        this.memory = memory;
        Settings limits = settings.within(memory.totalBytes());
        intake = new Intake(memory.intakeBytes());
        connections = new Connections(limits.integer(Setting.CONNECTIONS_MAX), memory.outboundBytes(),
                memory.directBytes());
        // The core, the committer and the readers want processors, too.
        int eventLoops = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        packetBytesMax = limits.integer(Setting.PACKET_BYTES_MAX);
        network = new Network(listeners, eventLoops, packetBytesMax, rates(limits), interceptors, intake,
                connections);
        store = open(opening);
        LongSupplier clock = new ServerClock(System::currentTimeMillis, System::nanoTime);
        AtomicInteger reader = new AtomicInteger();
        readers = new Readers(store, intake,
                task -> thread("reader-" + reader.incrementAndGet(), task, halt));
        authenticator = new Authenticator(security, answer -> intake.submit(answer, 0),
                task -> thread("authenticator", task, halt));
        committer = new Committer(store, intake, effects(), measured);
        long seed = new SecureRandom().nextLong();
        intake.submit(new Input.AccessChanged(security.rules(), security.bans().named()), 0);
        Broker broker = new Broker(limits, security.looks(), store.recover(), seed, clock.getAsLong());
        commitThread = thread("commit", committer, halt);
        CoreLoop core = new CoreLoop(broker, intake, committer, effects(), clock, this::edge, measured,
                inquiry, halt);
        coreThread = thread("core", core, halt);
        commitThread.start();
        coreThread.start();
        committer.awaitFirst();
        network.startAccepting();
        measured.serving();
    }

    /** From now on these may enter, and do this; whoever is here and is banned, or no user any more, goes. */
    private void change(Security security) {
        Set<String> gone = new HashSet<>(authenticator.change(security).users().names());
        gone.removeAll(security.users().names());
        intake.submit(new Input.AccessChanged(security.rules(), security.bans().named()), 0);
        intake.submit(new Input.UsersRemoved(gone), 0);
    }

    private static Rates rates(Settings settings) {
        return new Rates(settings.get(Setting.CLIENT_MESSAGES_PER_SECOND_MAX),
                settings.get(Setting.CLIENT_BYTES_PER_SECOND_MAX),
                settings.get(Setting.LISTENER_MESSAGES_PER_SECOND_MAX),
                settings.get(Setting.LISTENER_BYTES_PER_SECOND_MAX));
    }

    private Store open(Supplier<Store> opening) {
        try {
            return opening.get();
        } catch (RuntimeException e) {
            network.stop();
            throw e;
        }
    }

    /**
     * Makes what is needed to go on with other users, rules, settings and certificates. That it does so is
     * what running the answer does, which cannot fail, and of which nothing is done before.
     *
     * @param listeners those that it has, with other layers of TLS at most
     * @param security one that has clients looked at if the present one does, and only then
     * @throws CannotListenException if TLS cannot be set up with one of them
     */
    Runnable prepare(List<ListenerOptions> listeners, Security security, Settings settings) {
        Runnable tls = network.prepareTls(listeners);
        security.prepare();
        return () -> {
            tls.run();
            change(security);
            int packetBytes = settings.integer(Setting.PACKET_BYTES_MAX);
            // No connection may be told of more than it accepts, whichever of the two it meets first.
            network.acceptPackets(Math.max(packetBytes, packetBytesMax));
            intake.submit(new Input.SettingsChanged(settings.within(memory.totalBytes())), 0);
            network.acceptPackets(packetBytes);
            packetBytesMax = packetBytes;
        };
    }

    /**
     * Whether the core has decided a turn, and the committer released it, since this was last asked; one
     * thread. Asking gives the core an input, so that there is a turn before the next time.
     */
    boolean isAlive() {
        long released = committer.releasedThrough();
        boolean alive = released > releasedWhenAsked;
        releasedWhenAsked = released;
        intake.submit(new Input.TimePassed(), 0);
        return alive;
    }

    private EffectRunner effects() {
        return new EffectRunner(connections.outbox(), readers, authenticator);
    }

    /** Where it listens, in the order of its listeners, with the ports that it got. */
    public List<String> urls() {
        return network.urls();
    }

    /**
     * Tells the clients and the core, makes everything that has been decided durable, and closes the store;
     * takes a few seconds at most. Where that is not enough, the store is left as a crash would leave it,
     * which loses nothing.
     */
    public void stop() throws InterruptedException {
        measured.stopping();
        connections.refuseNew();
        network.stopAccepting();
        intake.submit(new Input.Stopping(), 0);
        if (!connections.awaitNone(CLIENTS_MILLIS_MAX)) {
            LOG.warn("{} connections did not end within {} ms and are cut", connections.count(),
                    CLIENTS_MILLIS_MAX);
        }
        boolean finished = stopThreads();
        network.stop();
        if (finished) {
            store.close();
        } else {
            LOG.error("the broker did not finish within {} ms; the store is left as a crash would leave it",
                    THREAD_MILLIS_MAX);
        }
    }

    private boolean stopThreads() throws InterruptedException {
        intake.end();
        authenticator.stop();
        return coreThread.join(Duration.ofMillis(THREAD_MILLIS_MAX))
                && commitThread.join(Duration.ofMillis(THREAD_MILLIS_MAX))
                && readers.stop(THREAD_MILLIS_MAX);
    }

    /** What is measured; {@link #readings} goes with it. */
    Measured measured() {
        return measured;
    }

    /** What the edges count. */
    List<Reading> readings() {
        return EdgeReadings.of(intake, network, store, memory);
    }

    /** What is shown to whoever looks for it. */
    Traces traces() {
        return connections.traces();
    }

    /** What the core says about its subscribers. */
    Inquiry inquiry() {
        return inquiry;
    }

    /** What waits to be sent on a connection, and what its peer has not taken of what was sent. */
    long unsentBytes(long connectionId) {
        return connections.unsentBytes(connectionId);
    }

    private Input.EdgeCounted edge() {
        connections.relieve();
        Runtime runtime = Runtime.getRuntime();
        return new Input.EdgeCounted(connections.countSinceStart(), connections.bytesReceived(),
                connections.bytesSent(), runtime.totalMemory() - runtime.freeMemory(),
                connections.directBytes(), store.memoryBytes(), store.damaged());
    }

    private static Thread thread(String name, Runnable task, Thread.UncaughtExceptionHandler halt) {
        return Thread.ofPlatform().name("holdfast-" + name).uncaughtExceptionHandler(halt).unstarted(task);
    }
}
