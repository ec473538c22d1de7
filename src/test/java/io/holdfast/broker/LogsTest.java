package io.holdfast.broker;

import static io.holdfast.broker.Packets.cleanStart;
import static io.holdfast.broker.Packets.connect;
import static io.holdfast.broker.Packets.durable;
import static io.holdfast.broker.Packets.puback;
import static io.holdfast.broker.Packets.unsubscribe;
import static io.holdfast.broker.Packets.with;
import static io.holdfast.mqtt.QoS.AT_LEAST_ONCE;
import static io.holdfast.mqtt.QoS.AT_MOST_ONCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.mqtt.Property;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** One log per distinct Topic Filter, with a cursor for each durable session: what the store holds of it. */
class LogsTest {
    private final Core core = new Core();
    private final Client publisher = core.connect(connect("publisher"));

    private List<String> filters() {
        return core.store.recover().logs().stream().map(Store.Recovered.Log::topicFilter).sorted().toList();
    }

    private Store.Recovered.Log log(String topicFilter) {
        return core.store.recover().logs().stream().filter(log -> log.topicFilter().equals(topicFilter))
                .findFirst().orElseThrow();
    }

    @Test
    void aMessageForTenThousandSubscribersOfOneFilterIsOneEntry() {
        for (int i = 0; i < 10_000; i++) {
            core.connect(durable("meter-" + i)).subscribe(AT_LEAST_ONCE, "firmware/#").drop();
        }
        publisher.publish(AT_LEAST_ONCE, "firmware/meter", "2.0");
        assertEquals(1, core.store.entries("firmware/#"));
        assertEquals(10_000, log("firmware/#").cursors());
        assertEquals(List.of("2.0"), core.connect(durable("meter-0")).drain());
        assertEquals(List.of("2.0"), core.connect(durable("meter-9999")).drain());
    }

    @Test
    void aMessageIsOneEntryInEachLogThatItMatches() {
        core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a/b", "a/+", "c").drop();
        publisher.publish(AT_LEAST_ONCE, "a/b", "1");
        assertEquals(List.of(1L, 1L, 0L), List.of(core.store.entries("a/b"), core.store.entries("a/+"),
                core.store.entries("c")));
    }

    @Test
    void onlyDurableSubscriptionsAboveQos0HaveALog() {
        core.connect(connect("fleeting")).subscribe(AT_LEAST_ONCE, "a");
        core.connect(durable("meter")).subscribe(AT_MOST_ONCE, "b").subscribe(AT_LEAST_ONCE, "c");
        assertEquals(List.of("c"), filters());
    }

    @Test
    void messagesOfQos0AreNotStored() {
        core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a").drop();
        publisher.publish(AT_MOST_ONCE, "a", "1");
        assertEquals(0, core.store.entries("a"));
        assertEquals(List.of(), core.connect(durable("meter")).drain());
    }

    /** The last entry stays: it carries the ordinal and the byte total over a restart. */
    @Test
    void aLogIsTrimmedWhenAllHavePassed() {
        Client first = core.connect(durable("first")).subscribe(AT_LEAST_ONCE, "a");
        Client second = core.connect(durable("second")).subscribe(AT_LEAST_ONCE, "a");
        publisher.publish(AT_LEAST_ONCE, "a", "1", "2", "3");
        first.drain();
        core.passSeconds(2);
        assertEquals(3, core.store.entries("a"));
        second.drain();
        core.passSeconds(2);
        assertEquals(1, core.store.entries("a"));
        core.restart();
        publisher().publish(AT_LEAST_ONCE, "a", "4");
        assertEquals(4, log("a").next());
        assertEquals(4 * (1 + 1), log("a").bytesThrough());
    }

    private Client publisher() {
        return core.connect(connect("publisher"));
    }

    @Test
    void aSessionThatIsAwayKeepsWhatItHasNotGot() {
        Client meter = core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a");
        core.connect(durable("away")).subscribe(AT_LEAST_ONCE, "a").drop();
        publisher.publish(AT_LEAST_ONCE, "a", "1", "2", "3");
        meter.drain();
        core.passSeconds(2);
        assertEquals(3, core.store.entries("a"));
        core.connect(durable("away")).drain();
        core.passSeconds(2);
        assertEquals(1, core.store.entries("a"));
    }

