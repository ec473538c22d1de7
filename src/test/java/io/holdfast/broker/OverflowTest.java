package io.holdfast.broker;

import static io.holdfast.broker.Packets.connect;
import static io.holdfast.broker.Packets.connect311;
import static io.holdfast.broker.Packets.durable;
import static io.holdfast.broker.Packets.publish;
import static io.holdfast.mqtt.QoS.AT_LEAST_ONCE;
import static io.holdfast.mqtt.QoS.AT_MOST_ONCE;
import static io.holdfast.mqtt.QoS.EXACTLY_ONCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.config.Shows;
import io.holdfast.mqtt.Packet.Connack;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No more waits for a session than may, and what becomes of the rest is told or counted. */
class OverflowTest {
    private static final int MAX = 10;
    private static final int IN_FLIGHT_MAX = 4;

    private static Settings settings(OverflowPolicy policy) {
        return Settings.DEFAULT.with(Setting.OVERFLOW, policy.ordinal()).with(Setting.QUEUED_MESSAGES_MAX,
                MAX)
                .with(Setting.IN_FLIGHT_MAX, IN_FLIGHT_MAX);
    }

    private static Core core(OverflowPolicy policy) {
        return new Core(settings(policy));
    }

    private static String[] numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toArray(String[]::new);
    }

    /** A session that is away, and that many messages for it. Returns the publisher. */
    private static Client backlog(Core core, int messages) {
        core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a").drop();
        Client publisher = core.connect(durable("publisher"));
        publisher.publish(AT_LEAST_ONCE, "a", numbers(0, messages));
        return publisher;
    }

    @Test
    void aPublisherIsRefusedAtQos1WhenAsMuchWaitsAsMay() {
        Core core = core(OverflowPolicy.REJECT);
        Client publisher = backlog(core, MAX);
        publisher.send(publish(AT_LEAST_ONCE, 7, "a", "too much"));
        publisher.expect(Packets.puback(7, ReasonCode.QUOTA_EXCEEDED));
        assertEquals(1, core.counters().rejected());

        Client meter = core.connect(durable("meter"));
        assertEquals(List.of(numbers(0, MAX)), meter.drain());
        publisher.publish(AT_LEAST_ONCE, "a", "there is room again");
        assertEquals(List.of("there is room again"), meter.drain());
    }

    @Test
    void aPublisherIsRefusedAtQos2AndItsPacketIdentifierIsFree() {
        Core core = core(OverflowPolicy.REJECT);
        Client publisher = backlog(core, MAX);
        publisher.send(publish(EXACTLY_ONCE, 7, "a", "too much"));
        publisher.expect(Packets.pubrec(7, ReasonCode.QUOTA_EXCEEDED));
        assertEquals(MAX, core.connect(durable("meter")).drain().size());
        publisher.send(publish(EXACTLY_ONCE, 7, "a", "another one"));
        publisher.expect(Packets.pubrec(7));
    }

    @Test
    void aPublisherThatCannotBeToldLosesItsConnectionInsteadOfItsMessage() {
        Core core = core(OverflowPolicy.REJECT);
        backlog(core, MAX);
        Client publisher = core.connect(connect311("old", false));
        publisher.send(publish(AT_LEAST_ONCE, 7, "a", "too much"),
                publish(AT_LEAST_ONCE, 8, "b", "after it"));
        publisher.expect();
        core.passSeconds(1);
        publisher.expectClosed();
    }

    @Test
    void aRefusedMessageGoesToNobody() {
        Core core = core(OverflowPolicy.REJECT);
        Client publisher = backlog(core, MAX);
        Client other = core.connect(durable("other")).subscribe(AT_LEAST_ONCE, "+");
        publisher.send(publish(AT_LEAST_ONCE, 7, "a", "too much"));
        other.expect();
        publisher.send(publish(AT_LEAST_ONCE, 8, "b", "elsewhere"));
        other.expect(publish(AT_LEAST_ONCE, 1, "b", "elsewhere"));
    }

    @Test
    void aSessionWhoseClientTakesEverythingRefusesNobody() {
        Core core = core(OverflowPolicy.REJECT);
        Client meter = core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a");
        Client publisher = core.connect(connect("publisher"));
        for (int i = 0; i < 5 * MAX; i++) {
            publisher.publish(AT_LEAST_ONCE, "a", Integer.toString(i));
            assertEquals(List.of(Integer.toString(i)), meter.drain());
        }
    }

    @Test
    void afterARestartTheStoreTellsHowMuchWaits() {
        Core core = core(OverflowPolicy.REJECT);
        backlog(core, MAX);
        core.restart();
        Client publisher = core.connect(connect("publisher"));
        publisher.send(publish(AT_LEAST_ONCE, 6, "a", "taken while the store is asked"));
        publisher.expect(Packets.puback(6));
        publisher.send(publish(AT_LEAST_ONCE, 7, "a", "too much"));
        publisher.expect(Packets.puback(7, ReasonCode.QUOTA_EXCEEDED));
    }

    @Test
    @Shows("limits.queued-bytes-max")
    void bytesAreLimitedLikeMessages() {
        Core core = new Core(settings(OverflowPolicy.REJECT).with(Setting.QUEUED_MESSAGES_MAX, 1_000)
                .with(Setting.QUEUED_BYTES_MAX, 500));
        core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a").drop();
        Client publisher = core.connect(connect("publisher"));
        publisher.publish(AT_LEAST_ONCE, "a", "x".repeat(400), "y".repeat(200));
        publisher.send(publish(AT_LEAST_ONCE, 6, "a", "taken while the store is asked"));
        publisher.take();
        publisher.send(publish(AT_LEAST_ONCE, 7, "a", "too much"));
        publisher.expect(Packets.puback(7, ReasonCode.QUOTA_EXCEEDED));
        core.connect(durable("meter")).drain();
        publisher.publish(AT_LEAST_ONCE, "a", "there is room again");
    }

    @Test
    @Shows("limits.overflow")
    void theOldestMessagesGoAndAreCounted() {
        Core core = core(OverflowPolicy.DROP_OLDEST);
        backlog(core, 3 * MAX);
        Client meter = core.connect(durable("meter"));
        assertEquals(List.of(numbers(2 * MAX, 3 * MAX)), meter.drain());
        assertEquals(2 * MAX, core.counters().droppedOldest());
    }

    @Test
    void whatIsTooMuchIsGoneFromTheDisk() {
        Core core = core(OverflowPolicy.DROP_OLDEST);
        backlog(core, 100 * MAX);
        assertTrue(core.store.entries() <= 2 * MAX, () -> core.store.entries() + " entries");
    }

    @Test
    void theOldestMessagesAreGoneAfterARestartToo() {
        Core core = core(OverflowPolicy.DROP_OLDEST);
        backlog(core, 3 * MAX);
        core.restart();
        assertEquals(List.of(numbers(2 * MAX, 3 * MAX)), core.connect(durable("meter")).drain());
    }

    @Test
    void oneThatReadsEverythingLosesNothingBesideOneThatIsAway() {
        for (OverflowPolicy policy : List.of(OverflowPolicy.DROP_OLDEST, OverflowPolicy.DROP_NEWEST,
                OverflowPolicy.DISCONNECT)) {
            Core core = core(policy);
            core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a").drop();
            Client reader = core.connect(durable("reader")).subscribe(AT_LEAST_ONCE, "a");
            Client publisher = core.connect(connect("publisher"));
            for (int i = 0; i < 5 * MAX; i++) {
                publisher.publish(AT_LEAST_ONCE, "a", Integer.toString(i));
                assertEquals(List.of(Integer.toString(i)), reader.drain(), policy.toString());
            }
        }
    }

    @Test
    void aHandshakeGoesOnThoughItsMessageIsAmongTheOldest() {
        Core core = core(OverflowPolicy.DROP_OLDEST);
        Client meter = core.connect(durable("meter")).subscribe(EXACTLY_ONCE, "a");
        Client publisher = core.connect(connect("publisher"));
        publisher.publish(EXACTLY_ONCE, "a", "received", "not received");
        meter.expect(publish(EXACTLY_ONCE, 1, "a", "received"),
                publish(EXACTLY_ONCE, 2, "a", "not received"));
        meter.drop();
        publisher.publish(EXACTLY_ONCE, "a", numbers(0, 5 * MAX));
        Client back = core.open().send(durable("meter"));
        assertEquals(ReasonCode.SUCCESS, ((Connack) back.take()).reason());
        back.expect(Packets.pubrel(1), Packets.pubrel(2), publish(EXACTLY_ONCE, 3, "a", "40"),
                publish(EXACTLY_ONCE, 4, "a", "41"));
    }

    @Test
    void theNewestMessagesAreLeftOutAndCounted() {
        Core core = core(OverflowPolicy.DROP_NEWEST);
        Client publisher = backlog(core, 3 * MAX);
        Client meter = core.connect(durable("meter"));
        assertEquals(2 * MAX, core.counters().droppedNewest());
        publisher.publish(AT_LEAST_ONCE, "a", "later");
        core.restart();
        meter = core.connect(durable("meter"));
        List<String> received = meter.drain();
        assertEquals(List.of(numbers(0, MAX)), received.subList(0, MAX));
        assertTrue(received.size() == MAX || received.equals(with(numbers(0, MAX), "later")),
                received::toString);
        core.connect(connect("publisher")).publish(AT_LEAST_ONCE, "a", "room again");
        assertEquals(List.of("room again"), meter.drain());
    }

    private static List<String> with(String[] first, String last) {
        List<String> all = new ArrayList<>(List.of(first));
        all.add(last);
        return all;
    }

    @Test
    void whatIsLeftOutForOneIsKeptForAnother() {
        Core core = core(OverflowPolicy.DROP_NEWEST);
        Client publisher = backlog(core, MAX / 2);
        core.connect(durable("later")).subscribe(AT_LEAST_ONCE, "a").drop();
        publisher.publish(AT_LEAST_ONCE, "a", numbers(MAX / 2, 2 * MAX));
        assertEquals(List.of(numbers(0, MAX)), core.connect(durable("meter")).drain());
        assertEquals(List.of(numbers(MAX / 2, MAX / 2 + MAX)), core.connect(durable("later")).drain());
    }

    @Test
    void whatIsLeftOutIsGoneFromTheDiskThoughOlderMessagesAreThere() {
        Core core = core(OverflowPolicy.DROP_NEWEST);
        Client publisher = backlog(core, MAX);
        for (int i = 0; i < 100; i++) {
            publisher.publish(AT_LEAST_ONCE, "a", numbers(0, MAX));
            core.passSeconds(1);
        }
        assertTrue(core.store.entries() <= 4 * MAX, () -> core.store.entries() + " entries");
        assertEquals(List.of(numbers(0, MAX)), core.connect(durable("meter")).drain());
    }

    @Test
    void aSessionThatIsAwayEndsWhenTooMuchWaitsForIt() {
        Core core = core(OverflowPolicy.DISCONNECT);
        Client publisher = backlog(core, MAX + 1);
        Client meter = core.open().send(durable("meter"));
        assertFalse(((Connack) meter.take()).sessionPresent());
        assertEquals(1, core.counters().sessionsOverflowed());
        publisher.publish(AT_LEAST_ONCE, "a", "for nobody");
        meter.expect();
    }

    @Test
    void aSessionWhoseClientDoesNotAcknowledgeEndsAndIsTold() {
        Core core = core(OverflowPolicy.DISCONNECT);
        Client meter = core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a");
        core.connect(connect("publisher")).publish(AT_LEAST_ONCE, "a", numbers(0, MAX + IN_FLIGHT_MAX + 1));
        for (int i = 0; i < IN_FLIGHT_MAX; i++) {
            assertEquals(Integer.toString(i), meter.takePayload());
        }
        meter.expectClosed(Packets.disconnect(ReasonCode.QUOTA_EXCEEDED));
        assertFalse(((Connack) core.open().send(durable("meter")).take()).sessionPresent());
    }

    @Test
    void aSessionEndsThoughWhatIsTooMuchWasSentAndNotAcknowledged() {
        Core core = core(OverflowPolicy.DISCONNECT);
        Client meter = core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a");
        Client publisher = core.connect(connect("publisher"));
        publisher.publish(AT_LEAST_ONCE, "a", "not acknowledged");
        assertEquals("not acknowledged", meter.takePayload());
        for (int i = 0; i < 5 * MAX; i++) {
            publisher.publish(AT_LEAST_ONCE, "a", Integer.toString(i));
            assertEquals(List.of(Integer.toString(i)), meter.drain());
        }
        meter.drop();
        Client back = core.open().send(durable("meter"));
        assertTrue(((Connack) back.take()).sessionPresent());
        back.expectClosed(Packets.disconnect(ReasonCode.QUOTA_EXCEEDED));
        assertFalse(((Connack) core.open().send(durable("meter")).take()).sessionPresent());
        assertEquals(1, core.counters().sessionsOverflowed());
    }

    @Test
    @Shows("limits.queued-seconds-max")
    void aMessageThatHasWaitedForTooLongIsNotDelivered() {
        Core core = new Core(settings(OverflowPolicy.REJECT).with(Setting.QUEUED_SECONDS_MAX, 60));
        Client publisher = backlog(core, 3);
        core.passSeconds(50);
        publisher.publish(AT_LEAST_ONCE, "a", "young");
        core.passSeconds(20);
        assertEquals(List.of("young"), core.connect(durable("meter")).drain());
        assertTrue(core.store.entries() <= 1, () -> core.store.entries() + " entries");
    }

    @Test
    void retainedMessagesAreNotCountedAgainstTheLimit() {
        Core core = core(OverflowPolicy.REJECT);
        Client publisher = core.connect(connect("publisher"));
        for (int i = 0; i < 5 * MAX; i++) {
            publisher.publish(Packets.retain(publish(AT_LEAST_ONCE, 1, "a/" + i, "kept")));
        }
        Client meter = core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a/#");
        assertEquals(5 * MAX, meter.drain().size());
    }

    @ParameterizedTest
    @EnumSource(value = OverflowPolicy.class, names = {"DROP_OLDEST", "DROP_NEWEST"})
    void aSharedSubscriptionHasOneLimitForAllItsMembers(OverflowPolicy policy) {
        Core core = core(policy);
        core.connect(durable("member")).subscribe(AT_LEAST_ONCE, "$share/group/a").drop();
        core.connect(connect("publisher")).publish(AT_LEAST_ONCE, "a", numbers(0, 3 * MAX));
        List<String> received = core.connect(durable("member")).drain();
        boolean oldest = policy == OverflowPolicy.DROP_OLDEST;
        assertEquals(List.of(oldest ? numbers(2 * MAX, 3 * MAX) : numbers(0, MAX)), received);
        assertEquals(2 * MAX, core.counters().droppedOldest() + core.counters().droppedNewest());
    }

    @Test
    void aPublisherIsRefusedForASharedSubscription() {
        Core core = core(OverflowPolicy.REJECT);
        core.connect(durable("member")).subscribe(AT_LEAST_ONCE, "$share/group/a").drop();
        Client publisher = core.connect(connect("publisher"));
        publisher.publish(AT_LEAST_ONCE, "a", numbers(0, MAX));
        publisher.send(publish(AT_LEAST_ONCE, 7, "a", "too much"));
        publisher.expect(Packets.puback(7, ReasonCode.QUOTA_EXCEEDED));
    }

    @Test
    @Shows("limits.overflow")
    void whatWaitsInMemoryFollowsThePolicy() {
        for (OverflowPolicy policy : OverflowPolicy.values()) {
            Core core = new Core(settings(policy).with(Setting.LIVE_MESSAGES_MAX, 3));
            Client meter = core.connect(connect("meter")).subscribe(AT_LEAST_ONCE, "a");
            core.connect(connect("publisher")).publish(AT_LEAST_ONCE, "a", numbers(0, 9));
            if (policy == OverflowPolicy.DISCONNECT) {
                for (int i = 0; i < IN_FLIGHT_MAX; i++) {
                    meter.takePayload();
                }
                meter.expectClosed(Packets.disconnect(ReasonCode.QUOTA_EXCEEDED));
            } else {
                assertEquals(policy == OverflowPolicy.DROP_OLDEST ? List.of("0", "1", "2", "3", "6", "7", "8")
                        : List.of("0", "1", "2", "3", "4", "5", "6"), meter.drain());
            }
        }
    }

    @Test
    void aMessageOfQos0IsNotRefused() {
        Core core = core(OverflowPolicy.REJECT);
        Client publisher = backlog(core, MAX);
        Client other = core.connect(connect("other")).subscribe(AT_LEAST_ONCE, "a");
        publisher.publish(AT_MOST_ONCE, "a", "on its way");
        other.expect(publish("a", "on its way"));
    }
}
