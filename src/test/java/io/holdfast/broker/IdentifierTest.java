package io.holdfast.broker;

import static io.holdfast.broker.Packets.connack;
import static io.holdfast.broker.Packets.connect;
import static io.holdfast.broker.Packets.disconnect;
import static io.holdfast.broker.Packets.dup;
import static io.holdfast.broker.Packets.durable;
import static io.holdfast.broker.Packets.publish;
import static io.holdfast.broker.Packets.retain;
import static io.holdfast.broker.Packets.with;
import static io.holdfast.mqtt.QoS.AT_LEAST_ONCE;
import static io.holdfast.mqtt.QoS.AT_MOST_ONCE;
import static io.holdfast.mqtt.QoS.EXACTLY_ONCE;
import static io.holdfast.mqtt.ReasonCode.PROTOCOL_ERROR;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.holdfast.conformance.Clause;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.Packet.Subscribe;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.SubscriptionOptions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Subscription Identifiers (sections 3.3.2.3.8 and 3.8.2.1.2), and which of several subscriptions counts. */
class IdentifierTest {
    private static final int GREATEST = 268_435_455;

    private final Core core = new Core();
    private final Client publisher = core.connect(connect("publisher"));

    private static Client subscribe(Client client, int identifier, QoS qos, String... topicFilters) {
        Subscribe packet = Packets.subscribe(65_535, qos, topicFilters);
        client.send(with(packet, Property.SUBSCRIPTION_IDENTIFIER, identifier)).take();
        return client;
    }

    private static Publish identified(Publish publish, int... identifiers) {
        Publish packet = publish;
        for (int identifier : identifiers) {
            packet = with(packet, Property.SUBSCRIPTION_IDENTIFIER, identifier);
        }
        return packet;
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.3.4-3")
    void aMessageSaysWhichSubscriptionItMatched() {
        for (Connect connect : List.of(durable("kept"), connect("fleeting"))) {
            Client meter = core.connect(connect);
            subscribe(meter, 1, AT_LEAST_ONCE, "a");
            subscribe(meter, GREATEST, AT_LEAST_ONCE, "b", "c/+");
            meter.subscribe(AT_LEAST_ONCE, "none");
            publisher.publish(AT_LEAST_ONCE, "a", "1");
            publisher.publish(AT_MOST_ONCE, "b", "2");
            publisher.publish(AT_LEAST_ONCE, "c/d", "3");
            publisher.publish(AT_MOST_ONCE, "none", "4");
            meter.expect(identified(publish(AT_LEAST_ONCE, 1, "a", "1"), 1),
                    identified(publish("b", "2"), GREATEST),
                    identified(publish(AT_LEAST_ONCE, 2, "c/d", "3"), GREATEST), publish("none", "4"));
        }
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.3.4-2", "MQTT-3.3.4-4"})
    void subscriptionsThatOverlapGetOneCopyAtTheHighestQosWithAllTheirIdentifiers() {
        for (Connect connect : List.of(durable("kept"), connect("fleeting"))) {
            Client meter = core.connect(connect).subscribe(AT_MOST_ONCE, "+");
            subscribe(meter, 1, AT_LEAST_ONCE, "a");
            subscribe(meter, 2, EXACTLY_ONCE, "#");
            subscribe(meter, 3, AT_MOST_ONCE, "a/#");
            subscribe(meter, 4, EXACTLY_ONCE, "b");
            publisher.publish(EXACTLY_ONCE, "a", "1");
            meter.expect(identified(publish(EXACTLY_ONCE, 1, "a", "1"), 1, 2, 3));
            publisher.publish(AT_MOST_ONCE, "a", "2");
            meter.expect(identified(publish("a", "2"), 1, 2, 3));
        }
    }

    /** [MQTT-3.3.4-3]: the same identifier twice is one that two subscriptions have. */
    @Test
    @Clause(mqtt5 = "MQTT-3.3.4-3")
    void anIdentifierIsSentForEachSubscriptionThatHasIt() {
        Client meter = core.connect(connect("meter"));
        subscribe(meter, 7, AT_LEAST_ONCE, "a", "#");
        publisher.publish(AT_MOST_ONCE, "a", "1");
        meter.expect(identified(publish("a", "1"), 7, 7));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.8.4-3")
    void subscribingAgainReplacesTheIdentifier() {
        Client meter = core.connect(durable("meter"));
        subscribe(meter, 1, AT_LEAST_ONCE, "a");
        subscribe(meter, 2, AT_LEAST_ONCE, "a");
        publisher.publish(AT_LEAST_ONCE, "a", "1");
        meter.expect(identified(publish(AT_LEAST_ONCE, 1, "a", "1"), 2));
        meter.subscribe(AT_LEAST_ONCE, "a");
        publisher.publish(AT_LEAST_ONCE, "a", "2");
        meter.expect(publish(AT_LEAST_ONCE, 2, "a", "2"));
    }

    /** [MQTT-3.3.4-3]: identifiers are part of the Session State. */
    @Test
    @Clause(mqtt5 = "MQTT-3.3.4-3")
    void identifiersOutliveReconnectAndRestart() {
        subscribe(core.connect(durable("meter")), 1, AT_LEAST_ONCE, "a").drop();
        publisher.publish(AT_LEAST_ONCE, "a", "1");
        core.restart();
        Publish expected = identified(publish(AT_LEAST_ONCE, 1, "a", "1"), 1);
        core.open().send(durable("meter")).expect(connack(true), expected);
        core.restart();
        core.open().send(durable("meter")).expect(connack(true), dup(expected));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.3.4-3")
    void aRetainedMessageCarriesTheIdentifier() {
        publisher.retain(AT_LEAST_ONCE, "a", "1");
        publisher.retain(AT_MOST_ONCE, "b", "2");
        for (Connect connect : List.of(durable("kept"), connect("fleeting"))) {
            subscribe(core.connect(connect), 5, AT_LEAST_ONCE, "+").expect(
                    identified(retain(publish("b", "2")), 5),
                    identified(retain(publish(AT_LEAST_ONCE, 1, "a", "1")), 5));
        }
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.3.4-6")
    void aPublishOfAClientHasNone() {
        publisher.send(identified(publish("a", "1"), 1)).expectClosed(disconnect(PROTOCOL_ERROR));
    }

    /** [MQTT-3.8.3-3] [MQTT-3.3.4-3]: it is the other subscription alone that matches. */
    @Test
    @Clause(mqtt5 = {"MQTT-3.8.3-3", "MQTT-3.3.4-3"})
    void noLocalOfOneSubscriptionDoesNotConcernAnotherThatOverlaps() {
        SubscriptionOptions noLocal = new SubscriptionOptions(AT_LEAST_ONCE, true, false, 0);
        for (QoS other : QoS.values()) {
            for (Connect connect : List.of(durable("kept-" + other), connect("fleeting-" + other))) {
                Client meter = core.connect(connect);
                meter.send(with(Packets.subscribe(1, "a", noLocal), Property.SUBSCRIPTION_IDENTIFIER, 1));
                meter.take();
                subscribe(meter, 2, other, "#");
                meter.send(publish(AT_LEAST_ONCE, 1, "a", "own"));
                Packet first = meter.take();
                Packet second = meter.take(); // PUBACK is one of them
                Publish own = (Publish) (first instanceof Publish ? first : second);
                meter.expect();
                assertEquals(other.atMost(AT_LEAST_ONCE), own.qos());
                assertEquals(identified(publish("a", ""), 2).properties().entries(),
                        own.properties().entries());
                meter.drop();
            }
        }
    }
}
