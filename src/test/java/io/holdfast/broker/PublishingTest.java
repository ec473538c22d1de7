package io.holdfast.broker;

import static io.holdfast.broker.Packets.connack;
import static io.holdfast.broker.Packets.connack311;
import static io.holdfast.broker.Packets.connect;
import static io.holdfast.broker.Packets.connect311;
import static io.holdfast.broker.Packets.disconnect;
import static io.holdfast.broker.Packets.dup;
import static io.holdfast.broker.Packets.durable;
import static io.holdfast.broker.Packets.puback;
import static io.holdfast.broker.Packets.pubcomp;
import static io.holdfast.broker.Packets.publish;
import static io.holdfast.broker.Packets.pubrec;
import static io.holdfast.broker.Packets.pubrel;
import static io.holdfast.broker.Packets.with;
import static io.holdfast.mqtt.QoS.AT_LEAST_ONCE;
import static io.holdfast.mqtt.QoS.AT_MOST_ONCE;
import static io.holdfast.mqtt.QoS.EXACTLY_ONCE;
import static io.holdfast.mqtt.ReasonCode.NO_MATCHING_SUBSCRIBERS;
import static io.holdfast.mqtt.ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
import static io.holdfast.mqtt.ReasonCode.PAYLOAD_FORMAT_INVALID;
import static io.holdfast.mqtt.ReasonCode.RECEIVE_MAXIMUM_EXCEEDED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.holdfast.conformance.Clause;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Properties.UserProperty;
import io.holdfast.mqtt.Property;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Messages on their way from a client to the broker (sections 3.3 to 3.7 and 4.3). */
class PublishingTest {
    private final Core core = new Core();
    private final Client listener = core.connect(connect("listener")).subscribe(AT_MOST_ONCE, "#");
    private final Client meter = core.connect(durable("meter"));

