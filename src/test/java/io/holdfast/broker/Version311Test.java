package io.holdfast.broker;

import static io.holdfast.broker.Packets.connack311;
import static io.holdfast.broker.Packets.connect311;
import static io.holdfast.broker.Packets.dup;
import static io.holdfast.broker.Packets.durable;
import static io.holdfast.broker.Packets.puback;
import static io.holdfast.broker.Packets.pubcomp;
import static io.holdfast.broker.Packets.publish;
import static io.holdfast.broker.Packets.pubrec;
import static io.holdfast.broker.Packets.pubrel;
import static io.holdfast.broker.Packets.retain;
import static io.holdfast.broker.Packets.suback;
import static io.holdfast.broker.Packets.subscribe;
import static io.holdfast.broker.Packets.unsuback;
import static io.holdfast.broker.Packets.unsubscribe;
import static io.holdfast.mqtt.QoS.AT_LEAST_ONCE;
import static io.holdfast.mqtt.QoS.AT_MOST_ONCE;
import static io.holdfast.mqtt.QoS.EXACTLY_ONCE;
import static io.holdfast.mqtt.ReasonCode.GRANTED_QOS_1;
import static io.holdfast.mqtt.ReasonCode.GRANTED_QOS_2;
import static io.holdfast.mqtt.ReasonCode.NO_SUBSCRIPTION_EXISTED;
import static io.holdfast.mqtt.ReasonCode.SUCCESS;
import static io.holdfast.mqtt.ReasonCode.TOPIC_FILTER_INVALID;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.holdfast.conformance.Clause;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.Packet.Subscribe;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.SubscriptionOptions;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What a client of MQTT 3.1.1 sees of the broker, in the order of its standard. Reason Codes that only 5.0
 * has are left out on the wire, where the codec's tables show it.
 */
class Version311Test {
    private static final long YEAR_SECONDS = 365 * 86_400;

    private final Core core = new Core();
    private final Client publisher = core.connect(connect311("publisher", true));
    private final Client meter = core.connect(connect311("meter", false));

    private static Subscribe.Requested requested(String topicFilter, int qos) {
        return new Subscribe.Requested(topicFilter, SubscriptionOptions.of(QoS.of(qos)));
    }

    private static Publish atLeastOnce(int packetId, String payload) {
        return publish(AT_LEAST_ONCE, packetId, "a", payload);
    }

    private static Publish exactlyOnce(int packetId, String payload) {
        return publish(EXACTLY_ONCE, packetId, "a", payload);
    }

    @Test
    @Clause(mqtt311 = {"MQTT-3.2.0-1", "MQTT-3.1.4-4", "MQTT-3.12.4-1"})
    void nothingComesBeforeConnack() {
        meter.subscribe(AT_MOST_ONCE, "a").drop();
        Client again = core.open();
        core.stallAfterRead();
        again.send(connect311("meter", false), new Packet.Pingreq());
        publisher.send(publish("a", "1"));
        again.expect();
        core.commit();
        again.expect(connack311(true), new Packet.Pingresp(), publish("a", "1"));
    }

    @Test
    @Clause(mqtt311 = {"MQTT-4.1.0-2", "MQTT-3.1.2-6"})
    void aSessionLastsAsLongAsItsConnection() {
        Client clean = core.connect(connect311("clean", true)).subscribe(AT_LEAST_ONCE, "a");
        core.passSeconds(YEAR_SECONDS);
        publisher.publish(AT_LEAST_ONCE, "a", "1");
        clean.expect(atLeastOnce(1, "1"));
    }

    @Test
    @Clause(mqtt311 = {"MQTT-3.3.4-1", "MQTT-4.3.2-2", "MQTT-4.6.0-2", "MQTT-3.3.1-3", "MQTT-4.3.1-1",
            "MQTT-2.3.1-6", "MQTT-3.3.1-2"})
    void messagesOfQos1AreAcknowledgedInTheirOrderAndAgainWhateverDupSays() {
        meter.subscribe(AT_MOST_ONCE, "a");
        publisher.send(publish("a", "0")).expect();
        publisher.send(atLeastOnce(513, "1"), atLeastOnce(7, "2")).expect(puback(513), puback(7));
        publisher.send(dup(atLeastOnce(7, "2"))).expect(puback(7));
        meter.expect(publish("a", "0"), publish("a", "1"), publish("a", "2"), publish("a", "2"));
    }

