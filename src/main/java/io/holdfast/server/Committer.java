package io.holdfast.server;

import io.holdfast.admin.Measured;
import io.holdfast.broker.Store;
import io.holdfast.broker.Turn;
import io.holdfast.netty.Intake;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The thread that makes turns durable and then lets their effects happen: all turns that wait are one commit,
 * so that many connections share one sync of the disk.
 *
 * <p>Turns come from the core, one thread at a time, in the order of their numbers. A turn that needs no
 * commit, and before which nothing waits, is released by the core itself. So {@code releasedThrough} has one
 * writer at any time: the core when the pipeline is empty, the committer when it is not; and effects keep the
 * order of the turns.
 */
final class Committer implements Runnable {
    /** Turns in one commit. Their bytes are bounded by the Intake's. */
    private static final int TURNS_MAX = 1_024;

    /** A turn, and the weight of the inputs that it answers. */
    private record Decided(Turn turn, long inputBytes) {}

    private static final Decided END = new Decided(new Turn(Long.MAX_VALUE, 0), 0);

    private final Store store;
    private final Intake intake;
    private final EffectRunner effects;
    private final Measured measured;
    private final BlockingQueue<Decided> waiting = new LinkedBlockingQueue<>();
    private final CountDownLatch firstReleased = new CountDownLatch(1);
    private volatile long releasedThrough;

    Committer(Store store, Intake intake, EffectRunner effects, Measured measured) {
        this.store = store;
        this.intake = intake;
        this.effects = effects;
        this.measured = measured;
    }

    /** The last turn whose effects, like those of all turns before it, have been handed to the edge. */
    long releasedThrough() {
        return releasedThrough;
    }

    /** Waits until the first turn is released: what the core decided on what it recovered is durable then. */
    void awaitFirst() throws InterruptedException {
        firstReleased.await();
    }

    /**
     * Takes a turn over, or releases it at once where there is nothing to wait for; for the core.
     *
     * @param effectsOfCaller runs effects in the core
     */
    void submit(Turn turn, long inputBytes, EffectRunner effectsOfCaller) {
        if (turn.changes().isEmpty() && releasedThrough == turn.number() - 1) {
            effectsOfCaller.run(turn.effects());
            effectsOfCaller.flush();
            release(turn, inputBytes);
        } else {
            waiting.add(new Decided(turn, inputBytes));
        }
    }

    /** No turn will follow: the committer ends when those that wait are released. */
    void end() {
        waiting.add(END);
    }

    @Override
    public void run() {
        List<Decided> batch = new ArrayList<>();
        boolean ended;
        do {
            takeWaiting(batch);
            ended = batch.getLast() == END;
            if (ended) {
                batch.removeLast();
            }
            commit(batch);
            batch.forEach(decided -> effects.run(decided.turn.effects()));
            effects.flush();
            batch.forEach(decided -> release(decided.turn, decided.inputBytes));
            batch.clear();
        } while (!ended);
    }

    private void takeWaiting(List<Decided> batch) {
        try {
            batch.add(waiting.take());
        } catch (InterruptedException e) {
            throw new IllegalStateException("the committer was interrupted, which nobody may do", e);
        }
        waiting.drainTo(batch, TURNS_MAX - 1);
    }

    private void commit(List<Decided> batch) {
        List<Turn> turns =
                batch.stream().map(Decided::turn).filter(turn -> !turn.changes().isEmpty()).toList();
        if (turns.isEmpty()) {
            return;
        }
        long sinceNanos = System.nanoTime();
        try {
            store.commit(turns);
        } catch (RuntimeException e) {
            throw new IllegalStateException("turns " + turns.getFirst().number() + " to "
                    + turns.getLast().number() + " could not be made durable; the next start finds out"
                    + " what of them is on disk: " + e.getMessage(), e);
        }
        long changes = turns.stream().mapToLong(turn -> turn.changes().size()).sum();
        measured.committed(turns.size(), changes, System.nanoTime() - sinceNanos);
    }

    /** The number goes first: who sees the bytes released also sees the turn released. */
    private void release(Turn turn, long inputBytes) {
        releasedThrough = turn.number();
        firstReleased.countDown();
        intake.release(inputBytes);
    }
}
