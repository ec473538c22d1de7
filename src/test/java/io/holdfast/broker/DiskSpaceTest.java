package io.holdfast.broker;

import static io.holdfast.broker.Packets.connect;
import static io.holdfast.broker.Packets.connect311;
import static io.holdfast.broker.Packets.durable;
import static io.holdfast.broker.Packets.publish;
import static io.holdfast.broker.Packets.puback;
import static io.holdfast.broker.Packets.pubrec;
import static io.holdfast.broker.Packets.retain;
import static io.holdfast.mqtt.QoS.AT_LEAST_ONCE;
import static io.holdfast.mqtt.QoS.AT_MOST_ONCE;
import static io.holdfast.mqtt.QoS.EXACTLY_ONCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.mqtt.ReasonCode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Publishers are refused before the disk is full, and everything else goes on. */
class DiskSpaceTest {
    private static final long RESERVE_BYTES = 1_000_000;
    private static final long ENOUGH_BYTES = RESERVE_BYTES + RESERVE_BYTES / DiskSpace.ROOM;

    private final Core core = new Core(Settings.DEFAULT.with(Setting.DISK_RESERVE_BYTES, RESERVE_BYTES));

    /** As it is found when it is looked at next. */
    private void free(long bytes) {
        core.store.setFreeBytes(bytes);
        core.passSeconds(1);
    }

    /** A session that is away and gets what is published to "a". */
    private void backlog() {
        core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a").drop();
    }

    @Test
    void whatWouldBeStoredIsRefusedAtQos1And2WhileTheDiskIsShort() {
        backlog();
        Client publisher = core.connect(durable("publisher"));
        free(RESERVE_BYTES - 1);
        publisher.send(publish(AT_LEAST_ONCE, 7, "a", "1")).expect(puback(7, ReasonCode.QUOTA_EXCEEDED));
        publisher.send(publish(EXACTLY_ONCE, 8, "a", "2")).expect(pubrec(8, ReasonCode.QUOTA_EXCEEDED));
        assertEquals(2, core.counters().refusedForSpace());
        free(ENOUGH_BYTES);
        publisher.send(publish(AT_LEAST_ONCE, 7, "a", "3")).expect(puback(7));
        publisher.send(publish(EXACTLY_ONCE, 8, "a", "4")).expect(pubrec(8));
        assertEquals(List.of("3", "4"), core.connect(durable("meter")).drain());
    }

    @Test
    void thereMustBeSomewhatMoreThanTheReserveBeforePublishingGoesOn() {
        backlog();
        Client publisher = core.connect(durable("publisher"));
        free(RESERVE_BYTES - 1);
        free(ENOUGH_BYTES - 1);
        publisher.send(publish(AT_LEAST_ONCE, 7, "a", "1")).expect(puback(7, ReasonCode.QUOTA_EXCEEDED));
        free(ENOUGH_BYTES);
        publisher.send(publish(AT_LEAST_ONCE, 7, "a", "2")).expect(puback(7));
    }

    @Test
    void nothingIsTakenOverThatWouldGoIntoTheReserveThoughNobodyHasLookedSince() {
        backlog();
        core.connect(durable("other")).subscribe(AT_LEAST_ONCE, "+").drop();
        free(RESERVE_BYTES + 100_000);
        Client publisher = core.connect(durable("publisher"));
        String payload = "x".repeat(10_000); // twice, for two logs, and written twice each
        publisher.send(publish(AT_LEAST_ONCE, 1, "a", payload), publish(AT_LEAST_ONCE, 2, "a", payload),
                publish(AT_LEAST_ONCE, 3, "a", payload));
        publisher.expect(puback(1), puback(2), puback(3, ReasonCode.QUOTA_EXCEEDED));
    }

    @Test
    void whatIsNotStoredGoesOn() {
        Client live = core.connect(connect("live")).subscribe(AT_LEAST_ONCE, "a");
        free(0);
        Client publisher = core.connect(durable("publisher"));
        publisher.send(publish(AT_LEAST_ONCE, 7, "a", "1")).expect(puback(7));
        publisher.send(publish(AT_MOST_ONCE, 0, "a", "2"));
        assertEquals(List.of("1", "2"), live.drain());
        assertEquals(0, core.counters().refusedForSpace());
    }

    @Test
    void sessionsAreOpenedAndDrained() {
        backlog();
        Client publisher = core.connect(durable("publisher"));
        publisher.publish(AT_LEAST_ONCE, "a", "1", "2", "3");
        free(0);
        assertEquals(List.of("1", "2", "3"), core.connect(durable("meter")).drain());
    }

    @Test
    void aPublisherOfMqtt3GetsNoAcknowledgementAndHasToConnectAgain() {
        backlog();
        free(0);
        Client publisher = core.connect(connect311("old", false));
        publisher.send(publish(AT_LEAST_ONCE, 7, "a", "1")).expect();
        core.passSeconds(1);
        publisher.expectClosed();
        free(ENOUGH_BYTES);
        publisher = core.connect(connect311("old", false));
        publisher.send(publish(AT_LEAST_ONCE, 7, "a", "1")).expect(puback(7));
    }

