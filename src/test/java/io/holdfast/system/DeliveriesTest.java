package io.holdfast.system;

import static io.holdfast.mqtt.QoS.AT_LEAST_ONCE;
import static io.holdfast.mqtt.QoS.EXACTLY_ONCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.system.Deliveries.Verdict;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The judge of the demo and of the crash tool finds what there is to find. */
class DeliveriesTest {
    private static final int FIRST = 0;
    private static final int SECOND = 1;

    private final Deliveries deliveries = new Deliveries(2);

    @Test
    void allInOrderIsThePromiseKept() {
        arrive(FIRST, 0, 1, 2);
        arrive(SECOND, 0, 1);
        Verdict verdict = verdict(3, 2);
        assertEquals(new Verdict(5, 0, 5, 0, 0, 0), verdict);
        assertTrue(verdict.isKept(AT_LEAST_ONCE) && verdict.isKept(EXACTLY_ONCE));
    }

    @Test
    void publishersMayOvertakeEachOther() {
        arrive(SECOND, 0, 1);
        arrive(FIRST, 0);
        assertTrue(verdict(1, 2).isKept(EXACTLY_ONCE));
    }

    @Test
    void aLostMessageBreaksThePromise() {
        arrive(FIRST, 0, 2);
        Verdict verdict = verdict(3, 0);
        assertEquals(new Verdict(3, 1, 2, 0, 0, 0), verdict);
        assertFalse(verdict.isKept(AT_LEAST_ONCE));
    }

    @Test
    void theLastMessageIsMissedToo() {
        arrive(FIRST, 0, 1);
        assertEquals(1, verdict(3, 0).lost());
    }

    @Test
    void aMessageThatWasNotAcknowledgedMayArriveOrNot() {
        arrive(FIRST, 0, 1);
        assertEquals(new Verdict(1, 0, 2, 0, 0, 0), verdict(1, 0));
    }

    @Test
    void swappedMessagesBreakThePromise() {
        arrive(FIRST, 0, 2, 1);
        Verdict verdict = verdict(3, 0);
        assertEquals(new Verdict(3, 0, 3, 0, 1, 0), verdict);
        assertFalse(verdict.isKept(AT_LEAST_ONCE));
    }

    @Test
    void aDuplicateBreaksThePromiseOfQos2Alone() {
        arrive(FIRST, 0, 1, 2, 1, 2);
        Verdict verdict = verdict(3, 0);
        assertEquals(new Verdict(3, 0, 3, 2, 0, 0), verdict);
        assertTrue(verdict.isKept(AT_LEAST_ONCE));
        assertFalse(verdict.isKept(EXACTLY_ONCE));
    }

    @Test
    void aStrangeMessageBreaksThePromise() {
        deliveries.strangeArrived();
        assertFalse(verdict(0, 0).isKept(AT_LEAST_ONCE));
    }

    private void arrive(int publisher, int... numbers) {
        for (int number : numbers) {
            deliveries.arrived(publisher, number);
        }
    }

    /** The verdict where each publisher had that many messages acknowledged. */
    private Verdict verdict(int ofFirst, int ofSecond) {
        return deliveries.verdict(List.of(below(ofFirst), below(ofSecond)));
    }

    private static BitSet below(int count) {
        BitSet numbers = new BitSet();
        numbers.set(0, count);
        return numbers;
    }
}