    private static Publish exactlyOnce(int packetId, String payload) {
        return publish(EXACTLY_ONCE, packetId, "a", payload);
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.3.4-1")
    void aMessageOfQos0IsNotAnswered() {
        meter.send(publish("a", "1")).expect();
        listener.expect(publish("a", "1"));
    }

    @Test
    @Clause(mqtt5 = {"MQTT-4.3.2-4", "MQTT-2.2.1-5", "MQTT-4.6.0-2"})
    void messagesOfQos1AreAcknowledgedInTheirOrder() {
        meter.send(publish(AT_LEAST_ONCE, 513, "a", "1"), publish(AT_LEAST_ONCE, 7, "a", "2"))
                .expect(puback(513), puback(7));
        listener.expect(publish("a", "1"), publish("a", "2"));
    }

    @Test
    @Clause(mqtt5 = {"MQTT-4.3.2-5", "MQTT-3.3.1-3"})
    void afterPubackAPacketIdentifierMeansANewMessageWhateverDupSays() {
        meter.send(publish(AT_LEAST_ONCE, 7, "a", "1")).expect(puback(7));
        meter.send(dup(publish(AT_LEAST_ONCE, 7, "a", "1"))).expect(puback(7));
        listener.expect(publish("a", "1"), publish("a", "1"));
    }

    @Test
    @Clause(mqtt5 = {"MQTT-4.3.3-8", "MQTT-4.3.3-11"})
    void aMessageOfQos2IsReceivedAndReleased() {
        meter.send(exactlyOnce(7, "1")).expect(pubrec(7));
        listener.expect(publish("a", "1"));
        meter.send(pubrel(7)).expect(pubcomp(7));
        listener.expect();
    }

    @Test
    @Clause(mqtt5 = "MQTT-4.3.3-10")
    void aRepeatedMessageOfQos2IsAnsweredButNotRoutedAgain() {
        meter.send(exactlyOnce(7, "1")).expect(pubrec(7));
        meter.send(dup(exactlyOnce(7, "1"))).expect(pubrec(7));
        listener.expect(publish("a", "1"));
    }

    @Test
    @Clause(mqtt5 = "MQTT-4.3.3-10")
    void aRepeatIsKnownAfterAReconnect() {
        meter.send(exactlyOnce(7, "1"));
        meter.drop();
        core.open().send(durable("meter"), dup(exactlyOnce(7, "1"))).expect(connack(true), pubrec(7));
        listener.expect(publish("a", "1"));
    }

    @Test
    void aRepeatIsKnownAfterARestart() {
        meter.send(exactlyOnce(7, "1"), exactlyOnce(64, "2"), exactlyOnce(65_535, "3"), pubrel(64));
        core.restart();
        Client later = core.connect(connect("listener")).subscribe(AT_MOST_ONCE, "#");
        core.open().send(durable("meter"), dup(exactlyOnce(7, "1")), exactlyOnce(64, "4"),
                dup(exactlyOnce(65_535, "3")), pubrel(7))
                .expect(connack(true), pubrec(7), pubrec(64), pubrec(65_535), pubcomp(7));
        later.expect(publish("a", "4"));
    }

    @Test
    @Clause(mqtt5 = "MQTT-4.3.3-12")
    void afterPubcompAPacketIdentifierMeansANewMessage() {
        meter.send(exactlyOnce(7, "1"), pubrel(7), exactlyOnce(7, "2"))
                .expect(pubrec(7), pubcomp(7), pubrec(7));
        listener.expect(publish("a", "1"), publish("a", "2"));
    }

    /** Section 3.7.2.1: PUBREL of a handshake that only the client remembers ends it. */
    @Test
    void pubrelForAnUnknownPacketIdentifierIsAnsweredWithThat() {
        meter.send(pubrel(7)).expect(pubcomp(7, PACKET_IDENTIFIER_NOT_FOUND));
    }

    @Test
    void aCleanStartForgetsWhichMessagesWereReceived() {
        meter.send(exactlyOnce(7, "1"));
        core.open().send(Packets.cleanStart(durable("meter")), exactlyOnce(7, "2"))
                .expect(connack(false), pubrec(7));
        listener.expect(publish("a", "1"), publish("a", "2"));
    }

    @Test
    void handshakesOfSessionsThatEndWithTheirConnectionAreTheSame() {
        Client fleeting = core.connect(connect("fleeting"));
        fleeting.send(exactlyOnce(7, "1"), dup(exactlyOnce(7, "1")), pubrel(7), pubrel(7))
                .expect(pubrec(7), pubrec(7), pubcomp(7), pubcomp(7, PACKET_IDENTIFIER_NOT_FOUND));
        listener.expect(publish("a", "1"));
    }

    /** Sections 3.4.2.1 and 3.5.2.1. */
    @Test
    void aPublisherIsToldThatNobodyHasSubscribed() {
        listener.drop();
        core.connect(durable("away")).subscribe(AT_LEAST_ONCE, "b").drop();
        meter.send(publish(AT_LEAST_ONCE, 1, "a", "")).expect(puback(1, NO_MATCHING_SUBSCRIBERS));
        meter.send(exactlyOnce(2, "")).expect(pubrec(2, NO_MATCHING_SUBSCRIBERS));
        meter.send(publish(AT_LEAST_ONCE, 3, "b", "")).expect(puback(3));
    }

    /** Section 3.3.4 has the code. */
    @Test
    @Clause(mqtt5 = "MQTT-3.3.4-7")
    void aClientThatExceedsTheReceiveMaximumIsDisconnected() {
        int max = Settings.DEFAULT.integer(Setting.RECEIVE_MAXIMUM);
        meter.send(IntStream.rangeClosed(1, max).mapToObj(id -> exactlyOnce(id, "")).toArray(Packet[]::new));
        meter.expect(IntStream.rangeClosed(1, max).mapToObj(Packets::pubrec).toArray(Packet[]::new));
        meter.send(dup(exactlyOnce(1, "")), publish(AT_LEAST_ONCE, max + 1, "a", ""))
                .expect(pubrec(1), puback(max + 1));
        meter.send(pubrel(1), exactlyOnce(1, "")).expect(pubcomp(1), pubrec(1));
        meter.send(exactlyOnce(max + 1, "")).expectClosed(disconnect(RECEIVE_MAXIMUM_EXCEEDED));
    }

    @Test
    void version311KnowsNoReceiveMaximum() {
        int max = Settings.DEFAULT.integer(Setting.RECEIVE_MAXIMUM);
        Client older = core.connect(connect311("older", true));
        older.send(IntStream.rangeClosed(1, max + 1).mapToObj(id -> exactlyOnce(id, ""))
                .toArray(Packet[]::new));
        older.expect(IntStream.rangeClosed(1, max + 1).mapToObj(Packets::pubrec).toArray(Packet[]::new));
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.3.2-4", "MQTT-3.3.2-15", "MQTT-3.3.2-16", "MQTT-3.3.2-17", "MQTT-3.3.2-18",
            "MQTT-3.3.2-20"})
    void propertiesOfAMessageAreForwardedInTheirOrder() {
        Publish message = publish("a", "1");
        message = with(message, Property.USER_PROPERTY, new UserProperty("site", "porto"));
        message = with(message, Property.PAYLOAD_FORMAT_INDICATOR, 1);
        message = with(message, Property.RESPONSE_TOPIC, "answers/meter");
        message = with(message, Property.CORRELATION_DATA, new byte[] {1, 2});
        message = with(message, Property.USER_PROPERTY, new UserProperty("site", "gdansk"));
        message = with(message, Property.CONTENT_TYPE, "text/plain");
        meter.send(message);
        listener.expect(message);
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.3.2-5", "MQTT-3.3.2-6"})
    void theMessageExpiryIntervalIsCountedDownAndThenTheMessageIsNotDelivered() {
        Client away = core.connect(durable("away")).subscribe(AT_LEAST_ONCE, "a");
        away.drop();
        meter.send(with(publish(AT_LEAST_ONCE, 1, "a", "short"), Property.MESSAGE_EXPIRY_INTERVAL, 10),
                with(publish(AT_LEAST_ONCE, 2, "a", "long"), Property.MESSAGE_EXPIRY_INTERVAL, 60),
                publish(AT_LEAST_ONCE, 3, "a", "for ever"));
        core.passSeconds(10);
        core.open().send(durable("away")).expect(connack(true),
                with(publish(AT_LEAST_ONCE, 1, "a", "long"), Property.MESSAGE_EXPIRY_INTERVAL, 50),
                publish(AT_LEAST_ONCE, 2, "a", "for ever"));
        assertEquals(1, core.counters().expired());
    }

    /** Once begun, a delivery is completed. */
    @Test
    @Clause(mqtt5 = "MQTT-4.3.3-7")
    void aDeliveryThatHasBegunIsRepeatedThoughTheMessageHasExpired() {
        Client client = core.connect(durable("client")).subscribe(AT_LEAST_ONCE, "a");
        Publish sent = with(publish(AT_LEAST_ONCE, 1, "a", "1"), Property.MESSAGE_EXPIRY_INTERVAL, 10);
        meter.send(sent);
        client.expect(sent);
        client.drop();
        core.passSeconds(11);
        core.open().send(durable("client")).expect(connack(true),
                dup(with(publish(AT_LEAST_ONCE, 1, "a", "1"), Property.MESSAGE_EXPIRY_INTERVAL, 0)));
    }

    /** The broker owns it no more, but the handshake belongs to the session. */
    @Test
    @Clause(mqtt5 = "MQTT-4.3.3-13")
    void theHandshakeOfAMessageThatHasExpiredIsCompleted() {
        meter.send(with(exactlyOnce(7, "1"), Property.MESSAGE_EXPIRY_INTERVAL, 10)).expect(pubrec(7));
        core.passSeconds(11);
        meter.send(dup(with(exactlyOnce(7, "1"), Property.MESSAGE_EXPIRY_INTERVAL, 10))).expect(pubrec(7));
        meter.send(pubrel(7)).expect(pubcomp(7));
        listener.take();
        listener.expect();
    }

    @Test
    @Clause(mqtt5 = "MQTT-4.3.3-9")
    void afterARefusingPubrecAPacketIdentifierMeansANewMessage() {
        Publish invalid = new Publish(false, EXACTLY_ONCE, false, "a", 7,
                Properties.of(Property.PAYLOAD_FORMAT_INDICATOR, 1), new byte[] {-1});
        meter.send(invalid).expect(pubrec(7, PAYLOAD_FORMAT_INVALID));
        meter.send(exactlyOnce(7, "1")).expect(pubrec(7));
        listener.expect(publish("a", "1"));
    }

    /** Versions before 5.0 keep the handshakes in the session in the same way. */
    @Test
    void inVersion311AMessageOfQos2IsRoutedOnceOverAReconnect() {
        Client older = core.connect(connect311("older", false));
        older.send(exactlyOnce(7, "1")).expect(pubrec(7));
        core.restart();
        Client later = core.connect(connect("listener")).subscribe(AT_MOST_ONCE, "#");
        core.open().send(connect311("older", false), dup(exactlyOnce(7, "1")), pubrel(7))
                .expect(connack311(true), pubrec(7), pubcomp(7));
        later.expect();
    }
}
