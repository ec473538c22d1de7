package io.holdfast.netty;

import io.holdfast.broker.Input;
import io.holdfast.netty.Lane.Held;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * The queue of inputs on their way to the core: many threads submit, and one at a time handles.
 *
 * <p><b>Who handles.</b> A thread that brings little, and finds nobody handling, does it itself: where little
 * is to be done, waking another thread up would be most of the work. Everything else is left to the owner,
 * so that the thread that brought it can go on reading its sockets; so is what is small, if what was handled
 * last took long. What comes while somebody handles is handled by the same thread, for a few turns.
 *
 * <p><b>Fair.</b> Each connection has a {@link Lane}, and what the core spends on its inputs is counted: who
 * makes the core work for long comes after those who do not ({@link FairQueue}). An input of many packets may
 * be handled in parts. What does not come from a connection is never late.
 *
 * <p><b>Bounded without blocking.</b> An input weighs bytes from its submission until it is released, which
 * is when what was decided on it is on disk and done. Submitting never blocks and never drops. When too many
 * are held, each connection that has just been read stops reading; when no more than half as many are held,
 * those that stopped go on. So the overshoot is one read per connection, and a slow disk is felt by the
 * publishers and by nobody else.
 *
 * <p><b>Bounded in time.</b> Of what is held, what is in the queue has a limit of its own, which depends on
 * how long it takes to handle: a message that matches 100,000 subscriptions takes a thousand times as long as
 * one that matches one. So few bytes may wait at first, and more when they were too few and none had to wait
 * for long; when one had, half as many. What waits for the disk is not among them: a slow disk is helped by
 * larger batches. A connection that has only little in the queue is read nevertheless, and may be read again
 * as soon as its own inputs are handled: it is others who fill the queue.
 *
 * <p><b>No lost wake-up.</b> The owner first announces that it is about to park, then looks at the queue once
 * more; a submitter first adds, then looks for an owner that announced itself. One of them sees the other.
 * Who cannot handle because another one does leaves its input to that one, which looks at the queue when it
 * is done.
 * The same order (first enlist, then look at the gauge; first lower the gauge, then look at the list) holds
 * for connections that wait for room.
 */
public final class Intake {
    /** Bytes held above which connections stop reading, where there is memory for it. */
    static final long HELD_BYTES_MAX = 16L << 20;

    /** Bytes in the queue above which they do, at first, and again when there is little to do. */
    static final long FIRST_QUEUED_BYTES_MAX = 64L << 10;

    /** However long inputs wait, so many may be in the queue: some tens of small messages. */
    static final long LOWEST_QUEUED_BYTES_MAX = 4L << 10;

    /** Who has waited for longer has waited for too long. */
    static final long WAIT_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(50);

    /** What an input may weigh that is handled by the thread that brings it. */
    static final int LIGHT_BYTES = 4 << 10;

    /** What was handled last took no longer, or the owner is to handle. */
    private static final long GUEST_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(2);

    /** How often a thread that is not the owner handles before it leaves the rest to the owner. */
    private static final int GUEST_TURNS_MAX = 4;

    /** What an input is taken to weigh beside the bytes that it carries. */
    static final int INPUT_BYTES = 128;

    /** Bytes of one connection that may be in the queue, however much is in it of others. */
    static final int LANE_BYTES_FREE = 4 << 10;

    /** Handles inputs, for {@link #drain}. */
    @FunctionalInterface
    public interface Handler {
        /** Handles an input. Returns what it has left of it for another time, or null. */
        Input handle(Input input);
    }

    private final FairQueue queue = new FairQueue();
    private final Lane nobodys = new Lane(() -> { });
    private final AtomicLong heldBytes = new AtomicLong();
    private final AtomicLong queuedBytes = new AtomicLong();
    private final Set<Lane> waitingForRoom = ConcurrentHashMap.newKeySet();
    private final AtomicReference<Thread> parked = new AtomicReference<>();
    private final ReentrantLock handling = new ReentrantLock();
    private final LongSupplier nanos;
    private final long heldBytesMax;
    private volatile Runnable handler;
    private volatile boolean takesLong;
    private volatile long queuedBytesMax;
    /** Since the last drain, the queue was. */
    private volatile boolean wasFull;
    /** More was held than may be, and since then never as little as half of it. */
    private volatile boolean holdsTooMuch;
    private volatile boolean ended;
    private Thread owner;

