package io.holdfast.simulation;

import io.holdfast.broker.Effect;
import io.holdfast.broker.Input;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The threads that read rows for the core, and ask the authenticator: few, in no order, and in pages that are
 * smaller than asked for.
 */
final class SimulatedReaders {
    private final SimulatedStore store;
    private final RandomGenerator random;
    private final Sabotage sabotage;
    private final SimulatedAuthenticator authenticator;
    private final Deque<Effect> reads = new ArrayDeque<>();

    SimulatedReaders(SimulatedStore store, RandomGenerator random, Sabotage sabotage,
            SimulatedAuthenticator authenticator) {
        this.authenticator = authenticator;
        this.store = store;
        this.random = random;
        this.sabotage = sabotage;
    }

    void add(Effect read) {
        reads.add(read);
    }

    void clear() {
        reads.clear();
    }

    /** The answer to one of the first reads that wait, or null if there is none. */
    Input next() {
        if (reads.isEmpty()) {
            return null;
        }
        for (int skip = random.nextInt(Math.min(3, reads.size())); skip > 0; skip--) {
            reads.add(reads.remove());
        }
        return switch (reads.remove()) {
            case Effect.Authenticate question -> authenticator.answer(question);
            case Effect.ReadSession(String clientId) ->
                new Input.SessionRead(clientId, store.readSession(clientId));
            case Effect.ReadLog(long connectionId, long logId, long from, int _, long bytesMax) ->
                store.read(connectionId, logId, from, 1 + random.nextInt(3), bytesMax);
            case Effect.ReadEntries(long connectionId, List<Effect.Position> positions) ->
                new Input.EntriesRead(connectionId,
                        store.readEntries(positions.stream().map(sabotage::onItsWay).toList()));
            case Effect.ReadDue(long throughMillis, int max) ->
                new Input.DueRead(store.readDue(throughMillis, max));
            case Effect.MeasureLog asked -> new Input.LogMeasured(asked.logId(), store.measureLog(asked));
            case Effect.ReadRetained read ->
                new Input.RetainedRead(read.connectionId(), read.replay(), store.readRetained(
                        new Effect.ReadRetained(read.connectionId(), read.replay(), read.topicFilter(),
                                read.after(), 1 + random.nextInt(2), read.bytesMax())));
            case Effect.ReadExpiredRetained read ->
                new Input.ExpiredRetainedRead(store.readExpiredRetained(
                        new Effect.ReadExpiredRetained(read.after(), 2, read.nowMillis())));
            case Effect.ReadDelayed read ->
                new Input.DelayedRead(store.readDelayed(
                        new Effect.ReadDelayed(read.throughMillis(), 2, read.bytesMax())));
            case Effect.MeasureDisk _ -> new Input.DiskMeasured(store.freeBytes());
            case Effect.ReclaimSpace _ -> {
                store.reclaim();
                yield new Input.SpaceReclaimed();
            }
            case Effect.Send _, Effect.Close _, Effect.Report _, Effect.SessionEnded _ ->
                throw new IllegalStateException("not a read");
        };
    }
}