    @Test
    @Clause(mqtt311 = {"MQTT-3.3.4-1", "MQTT-4.3.3-2", "MQTT-4.6.0-3", "MQTT-2.3.1-6", "MQTT-3.3.1-3"})
    void messagesOfQos2AreRoutedOnceUntilTheyAreReleased() {
        meter.subscribe(AT_LEAST_ONCE, "a");
        publisher.send(exactlyOnce(513, "1"), exactlyOnce(7, "2"), dup(exactlyOnce(513, "1")))
                .expect(pubrec(513), pubrec(7), pubrec(513));
        meter.expect(atLeastOnce(1, "1"), atLeastOnce(2, "2"));
        publisher.send(pubrel(513), dup(exactlyOnce(513, "3"))).expect(pubcomp(513), pubrec(513));
        meter.expect(atLeastOnce(3, "3"));
    }

    @Test
    @Clause(mqtt311 = {"MQTT-4.3.3-1", "MQTT-4.6.0-4", "MQTT-2.3.1-6", "MQTT-3.3.1-3"})
    void deliveriesOfQos2AreReleasedInTheOrderOfTheirPubrecs() {
        meter.subscribe(EXACTLY_ONCE, "a");
        publisher.send(exactlyOnce(7, "1"), dup(exactlyOnce(8, "2")));
        meter.expect(exactlyOnce(1, "1"), exactlyOnce(2, "2"));
        meter.send(pubrec(2), pubrec(1)).expect(pubrel(2), pubrel(1));
        meter.drop();
        Client again = core.open().send(connect311("meter", false));
        again.expect(connack311(true), pubrel(1), pubrel(2));
        again.send(pubcomp(1), pubcomp(2)).expect();
        core.open().send(connect311("meter", false)).expect(connack311(true));
    }

    @Test
    @Clause(mqtt311 = {"MQTT-2.3.1-7", "MQTT-3.8.4-1", "MQTT-3.8.4-2", "MQTT-3.8.4-4", "MQTT-3.8.4-5",
            "MQTT-3.9.3-1"})
    void subackHasTheIdentifierOfItsSubscribeAndOneCodeForEachFilter() {
        meter.send(new Subscribe(513, Properties.NONE,
                List.of(requested("a", 2), requested("b/#/c", 1), requested("b", 0), requested("c", 1))))
                .expect(suback(513, GRANTED_QOS_2, TOPIC_FILTER_INVALID, SUCCESS, GRANTED_QOS_1));
        publisher.publish(EXACTLY_ONCE, "a", "1");
        publisher.publish(EXACTLY_ONCE, "b", "2");
        publisher.publish(EXACTLY_ONCE, "c", "3");
        meter.expect(exactlyOnce(1, "1"), publish("b", "2"), publish(AT_LEAST_ONCE, 2, "c", "3"));
    }

    @Test
    @Clause(mqtt311 = {"MQTT-3.3.5-1", "MQTT-3.8.4-6"})
    void overlappingSubscriptionsDeliverAtTheHighestQosAndNotAboveThePublished() {
        meter.subscribe(AT_MOST_ONCE, "#").subscribe(EXACTLY_ONCE, "+").subscribe(AT_LEAST_ONCE, "a");
        publisher.publish(EXACTLY_ONCE, "a", "1");
        publisher.publish(AT_LEAST_ONCE, "a", "2");
        publisher.publish(AT_MOST_ONCE, "a", "3");
        publisher.publish(EXACTLY_ONCE, "b/c", "4");
        meter.expect(exactlyOnce(1, "1"), atLeastOnce(2, "2"), publish("a", "3"), publish("b/c", "4"));
    }