    Intake() {
        this(HELD_BYTES_MAX);
    }

    /** @param bytesMax bytes held above which connections stop reading, unless fewer are enough */
    public Intake(long bytesMax) {
        this(bytesMax, System::nanoTime);
    }

    Intake(long bytesMax, LongSupplier nanos) {
        this.nanos = nanos;
        heldBytesMax = Math.min(bytesMax, HELD_BYTES_MAX);
        queuedBytesMax = Math.min(FIRST_QUEUED_BYTES_MAX, heldBytesMax);
    }

    /**
     * Sets what handles inputs, which it drains; it is never run by two threads at once. Until it is there,
     * inputs wait.
     */
    public void handleWith(Runnable handler) {
        this.handler = handler;
    }

    /** Runs the handler, after the thread that is running it, if any. */
    public void handle() {
        handling.lock();
        try {
            runHandler();
        } finally {
            handling.unlock();
        }
    }

    private void runHandler() {
        long begunNanos = nanos.getAsLong();
        handler.run();
        takesLong = nanos.getAsLong() - begunNanos > GUEST_NANOS_MAX;
    }

    /**
     * Adds an input that comes from no connection.
     *
     * @param bytes the size of what it carries: packets or messages
     */
    public void submit(Input input, long bytes) {
        submit(nobodys, input, bytes);
    }

    /** Adds an input of a connection. */
    void submit(Lane lane, Input input, long bytes) {
        long heavy = bytes + INPUT_BYTES;
        heldBytes.addAndGet(heavy);
        queuedBytes.addAndGet(heavy);
        lane.queuedBytes.addAndGet(heavy);
        queue.add(new Held(lane, input, heavy, nanos.getAsLong()));
        if (heavy <= LIGHT_BYTES && !takesLong && handler != null) {
            handleAsGuest();
        } else {
            wakeOwner();
        }
    }

    private void handleAsGuest() {
        if (handling.isHeldByCurrentThread()) {
            return;
        }
        for (int i = 0; i < GUEST_TURNS_MAX && !queue.isEmpty() && !takesLong && !ended; i++) {
            if (!handling.tryLock()) {
                return;
            }
            try {
                if (!ended) { // looked at with the lock: the owner ends only when nobody handles
                    runHandler();
                }
            } finally {
                handling.unlock();
            }
        }
        if (!queue.isEmpty()) {
            wakeOwner();
        }
    }

    /**
     * Has up to {@code max} inputs handled, and none after so much time has passed; answers what they weigh,
     * to be released later. One that was handled in part weighs when the last part is.
     */
    public long drain(Handler inputs, int max, long nanosMax) {
        long begunNanos = nanos.getAsLong();
        long now = begunNanos;
        long waitedNanos = 0;
        long bytes = 0;
        Held held;
        for (int i = 0; i < max && now - begunNanos < nanosMax && (held = queue.next()) != null; i++) {
            waitedNanos = Math.max(waitedNanos, begunNanos - held.sinceNanos());
            Input rest = inputs.handle(held.input());
            long handledNanos = nanos.getAsLong();
            bytes += handled(held, handledNanos - now, rest);
            now = handledNanos;
        }
        adapt(waitedNanos);
        resumeIfThereIsRoom();
        return bytes;
    }

    /** Returns what weighs no more in the queue. */
    private long handled(Held held, long costNanos, Input rest) {
        Lane lane = held.lane();
        long cost = lane == nobodys ? 0 : costNanos;
        if (rest != null) {
            queue.handled(held, cost, new Held(lane, rest, held.bytes(), held.sinceNanos()));
            return 0;
        }
        queue.handled(held, cost, null);
        queuedBytes.addAndGet(-held.bytes());
        lane.queuedBytes.addAndGet(-held.bytes());
        if (!waitingForRoom.isEmpty() && !holdsTooMuch && hasRoom(lane)) {
            resume(lane);
        }
        return held.bytes();
    }

