package io.holdfast.broker;

import static io.holdfast.broker.Packets.connack;
import static io.holdfast.broker.Packets.connack311;
import static io.holdfast.broker.Packets.connect;
import static io.holdfast.broker.Packets.connect311;
import static io.holdfast.broker.Packets.dup;
import static io.holdfast.broker.Packets.durable;
import static io.holdfast.broker.Packets.puback;
import static io.holdfast.broker.Packets.pubcomp;
import static io.holdfast.broker.Packets.publish;
import static io.holdfast.broker.Packets.pubrec;
import static io.holdfast.broker.Packets.pubrel;
import static io.holdfast.broker.Packets.with;
import static io.holdfast.mqtt.QoS.AT_LEAST_ONCE;
import static io.holdfast.mqtt.QoS.EXACTLY_ONCE;

import io.holdfast.conformance.Clause;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.Property;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What was in flight when the connection or the broker was lost is sent again (section 4.4). */
class ResendingTest {
    private final Core core = new Core();

    private static Publish atLeastOnce(int packetId, String payload) {
        return publish(AT_LEAST_ONCE, packetId, "a", payload);
    }

    private static Publish exactlyOnce(int packetId, String payload) {
        return publish(EXACTLY_ONCE, packetId, "a", payload);
    }

    private void publishes(String... payloads) {
        core.connect(connect("publisher")).publish(EXACTLY_ONCE, "a", payloads);
    }

    @Test
    @Clause(mqtt5 = {"MQTT-4.4.0-1", "MQTT-3.3.1-1", "MQTT-4.6.0-1", "MQTT-4.3.2-3"})
    void afterAReconnectUnacknowledgedMessagesComeAgainInTheirOrderBeforeNewOnes() {
        Client meter = core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a");
        publishes("1", "2", "3");
        meter.expect(atLeastOnce(1, "1"), atLeastOnce(2, "2"), atLeastOnce(3, "3"));
        meter.send(puback(2));
        meter.drop();
        publishes("4");
        core.open().send(durable("meter")).expect(connack(true), dup(atLeastOnce(1, "1")),
                dup(atLeastOnce(3, "3")), atLeastOnce(4, "4"));
    }

    @Test
    @Clause(mqtt5 = "MQTT-4.4.0-1", mqtt311 = "MQTT-4.4.0-1")
    void afterARestartTheyComeAgainUnderTheirOldPacketIdentifiers() {
        Client meter = core.connect(durable("meter")).subscribe(EXACTLY_ONCE, "a");
        Client older = core.connect(connect311("older", false)).subscribe(AT_LEAST_ONCE, "a");
        publishes("1", "2", "3");
        meter.send(pubrec(1), pubcomp(1));
        older.send(puback(2));
        core.restart();
        core.open().send(durable("meter"))
                .expect(connack(true), dup(exactlyOnce(2, "2")), dup(exactlyOnce(3, "3")));
        core.open().send(connect311("older", false))
                .expect(connack311(true), dup(atLeastOnce(1, "1")), dup(atLeastOnce(3, "3")));
    }

    @Test
    @Clause(mqtt5 = {"MQTT-4.3.3-6", "MQTT-4.3.3-3", "MQTT-4.3.3-5"})
    void oncePubrecHasComeOnlyPubrelIsSentAgain() {
        Client meter = core.connect(durable("meter")).subscribe(EXACTLY_ONCE, "a");
        publishes("1", "2", "3");
        meter.send(pubrec(1), pubrec(3));
        meter.drop();
        meter = core.open().send(durable("meter"));
        meter.expect(connack(true), pubrel(1), dup(exactlyOnce(2, "2")), pubrel(3));
        core.restart();
        meter = core.open().send(durable("meter"));
        meter.expect(connack(true), pubrel(1), dup(exactlyOnce(2, "2")), pubrel(3));
        meter.send(pubcomp(1), pubcomp(3), pubrec(2)).expect(pubrel(2));
        meter.send(pubcomp(2)).expect();
        core.restart();
        core.open().send(durable("meter")).expect(connack(true));
    }

    /** "... and at no other time" */
    @Test
    @Clause(mqtt5 = "MQTT-4.4.0-1")
    void onAConnectionThatLastsNothingIsSentAgain() {
        Client meter = core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a");
        publishes("1");
        meter.expect(atLeastOnce(1, "1"));
        core.passSeconds(100_000);
        meter.expect();
    }