    /** Section 3.3.1.3: one of QoS 0 may be discarded, and then there is none. */
    @Test
    void aRetainedMessageIsRefusedOrAtQos0NotRetained() {
        Client publisher = core.connect(durable("publisher"));
        publisher.send(retain(publish(AT_LEAST_ONCE, 1, "a", "1"))).expect(puback(1,
                ReasonCode.NO_MATCHING_SUBSCRIBERS));
        publisher.send(retain(publish(AT_LEAST_ONCE, 1, "b", "1"))).expect(puback(1,
                ReasonCode.NO_MATCHING_SUBSCRIBERS));
        Client live = core.connect(connect("live")).subscribe(AT_MOST_ONCE, "+");
        live.drain();
        free(0);
        publisher.send(retain(publish(AT_LEAST_ONCE, 1, "a", "2"))).expect(puback(1,
                ReasonCode.QUOTA_EXCEEDED));
        publisher.send(retain(publish(AT_MOST_ONCE, 0, "b", "2")));
        assertEquals(List.of("2"), live.drain());
        assertEquals(List.of("1"), core.connect(connect("reader")).subscribe(AT_MOST_ONCE, "+").drain());
        assertEquals(2, core.counters().refusedForSpace());
    }

    @Test
    void aRetainedMessageCanBeRemoved() {
        Client publisher = core.connect(durable("publisher"));
        publisher.send(retain(publish(AT_LEAST_ONCE, 1, "a", "1"))).expect(puback(1,
                ReasonCode.NO_MATCHING_SUBSCRIBERS));
        free(0);
        publisher.send(retain(publish(AT_LEAST_ONCE, 1, "a", ""))).expect(puback(1,
                ReasonCode.NO_MATCHING_SUBSCRIBERS));
        assertEquals(List.of(), core.connect(connect("reader")).subscribe(AT_MOST_ONCE, "a").drain());
    }

    @Test
    void aDelayedMessageIsRefusedAndOneThatIsDueWaits() {
        Client live = core.connect(connect("live")).subscribe(AT_LEAST_ONCE, "a");
        Client publisher = core.connect(durable("publisher"));
        publisher.send(publish(AT_LEAST_ONCE, 1, "$delayed/5/a", "1")).expect(puback(1));
        free(0);
        publisher.send(publish(AT_LEAST_ONCE, 1, "$delayed/5/a", "2")).expect(puback(1,
                ReasonCode.QUOTA_EXCEEDED));
        core.passSeconds(10);
        live.expect();
        free(ENOUGH_BYTES);
        core.passSeconds(1);
        assertEquals(List.of("1"), live.drain());
    }

    /** It was taken over with CONNECT [MQTT-3.1.2-8]. */
    @Test
    void aWillMessageIsPublished() {
        backlog();
        Client pump = core.connect(Packets.with(durable("pump"), Packets.will(AT_LEAST_ONCE, "a", "gone")));
        free(0);
        pump.drop();
        assertEquals(List.of("gone"), core.connect(durable("meter")).drain());
    }

    @Test
    void theStoreIsAskedToGiveBackWhatIsRemovedAndNotWithoutThat() {
        backlog();
        core.connect(durable("publisher")).publish(AT_LEAST_ONCE, "a", "1", "2", "3");
        core.store.setFreeBytes(0);
        assertEquals(1, reclaims());
        assertEquals(0, reclaims());
        core.connect(durable("meter")).drain();
        assertEquals(1, reclaims());
        assertEquals(0, reclaims());
    }

    /** In some seconds: it takes one to find out, and one to remove. */
    private long reclaims() {
        core.reads();
        for (int seconds = 0; seconds < 5; seconds++) {
            core.passSeconds(1);
        }
        return core.reads().stream().filter(Effect.ReclaimSpace.class::isInstance).count();
    }

    @Test
    void aReserveOfNothingRefusesNothing() {
        Core careless = new Core(Settings.DEFAULT.with(Setting.DISK_RESERVE_BYTES, 0));
        careless.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a").drop();
        careless.store.setFreeBytes(0);
        careless.passSeconds(1);
        careless.connect(durable("publisher")).send(publish(AT_LEAST_ONCE, 7, "a", "1")).expect(puback(7));
    }

    @Test
    void aRestartOnAShortDiskRefusesFromTheBeginning() {
        backlog();
        core.connect(durable("publisher")).publish(AT_LEAST_ONCE, "a", "1");
        core.store.setFreeBytes(0);
        core.restart();
        core.connect(durable("publisher")).send(publish(AT_LEAST_ONCE, 7, "a", "2"))
                .expect(puback(7, ReasonCode.QUOTA_EXCEEDED));
        assertTrue(core.counters().isDiskShort());
        assertEquals(List.of("1"), core.connect(durable("meter")).drain());
    }
}