    /** In 5.0 too, where Retain Handling is 0. */
    @Test
    @Clause(mqtt5 = {"MQTT-3.8.4-3", "MQTT-3.8.4-4"}, mqtt311 = "MQTT-3.8.4-3")
    void aReplacedSubscriptionSendsRetainedMessagesAgainAndLosesNothing() {
        for (Client client : List.of(meter, core.connect(durable("newer")))) {
            publisher.send(retain(atLeastOnce(1, "kept"))).take();
            client.subscribe(AT_LEAST_ONCE, "a").expect(retain(atLeastOnce(1, "kept")));
            client.send(puback(1));
            client.writable(false);
            publisher.publish(EXACTLY_ONCE, "a", "2");
            client.send(subscribe(9, EXACTLY_ONCE, "a")).expect(suback(9, GRANTED_QOS_2));
            publisher.publish(EXACTLY_ONCE, "a", "3");
            client.writable(true);
            List<Publish> received = IntStream.range(0, 3).mapToObj(_ -> (Publish) client.take()).toList();
            client.expect();
            assertEquals(List.of("2", "3"), payloads(received, false));
            assertEquals(List.of("kept"), payloads(received, true));
            client.drop();
        }
    }

    private static List<String> payloads(List<Publish> packets, boolean retain) {
        return packets.stream().filter(packet -> packet.retain() == retain)
                .map(packet -> new String(packet.payload())).toList();
    }

    @Test
    @Clause(mqtt311 = {"MQTT-2.3.1-7", "MQTT-3.10.4-1", "MQTT-3.10.4-2", "MQTT-3.10.4-4", "MQTT-3.10.4-5",
            "MQTT-3.10.4-6"})
    void unsubscribeRemovesExactlyTheFiltersThatItNames() {
        meter.subscribe(AT_LEAST_ONCE, "a/+", "b", "c");
        meter.send(unsubscribe(513, "b", "a/b", "C", "a/+"))
                .expect(unsuback(513, SUCCESS, NO_SUBSCRIPTION_EXISTED, NO_SUBSCRIPTION_EXISTED, SUCCESS));
        meter.send(unsubscribe(514, "a/#")).expect(unsuback(514, NO_SUBSCRIPTION_EXISTED));
        publisher.publish(AT_LEAST_ONCE, "a/b", "1");
        publisher.publish(AT_LEAST_ONCE, "b", "2");
        publisher.publish(AT_LEAST_ONCE, "c", "3");
        meter.expect(publish(AT_LEAST_ONCE, 1, "c", "3"));
    }

    @Test
    @Clause(mqtt311 = "MQTT-3.10.4-3")
    void deliveriesThatHaveBegunAreCompletedAfterUnsubscribe() {
        meter.subscribe(EXACTLY_ONCE, "a");
        publisher.publish(EXACTLY_ONCE, "a", "1");
        publisher.publish(AT_LEAST_ONCE, "a", "2");
        meter.expect(exactlyOnce(1, "1"), atLeastOnce(2, "2"));
        meter.send(unsubscribe(1, "a")).expect(unsuback(1, SUCCESS));
        meter.drop();
        Client again = core.open().send(connect311("meter", false));
        again.expect(connack311(true), dup(exactlyOnce(1, "1")), dup(atLeastOnce(2, "2")));
        again.send(pubrec(1), puback(2)).expect(pubrel(1));
        again.send(pubcomp(1)).expect();
    }

    /** From a session that was away, and from one that was there: on every topic, in the order received. */
    @Test
    @Clause(mqtt311 = {"MQTT-4.5.0-1", "MQTT-4.6.0-5", "MQTT-4.6.0-6", "MQTT-3.1.2-5", "MQTT-4.3.2-1"})
    void everySubscriberGetsEveryMessageInTheOrderOfItsPublication() {
        Client present = core.connect(connect311("present", true)).subscribe(AT_LEAST_ONCE, "a", "b");
        meter.subscribe(AT_LEAST_ONCE, "a", "+").drop();
        List<String> payloads = IntStream.range(0, 40).mapToObj(Integer::toString).toList();
        payloads.forEach(payload ->
                publisher.publish(AT_LEAST_ONCE, Integer.parseInt(payload) % 3 == 0 ? "a" : "b", payload));
        assertEquals(payloads, present.drain());
        assertEquals(payloads, core.connect(connect311("meter", false)).drain());
    }
}
