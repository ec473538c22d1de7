package io.holdfast.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Input;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class IntakeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(50);
    private static final long LONGER_THAN_PATIENCE_MILLIS = 600_000;

    private final AtomicLong nanos = new AtomicLong();
    private final Intake intake = new Intake(Intake.HELD_BYTES_MAX, nanos::get);
    private final List<Input> drained = new ArrayList<>();
    private final AtomicInteger resumed = new AtomicInteger();

    @Test
    void inputsComeOutInTheirOrderAndNoMoreThanAskedFor() {
        for (long id = 1; id <= 5; id++) {
            intake.submit(input(id), 0);
        }
        intake.drainTo(drained, 3);
        assertEquals(List.of(input(1), input(2), input(3)), drained);
        intake.drainTo(drained, 3);
        assertEquals(List.of(input(1), input(2), input(3), input(4), input(5)), drained);
        assertEquals(0, intake.drainTo(drained, 3));
    }

    @Test
    void inputsWeighUntilTheyAreReleasedNotUntilTheyAreDrained() {
        intake.submit(input(1), Intake.HELD_BYTES_MAX);
        assertTrue(intake.isFullWith(0));
        long bytes = intake.drainTo(drained, 10);
        assertTrue(intake.isFullWith(0));
        intake.release(bytes);
        assertFalse(intake.isFullWith(0));
        assertEquals(0, intake.heldBytes());
    }

    /** So the time that a client's packet waits behind those of others is bounded, and not just the bytes. */
    @Test
    void moreAreAllowedWhereTooFewWereAndNoneWaitsForLongAndFewerWhereOneDoes() {
        Intake patient = new Intake(1 << 20, nanos::get);
        assertTrue(patient.isFullWith(Intake.FIRST_QUEUED_BYTES_MAX + 1));
        assertFalse(patient.isFullWith(Intake.FIRST_QUEUED_BYTES_MAX));
        for (int i = 0; i < 100; i++) {
            patient.isFullWith(2 << 20);
            patient.submit(input(i), 0);
            patient.release(patient.drainTo(drained, 1));
        }
        assertFalse(patient.isFullWith(1 << 20));
        assertTrue(patient.isFullWith((1 << 20) + 1));
        for (int i = 0; i < 20; i++) {
            patient.submit(input(i), 0);
            nanos.addAndGet(Intake.WAIT_NANOS_MAX + 1);
            patient.release(patient.drainTo(drained, 1));
        }
        assertTrue(patient.isFullWith(Intake.LOWEST_QUEUED_BYTES_MAX + 1));
        assertFalse(patient.isFullWith(Intake.LOWEST_QUEUED_BYTES_MAX));
    }

    @Test
    void whereLittleIsToBeDoneFewAreAllowedAgain() {
        Intake idle = new Intake(1 << 20, () -> 0);
        idle.isFullWith(1 << 20);
        for (int i = 0; i < 2_000; i++) {
            idle.submit(input(i), 0);
            idle.release(idle.drainTo(drained, 1));
        }
        assertFalse(idle.isFullWith(Intake.FIRST_QUEUED_BYTES_MAX));
        assertTrue(idle.isFullWith(Intake.FIRST_QUEUED_BYTES_MAX * 2));
    }

    @Test
    void aFullIntakeTakesMoreAndDropsNothing() {
        for (long id = 1; id <= 100; id++) {
            intake.submit(input(id), Intake.HELD_BYTES_MAX);
        }
        intake.drainTo(drained, 1_000);
        assertEquals(100, drained.size());
    }

    @Test
    void whoWaitsForRoomGoesOnAtTheLowWaterMarkAndNotEarlier() {
        intake.submit(input(1), Intake.HELD_BYTES_MAX / 2);
        intake.submit(input(2), Intake.HELD_BYTES_MAX);
        long first = intake.drainTo(drained, 1);
        long second = intake.drainTo(drained, 1);
        assertTrue(intake.isFullWith(0));
        intake.awaitRoom(resumed::incrementAndGet);
        intake.release(first);
        assertEquals(0, resumed.get());
        intake.release(second);
        assertEquals(1, resumed.get());
        intake.release(0);
        assertEquals(1, resumed.get());
    }

    /** So a slow disk gets large batches, however short the queue has to be. */
    @Test
    void whoWaitsForRoomInTheQueueGoesOnWhateverWaitsForTheDisk() {
        intake.submit(input(1), Intake.HELD_BYTES_MAX - 2 * Intake.INPUT_BYTES);
        assertTrue(intake.isFullWith(0));
        intake.awaitRoom(resumed::incrementAndGet);
        assertEquals(0, resumed.get());
        intake.drainTo(drained, 1);
        assertEquals(1, resumed.get());
        assertFalse(intake.isFullWith(0));
        assertTrue(intake.isFullWith(2 * Intake.INPUT_BYTES));
    }

    @Test
    void whoWaitsForRoomThatIsThereGoesOnAtOnce() {
        intake.awaitRoom(resumed::incrementAndGet);
        assertEquals(1, resumed.get());
    }

    @Test
    void aSleepingOwnerIsWokenByEverySingleInput() {
        int rounds = 20_000;
        Semaphore handled = new Semaphore(0);
        CompletableFuture<Void> owner = CompletableFuture.runAsync(() -> {
            for (int round = 0; round < rounds; round++) {
                awaitAndDrain();
                handled.release();
            }
        });
        assertTimeoutPreemptively(PATIENCE, () -> {
            for (int round = 0; round < rounds; round++) {
                intake.submit(input(round), 0);
                handled.acquire();
            }
            owner.join();
        });
    }

    @Test
    void whatManyThreadsSubmitArrivesOnceAndInEachOnesOrder() {
        int threads = 4;
        int each = 25_000;
        for (int thread = 0; thread < threads; thread++) {
            long first = (long) thread * each;
            Thread.ofPlatform().start(() -> {
                for (long id = first; id < first + each; id++) {
                    intake.submit(input(id), 0);
                }
            });
        }
        assertTimeoutPreemptively(PATIENCE, () -> {
            while (drained.size() < threads * each) {
                intake.awaitInput(() -> LONGER_THAN_PATIENCE_MILLIS);
                intake.release(intake.drainTo(drained, 100));
            }
        });
        long[] next = new long[threads];
        for (Input input : drained) {
            long id = ((Input.ConnectionClosed) input).connectionId();
            assertEquals(next[(int) (id / each)]++, id % each);
        }
        assertEquals(0, intake.heldBytes());
    }

    @Test
    void theEndWakesTheOwnerAndLeavesWhatIsThereToBeHandled() {
        CompletableFuture<Void> owner = CompletableFuture.runAsync(() -> {
            while (!intake.isDone()) {
                intake.awaitInput(() -> LONGER_THAN_PATIENCE_MILLIS);
                intake.drainTo(drained, 1);
            }
        });
        intake.submit(input(1), 0);
        intake.submit(input(2), 0);
        intake.end();
        assertTimeoutPreemptively(PATIENCE, () -> owner.join());
        assertEquals(2, drained.size());
    }

    @Test
    void anOwnerSleepsNoLongerThanItAskedFor() {
        assertTimeoutPreemptively(PATIENCE, () -> {
            intake.awaitInput(() -> 0);
            intake.awaitInput(() -> -5);
            intake.awaitInput(() -> 1);
        });
    }

    @Test
    void aSecondThreadThatWaitsIsAMistake() {
        intake.awaitInput(() -> 0);
        CompletableFuture<Void> other = CompletableFuture.runAsync(() -> intake.awaitInput(() -> 0));
        Throwable failure = assertThrows(CompletionException.class, other::join).getCause();
        assertEquals(IllegalStateException.class, failure.getClass());
    }

    @Test
    void aSmallInputIsHandledByTheThreadThatBringsIt() {
        List<Thread> handlers = new ArrayList<>();
        intake.handleWith(() -> {
            handlers.add(Thread.currentThread());
            intake.release(intake.drainTo(drained, 10));
        });
        intake.submit(input(1), 0);
        intake.submit(input(2), Intake.LIGHT_BYTES - Intake.INPUT_BYTES);
        assertEquals(List.of(Thread.currentThread(), Thread.currentThread()), handlers);
        assertEquals(List.of(input(1), input(2)), drained);
    }

    @Test
    void aLargeInputIsLeftToTheOwner() {
        intake.handleWith(() -> intake.drainTo(drained, 10));
        intake.submit(input(1), Intake.LIGHT_BYTES);
        assertEquals(List.of(), drained);
        intake.awaitInput(() -> LONGER_THAN_PATIENCE_MILLIS);
        intake.handle();
        assertEquals(List.of(input(1)), drained);
    }

    /** A thread that reads sockets must not be kept from it by what is expensive. */
    @Test
    void aSmallInputIsLeftToTheOwnerIfWhatWasHandledLastTookLong() {
        intake.handleWith(() -> {
            intake.drainTo(drained, 1);
            nanos.addAndGet(drained.size() == 1 ? 3_000_000 : 1_000);
        });
        intake.submit(input(1), 0);
        assertEquals(List.of(input(1)), drained);
        intake.submit(input(2), 0);
        assertEquals(List.of(input(1)), drained);
        intake.handle();
        intake.submit(input(3), 0);
        assertEquals(List.of(input(1), input(2), input(3)), drained);
    }

    @Test
    void whatIsSubmittedWhileItIsHandledComesNext() {
        List<Integer> turns = new ArrayList<>();
        intake.handleWith(() -> {
            intake.drainTo(drained, 1);
            turns.add(drained.size());
            if (drained.size() == 1) {
                intake.submit(input(2), 0);
            }
        });
        intake.submit(input(1), 0);
        assertEquals(List.of(1, 2), turns);
    }

    @Test
    void afterTheEndOnlyTheOwnerHandles() {
        intake.handleWith(() -> intake.drainTo(drained, 10));
        intake.end();
        intake.submit(input(1), 0);
        assertEquals(List.of(), drained);
        assertFalse(intake.isDone());
        intake.handle();
        assertTrue(intake.isDone());
    }

    @Test
    void oneThreadAtATimeHandlesAndNothingIsLeftOver() throws Exception {
        int threads = 4;
        int each = 25_000;
        AtomicInteger handling = new AtomicInteger();
        intake.handleWith(() -> {
            assertEquals(1, handling.incrementAndGet());
            intake.release(intake.drainTo(drained, 2));
            handling.decrementAndGet();
        });
        CompletableFuture<Void> owner = CompletableFuture.runAsync(() -> {
            while (!intake.isDone()) {
                intake.awaitInput(() -> LONGER_THAN_PATIENCE_MILLIS);
                intake.handle();
            }
        });
        List<Thread> guests = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            guests.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < each; i++) {
                    intake.submit(input(i), i % 10 == 0 ? Intake.LIGHT_BYTES : 0);
                }
            }));
        }
        for (Thread guest : guests) {
            guest.join();
        }
        intake.end();
        assertTimeoutPreemptively(PATIENCE, () -> owner.join());
        assertEquals(threads * each, drained.size());
        assertEquals(0, intake.heldBytes());
    }

    private void awaitAndDrain() {
        long bytes;
        do {
            intake.awaitInput(() -> LONGER_THAN_PATIENCE_MILLIS);
            bytes = intake.drainTo(drained, 1);
        } while (bytes == 0);
        intake.release(bytes);
    }

    private static Input input(long id) {
        return new Input.ConnectionClosed(id);
    }
}
