package io.holdfast.broker;

import static io.holdfast.broker.Packets.connack;
import static io.holdfast.broker.Packets.connect;
import static io.holdfast.broker.Packets.disconnect;
import static io.holdfast.broker.Packets.publish;
import static io.holdfast.broker.Packets.with;

import io.holdfast.conformance.Clause;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ReasonCode;
import org.junit.jupiter.api.Test;

/** What the broker does not do yet is refused with the standard's words, and never ignored. */
class UnsupportedTest {
    private final Core core = new Core();

    @Test
    @Clause(mqtt5 = {"MQTT-4.12.0-1", "MQTT-3.1.4-2", "MQTT-3.2.2-7"})
    void anAuthenticationMethodRefusesTheConnection() {
        core.open().send(with(connect("meter"), Property.AUTHENTICATION_METHOD, "SCRAM-SHA-256"))
                .expectClosed(connack(ReasonCode.BAD_AUTHENTICATION_METHOD));
    }

    @Test
    @Clause(mqtt5 = "MQTT-4.12.0-7")
    void authWithoutAnAuthenticationMethodIsAProtocolError() {
        core.connect(connect("meter")).send(new Packet.Auth(ReasonCode.RE_AUTHENTICATE, Properties.NONE))
                .expectClosed(disconnect(ReasonCode.PROTOCOL_ERROR));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.2.2-17")
    void aTopicAliasBeyondTheMaximumEndsTheConnection() {
        int alias = Settings.DEFAULT.integer(Setting.TOPIC_ALIAS_MAXIMUM) + 1;
        core.connect(connect("meter")).send(with(publish("a", "1"), Property.TOPIC_ALIAS, alias))
                .expectClosed(disconnect(ReasonCode.TOPIC_ALIAS_INVALID));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.3.4-6")
    void aPublishOfAClientHasNoSubscriptionIdentifier() {
        core.connect(connect("meter")).send(with(publish("a", "1"), Property.SUBSCRIPTION_IDENTIFIER, 7))
                .expectClosed(disconnect(ReasonCode.PROTOCOL_ERROR));
    }
}