    private void adapt(long waitedNanos) {
        long now = queuedBytesMax;
        if (waitedNanos > WAIT_NANOS_MAX) {
            queuedBytesMax = Math.max(now / 2, Math.min(LOWEST_QUEUED_BYTES_MAX, heldBytesMax));
        } else if (wasFull || now < FIRST_QUEUED_BYTES_MAX) {
            queuedBytesMax = Math.min(now + now / 8, heldBytesMax);
        } else if (now > FIRST_QUEUED_BYTES_MAX) {
            queuedBytesMax = now - now / 256;
        }
        wasFull = false;
    }

    /**
     * Returns when there is an input, when the intake has ended, or when it is time; possibly earlier.
     *
     * @param millis how long that is, asked for after a {@link #wakeOwner} can be heard
     */
    public void awaitInput(LongSupplier millis) {
        assertOwned();
        parked.set(owner);
        long sleepMillis = millis.getAsLong();
        if (queue.isEmpty() && !ended && sleepMillis > 0) {
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(sleepMillis));
        }
        parked.set(null);
    }

    /** Inputs of that weight are done with; any thread. */
    public void release(long bytes) {
        heldBytes.addAndGet(-bytes);
        resumeIfThereIsRoom();
    }

    /** Tells the owner that nothing more will come that matters: it handles what is here, and ends. */
    public void end() {
        ended = true;
        wakeOwner();
    }

    /** Whether the intake has ended and is empty, and nobody handles any more. */
    public boolean isDone() {
        handling.lock();
        try {
            return ended && queue.isEmpty();
        } finally {
            handling.unlock();
        }
    }

    /** The gauge: bytes submitted and not yet released. */
    public long heldBytes() {
        return heldBytes.get();
    }

    /** Whether a connection is to stop reading, when bytes that it has read are added; it is to wait then. */
    boolean isFullWith(Lane lane, long bytes) {
        if (queuedBytes.get() + bytes > queuedBytesMax && lane.queuedBytes.get() + bytes > LANE_BYTES_FREE) {
            wasFull = true;
            return true;
        }
        if (heldBytes.get() + bytes > heldBytesMax) {
            holdsTooMuch = true;
        }
        return holdsTooMuch;
    }

    /** Has the connection read again once there is room. */
    void awaitRoom(Lane lane) {
        waitingForRoom.add(lane);
        resumeIfThereIsRoom();
        if (!holdsTooMuch && hasRoom(lane)) {
            resume(lane);
        }
    }

    private void resumeIfThereIsRoom() {
        boolean hasLetGo = holdsTooMuch && heldBytes.get() <= heldBytesMax / 2;
        if (hasLetGo) {
            holdsTooMuch = false;
        }
        if (waitingForRoom.isEmpty() || holdsTooMuch) {
            return;
        }
        if (hasLetGo || queuedBytes.get() <= queuedBytesMax / 2) {
            for (Lane lane : waitingForRoom) {
                if (hasRoom(lane)) {
                    resume(lane);
                }
            }
        }
    }

    private boolean hasRoom(Lane lane) {
        return lane.queuedBytes.get() <= LANE_BYTES_FREE / 2 || queuedBytes.get() <= queuedBytesMax / 2;
    }

    /** Of the threads that see room for it, one. */
    private void resume(Lane lane) {
        if (waitingForRoom.remove(lane)) {
            lane.resume.run();
        }
    }

    /** Has the owner look whether there is something for it to do. */
    public void wakeOwner() {
        // Whoever takes the announcement away wakes the owner: a late one once too often.
        if (parked.get() != null) {
            Thread sleeper = parked.getAndSet(null);
            if (sleeper != null) {
                LockSupport.unpark(sleeper);
            }
        }
    }

    private void assertOwned() {
        Thread current = Thread.currentThread();
        if (owner == null) {
            owner = current;
        }
        if (owner != current) {
            throw new IllegalStateException(current + " waits for the inputs of " + owner);
        }
    }
}
