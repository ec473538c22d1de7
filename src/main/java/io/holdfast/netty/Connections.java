package io.holdfast.netty;

import java.security.SecureRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** All open network connections, by their ids. Safe for any thread. */
public final class Connections {
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /** Random characters in an assigned Client Identifier: about 130 bits, so that none can be guessed. */
    private static final int ASSIGNED_CHARACTERS = 22;

    private final ConcurrentHashMap<Long, ConnectionHandler> handlers = new ConcurrentHashMap<>();
    private final AtomicLong lastId = new AtomicLong();
    private final SecureRandom random = new SecureRandom();
    private final LongAdder bytesReceived = new LongAdder();
    private final LongAdder bytesSent = new LongAdder();
    private volatile boolean refusing;

    /** A way out for effects, for one thread at a time; the core and the committer have one each. */
    public Outbox outbox() {
        return new Outbox(this);
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
        StringBuilder id = new StringBuilder("auto-");
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
        if (refusing) {
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
