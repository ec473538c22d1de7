package io.holdfast.broker;

import static io.holdfast.broker.Packets.connack;
import static io.holdfast.broker.Packets.connect;
import static io.holdfast.broker.Packets.connect311;
import static io.holdfast.broker.Packets.disconnect;
import static io.holdfast.broker.Packets.publish;
import static io.holdfast.broker.Packets.retain;
import static io.holdfast.broker.Packets.suback;
import static io.holdfast.broker.Packets.subscribe;
import static io.holdfast.broker.Packets.will;
import static io.holdfast.broker.Packets.with;
import static io.holdfast.mqtt.QoS.AT_LEAST_ONCE;
import static io.holdfast.mqtt.QoS.AT_MOST_ONCE;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ReasonCode;
import org.junit.jupiter.api.Test;

/** What the broker does not do yet is refused with the standard's words, and never ignored. */
class UnsupportedTest {
    private final Core core = new Core();

    @Test
    void aWillMessageRefusesTheConnection() {
        core.open().send(will(connect("meter"), "gone"))
                .expectClosed(connack(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR));
        core.open().send(will(connect311("meter", true), "gone"))
                .expectClosed(connack(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR));
    }

    /** [MQTT-4.12.0-1] */
    @Test
    void anAuthenticationMethodRefusesTheConnection() {
        core.open().send(with(connect("meter"), Property.AUTHENTICATION_METHOD, "SCRAM-SHA-256"))
                .expectClosed(connack(ReasonCode.BAD_AUTHENTICATION_METHOD));
    }

    /** [MQTT-4.12.0-7] */
    @Test
    void authWithoutAnAuthenticationMethodIsAProtocolError() {
        core.connect(connect("meter")).send(new Packet.Auth(ReasonCode.RE_AUTHENTICATE, Properties.NONE))
                .expectClosed(disconnect(ReasonCode.PROTOCOL_ERROR));
    }

    /** [MQTT-3.2.2-14] */
    @Test
    void aRetainedMessageEndsTheConnectionAndIsNotDelivered() {
        Client listener = core.connect(connect("listener")).subscribe(AT_LEAST_ONCE, "a");
        core.connect(connect("meter")).send(retain(publish(AT_LEAST_ONCE, 1, "a", "1")))
                .expectClosed(disconnect(ReasonCode.RETAIN_NOT_SUPPORTED));
        core.connect(connect311("meter", true)).send(retain(publish("a", "1"))).expectClosed();
        listener.expect();
    }

    /** [MQTT-3.2.2-17] */
    @Test
    void aTopicAliasEndsTheConnection() {
        core.connect(connect("meter")).send(with(publish("a", "1"), Property.TOPIC_ALIAS, 1))
                .expectClosed(disconnect(ReasonCode.TOPIC_ALIAS_INVALID));
    }

    /** Section 3.2.2.3.12. */
    @Test
    void aSubscriptionIdentifierEndsTheConnection() {
        Packet.Subscribe plain = subscribe(1, AT_MOST_ONCE, "a");
        core.connect(connect("meter")).send(new Packet.Subscribe(1,
                Properties.of(Property.SUBSCRIPTION_IDENTIFIER, 7), plain.subscriptions()))
                .expectClosed(disconnect(ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED));
    }

    /** [MQTT-3.3.4-6] */
    @Test
    void aPublishOfAClientHasNoSubscriptionIdentifier() {
        core.connect(connect("meter")).send(with(publish("a", "1"), Property.SUBSCRIPTION_IDENTIFIER, 7))
                .expectClosed(disconnect(ReasonCode.PROTOCOL_ERROR));
    }

    /** Section 3.2.2.3.13. */
    @Test
    void aSharedSubscriptionFailsAloneAmongOthers() {
        core.connect(connect("meter")).send(subscribe(1, AT_LEAST_ONCE, "$share/group/a", "b"))
                .expect(suback(1, ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED, ReasonCode.GRANTED_QOS_1));
    }
}
