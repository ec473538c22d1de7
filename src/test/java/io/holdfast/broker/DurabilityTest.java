package io.holdfast.broker;

import static io.holdfast.broker.Packets.connack;
import static io.holdfast.broker.Packets.connect;
import static io.holdfast.broker.Packets.dup;
import static io.holdfast.broker.Packets.durable;
import static io.holdfast.broker.Packets.puback;
import static io.holdfast.broker.Packets.pubcomp;
import static io.holdfast.broker.Packets.publish;
import static io.holdfast.broker.Packets.pubrec;
import static io.holdfast.broker.Packets.pubrel;
import static io.holdfast.broker.Packets.suback;
import static io.holdfast.broker.Packets.subscribe;
import static io.holdfast.broker.Packets.unsuback;
import static io.holdfast.broker.Packets.unsubscribe;
import static io.holdfast.mqtt.QoS.AT_LEAST_ONCE;
import static io.holdfast.mqtt.QoS.AT_MOST_ONCE;
import static io.holdfast.mqtt.QoS.EXACTLY_ONCE;
import static io.holdfast.mqtt.ReasonCode.GRANTED_QOS_1;
import static io.holdfast.mqtt.ReasonCode.NO_MATCHING_SUBSCRIBERS;
import static io.holdfast.mqtt.ReasonCode.SUCCESS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.holdfast.conformance.Clause;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An acknowledgement means that it is on disk: what rests on a change waits for its commit. */
class DurabilityTest {
    private final Core core = new Core();
    private final Client meter = core.connect(durable("meter"));
    private final Client publisher = core.connect(connect("publisher"));

    @Test
    void aConnackThatOpensADurableSessionWaits() {
        Client gauge = core.open();
        core.stall();
        gauge.send(durable("gauge")).expect();
        core.commit();
        gauge.expect(connack(false));
    }

    @Test
    void subackAndUnsubackWait() {
        core.stall();
        meter.send(subscribe(1, AT_LEAST_ONCE, "a")).expect();
        meter.send(unsubscribe(2, "a")).expect();
        core.commit();
        meter.expect(suback(1, GRANTED_QOS_1), unsuback(2, SUCCESS));
    }

    @Test
    void pubackWaits() {
        core.connect(durable("away")).subscribe(AT_LEAST_ONCE, "a").drop();
        core.stall();
        publisher.send(publish(AT_LEAST_ONCE, 1, "a", "1")).expect();
        core.commit();
        publisher.expect(puback(1));
    }

    @Test
    void pubrecAndPubcompWait() {
        core.stall();
        meter.send(publish(EXACTLY_ONCE, 1, "a", "1")).expect();
        meter.send(pubrel(1)).expect();
        core.commit();
        meter.expect(pubrec(1, NO_MATCHING_SUBSCRIBERS), pubcomp(1));
    }

    @Test
    void aDeliveryAndItsPubrelWait() {
        meter.subscribe(EXACTLY_ONCE, "a");
        core.stall();
        publisher.send(publish(EXACTLY_ONCE, 1, "a", "1"));
        meter.expect();
        core.commit();
        meter.expect(publish(EXACTLY_ONCE, 1, "a", "1"));
        core.stall();
        meter.send(pubrec(1)).expect();
        core.commit();
        meter.expect(pubrel(1));
    }

    @Test
    void messagesOfQos0DoNotWait() {
        meter.subscribe(EXACTLY_ONCE, "a");
        publisher.send(publish("a", "1")); // reserves sequence numbers
        meter.expect(publish("a", "1"));
        core.stall();
        publisher.send(publish("a", "2"));
        meter.expect(publish("a", "2"));
        assertEquals(List.of(), core.uncommitted());
    }

    @Test
    void deliveriesToASessionThatEndsWithItsConnectionDoNotWait() {
        Client fleeting = core.connect(connect("fleeting")).subscribe(AT_LEAST_ONCE, "a");
        core.stall();
        meter.send(publish(AT_LEAST_ONCE, 1, "a", "1"));
        fleeting.expect(publish(AT_LEAST_ONCE, 1, "a", "1"));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.2.0-1")
    void evenAMessageOfQos0DoesNotOvertakeConnack() {
        meter.subscribe(AT_MOST_ONCE, "a").drop();
        Client again = core.open();
        core.stallAfterRead();
        again.send(durable("meter"));
        publisher.send(publish("a", "1"));
        again.expect();
        core.commit();
        again.expect(connack(true), publish("a", "1"));
    }

    /** Same publisher, topic and QoS of delivery. */
    @Test
    @Clause(mqtt5 = "MQTT-4.6.0-5")
    void aMessageDeliveredLiveDoesNotOvertakeOneFromTheLogAtTheSameQos() {
        meter.subscribe(AT_LEAST_ONCE, "a").subscribe(AT_MOST_ONCE, "a"); // lowered: it keeps its log
        core.stall();
        publisher.send(publish(AT_LEAST_ONCE, 1, "a", "1"));
        meter.send(unsubscribe(1, "a"), subscribe(2, AT_MOST_ONCE, "a")); // without a log
        publisher.send(publish(AT_LEAST_ONCE, 1, "a", "2"));
        meter.expect();
        core.commit();
        meter.expect(publish("a", "1"), unsuback(1, SUCCESS), suback(2, SUCCESS), publish("a", "2"));
    }

    @Test
    void whatWasNotCommittedIsLostWithACrashAndWasNeverAcknowledged() {
        meter.subscribe(AT_LEAST_ONCE, "a");
        publisher.publish(AT_LEAST_ONCE, "a", "1");
        meter.expect(publish(AT_LEAST_ONCE, 1, "a", "1"));
        core.stall();
        meter.send(puback(1));
        publisher.send(publish(AT_LEAST_ONCE, 2, "a", "2")).expect();
        meter.expect();
        core.restart();
        core.open().send(durable("meter"))
                .expect(connack(true), dup(publish(AT_LEAST_ONCE, 1, "a", "1")));
    }

    @Test
    void whatWasAcknowledgedSurvivesACrash() {
        meter.subscribe(EXACTLY_ONCE, "a/#").drop();
        publisher.publish(AT_LEAST_ONCE, "a/1", "1");
        publisher.publish(EXACTLY_ONCE, "a/2", "2");
        core.restart(86_400_000);
        core.open().send(durable("meter")).expect(connack(true), publish(AT_LEAST_ONCE, 1, "a/1", "1"),
                publish(EXACTLY_ONCE, 2, "a/2", "2"));
    }

    @Test
    void aBrokerThatStopsLeavesSessionsAsTheyAre() {
        meter.subscribe(AT_LEAST_ONCE, "a");
        publisher.publish(AT_LEAST_ONCE, "a", "1");
        core.stop();
        core.restart();
        core.open().send(durable("meter"))
                .expect(connack(true), dup(publish(AT_LEAST_ONCE, 1, "a", "1")));
    }

    /** One turn writes one row for a cursor that moved often, and few for many deliveries. */
    @Test
    void aTurnWritesEachRowOnce() {
        meter.subscribe(AT_LEAST_ONCE, "a");
        publisher.send(publish("a", "0")); // reserves sequence numbers
        core.stall();
        publisher.send(publish(AT_LEAST_ONCE, 1, "a", "1"), publish(AT_LEAST_ONCE, 2, "a", "2"),
                publish(AT_LEAST_ONCE, 3, "a", "3"));
        List<String> kinds = core.uncommitted().stream().map(change -> change.getClass().getSimpleName())
                .toList();
        assertEquals(List.of("MessageAppended", "MessageAppended", "MessageAppended", "CursorPut",
                "InFlightPut"), kinds);
    }
}
