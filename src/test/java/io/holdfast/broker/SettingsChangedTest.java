package io.holdfast.broker;

import static io.holdfast.broker.Packets.connack;
import static io.holdfast.broker.Packets.connect;
import static io.holdfast.broker.Packets.disconnect;
import static io.holdfast.broker.Packets.durable;
import static io.holdfast.broker.Packets.puback;
import static io.holdfast.broker.Packets.publish;
import static io.holdfast.mqtt.QoS.AT_LEAST_ONCE;
import static io.holdfast.mqtt.QoS.AT_MOST_ONCE;
import static io.holdfast.mqtt.QoS.EXACTLY_ONCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.config.Shows;
import io.holdfast.conformance.Clause;
import io.holdfast.mqtt.Packet.Connack;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ReasonCode;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The operator changes settings of a running broker. */
class SettingsChangedTest {
    @Test
    @Shows("limits.queued-messages-max")
    void asMuchMayWaitAsTheOperatorSaysNowForSessionsThatAreAwayToo() {
        Core core = new Core(Settings.DEFAULT.with(Setting.QUEUED_MESSAGES_MAX, 2));
        core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a").drop();
        Client publisher = core.connect(durable("publisher"));
        publisher.publish(AT_LEAST_ONCE, "a", "1", "2");
        publisher.send(publish(AT_LEAST_ONCE, 7, "a", "3")).expect(puback(7, ReasonCode.QUOTA_EXCEEDED));

        core.set(Setting.QUEUED_MESSAGES_MAX, 3);
        publisher.publish(AT_LEAST_ONCE, "a", "3");
        publisher.send(publish(AT_LEAST_ONCE, 7, "a", "4")).expect(puback(7, ReasonCode.QUOTA_EXCEEDED));

        core.set(Setting.QUEUED_MESSAGES_MAX, 1);
        publisher.send(publish(AT_LEAST_ONCE, 7, "a", "4")).expect(puback(7, ReasonCode.QUOTA_EXCEEDED));
        assertEquals(List.of("1", "2", "3"), core.connect(durable("meter")).drain());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatWasLeftOutWhenLessCouldWaitIsCountedAsDropped(boolean restarted) {
        Core core = new Core(Settings.DEFAULT.with(Setting.QUEUED_MESSAGES_MAX, 2)
                .with(Setting.OVERFLOW, OverflowPolicy.DROP_NEWEST.ordinal()));
        core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a").drop();
        core.connect(durable("publisher")).publish(AT_LEAST_ONCE, "a", "1", "2", "3", "4", "5", "6", "7");
        core.set(Setting.QUEUED_MESSAGES_MAX, 100);
        if (restarted) {
            core.restart();
        }
        List<String> got = core.connect(durable("meter")).drain();
        assertEquals(List.of("1", "2"), got.subList(0, 2));
        assertEquals(7, got.size() + core.counters().droppedNewest());
        assertEquals(0, core.counters().damaged());
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.2.2-11", "MQTT-3.2.2-14"})
    void aConnectionKeepsToWhatWasAnnouncedToIt() {
        Core core = new Core();
        Client early = core.connect(connect("early"));
        core.set(Setting.MAXIMUM_QOS, 1);
        core.set(Setting.SUBSCRIPTIONS_MAX, 1);
        early.subscribe(EXACTLY_ONCE, "a", "b");

        Client late = core.open().send(connect("late"));
        assertEquals(1, ((Connack) late.take()).properties().integer(Property.MAXIMUM_QOS, 2));
        late.send(publish(EXACTLY_ONCE, 1, "a", "1")).expectClosed(disconnect(ReasonCode.QOS_NOT_SUPPORTED));
    }

    @Test
    void sessionsThatThereAreStayWhenFewerMayBe() {
        Core core = new Core();
        Client first = core.connect(connect("first"));
        Client second = core.connect(connect("second"));
        core.set(Setting.SESSIONS_MAX, 1);
        core.open().send(connect("third")).expectClosed(connack(ReasonCode.QUOTA_EXCEEDED));
        second.send(disconnect(0)).expectClosed();
        core.open().send(connect("third")).expectClosed(connack(ReasonCode.QUOTA_EXCEEDED));
        first.expect();
        core.set(Setting.SESSIONS_MAX, 2);
        core.connect(connect("third")).expect();
    }

    @Test
    @Shows("limits.disk-reserve-bytes")
    void theReserveOfTheDiskIsWhatTheOperatorSaysNow() {
        Core core = new Core(Settings.DEFAULT.with(Setting.DISK_RESERVE_BYTES, 1_000));
        core.store.setFreeBytes(100_000);
        core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a").drop();
        Client publisher = core.connect(durable("publisher"));
        core.passSeconds(2);
        publisher.publish(AT_LEAST_ONCE, "a", "1");
        core.set(Setting.DISK_RESERVE_BYTES, 200_000);
        publisher.send(publish(AT_LEAST_ONCE, 7, "a", "2")).expect(puback(7, ReasonCode.QUOTA_EXCEEDED));
        core.set(Setting.DISK_RESERVE_BYTES, 0);
        core.passSeconds(2);
        publisher.publish(AT_LEAST_ONCE, "a", "2");
        assertFalse(core.counters().isDiskShort());
    }

    @Test
    @Shows("limits.sys-interval-seconds")
    void sysTopicsComeAtTheIntervalThatTheOperatorSaysNow() {
        Core core = new Core(Settings.DEFAULT.with(Setting.SYS_INTERVAL_SECONDS, 0));
        Client watcher = core.connect(connect("watcher")).subscribe(AT_MOST_ONCE, "$SYS/broker/uptime");
        core.passSeconds(60);
        watcher.expect();
        core.set(Setting.SYS_INTERVAL_SECONDS, 5);
        core.passSeconds(6);
        assertFalse(watcher.drain().isEmpty());
        core.set(Setting.SYS_INTERVAL_SECONDS, 0);
        core.passSeconds(60);
        watcher.expect();
    }

    @Test
    void eachSettingSaysFromWhenOnAChangeCounts() {
        assertEquals(Setting.Effective.AFTER_RESTART, Setting.DAMAGED_ROWS.effective());
        assertTrue(Stream.of(Setting.values()).allMatch(setting -> setting.effective() != null));
    }
}
