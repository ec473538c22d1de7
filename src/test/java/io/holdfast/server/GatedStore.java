package io.holdfast.server;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Change;
import io.holdfast.broker.Effect;
import io.holdfast.broker.LogMeasure;
import io.holdfast.broker.Message;
import io.holdfast.broker.Store;
import io.holdfast.broker.Turn;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** An empty store that keeps nothing, whose every commit waits for a permit of the gate. */
final class GatedStore implements Store {
    private static final long PATIENCE_SECONDS = 50;

    final Semaphore gate = new Semaphore(0);
    final List<List<Long>> commits = new CopyOnWriteArrayList<>();
    final BlockingQueue<String> reads = new LinkedBlockingQueue<>();
    volatile RuntimeException failure;
    volatile boolean closed;
    private final Semaphore begun = new Semaphore(0);

    /** Waits until one more commit has begun. */
    void awaitCommit() {
        assertTrue(tryAcquire(begun));
    }

    /** The Client Identifier of the next session that is read, once it is. */
    String nextRead() {
        try {
            String clientId = reads.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertNotNull(clientId);
            return clientId;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public Recovered recover() {
        return new Recovered(List.of(), List.of(), List.of(), new Change.IdsReserved(0, 0, 0), 0, List.of());
    }

    @Override
    public void commit(List<Turn> turns) {
        begun.release();
        assertTrue(tryAcquire(gate));
        if (failure != null) {
            throw failure;
        }
        commits.add(turns.stream().map(Turn::number).toList());
    }

    @Override
    public List<Change> readSession(String clientId) {
        reads.add(clientId);
        return List.of();
    }

    @Override
    public List<Message> readLog(long logId, long from, int messagesMax, long bytesMax) {
        return List.of();
    }

    @Override
    public List<Message> readEntries(List<Effect.Position> positions) {
        return List.of();
    }

    @Override
    public List<String> readDue(long throughMillis, int max) {
        return List.of();
    }

    @Override
    public LogMeasure measureLog(Effect.MeasureLog asked) {
        return LogMeasure.of(asked, List.of(), _ -> null);
    }

    @Override
    public RetainedPage readRetained(Effect.ReadRetained read) {
        return new RetainedPage(List.of(), null);
    }

    @Override
    public List<Change.DelayedPut> readDelayed(Effect.ReadDelayed read) {
        return List.of();
    }

    @Override
    public ExpiredPage readExpiredRetained(Effect.ReadExpiredRetained read) {
        return new ExpiredPage(List.of(), 0, null);
    }

    @Override
    public long freeBytes() {
        return Long.MAX_VALUE;
    }

    @Override
    public void reclaim() {
        // There is nothing.
    }

    @Override
    public void close() {
        closed = true;
    }

    private static boolean tryAcquire(Semaphore semaphore) {
        try {
            return semaphore.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
