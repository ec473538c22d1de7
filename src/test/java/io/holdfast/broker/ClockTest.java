package io.holdfast.broker;

import static io.holdfast.broker.Packets.connect;
import static io.holdfast.broker.Packets.durable;
import static io.holdfast.broker.Packets.publish;
import static io.holdfast.broker.Packets.with;
import static io.holdfast.mqtt.QoS.AT_LEAST_ONCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.conformance.Clause;
import io.holdfast.mqtt.Packet.Connack;
import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ReasonCode;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The machine's clock may have been set when the broker comes back. What waits for a time then comes earlier
 * or later by as much as the clock was set, and not more; nothing is lost, and nothing stands still.
 */
class ClockTest {
    private static final long SECOND = 1_000;
    private static final long HOUR = 3_600 * SECOND;
    private static final long INTERVAL_MAX = 0xFFFF_FFFFL;

    private final Core core = new Core();

    private void publishExpiring(long seconds) {
        core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a").drop();
        core.connect(connect("publisher")).publish(
                with(publish(AT_LEAST_ONCE, 1, "a", "1"), Property.MESSAGE_EXPIRY_INTERVAL, seconds));
    }

    private long intervalDelivered() {
        Publish delivered = (Publish) core.connect(durable("meter")).take();
        return delivered.properties().integer(Property.MESSAGE_EXPIRY_INTERVAL, -1);
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.3.2-6")
    void aMessageExpiresEarlierByAsMuchAsTheClockWasSetForward() {
        publishExpiring(60);
        core.restart(59 * SECOND);
        assertEquals(1, intervalDelivered());
        core.restart(2 * SECOND);
        assertTrue(core.connect(durable("other")).subscribe(AT_LEAST_ONCE, "a").drain().isEmpty());
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.3.2-6")
    void aMessageNeverHasMoreTimeThanItsPublisherGaveIt() {
        publishExpiring(60);
        core.restart(-HOUR);
        assertEquals(60, intervalDelivered());
    }

    /** More than that is no four-byte integer: it could not be sent. */
    @Test
    @Clause(mqtt5 = "MQTT-3.3.2-6")
    void norDoesOneWithTheLongestInterval() {
        publishExpiring(INTERVAL_MAX);
        core.restart(-HOUR);
        assertEquals(INTERVAL_MAX, intervalDelivered());
    }

    @Test
    void aMessageExpiresLaterByAsMuchAsTheClockWasSetBackAndNotMore() {
        publishExpiring(60);
        core.restart(-HOUR);
        core.passMillis(HOUR + 61 * SECOND);
        core.connect(durable("meter")).expect();
    }

    @Test
    void aSessionEndsAfterItsIntervalAndAsMuchAsTheClockWasSetBack() {
        Connect connect = with(connect("meter"), Property.SESSION_EXPIRY_INTERVAL, 60L);
        core.connect(connect).subscribe(AT_LEAST_ONCE, "a").drop();
        core.restart(-HOUR);
        core.passMillis(HOUR + 30 * SECOND);
        Connect again = Packets.keepAlive(connect, 0);
        Client meter = core.open().send(again);
        assertTrue(((Connack) meter.take()).sessionPresent());
        meter.drop();
        core.restart(-HOUR);
        core.passMillis(HOUR + 61 * SECOND);
        assertFalse(((Connack) core.open().send(again).take()).sessionPresent());
    }

    @Test
    void aDelayedMessageIsPublishedAfterItsDelayAndAsMuchAsTheClockWasSetBack() {
        core.connect(connect("publisher")).publish(AT_LEAST_ONCE, "$delayed/60/a", "1");
        core.restart(-HOUR);
        Client live = core.connect(connect("live")).subscribe(AT_LEAST_ONCE, "a");
        core.passMillis(HOUR + 59 * SECOND);
        live.expect();
        core.passSeconds(1);
        assertEquals(List.of("1"), live.drain());
    }

    @Test
    void aWillMessageIsPublishedAfterItsDelayAndAsMuchAsTheClockWasSetBack() {
        Client live = core.connect(durable("live")).subscribe(AT_LEAST_ONCE, "a");
        live.drop();
        Client pump = core.connect(with(durable("pump"), with(Packets.will(AT_LEAST_ONCE, "a", "gone"),
                Property.WILL_DELAY_INTERVAL, 60L)));
        pump.drop();
        core.restart(-HOUR);
        live = core.connect(durable("live"));
        core.passMillis(HOUR + 59 * SECOND);
        live.expect();
        core.passSeconds(1);
        assertEquals(List.of("gone"), live.drain());
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.1.2-22")
    void keepAliveAndTheEverySecondsWorkGoOnAfterTheClockWasSetBack() {
        core.restart(-HOUR);
        Client meter = core.connect(Packets.keepAlive(connect("meter"), 10));
        core.passSeconds(15);
        meter.expect();
        core.passSeconds(1);
        meter.expectClosed(Packets.disconnect(ReasonCode.KEEP_ALIVE_TIMEOUT));
    }
}
