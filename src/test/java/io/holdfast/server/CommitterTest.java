package io.holdfast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.admin.Measured;
import io.holdfast.broker.Change;
import io.holdfast.broker.Effect;
import io.holdfast.broker.Input;
import io.holdfast.broker.Turn;
import io.holdfast.netty.Connections;
import io.holdfast.netty.Intake;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Turns go in, commits and effects come out; effects are seen as the reads that they ask the store for. */
class CommitterTest {
    private static final Duration PATIENCE = Duration.ofSeconds(50);

    private final GatedStore store = new GatedStore();
    private final Intake intake = new Intake(1 << 20);
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final Readers readers = new Readers(store, intake, Thread::new);
    private final EffectRunner effects = new EffectRunner(
            new Connections(10, 1 << 20, 1 << 20).outbox(), readers, null);
    private final Committer committer = new Committer(store, intake, effects, new Measured());
    private final Thread thread = Thread.ofPlatform()
            .uncaughtExceptionHandler((_, failure) -> failures.add(failure))
            .unstarted(committer);

    @AfterEach
    void end() {
        store.gate.release(1_000);
        committer.end();
        assertTimeoutPreemptively(PATIENCE, () -> {
            thread.join();
            assertTrue(readers.stop(PATIENCE.toMillis()));
        });
    }

    @Test
    void turnsThatWaitWhileTheDiskIsBusyShareTheNextCommit() {
        thread.start();
        submit(changing(1));
        store.awaitCommit();
        submit(changing(2));
        submit(changing(3));
        submit(changing(4));
        store.gate.release(2);
        awaitReleased(4);
        assertEquals(List.of(List.of(1L), List.of(2L, 3L, 4L)), store.commits);
    }

    @Test
    void effectsWaitForTheCommitOfTheirTurn() {
        thread.start();
        submit(changing(1, "one"));
        store.awaitCommit();
        assertEquals(0, committer.releasedThrough());
        assertTrue(store.reads.isEmpty());
        store.gate.release();
        assertEquals("one", store.nextRead());
        awaitReleased(1);
    }

    @Test
    void aTurnThatChangesNothingIsReleasedAtOnceWhereNothingIsOnItsWayToTheDisk() {
        submit(unchanging(1, "one"));
        assertEquals(1, committer.releasedThrough());
        assertEquals("one", store.nextRead());
        assertTrue(store.commits.isEmpty());
        thread.start();
    }

    @Test
    void aTurnThatChangesNothingDoesNotOvertakeOneThatDoes() {
        thread.start();
        submit(changing(1, "one"));
        store.awaitCommit();
        submit(unchanging(2, "two"));
        assertEquals(0, committer.releasedThrough());
        assertTrue(store.reads.isEmpty());
        store.gate.release();
        awaitReleased(2);
        assertEquals(List.of(List.of(1L)), store.commits);
    }

    @Test
    void inputsWeighUntilTheirTurnIsReleased() {
        thread.start();
        intake.submit(new Input.TimePassed(), 1_000);
        long bytes = intake.drain(_ -> null, 1, Long.MAX_VALUE);
        committer.submit(changing(1), bytes, effects);
        store.awaitCommit();
        assertEquals(bytes, intake.heldBytes());
        store.gate.release();
        submit(changing(2));
        store.gate.release();
        awaitReleased(2);
        assertEquals(0, intake.heldBytes());
    }

    @Test
    void whatIsWaitingIsCommittedBeforeTheEnd() {
        submit(changing(1));
        submit(changing(2));
        committer.end();
        store.gate.release();
        thread.start();
        assertTimeoutPreemptively(PATIENCE, () -> thread.join());
        assertEquals(2, committer.releasedThrough());
        assertEquals(List.of(List.of(1L, 2L)), store.commits);
    }

    @Test
    void afterAFailedCommitNothingIsReleasedAndTheThreadFails() throws InterruptedException {
        store.failure = new IllegalStateException("disk on fire");
        store.gate.release();
        submit(changing(1, "one"));
        submit(changing(2, "two"));
        thread.start();
        Throwable failure = failures.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        String message = failure.getMessage();
        assertTrue(message.startsWith("turns 1 to 2 could not be made durable"), message);
        assertEquals("disk on fire", failure.getCause().getMessage());
        assertEquals(0, committer.releasedThrough());
        assertTrue(store.reads.isEmpty());
    }

    private void submit(Turn turn) {
        committer.submit(turn, 0, effects);
    }

    private void awaitReleased(long number) {
        assertTimeoutPreemptively(PATIENCE, () -> {
            while (committer.releasedThrough() < number) {
                Thread.onSpinWait();
            }
        });
    }

    private static Turn changing(long number, String... clientIdsToRead) {
        Turn turn = unchanging(number, clientIdsToRead);
        turn.changes().add(new Change.IdsReserved(number, number, number));
        return turn;
    }

    private static Turn unchanging(long number, String... clientIdsToRead) {
        Turn turn = new Turn(number, 0);
        for (String clientId : clientIdsToRead) {
            turn.effects().add(new Effect.ReadSession(clientId));
        }
        return turn;
    }
}
