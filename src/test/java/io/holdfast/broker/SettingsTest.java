package io.holdfast.broker;

import static io.holdfast.broker.Packets.connack;
import static io.holdfast.broker.Packets.connect;
import static io.holdfast.broker.Packets.connect311;
import static io.holdfast.broker.Packets.disconnect;
import static io.holdfast.broker.Packets.durable;
import static io.holdfast.broker.Packets.keepAlive;
import static io.holdfast.broker.Packets.publish;
import static io.holdfast.broker.Packets.retain;
import static io.holdfast.broker.Packets.with;
import static io.holdfast.mqtt.QoS.AT_LEAST_ONCE;
import static io.holdfast.mqtt.QoS.AT_MOST_ONCE;
import static io.holdfast.mqtt.QoS.EXACTLY_ONCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.config.Shows;
import io.holdfast.conformance.Clause;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Packet.Connack;
import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.Packet.Suback;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the operator decides is announced to clients of MQTT 5.0, and kept to with all. */
class SettingsTest {
    private static Core core(Setting setting, long value) {
        return new Core(Settings.DEFAULT.with(setting, value));
    }

    private static Properties announced(Core core, Connect connect) {
        return ((Connack) core.open().send(connect).take()).properties();
    }

    private static ReasonCode suback(Core core, String topicFilter) {
        Client meter = core.connect(connect("meter")).send(Packets.subscribe(1, EXACTLY_ONCE, topicFilter));
        return ((Suback) meter.take()).reasons().getFirst();
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.2.2-9", "MQTT-3.2.2-10"})
    @Shows("limits.maximum-qos")
    void theMaximumQosIsAnnouncedAndWhatSubscribersGet() {
        Core core = core(Setting.MAXIMUM_QOS, 1);
        assertEquals(1, announced(core, connect("other")).integer(Property.MAXIMUM_QOS, 2));
        assertEquals(ReasonCode.GRANTED_QOS_1, suback(core, "a"));
        core.connect(connect("publisher")).send(publish(EXACTLY_ONCE, 1, "a", "1"))
                .expectClosed(disconnect(ReasonCode.QOS_NOT_SUPPORTED));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.2.2-12")
    void aWillAboveTheMaximumQosIsRefused() {
        core(Setting.MAXIMUM_QOS, 0).open().send(with(connect("meter"), Packets.will(AT_LEAST_ONCE, "a", "")))
                .expectClosed(connack(ReasonCode.QOS_NOT_SUPPORTED));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.2.2-13")
    @Shows("limits.retain-available")
    void whereNothingIsRetainedNoPublisherAsksForItInVain() {
        Core core = core(Setting.RETAIN_AVAILABLE, 0);
        assertEquals(0, announced(core, connect("other")).integer(Property.RETAIN_AVAILABLE, 1));
        core.open().send(with(connect("meter"), retain(Packets.will(AT_MOST_ONCE, "a", ""))))
                .expectClosed(connack(ReasonCode.RETAIN_NOT_SUPPORTED));
        core.connect(connect("publisher")).send(retain(publish("a", "1")))
                .expectClosed(disconnect(ReasonCode.RETAIN_NOT_SUPPORTED));
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.3.4-7", "MQTT-3.3.2-9"})
    @Shows({"limits.receive-maximum", "limits.topic-alias-maximum"})
    void theReceiveMaximumAndTheTopicAliasMaximumAreAnnouncedAndKeptTo() {
        Core core = new Core(Settings.DEFAULT.with(Setting.RECEIVE_MAXIMUM, 1).with(
                Setting.TOPIC_ALIAS_MAXIMUM, 1).with(Setting.PACKET_BYTES_MAX, 5_000));
        Properties announced = announced(core, connect("other"));
        assertEquals(1, announced.integer(Property.RECEIVE_MAXIMUM, 0));
        assertEquals(1, announced.integer(Property.TOPIC_ALIAS_MAXIMUM, 0));
        assertEquals(5_000, announced.integer(Property.MAXIMUM_PACKET_SIZE, 0));
        Client eager = core.connect(connect("eager")).send(publish(EXACTLY_ONCE, 1, "a", "1"));
        assertEquals(1, ((Packet.Pubrec) eager.take()).packetId());
        eager.send(publish(EXACTLY_ONCE, 2, "a", "2"))
                .expectClosed(disconnect(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED));
        core.connect(connect("short")).send(new Packet.Publish(false, AT_MOST_ONCE, false, "a", 0,
                        Properties.of(Property.TOPIC_ALIAS, 2), new byte[0]))
                .expectClosed(disconnect(ReasonCode.TOPIC_ALIAS_INVALID));
    }

    @Test
    @Shows("limits.connect-millis-max")
    void aConnectionThatSaysNothingEndsInTheTimeThatTheOperatorGivesIt() {
        Core core = core(Setting.CONNECT_MILLIS_MAX, 2_000);
        Client silent = core.open();
        core.passMillis(1_900);
        silent.expect();
        core.passMillis(2_000);
        silent.expectClosed();
    }

    @Test
    @Shows({"limits.wildcard-subscription-available",
            "limits.shared-subscription-available",
            "limits.subscription-identifier-available"})
    void subscriptionsWithWhatIsNotAvailableAreRefused() {
        Core noWildcards = core(Setting.WILDCARD_SUBSCRIPTION_AVAILABLE, 0);
        assertEquals(0,
                announced(noWildcards, connect("other")).integer(Property.WILDCARD_SUBSCRIPTION_AVAILABLE,
                1));
        assertEquals(ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED, suback(noWildcards, "a/+"));

        Core noGroups = core(Setting.SHARED_SUBSCRIPTION_AVAILABLE, 0);
        assertEquals(0,
                announced(noGroups, connect("other")).integer(Property.SHARED_SUBSCRIPTION_AVAILABLE, 1));
        assertEquals(ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED, suback(noGroups, "$share/group/a"));

        Core noIdentifiers = core(Setting.SUBSCRIPTION_IDENTIFIER_AVAILABLE, 0);
        assertEquals(0, announced(noIdentifiers, connect("other"))
                .integer(Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE, 1));
        noIdentifiers.connect(connect("meter")).send(new Packet.Subscribe(1,
                        Properties.of(Property.SUBSCRIPTION_IDENTIFIER, 7),
                        Packets.subscribe(1, AT_MOST_ONCE, "a").subscriptions()))
                .expectClosed(disconnect(ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED));
    }

    @Test
    @Clause(mqtt311 = "MQTT-3.8.3-2")
    void aClientOfMqtt311IsRefusedWildcardsToo() {
        Core core = core(Setting.WILDCARD_SUBSCRIPTION_AVAILABLE, 0);
        Client old = core.connect(connect311("old", true)).send(Packets.subscribe(1, AT_MOST_ONCE, "a/#"));
        assertTrue(((Suback) old.take()).reasons().getFirst().isError());
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.1.2-21", "MQTT-3.1.2-22"})
    @Shows("limits.keep-alive-seconds-max")
    void aLongerKeepAliveIsReplacedAndTheClientIsTold() {
        Core core = core(Setting.KEEP_ALIVE_SECONDS_MAX, 60);
        assertEquals(60, announced(core, keepAlive(connect("long"), 600)).integer(Property.SERVER_KEEP_ALIVE,
                0));
        assertFalse(announced(core, keepAlive(connect("short"), 30)).contains(Property.SERVER_KEEP_ALIVE));
        Client silent = core.connect(connect("without"));
        core.passSeconds(90);
        silent.expect();
        core.passSeconds(2);
        silent.expectClosed(disconnect(ReasonCode.KEEP_ALIVE_TIMEOUT));
    }

    @Test
    void anOlderClientThatCannotBeToldKeepsItsKeepAlive() {
        Core core = core(Setting.KEEP_ALIVE_SECONDS_MAX, 60);
        Client old = core.connect(connect311("old", true));
        core.passSeconds(1_000);
        old.expect();
    }

    @Test
    @Shows("limits.session-expiry-seconds-max")
    void aSessionOutlivesItsConnectionNoLongerThanItMay() {
        Core core = core(Setting.SESSION_EXPIRY_SECONDS_MAX, 60);
        assertEquals(60, announced(core, durable("meter")).integer(Property.SESSION_EXPIRY_INTERVAL, 0));
        Client other = core.connect(durable("other"));
        other.send(disconnect(3_600)).expectClosed();
        core.passSeconds(62);
        assertFalse(((Connack) core.open().send(durable("other")).take()).sessionPresent());
    }

    @Test
    @Shows({"limits.topic-levels-max", "limits.topic-bytes-max"})
    void topicsWithTooManyBytesOrLevelsAreRefused() {
        Core core = core(Setting.TOPIC_LEVELS_MAX, 3);
        assertEquals(ReasonCode.TOPIC_FILTER_INVALID, suback(core, "a/b/c/d"));
        core.connect(connect("deep")).send(publish("a/b/c/d", "1"))
                .expectClosed(disconnect(ReasonCode.TOPIC_NAME_INVALID));
        core.connect(connect("flat")).send(publish("a/b/c", "1")).expect();

        Core shorter = core(Setting.TOPIC_BYTES_MAX, 6);
        shorter.connect(connect("short")).send(publish("äöü", "1")).expect();
        shorter.connect(connect("long")).send(publish("äöü1", "1"))
                .expectClosed(disconnect(ReasonCode.TOPIC_NAME_INVALID));
    }

    @Test
    @Shows("limits.subscriptions-max")
    void aSessionHasNoMoreSubscriptionsThanItMay() {
        Core core = core(Setting.SUBSCRIPTIONS_MAX, 2);
        Client meter = core.connect(connect("meter")).subscribe(QoS.AT_MOST_ONCE, "a", "b");
        meter.send(Packets.subscribe(1, AT_MOST_ONCE, "b", "c"));
        assertEquals(List.of(ReasonCode.SUCCESS, ReasonCode.QUOTA_EXCEEDED),
                ((Suback) meter.take()).reasons());
    }

    @Test
    @Shows("limits.sessions-max")
    void thereAreNoMoreSessionsThanMayBeAfterARestartToo() {
        Core core = core(Setting.SESSIONS_MAX, 2);
        core.connect(durable("away")).drop();
        core.connect(durable("here"));
        core.restart();
        Client here = core.connect(durable("here"));
        core.open().send(connect("third")).expectClosed(connack(ReasonCode.QUOTA_EXCEEDED));
        core.open().send(connect311("fourth", true))
                .expectClosed(Packets.connack(ReasonCode.QUOTA_EXCEEDED));
        here.send(disconnect(0)).expectClosed();
        core.passSeconds(2);
        core.connect(connect("third")).expect();
    }

    @Test
    @Shows("limits.sessions-opening-max")
    void noMoreSessionsAreReadAtATimeThanMayBe() {
        for (int max = 1; max <= 2; max++) {
            Core core = core(Setting.SESSIONS_OPENING_MAX, max);
            core.stall();
            List<Client> fleet = List.of(core.open().send(durable("a")), core.open().send(durable("b")));
            core.reads();
            core.stallAfterRead();
            core.commit();
            assertEquals(max, core.reads().stream().filter(Effect.ReadSession.class::isInstance).count());
            core.commit();
            fleet.forEach(client -> client.expect(connack(false)));
        }
    }

    @Test
    @Shows("server-reference")
    void whoFindsNoRoomIsSentToAnotherServer() {
        Core core = new Core(Settings.DEFAULT.with(Setting.SESSIONS_MAX, 1)
                .withServerReference("spare.example:1883", false));
        core.connect(connect("first"));
        core.open().send(connect("second")).expectClosed(new Connack(false, ReasonCode.USE_ANOTHER_SERVER,
                Properties.of(Property.SERVER_REFERENCE, "spare.example:1883")));
    }

    @Test
    @Shows("moved-to")
    void whenTheServerHasMovedNobodyIsLetIn() {
        Core core = new Core(Settings.DEFAULT.withServerReference("new.example", true));
        core.open().send(connect("meter")).expectClosed(new Connack(false, ReasonCode.SERVER_MOVED,
                Properties.of(Property.SERVER_REFERENCE, "new.example")));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.1.2-29")
    void reasonsAreGivenOnlyToWhoWantsThem() {
        Core core = new Core(Settings.DEFAULT.with(Setting.QUEUED_MESSAGES_MAX, 1));
        core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a").drop();
        core.connect(connect("publisher")).publish(AT_LEAST_ONCE, "a", "1");
        Client curious = core.connect(connect("curious")).send(publish(AT_LEAST_ONCE, 1, "a", "2"));
        assertTrue(((Packet.Puback) curious.take()).properties().contains(Property.REASON_STRING));
        Client indifferent = core.connect(with(connect("indifferent"), Property.REQUEST_PROBLEM_INFORMATION,
                0))
                .send(publish(AT_LEAST_ONCE, 1, "a", "2"));
        assertEquals(Properties.NONE, ((Packet.Puback) indifferent.take()).properties());
    }

    @Test
    void aValueIsReadAsItIsShownAndABadOneIsNamed() {
        for (Setting setting : Setting.values()) {
            assertEquals(setting, Setting.of(setting.key()));
            assertEquals(setting.initial(), setting.parse(setting.show(setting.initial())));
        }
        assertEquals(OverflowPolicy.DROP_OLDEST.ordinal(), Setting.OVERFLOW.parse("drop-oldest"));
        assertEquals("overflow is never; expected reject, drop-oldest, drop-newest or disconnect",
                assertThrows(IllegalArgumentException.class, () ->
                Setting.OVERFLOW.parse("never")).getMessage());
        assertEquals("maximum-qos is 3; expected a whole number from 0 to 2",
                assertThrows(IllegalArgumentException.class, () ->
                Setting.MAXIMUM_QOS.parse("3")).getMessage());
        assertEquals("retain-available is yes; expected true or false",
                assertThrows(IllegalArgumentException.class,
                        () -> Setting.RETAIN_AVAILABLE.parse("yes")).getMessage());
    }
}
