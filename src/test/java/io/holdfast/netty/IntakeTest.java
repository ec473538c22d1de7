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
    private final Lane lane = new Lane(resumed::incrementAndGet);

    @Test
    void inputsComeOutInTheirOrderAndNoMoreThanAskedFor() {
        for (long id = 1; id <= 5; id++) {
            intake.submit(input(id), 0);
        }
        Drain.to(drained, intake, 3);
        assertEquals(List.of(input(1), input(2), input(3)), drained);
        Drain.to(drained, intake, 3);
        assertEquals(List.of(input(1), input(2), input(3), input(4), input(5)), drained);
        assertEquals(0, Drain.to(drained, intake, 3));
    }

    @Test
    void inputsWeighUntilTheyAreReleasedNotUntilTheyAreDrained() {
        intake.submit(input(1), Intake.HELD_BYTES_MAX);
        assertTrue(intake.isFullWith(lane, 0));
        long bytes = Drain.to(drained, intake, 10);
        assertTrue(intake.isFullWith(lane, 0));
        intake.release(bytes);
        assertFalse(intake.isFullWith(lane, 0));
        assertEquals(0, intake.heldBytes());
    }

    /** So the time that a client's packet waits behind those of others is bounded, and not just the bytes. */
    @Test
    void moreAreAllowedWhereTooFewWereAndNoneWaitsForLongAndFewerWhereOneDoes() {
        Intake patient = new Intake(1 << 20, nanos::get);
        assertTrue(patient.isFullWith(lane, Intake.FIRST_QUEUED_BYTES_MAX + 1));
        assertFalse(patient.isFullWith(lane, Intake.FIRST_QUEUED_BYTES_MAX));
        for (int i = 0; i < 100; i++) {
            patient.isFullWith(lane, 2 << 20);
            patient.submit(input(i), 0);
            patient.release(Drain.to(drained, patient, 1));
        }
        assertFalse(patient.isFullWith(lane, 1 << 20));
        assertTrue(patient.isFullWith(lane, (1 << 20) + 1));
        for (int i = 0; i < 20; i++) {
            patient.submit(input(i), 0);
            nanos.addAndGet(Intake.WAIT_NANOS_MAX + 1);
            patient.release(Drain.to(drained, patient, 1));
        }
        assertTrue(patient.isFullWith(lane, Intake.LOWEST_QUEUED_BYTES_MAX + 1));
        assertFalse(patient.isFullWith(lane, Intake.LOWEST_QUEUED_BYTES_MAX));
    }

    @Test
    void whereLittleIsToBeDoneFewAreAllowedAgain() {
        Intake idle = new Intake(1 << 20, () -> 0);
        idle.isFullWith(lane, 1 << 20);
        for (int i = 0; i < 2_000; i++) {
            idle.submit(input(i), 0);
            idle.release(Drain.to(drained, idle, 1));
        }
        assertFalse(idle.isFullWith(lane, Intake.FIRST_QUEUED_BYTES_MAX));
        assertTrue(idle.isFullWith(lane, Intake.FIRST_QUEUED_BYTES_MAX * 2));
    }

    @Test
    void aFullIntakeTakesMoreAndDropsNothing() {
        for (long id = 1; id <= 100; id++) {
            intake.submit(input(id), Intake.HELD_BYTES_MAX);
        }
        Drain.to(drained, intake, 1_000);
        assertEquals(100, drained.size());
    }

    @Test
    void whoWaitsForRoomGoesOnAtTheLowWaterMarkAndNotEarlier() {
        intake.submit(input(1), Intake.HELD_BYTES_MAX / 2);
        intake.submit(input(2), Intake.HELD_BYTES_MAX);
        long first = Drain.to(drained, intake, 1);
        long second = Drain.to(drained, intake, 1);
        assertTrue(intake.isFullWith(lane, 0));
        intake.awaitRoom(lane);
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
        intake.submit(lane, input(1), Intake.HELD_BYTES_MAX - 2 * Intake.INPUT_BYTES);
        assertTrue(intake.isFullWith(lane, 0));
        intake.awaitRoom(lane);
        assertEquals(0, resumed.get());
        Drain.to(drained, intake, 1);
        assertEquals(1, resumed.get());
        assertFalse(intake.isFullWith(lane, 0));
        assertTrue(intake.isFullWith(lane, 2 * Intake.INPUT_BYTES));
    }

    /** Else one who floods would keep all others from being heard. */
    @Test
    void whoHasLittleInTheQueueIsReadWhoeverFillsIt() {
        Lane other = new Lane(() -> { });
        intake.submit(other, input(1), Intake.FIRST_QUEUED_BYTES_MAX);
        assertTrue(intake.isFullWith(other, 1));
        assertFalse(intake.isFullWith(lane, Intake.LANE_BYTES_FREE));
        assertTrue(intake.isFullWith(lane, Intake.LANE_BYTES_FREE + 1));
        intake.submit(lane, input(2), Intake.LANE_BYTES_FREE - Intake.INPUT_BYTES);
        assertTrue(intake.isFullWith(lane, 1));
    }

    @Test
    void whoWaitsForRoomGoesOnWhenItsOwnInputsAreHandledWhoeverFillsTheQueue() {
        intake.submit(lane, input(1), Intake.LANE_BYTES_FREE);
        intake.submit(lane, input(2), 0);
        intake.submit(new Lane(() -> { }), input(3), Intake.FIRST_QUEUED_BYTES_MAX);
        intake.awaitRoom(lane);
        assertEquals(0, resumed.get());
        Drain.to(drained, intake, 1);
        assertEquals(1, resumed.get());
        assertEquals(List.of(input(1)), drained);
    }

    /** The last of what is held is let go of by the disk, when the queue is not looked at any more. */
    @Test
    void whoWaitsForRoomForAllGoesOnWhenThereIsWhoeverFillsTheQueue() {
        intake.submit(lane, input(1), Intake.HELD_BYTES_MAX);
        long bytes = Drain.to(drained, intake, 1);
        assertTrue(intake.isFullWith(lane, 0));
        intake.submit(new Lane(() -> { }), input(2), Intake.FIRST_QUEUED_BYTES_MAX);
        intake.awaitRoom(lane);
        assertEquals(0, resumed.get());
        intake.release(bytes);
        assertEquals(1, resumed.get());
    }

    @Test
    void nothingMoreIsHandledWhenItIsTime() {
        for (long id = 1; id <= 5; id++) {
            intake.submit(input(id), 0);
        }
        Intake.Handler handler = input -> {
            drained.add(input);
            nanos.addAndGet(4);
            return null;
        };
        intake.drain(handler, 5, 10);
        assertEquals(List.of(input(1), input(2), input(3)), drained);
        intake.drain(handler, 5, 10);
        assertEquals(5, drained.size());
    }

    @Test
    void anInputIsHandledInPartsAndWeighsUntilTheLastOne() {
        intake.submit(lane, input(3), 1_000);
        long[] bytes = new long[3];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = intake.drain(input -> {
                drained.add(input);
                long left = ((Input.ConnectionClosed) input).connectionId() - 1;
                return left == 0 ? null : input(left);
            }, 1, Long.MAX_VALUE);
        }
        assertEquals(List.of(input(3), input(2), input(1)), drained);
        assertEquals(List.of(0L, 0L, 1_000L + Intake.INPUT_BYTES), List.of(bytes[0], bytes[1], bytes[2]));
        intake.release(bytes[2]);
        assertEquals(0, intake.heldBytes());
    }

    @Test
    void whoMakesTheCoreWorkForLongComesAfterOthers() {
        for (long id = 1; id <= 3; id++) {
            intake.submit(lane, input(id), 0);
        }
        intake.submit(new Lane(() -> { }), input(4), 0);
        intake.submit(input(5), 0);
        intake.drain(input -> {
            drained.add(input);
            nanos.addAndGet(2 * FairQueue.AHEAD_NANOS_MAX);
            return null;
        }, 10, Long.MAX_VALUE);
        assertEquals(List.of(input(1), input(4), input(5), input(2), input(3)), drained);
    }

    @Test
    void whatComesFromNoConnectionIsNeverLate() {
        for (long id = 1; id <= 3; id++) {
            intake.submit(input(id), 0);
        }
        intake.submit(lane, input(4), 0);
        intake.drain(input -> {
            drained.add(input);
            nanos.addAndGet(2 * FairQueue.AHEAD_NANOS_MAX);
            return null;
        }, 10, Long.MAX_VALUE);
        assertEquals(List.of(input(1), input(2), input(3), input(4)), drained);
    }

    @Test
    void whoWaitsForRoomThatIsThereGoesOnAtOnce() {
        intake.awaitRoom(lane);
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
                intake.release(Drain.to(drained, intake, 100));
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
                Drain.to(drained, intake, 1);
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
            intake.release(Drain.to(drained, intake, 10));
        });
        intake.submit(input(1), 0);
        intake.submit(input(2), Intake.LIGHT_BYTES - Intake.INPUT_BYTES);
        assertEquals(List.of(Thread.currentThread(), Thread.currentThread()), handlers);
        assertEquals(List.of(input(1), input(2)), drained);
    }

    @Test
    void aLargeInputIsLeftToTheOwner() {
        intake.handleWith(() -> Drain.to(drained, intake, 10));
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
            Drain.to(drained, intake, 1);
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
            Drain.to(drained, intake, 1);
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
        intake.handleWith(() -> Drain.to(drained, intake, 10));
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
            intake.release(Drain.to(drained, intake, 2));
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
            bytes = Drain.to(drained, intake, 1);
        } while (bytes == 0);
        intake.release(bytes);
    }

    private static Input input(long id) {
        return new Input.ConnectionClosed(id);
    }
}
