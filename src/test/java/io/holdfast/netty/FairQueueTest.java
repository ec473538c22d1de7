package io.holdfast.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Input;
import io.holdfast.netty.Lane.Held;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FairQueueTest {
    private static final long CHEAP = FairQueue.AHEAD_NANOS_MAX / 1_000;
    private static final long EXPENSIVE = 13 * FairQueue.AHEAD_NANOS_MAX;

    private final FairQueue queue = new FairQueue();
    private final Lane heavy = lane();
    private final Lane light = lane();

    @Test
    void asLongAsNobodyIsAheadInputsComeInTheOrderOfTheirArrival() {
        add(heavy, 1);
        add(light, 2);
        add(heavy, 3);
        assertEquals(List.of(1L, 2L, 3L), List.of(next(CHEAP), next(CHEAP), next(CHEAP)));
        assertNull(queue.next());
        assertTrue(queue.isEmpty());
    }

    @Test
    void whatIsCheapWaitsForOneExpensiveInputOfAnotherAndForNoMore() {
        for (int id = 1; id <= 5; id++) {
            add(heavy, id);
        }
        assertEquals(1, next(EXPENSIVE));
        for (int id = 2; id <= 5; id++) {
            add(light, 10 + id);
            assertEquals(10 + id, next(CHEAP));
            assertEquals(id, next(EXPENSIVE));
        }
        assertTrue(queue.isEmpty());
    }

    @Test
    void thoseWhoAlwaysWaitHaveTheSameTimeWhateverTheirInputsCost() {
        long[] costs = {CHEAP, 50 * CHEAP, EXPENSIVE / 5, EXPENSIVE};
        List<Lane> lanes = Arrays.stream(costs).mapToObj(_ -> lane()).toList();
        long[] spent = new long[costs.length];
        for (int lane = 0; lane < costs.length; lane++) {
            add(lanes.get(lane), lane);
        }
        for (long sum = 0; sum < 100 * EXPENSIVE;) {
            Held held = queue.next();
            int lane = lanes.indexOf(held.lane());
            add(held.lane(), lane);
            queue.handled(held, costs[lane], null);
            spent[lane] += costs[lane];
            sum += costs[lane];
        }
        long most = Arrays.stream(spent).max().orElseThrow();
        long least = Arrays.stream(spent).min().orElseThrow();
        assertTrue(most - least <= EXPENSIVE + FairQueue.AHEAD_NANOS_MAX, Arrays.toString(spent));
    }

    @Test
    void whoAskedForNothingForLongHasSavedNothingUp() {
        for (int id = 1; id <= 100; id++) {
            add(heavy, id);
        }
        for (int id = 1; id <= 50; id++) {
            next(EXPENSIVE);
        }
        for (int id = 1; id <= 10; id++) {
            add(light, 1_000 + id);
        }
        List<Long> order = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            order.add(next(EXPENSIVE));
        }
        assertEquals(10, order.stream().filter(id -> id > 1_000).count(), order.toString());
        assertTrue(order.subList(0, 10).stream().filter(id -> id > 1_000).count() <= 6, order.toString());
    }

    @Test
    void whatIsLeftOfAnInputComesBeforeAllElseOfItsLane() {
        add(heavy, 1);
        add(heavy, 2);
        Held first = queue.next();
        add(light, 3);
        queue.handled(first, EXPENSIVE, first);
        assertEquals(List.of(3L, 1L, 2L), List.of(next(CHEAP), next(EXPENSIVE), next(EXPENSIVE)));
        assertTrue(queue.isEmpty());
    }

    @Test
    void whoIsLateIsNotPassedOverForEver() {
        add(heavy, 1);
        next(EXPENSIVE);
        add(heavy, 2);
        int others = 0;
        do {
            add(light, 3);
            others++;
        } while (next(0) != 2);
        assertTrue(others > 1 && others <= FairQueue.OTHERS_MAX + 1, others + " others");
    }

    @Test
    void theInputsOfALaneKeepTheirOrderWhateverTheyCost() {
        Random random = new Random(1);
        List<Lane> lanes = List.of(lane(), lane(), lane(), lane(), lane());
        int[] added = new int[lanes.size()];
        int[] taken = new int[lanes.size()];
        for (int step = 0; step < 100_000 || !queue.isEmpty(); step++) {
            int lane = random.nextInt(lanes.size());
            if (step < 100_000 && random.nextInt(3) > 0) {
                add(lanes.get(lane), added[lane]++);
            }
            Held held = random.nextInt(3) > 0 ? queue.next() : null;
            if (held != null) {
                boolean isPart = random.nextInt(10) == 0;
                int from = lanes.indexOf(held.lane());
                assertEquals(isPart ? taken[from] : taken[from]++, id(held));
                queue.handled(held, random.nextLong(EXPENSIVE), isPart ? held : null);
            }
        }
        assertEquals(Arrays.toString(added), Arrays.toString(taken));
    }

    /** Takes the next input. Returns its id. */
    private long next(long costNanos) {
        Held held = queue.next();
        queue.handled(held, costNanos, null);
        return id(held);
    }

    private static long id(Held held) {
        return ((Input.ConnectionClosed) held.input()).connectionId();
    }

    private void add(Lane lane, long id) {
        queue.add(new Held(lane, new Input.ConnectionClosed(id), 1, 0));
    }

    private static Lane lane() {
        return new Lane(() -> { });
    }
}
