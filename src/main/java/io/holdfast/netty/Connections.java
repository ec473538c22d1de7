package io.holdfast.netty;

import io.holdfast.broker.Authentication;
import io.netty.util.internal.PlatformDependent;
import java.security.SecureRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All open network connections, by their ids. Safe for any thread. */
public final class Connections {
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /** Random characters in an assigned Client Identifier: about 130 bits, so that none can be guessed. */
    private static final int ASSIGNED_CHARACTERS = 22;

    private static final long TELL_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    private final ConcurrentHashMap<Long, ConnectionHandler> handlers = new ConcurrentHashMap<>();
    private final AtomicLong lastId = new AtomicLong();
    private final SecureRandom random = new SecureRandom();
    private final LongAdder bytesReceived = new LongAdder();
    private final LongAdder bytesSent = new LongAdder();
    private final LongAdder cut = new LongAdder();
    private final AtomicLong toldNanos = new AtomicLong(System.nanoTime() - TELL_NANOS);
    private final int connectionsMax;
    /** For packets that wait to be sent. */
    final Room queued;
    /** Network buffers: packets that are not complete, and bytes that the peer does not take. */
    final Room buffered;
    private final Traces traces = new Traces();
    private volatile boolean refusing;

    /** With memory enough. */
    Connections() {
        this(Integer.MAX_VALUE, Long.MAX_VALUE >> 1, Long.MAX_VALUE >> 1);
    }

    /**
     * Allows so many; an eighth more is let in to be told that it is too many.
     *
     * @param queuedBytesMax of packets that wait to be sent, in sum
     * @param directBytesMax that network buffers may take; a quarter is for what stays in them for a while
     */
    public Connections(int connectionsMax, long queuedBytesMax, long directBytesMax) {
        this.connectionsMax = (int) Math.min(Integer.MAX_VALUE, connectionsMax + connectionsMax / 8L);
        queued = new Room(queuedBytesMax, handlers::size);
        buffered = new Room(directBytesMax / 4, handlers::size);
    }

    /** Bytes that network buffers take, in use or not. */
    public long directBytes() {
        return PlatformDependent.usedDirectMemory();
    }

    /** To be called now and then: where room is scarce, who takes nothing of what it is sent must go. */
    public void relieve() {
        if (queued.isScarce() || buffered.isScarce()) {
            handlers.values().forEach(handler -> handler.eventLoop().execute(handler::cutIfStuck));
        }
    }

    /** A way out for effects, for one thread at a time; the core and the committer have one each. */
    public Outbox outbox() {
        return new Outbox(this);
    }

    /** What is shown of them to whoever looks. */
    public Traces traces() {
        return traces;
    }

    /** What waits to be written to a connection, or for its peer to take it; 0 if it is gone. */
    public long unsentBytes(long id) {
        ConnectionHandler handler = handlers.get(id);
        return handler == null ? 0 : handler.unsentBytes();
    }

    /** How many connections are open. */
    public int count() {
        return handlers.size();
    }

    /** How many there have been, open and closed. */
    public long countSinceStart() {
        return lastId.get();
    }

    /** Bytes of MQTT from all connections. */
    public long bytesReceived() {
        return bytesReceived.sum();
    }

    /** Bytes of MQTT written to all connections. */
    public long bytesSent() {
        return bytesSent.sum();
    }

    /** A connection was cut off because its peer took too little; an operator is told once a minute. */
    void cut() {
        cut.increment();
        long now = System.nanoTime();
        long last = toldNanos.get();
        if (now - last > TELL_NANOS && toldNanos.compareAndSet(last, now)) {
            LOG.warn("{} connections have been closed since the start because too much waited to be sent to"
                    + " them", cut.sum());
        }
    }

    void received(int bytes) {
        bytesReceived.add(bytes);
    }

    void sent(int bytes) {
        bytesSent.add(bytes);
    }

    /** From now on, connections that open are closed at once. */
    public void refuseNew() {
        refusing = true;
    }

    /** Waits until no connection is open, at most that time; answers whether none is. */
    public synchronized boolean awaitNone(long millis) throws InterruptedException {
        long endNanos = System.nanoTime() + millis * 1_000_000;
        long leftMillis;
        while (!handlers.isEmpty() && (leftMillis = (endNanos - System.nanoTime()) / 1_000_000) > 0) {
            wait(leftMillis);
        }
        return handlers.isEmpty();
    }

    long nextId() {
        return lastId.incrementAndGet();
    }

    String newClientId() {
        byte[] bytes = new byte[ASSIGNED_CHARACTERS];
        random.nextBytes(bytes);
        StringBuilder id = new StringBuilder(Authentication.ASSIGNED_PREFIX);
        for (byte b : bytes) {
            id.append(ALPHABET.charAt((b & 0xFF) % ALPHABET.length()));
        }
        return id.toString();
    }

    /** The open connection with that id, or null. */
    ConnectionHandler find(long id) {
        return handlers.get(id);
    }

    /** Answers whether the connection may stay. */
    boolean add(ConnectionHandler handler) {
        if (refusing || handlers.size() >= connectionsMax) {
            return false;
        }
        handlers.put(handler.id(), handler);
        return true;
    }

    void remove(ConnectionHandler handler) {
        handlers.remove(handler.id());
        if (handlers.isEmpty()) {
            synchronized (this) {
                notifyAll();
            }
        }
    }
}