    @Test
    void whatIsInFlightIsKeptUntilItIsAcknowledged() {
        Client meter = core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a");
        publisher.publish(AT_LEAST_ONCE, "a", "1", "2", "3");
        meter.send(puback(1), puback(3));
        core.passSeconds(2);
        assertEquals(2, core.store.entries("a"));
        meter.send(puback(2));
        core.passSeconds(2);
        assertEquals(1, core.store.entries("a"));
    }

    @Test
    void whatWasPassedBeforeARestartIsTrimmedAfterIt() {
        Client meter = core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a");
        publisher.publish(AT_LEAST_ONCE, "a", "1", "2", "3");
        meter.drain();
        core.restart();
        core.connect(durable("meter"));
        core.passSeconds(2);
        assertEquals(1, core.store.entries("a"));
    }

    @Test
    void aSessionThatExpiresLetsGoOfTheLog() {
        core.connect(with(connect("fickle"), Property.SESSION_EXPIRY_INTERVAL, 60))
                .subscribe(AT_LEAST_ONCE, "a", "b").drop();
        Client meter = core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a");
        publisher.publish(AT_LEAST_ONCE, "a", "1", "2", "3");
        meter.drain();
        core.passSeconds(61);
        core.passSeconds(2);
        assertEquals(List.of("a"), filters());
        assertEquals(1, core.store.entries("a"));
    }

    @Test
    void whenTheSessionFurthestBehindEndsTheLogIsTrimmedToTheNext() {
        core.connect(durable("furthest")).subscribe(AT_LEAST_ONCE, "a").drop();
        publisher.publish(AT_LEAST_ONCE, "a", "1", "2");
        core.connect(durable("next")).subscribe(AT_LEAST_ONCE, "a").drop();
        publisher.publish(AT_LEAST_ONCE, "a", "3", "4");
        core.passSeconds(2);
        assertEquals(4, core.store.entries("a"));
        core.connect(cleanStart(durable("furthest")));
        core.passSeconds(1);
        core.passSeconds(1);
        assertEquals(2, core.store.entries("a"));
        assertEquals(List.of("3", "4"), core.connect(durable("next")).drain());
    }

    @Test
    void aLogEndsWithItsLastCursor() {
        Client meter = core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a", "b");
        core.connect(durable("away")).subscribe(AT_LEAST_ONCE, "a", "b").drop();
        publisher.publish(AT_LEAST_ONCE, "b", "1");
        meter.drain();
        meter.send(unsubscribe(1, "a", "b"));
        assertEquals(List.of("a", "b"), filters());
        core.connect(cleanStart(durable("away")));
        assertEquals(List.of(), filters());
    }

    @Test
    void aLogOutlivesItsSubscriptionWhileADeliveryIsInFlight() {
        Client meter = core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a");
        publisher.publish(AT_LEAST_ONCE, "a", "1");
        meter.send(unsubscribe(1, "a"));
        assertEquals(List.of("a"), filters());
        meter.send(puback(1));
        assertEquals(List.of(), filters());
    }

    /** Session and log ids name rows: a new one must not find those of an old one. */
    @Test
    void idsAreNeverGivenTwice() {
        Set<Long> sessionIds = new TreeSet<>();
        Set<Long> logIds = new TreeSet<>();
        for (int i = 0; i < 5; i++) {
            core.restart();
            for (int j = 0; j < 3; j++) {
                Client meter = core.connect(cleanStart(durable("meter"))).subscribe(AT_LEAST_ONCE, "a");
                assertTrue(logIds.add(log("a").logId()));
                Change.SessionPut row = (Change.SessionPut) core.store.readSession("meter").getFirst();
                assertTrue(sessionIds.add(row.sessionId()));
                meter.send(unsubscribe(1, "a"));
            }
        }
    }

    @Test
    void sequenceNumbersGoOnAfterARestartSoThatLogsStayInOrder() {
        core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "b").subscribe(AT_LEAST_ONCE, "a").drop();
        publisher.publish(AT_LEAST_ONCE, "a", "1");
        core.restart();
        publisher().publish(AT_LEAST_ONCE, "b", "2");
        core.restart();
        publisher().publish(AT_LEAST_ONCE, "a", "3");
        Client meter = core.connect(durable("meter"));
        assertEquals(List.of("1", "2", "3"), meter.drain());
    }
}
