package io.holdfast.broker;

import static io.holdfast.broker.Packets.connect;
import static io.holdfast.broker.Packets.durable;
import static io.holdfast.broker.Packets.puback;
import static io.holdfast.broker.Packets.with;
import static io.holdfast.mqtt.QoS.AT_LEAST_ONCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.mqtt.Property;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who of the connected clients is told to be slow, and how slow. */
class LagTest {
    private final Core core = new Core();
    private final Client publisher = core.connect(connect("publisher"));

    private Client durableOfTwo(String clientId) {
        return core.connect(with(durable(clientId), Property.RECEIVE_MAXIMUM, 2))
                .subscribe(AT_LEAST_ONCE, "a");
    }

    private String slowest(int max) {
        StringBuilder text = new StringBuilder();
        for (Lag lag : core.slowest(max)) {
            text.append("%s%s %d ms, %d waiting, %d of %d in flight, quiet for %d ms%s".formatted(
                    text.isEmpty() ? "" : "; ", lag.clientId(), lag.slowMillis(), lag.waiting(),
                    lag.inFlight(), lag.inFlightMax(), lag.quietMillis(),
                    lag.isBlocked() ? ", blocked" : ""));
        }
        return text.toString();
    }

    @Test
    void whoAcknowledgesTooSlowlyIsBehindUntilItHasCaughtUp() {
        Client slow = durableOfTwo("slow");
        publisher.publish(AT_LEAST_ONCE, "a", "1", "2", "3", "4");
        assertEquals("", slowest(9), "not for a second yet");
        core.passSeconds(5);
        assertEquals("slow 5000 ms, 2 waiting, 2 of 2 in flight, quiet for 5000 ms", slowest(9));
        slow.send(puback(1));
        core.passMillis(700);
        assertEquals("slow 5700 ms, 1 waiting, 2 of 2 in flight, quiet for 700 ms", slowest(9));
        slow.send(puback(2), puback(3));
        core.passMillis(500);
        assertEquals("", slowest(9), "nothing waits, and it has just acknowledged something");
        core.passMillis(500);
        assertEquals("slow 1000 ms, 0 waiting, 1 of 2 in flight, quiet for 1000 ms", slowest(9));
        slow.send(puback(4));
        core.passSeconds(5);
        assertEquals("", slowest(9));
    }

    @Test
    void whatIsLeftOutOfAQueueDoesNotWait() {
        core.set(Setting.OVERFLOW, OverflowPolicy.DROP_NEWEST.ordinal());
        core.set(Setting.QUEUED_MESSAGES_MAX, 2);
        durableOfTwo("slow");
        publisher.publish(AT_LEAST_ONCE, "a", "1", "2", "3", "4", "5", "6");
        core.passSeconds(1);
        assertEquals("slow 1000 ms, 2 waiting, 2 of 2 in flight, quiet for 1000 ms", slowest(9));
    }

    @Test
    void aSessionThatEndsWithItsConnectionHasItsMessagesInMemory() {
        core.connect(with(connect("fleeting"), Property.RECEIVE_MAXIMUM, 2)).subscribe(AT_LEAST_ONCE, "a");
        publisher.publish(AT_LEAST_ONCE, "a", "1", "2", "3");
        core.passSeconds(1);
        assertEquals("fleeting 1000 ms, 1 waiting, 2 of 2 in flight, quiet for 1000 ms", slowest(9));
    }

    @Test
    void whoDoesNotReadIsSlowThoughNothingIsKeptForIt() {
        Client deaf = core.connect(connect("deaf"));
        deaf.writable(false);
        core.passSeconds(2);
        assertTrue(slowest(9).matches("deaf 2000 ms, 0 waiting, 0 of \\d+ in flight, quiet for 0 ms,"
                + " blocked"), slowest(9));
        deaf.writable(true);
        assertEquals("", slowest(9));
    }

    @Test
    void theSlowestComesFirstAndNoMoreAreToldThanAskedFor() {
        for (String clientId : List.of("first", "second", "third")) {
            durableOfTwo(clientId);
            publisher.publish(AT_LEAST_ONCE, "a", clientId);
            core.passSeconds(1);
        }
        assertEquals(List.of("first", "second"), core.slowest(2).stream().map(Lag::clientId).toList());
        assertEquals(List.of(3_000L, 2_000L, 1_000L), core.slowest(9).stream().map(Lag::slowMillis).toList());
    }

    @Test
    void aClientThatIsAwayIsNotSlow() {
        Client gone = durableOfTwo("gone");
        publisher.publish(AT_LEAST_ONCE, "a", "1", "2", "3");
        gone.drop();
        core.passSeconds(9);
        assertEquals("", slowest(9));
        core.connect(with(durable("gone"), Property.RECEIVE_MAXIMUM, 2));
        core.passSeconds(2);
        assertEquals("gone 2000 ms, 1 waiting, 2 of 2 in flight, quiet for 2000 ms", slowest(9));
    }
}
