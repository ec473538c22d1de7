package io.holdfast.broker;

import static io.holdfast.broker.Packets.connack;
import static io.holdfast.broker.Packets.connect;
import static io.holdfast.broker.Packets.connect311;
import static io.holdfast.broker.Packets.disconnect;
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
import static io.holdfast.mqtt.ReasonCode.PROTOCOL_ERROR;
import static io.holdfast.mqtt.ReasonCode.QUOTA_EXCEEDED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.config.Shows;
import io.holdfast.conformance.Clause;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Property;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Messages on their way from the broker to a client: order, handshakes, and flow control (section 4.9). */
class DeliveringTest {
    private final Core core = new Core();
    private final Client publisher = core.connect(connect("publisher"));

    private static String[] numbers(int from, int below) {
        return IntStream.range(from, below).mapToObj(Integer::toString).toArray(String[]::new);
    }

    @Test
    @Clause(mqtt5 = "MQTT-4.6.0-5")
    void messagesOfSeveralSubscriptionsArriveInTheOrderOfTheirPublication() {
        core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a", "b", "c").drop();
        for (int i = 0; i < 9; i++) {
            publisher.publish(AT_LEAST_ONCE, List.of("c", "a", "b").get(i % 3), "" + i);
        }
        Client meter = core.connect(durable("meter"));
        assertEquals(List.of(numbers(0, 9)), meter.drain());
    }

    @Test
    @Clause(mqtt5 = {"MQTT-4.3.1-1", "MQTT-3.3.1-2"})
    void aMessageOfQos0HasNeitherPacketIdentifierNorDup() {
        Client meter = core.connect(durable("meter")).subscribe(EXACTLY_ONCE, "a");
        publisher.publish(AT_MOST_ONCE, "a", "1");
        meter.expect(publish("a", "1"));
    }

    @Test
    @Clause(mqtt5 = {"MQTT-4.3.3-2", "MQTT-4.3.3-4"})
    void aMessageOfQos2IsReceivedReleasedAndCompleted() {
        for (var connect : List.of(durable("kept"), connect("fleeting"), connect311("older", false))) {
            Client meter = core.connect(connect).subscribe(EXACTLY_ONCE, "a");
            publisher.publish(EXACTLY_ONCE, "a", "1");
            meter.expect(publish(EXACTLY_ONCE, 1, "a", "1"));
            meter.send(pubrec(1)).expect(pubrel(1));
            meter.send(pubcomp(1)).expect();
        }
    }

    @Test
    @Clause(mqtt5 = "MQTT-4.4.0-2")
    void aDeliveryThatTheClientRefusesIsComplete() {
        Client meter = core.connect(with(durable("meter"), Property.RECEIVE_MAXIMUM, 2))
                .subscribe(EXACTLY_ONCE, "a");
        publisher.publish(EXACTLY_ONCE, "a", "1");
        publisher.publish(AT_LEAST_ONCE, "a", "2", "3");
        meter.expect(publish(EXACTLY_ONCE, 1, "a", "1"), publish(AT_LEAST_ONCE, 2, "a", "2"));
        meter.send(pubrec(1, QUOTA_EXCEEDED)).expect(publish(AT_LEAST_ONCE, 3, "a", "3"));
        meter.send(puback(2, QUOTA_EXCEEDED), puback(3)).expect();
        core.open().send(durable("meter")).expect(connack(true));
    }

    /** Section 3.6.2.1. */
    @Test
    @Clause(mqtt5 = "MQTT-4.3.3-4")
    void pubrecForAnUnknownPacketIdentifierIsAnsweredWithThat() {
        Client meter = core.connect(durable("meter"));
        meter.send(pubrec(7)).expect(pubrel(7, PACKET_IDENTIFIER_NOT_FOUND));
        meter.send(puback(7), pubcomp(7)).expect();
    }

    /** A refusal is not answered, known or not. */
    @Test
    @Clause(mqtt5 = "MQTT-4.3.3-4")
    void aRefusingPubrecForAnUnknownPacketIdentifierIsNotAnswered() {
        core.connect(durable("meter")).send(pubrec(7, QUOTA_EXCEEDED)).expect();
    }