    @Test
    void manyMessagesInFlightComeAgainInTheirOrderThoughPacketIdentifiersWrapAround() {
        int inFlight = 2 * Outgoing.RESEND_PAGE + 5;
        Client meter = core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a");
        Client publisher = core.connect(connect("publisher"));
        for (int i = 1; i < 65_500; i++) {
            publisher.publish(AT_LEAST_ONCE, "a", "");
            meter.take();
            meter.send(puback(i));
        }
        publisher.publish(AT_LEAST_ONCE, "a",
                IntStream.range(0, inFlight).mapToObj(Integer::toString).toArray(String[]::new));
        core.restart();
        meter = core.connect(durable("meter"));
        meter.expect(IntStream.range(0, inFlight)
                .mapToObj(i -> dup(atLeastOnce(1 + (65_499 + i) % 65_535, "" + i))).toArray(Packet[]::new));
    }

    @Test
    @Clause(mqtt5 = "MQTT-2.2.1-4")
    void packetIdentifiersInUseAreNotGivenAgainAfterARestart() {
        Client meter = core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a");
        publishes("1", "2", "3");
        meter.send(puback(2));
        core.restart();
        meter = core.open().send(durable("meter"));
        publishes("4", "5");
        meter.expect(connack(true), dup(atLeastOnce(1, "1")), dup(atLeastOnce(3, "3")), atLeastOnce(4, "4"),
                atLeastOnce(5, "5"));
    }

    /** The Receive Maximum holds for each connection anew. */
    @Test
    @Clause(mqtt5 = "MQTT-3.3.4-9")
    void repetitionsKeepToTheReceiveMaximumOfTheNewConnection() {
        core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a");
        publishes("1", "2", "3");
        Client meter = core.open().send(with(durable("meter"), Property.RECEIVE_MAXIMUM, 2));
        meter.expect(connack(true), dup(atLeastOnce(1, "1")), dup(atLeastOnce(2, "2")));
        meter.send(puback(1)).expect(dup(atLeastOnce(3, "3")));
    }

    @Test
    void aHandshakeThatGoesOnWithPubrelHoldsItsPlaceInTheReceiveMaximum() {
        Client meter = core.connect(durable("meter")).subscribe(EXACTLY_ONCE, "a");
        publishes("1", "2", "3");
        meter.send(pubrec(1));
        meter = core.open().send(with(durable("meter"), Property.RECEIVE_MAXIMUM, 2));
        meter.expect(connack(true), pubrel(1), dup(exactlyOnce(2, "2")));
        meter.send(pubcomp(1)).expect(dup(exactlyOnce(3, "3")));
    }

    @Test
    void aMessageAcknowledgedBeforeItsRepetitionIsNotRepeated() {
        core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a");
        publishes("1", "2");
        core.stall();
        Client meter = core.open().send(durable("meter"), puback(1));
        core.commit();
        meter.expect(connack(true), dup(atLeastOnce(2, "2")));
    }

    /** The size is that of the new connection. */
    @Test
    @Clause(mqtt5 = {"MQTT-3.1.2-24", "MQTT-3.1.2-25"})
    void aRepetitionTooLargeForTheNewConnectionCountsAsDelivered() {
        core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a");
        publishes("x".repeat(100), "2");
        Client meter = core.open().send(with(durable("meter"), Property.MAXIMUM_PACKET_SIZE, 100));
        meter.expect(connack(true), dup(atLeastOnce(2, "2")));
        meter.send(puback(2));
        core.open().send(durable("meter")).expect(connack(true));
    }

    /** PUBREL ends the handshake, whether the client had the message or not. */
    @Test
    @Clause(mqtt5 = "MQTT-3.1.2-24")
    void aRepetitionOfQos2TooLargeForTheNewConnectionIsReleased() {
        core.connect(durable("meter")).subscribe(EXACTLY_ONCE, "a");
        publishes("x".repeat(100), "2");
        Client meter = core.open().send(with(durable("meter"), Property.MAXIMUM_PACKET_SIZE, 100));
        meter.expect(connack(true), pubrel(1), dup(exactlyOnce(2, "2")));
        meter.send(pubcomp(1), pubrec(2)).expect(pubrel(2));
        meter.send(pubcomp(2)).expect();
        core.open().send(durable("meter")).expect(connack(true));
    }
}
