package io.holdfast.broker;

import static io.holdfast.broker.Packets.connect;
import static io.holdfast.broker.Packets.disconnect;
import static io.holdfast.broker.Packets.durable;
import static io.holdfast.broker.Packets.puback;
import static io.holdfast.broker.Packets.publish;
import static io.holdfast.broker.Packets.retain;
import static io.holdfast.broker.Packets.with;
import static io.holdfast.mqtt.QoS.AT_LEAST_ONCE;
import static io.holdfast.mqtt.ReasonCode.PROTOCOL_ERROR;
import static io.holdfast.mqtt.ReasonCode.TOPIC_ALIAS_INVALID;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.holdfast.conformance.Clause;
import io.holdfast.mqtt.Packet.Connack;
import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.Property;
import org.junit.jupiter.api.Test;

/** Topic Aliases of publishers (section 3.3.2.3.4). */
class AliasTest {
    private static final int MAXIMUM = Settings.DEFAULT.integer(Setting.TOPIC_ALIAS_MAXIMUM);

    private final Core core = new Core();
    private final Client publisher = core.connect(connect("publisher"));
    private final Client meter = core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "#");

    private static Publish aliased(String topicName, int alias, String payload) {
        return with(publish(topicName, payload), Property.TOPIC_ALIAS, alias);
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.3.2-12")
    void everyAliasUpToTheAnnouncedMaximumMayBeSetAndUsed() {
        Connack connack = (Connack) core.open().send(connect("another")).take();
        assertEquals(MAXIMUM, connack.properties().integer(Property.TOPIC_ALIAS_MAXIMUM, 0));
        for (int alias = MAXIMUM; alias >= 1; alias--) {
            publisher.send(aliased("a/" + alias, alias, "1"));
            meter.expect(publish("a/" + alias, "1"));
        }
        for (int alias = 1; alias <= MAXIMUM; alias++) {
            publisher.send(aliased("", alias, "2"));
            meter.expect(publish("a/" + alias, "2"));
        }
    }

    /** [MQTT-3.1.2-26] [MQTT-3.1.2-27] [MQTT-3.3.2-11]: what the publisher calls it is between it and us. */
    @Test
    @Clause(mqtt5 = {"MQTT-3.1.2-26", "MQTT-3.1.2-27", "MQTT-3.3.2-11"})
    void anAliasIsNotForwardedThoughTheSubscriberTakesAliases() {
        Client taking = core.connect(with(connect("taking"), Property.TOPIC_ALIAS_MAXIMUM, 10))
                .subscribe(AT_LEAST_ONCE, "a");
        publisher.send(aliased("a", 1, "1"),
                with(publish(AT_LEAST_ONCE, 1, "", "2"), Property.TOPIC_ALIAS, 1));
        taking.expect(publish("a", "1"), publish(AT_LEAST_ONCE, 1, "a", "2"));
        meter.expect(publish("a", "1"), publish(AT_LEAST_ONCE, 1, "a", "2"));
        publisher.expect(puback(1));
    }

    @Test
    void anAliasMayBeSetToAnotherTopic() {
        publisher.send(aliased("a", 1, "1"), aliased("b", 1, "2"), aliased("", 1, "3"));
        meter.expect(publish("a", "1"), publish("b", "2"), publish("b", "3"));
    }

    @Test
    void eachConnectionHasItsOwnAliases() {
        Client other = core.connect(connect("other"));
        publisher.send(aliased("a", 1, "1"));
        other.send(aliased("b", 1, "2"));
        publisher.send(aliased("", 1, "3"));
        meter.expect(publish("a", "1"), publish("b", "2"), publish("a", "3"));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.3.2-7")
    void aliasesEndWithTheirConnectionThoughTheSessionGoesOn() {
        core.connect(durable("sender")).send(aliased("a", 1, "1")).drop();
        core.connect(durable("sender")).send(aliased("", 1, "2")).expectClosed(disconnect(PROTOCOL_ERROR));
        meter.expect(publish("a", "1"));
    }

    @Test
    void anAliasThatWasNotSetIsAProtocolError() {
        publisher.send(aliased("a", 2, "1"), aliased("", 1, "2")).expectClosed(disconnect(PROTOCOL_ERROR));
        meter.expect(publish("a", "1"));
        core.connect(connect("another")).send(aliased("", MAXIMUM, "3"))
                .expectClosed(disconnect(PROTOCOL_ERROR));
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.3.2-8", "MQTT-3.3.2-9"})
    void anAliasOf0OrBeyondTheMaximumIsInvalid() {
        for (int alias : new int[] {0, MAXIMUM + 1, 65_535}) {
            core.connect(connect("sender")).send(aliased("a", alias, "1"))
                    .expectClosed(disconnect(TOPIC_ALIAS_INVALID));
        }
        meter.expect();
    }

    @Test
    void aMessageSentUnderAnAliasIsRetainedUnderItsTopic() {
        publisher.send(aliased("a", 1, "1"), retain(aliased("", 1, "2")));
        core.restart();
        core.connect(connect("late")).subscribe(AT_LEAST_ONCE, "a").expect(retain(publish("a", "2")));
    }
}