    /** Section 4.3: each QoS has its own answers. */
    @Test
    void anAnswerThatDoesNotFitTheQosIsAProtocolError() {
        for (Packet wrong : List.of(pubrec(1), pubcomp(1), puback(2), pubcomp(2))) {
            Client meter = core.connect(connect("meter")).subscribe(EXACTLY_ONCE, "a");
            publisher.publish(AT_LEAST_ONCE, "a", "1");
            publisher.publish(EXACTLY_ONCE, "a", "2");
            meter.expect(publish(AT_LEAST_ONCE, 1, "a", "1"), publish(EXACTLY_ONCE, 2, "a", "2"));
            meter.send(wrong).expectClosed(disconnect(PROTOCOL_ERROR));
        }
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.3.4-9", "MQTT-4.9.0-1", "MQTT-4.9.0-2"})
    void noMoreThanTheReceiveMaximumIsInFlight() {
        for (var connect : List.of(durable("kept"), connect("fleeting"))) {
            Client meter = core.connect(with(connect, Property.RECEIVE_MAXIMUM, 2))
                    .subscribe(EXACTLY_ONCE, "a");
            publisher.publish(EXACTLY_ONCE, "a", "1");
            publisher.publish(AT_LEAST_ONCE, "a", "2", "3", "4");
            meter.expect(publish(EXACTLY_ONCE, 1, "a", "1"), publish(AT_LEAST_ONCE, 2, "a", "2"));
            meter.send(puback(2)).expect(publish(AT_LEAST_ONCE, 3, "a", "3"));
            meter.send(pubrec(1)).expect(pubrel(1)); // its place is free after PUBCOMP
            meter.send(pubcomp(1)).expect(publish(AT_LEAST_ONCE, 4, "a", "4"));
        }
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.3.4-10", "MQTT-4.9.0-3"})
    void withoutQuotaEverythingElseGoesOn() {
        Client meter = core.connect(with(durable("meter"), Property.RECEIVE_MAXIMUM, 1))
                .subscribe(AT_LEAST_ONCE, "a");
        publisher.publish(AT_LEAST_ONCE, "a", "1", "2");
        publisher.publish(AT_MOST_ONCE, "a", "3");
        meter.expect(publish(AT_LEAST_ONCE, 1, "a", "1"), publish("a", "3"));
        meter.send(new Packet.Pingreq(), publish(EXACTLY_ONCE, 9, "b", ""))
                .expect(new Packet.Pingresp(), pubrec(9, NO_MATCHING_SUBSCRIBERS));
    }

    @Test
    void theBrokersOwnLimitHoldsForClientsThatSetNone() {
        int max = Settings.DEFAULT.integer(Setting.IN_FLIGHT_MAX);
        Client meter = core.connect(connect311("older", true)).subscribe(AT_LEAST_ONCE, "a");
        publisher.publish(AT_LEAST_ONCE, "a", numbers(0, max + 1));
        meter.expect(IntStream.range(0, max).mapToObj(i -> publish(AT_LEAST_ONCE, i + 1, "a", "" + i))
                .toArray(Packet[]::new));
        meter.send(puback(1)).expect(publish(AT_LEAST_ONCE, max + 1, "a", "" + max));
    }

    /** A message of QoS 2 holds its Packet Identifier until PUBCOMP, in both versions. */
    @Test
    @Clause(mqtt5 = {"MQTT-2.2.1-4", "MQTT-4.3.2-1", "MQTT-4.3.2-2", "MQTT-4.3.3-1", "MQTT-4.3.3-2"},
            mqtt311 = {"MQTT-2.3.1-4", "MQTT-4.3.2-1", "MQTT-4.3.3-1"})
    void packetIdentifiersInUseArePassedOver() {
        for (var connect : List.of(durable("kept"), connect311("older", false))) {
            Client meter = core.connect(connect).subscribe(EXACTLY_ONCE, "a");
            publisher.publish(EXACTLY_ONCE, "a", "completed", "released", "sent");
            publisher.publish(AT_LEAST_ONCE, "a", "stays");
            meter.expect(publish(EXACTLY_ONCE, 1, "a", "completed"),
                    publish(EXACTLY_ONCE, 2, "a", "released"), publish(EXACTLY_ONCE, 3, "a", "sent"),
                    publish(AT_LEAST_ONCE, 4, "a", "stays"));
            meter.send(pubrec(1), pubcomp(1), pubrec(2)).expect(pubrel(1), pubrel(2));
            for (int id = 5; id <= 65_535; id++) {
                publisher.publish(AT_LEAST_ONCE, "a", "");
                assertEquals(id, ((Packet.Publish) meter.take()).packetId());
                meter.send(puback(id));
            }
            publisher.publish(EXACTLY_ONCE, "a", "next", "after");
            meter.expect(publish(EXACTLY_ONCE, 1, "a", "next"), publish(EXACTLY_ONCE, 5, "a", "after"));
            meter.drop();
        }
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.1.2-24", "MQTT-3.1.2-25"})
    void aMessageTooLargeForTheClientIsDroppedAndCounted() {
        for (var connect : List.of(durable("kept"), connect("fleeting"))) {
            Client meter = core.connect(with(connect, Property.MAXIMUM_PACKET_SIZE, 100))
                    .subscribe(AT_LEAST_ONCE, "a");
            publisher.publish(AT_LEAST_ONCE, "a", "x".repeat(100), "fits");
            publisher.publish(AT_MOST_ONCE, "a", "x".repeat(100), "fits");
            assertEquals("fits", meter.takePayload());
            assertEquals("fits", meter.takePayload());
            meter.expect();
            meter.drop();
        }
        assertEquals(4, core.counters().packetTooLarge());
    }

    @Test
    void aBacklogLongerThanAPageIsReadPageByPage() {
        int messages = 2 * Cursor.PAGE_MESSAGES_MAX + 10;
        core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a").drop();
        publisher.publish(AT_LEAST_ONCE, "a", numbers(0, messages));
        core.reads();
        Client meter = core.connect(with(durable("meter"), Property.RECEIVE_MAXIMUM, 10));
        assertEquals(List.of(numbers(0, messages)), meter.drain());
        List<Effect> pages = core.reads().stream().filter(Effect.ReadLog.class::isInstance).toList();
        assertEquals(3, pages.size(), pages::toString);
    }

    @Test
    void whatIsPublishedWhileABacklogIsReadArrivesBehindIt() {
        core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a", "b").drop();
        publisher.publish(AT_LEAST_ONCE, "a", numbers(0, 300));
        Client meter = core.connect(with(durable("meter"), Property.RECEIVE_MAXIMUM, 1));
        publisher.publish(AT_LEAST_ONCE, "b", numbers(300, 310));
        publisher.publish(AT_LEAST_ONCE, "a", numbers(310, 320));
        assertEquals(List.of(numbers(0, 320)), meter.drain());
    }

    @Test
    void aSessionAtTheHeadIsFedFromMemory() {
        Client meter = core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a");
        core.reads();
        publisher.publish(AT_LEAST_ONCE, "a", numbers(0, 100));
        assertEquals(List.of(numbers(0, 100)), meter.drain());
        assertEquals(List.of(), core.reads());
    }

    @Test
    void aSessionALittleBehindIsFedFromMemoryToo() {
        Client meter = core.connect(with(durable("meter"), Property.RECEIVE_MAXIMUM, 1))
                .subscribe(AT_LEAST_ONCE, "a");
        core.reads();
        publisher.publish(AT_LEAST_ONCE, "a", numbers(0, 100));
        assertEquals(List.of(numbers(0, 100)), meter.drain());
        assertEquals(List.of(), core.reads());
    }

    @Test
    void aClientThatDoesNotReadGetsNothingUntilItDoes() {
        Client kept = core.connect(durable("kept")).subscribe(AT_LEAST_ONCE, "a");
        Client fleeting = core.connect(connect("fleeting")).subscribe(AT_LEAST_ONCE, "a");
        kept.writable(false);
        fleeting.writable(false);
        publisher.publish(AT_LEAST_ONCE, "a", "1");
        publisher.publish(AT_MOST_ONCE, "a", "lost");
        kept.expect();
        fleeting.expect();
        kept.writable(true);
        fleeting.writable(true);
        kept.expect(publish(AT_LEAST_ONCE, 1, "a", "1"));
        fleeting.expect(publish(AT_LEAST_ONCE, 1, "a", "1"));
        assertEquals(2, core.counters().qos0NotWritable());
    }

    @Test
    void aMessageOfQos0ThatNoMemberOfASharedSubscriptionCanTakeIsCounted() {
        Client zero = core.connect(connect("zero")).subscribe(AT_MOST_ONCE, "$share/group/a");
        Client one = core.connect(durable("one")).subscribe(AT_LEAST_ONCE, "$share/group/a");
        zero.writable(false);
        publisher.publish(AT_MOST_ONCE, "a", "1");
        one.expect(publish("a", "1"));
        one.writable(false);
        publisher.publish(AT_MOST_ONCE, "a", "lost");
        zero.writable(true);
        one.writable(true);
        zero.expect();
        one.expect();
        assertEquals(1, core.counters().qos0NotWritable());
    }

    @Test
    @Shows({"limits.in-flight-max", "limits.live-messages-max"})
    void theQueueOfASessionThatEndsWithItsConnectionIsBoundedAndWhatItLosesCounted() {
        Settings settings = Settings.DEFAULT.with(Setting.RECEIVE_MAXIMUM, 100).with(Setting.IN_FLIGHT_MAX,
                2).with(Setting.LIVE_MESSAGES_MAX, 3).with(Setting.TOPIC_ALIAS_MAXIMUM, 0);
        Core small = new Core(settings);
        Client meter = small.connect(connect("meter")).subscribe(AT_LEAST_ONCE, "a");
        small.connect(connect("publisher")).publish(AT_LEAST_ONCE, "a", numbers(0, 9));
        assertEquals(List.of("0", "1", "2", "3", "4"), meter.drain());
        assertEquals(4, small.counters().queueFull());
    }

    @Test
    void aBacklogOfManyBytesIsSentInSeveralTurns() {
        String kilobytes = "x".repeat(100_000);
        core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a").drop();
        for (int i = 0; i < 6; i++) {
            publisher.publish(AT_LEAST_ONCE, "a", kilobytes);
        }
        Client meter = core.connect(durable("meter"));
        assertEquals(6, meter.drain().size());
        List<Effect> pages = core.reads().stream().filter(Effect.ReadLog.class::isInstance).toList();
        assertTrue(pages.size() > 1, pages::toString);
    }
}
