package io.holdfast.broker;

import static io.holdfast.broker.Packets.cleanStart;
import static io.holdfast.broker.Packets.connack;
import static io.holdfast.broker.Packets.connect;
import static io.holdfast.broker.Packets.connect311;
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
import static io.holdfast.mqtt.ReasonCode.GRANTED_QOS_2;
import static io.holdfast.mqtt.ReasonCode.NO_SUBSCRIPTION_EXISTED;
import static io.holdfast.mqtt.ReasonCode.SUCCESS;
import static io.holdfast.mqtt.ReasonCode.TOPIC_FILTER_INVALID;

import io.holdfast.conformance.Clause;
import io.holdfast.mqtt.Packet.Subscribe;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.SubscriptionOptions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** SUBSCRIBE and UNSUBSCRIBE (sections 3.8 to 3.11), and what a subscription matches (section 4.7). */
class SubscribingTest {
    private static final SubscriptionOptions NO_LOCAL =
            new SubscriptionOptions(AT_LEAST_ONCE, true, false, 0);

    private final Core core = new Core();
    private final Client publisher = core.connect(connect("publisher"));

    private static Subscribe.Requested requested(String topicFilter, int qos) {
        return new Subscribe.Requested(topicFilter, SubscriptionOptions.of(QoS.of(qos)));
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.8.4-1", "MQTT-3.8.4-2", "MQTT-3.8.4-5", "MQTT-3.8.4-6", "MQTT-3.8.4-7",
            "MQTT-3.9.3-1", "MQTT-2.2.1-6", "MQTT-3.9.3-2"})
    void subackHasOneCodeForEachFilterInTheirOrder() {
        core.connect(connect("meter")).send(new Subscribe(513, Properties.NONE,
                List.of(requested("a", 2), requested("b/#/c", 1), requested("b", 0), requested("c", 1))))
                .expect(suback(513, GRANTED_QOS_2, TOPIC_FILTER_INVALID, SUCCESS, GRANTED_QOS_1));
    }

    @Test
    @Clause(mqtt5 = {"MQTT-4.7.1-1", "MQTT-4.7.1-2"})
    void filtersWithMisplacedWildcardsAreRefused() {
        core.connect(connect("meter")).send(subscribe(1, AT_LEAST_ONCE, "a#", "#/a", "a+", "+a/b", "+/#"))
                .expect(suback(1, TOPIC_FILTER_INVALID, TOPIC_FILTER_INVALID, TOPIC_FILTER_INVALID,
                        TOPIC_FILTER_INVALID, GRANTED_QOS_1));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.3.2-3")
    void wildcardsMatchTheirLevels() {
        Client meter = core.connect(connect("meter")).subscribe(AT_MOST_ONCE, "a/+/c", "d/#");
        for (String topicName : List.of("a/b/c", "a//c", "a/b", "a/b/c/d", "d", "d/e/f", "D/e")) {
            publisher.publish(AT_MOST_ONCE, topicName, "");
        }
        meter.expect(publish("a/b/c", ""), publish("a//c", ""), publish("d", ""), publish("d/e/f", ""));
    }

    @Test
    @Clause(mqtt5 = "MQTT-4.7.2-1")
    void aLeadingWildcardDoesNotMatchDollarTopics() {
        Client meter = core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "#", "+/status", "$APP/#");
        publisher.publish(AT_LEAST_ONCE, "$SYS/status", "hidden");
        publisher.publish(AT_LEAST_ONCE, "$APP/status", "asked for");
        meter.expect(publish(AT_LEAST_ONCE, 1, "$APP/status", "asked for"));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.8.4-8")
    void aMessageIsDeliveredAtTheLowerOfItsQosAndTheGranted() {
        Client meter = core.connect(durable("meter"))
                .subscribe(AT_MOST_ONCE, "0").subscribe(AT_LEAST_ONCE, "1").subscribe(EXACTLY_ONCE, "2");
        publisher.publish(EXACTLY_ONCE, "0", "");
        publisher.publish(EXACTLY_ONCE, "1", "");
        publisher.publish(AT_LEAST_ONCE, "2", "");
        publisher.publish(AT_MOST_ONCE, "2", "");
        meter.expect(publish("0", ""), publish(AT_LEAST_ONCE, 1, "1", ""),
                publish(AT_LEAST_ONCE, 2, "2", ""), publish("2", ""));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.3.4-2")
    void overlappingSubscriptionsDeliverOnceAtTheHighestQos() {
        for (List<String> filters : List.of(List.of("#", "a/+", "a/b"), List.of("a/+", "a/b", "#"),
                List.of("a/b", "#", "a/+"))) {
            for (var connect : List.of(cleanStart(durable("kept")), connect("fleeting"))) {
                Client meter = core.connect(connect).subscribe(AT_MOST_ONCE, filters.get(0))
                        .subscribe(EXACTLY_ONCE, filters.get(1)).subscribe(AT_LEAST_ONCE, filters.get(2));
                publisher.publish(EXACTLY_ONCE, "a/b", "1");
                meter.expect(publish(EXACTLY_ONCE, 1, "a/b", "1"));
            }
        }
    }

    @Test
    void overlappingSubscriptionsDeliverOnceToAClientThatWasAway() {
        core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a/b").subscribe(EXACTLY_ONCE, "a/+").drop();
        publisher.publish(EXACTLY_ONCE, "a/b", "1");
        publisher.publish(EXACTLY_ONCE, "a/c", "2");
        publisher.publish(EXACTLY_ONCE, "a/b", "3");
        core.open().send(durable("meter")).expect(connack(true), publish(EXACTLY_ONCE, 1, "a/b", "1"),
                publish(EXACTLY_ONCE, 2, "a/c", "2"), publish(EXACTLY_ONCE, 3, "a/b", "3"));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.8.4-3")
    void aReplacedSubscriptionLosesNothingThatIsQueued() {
        Client meter = core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a");
        meter.writable(false);
        publisher.publish(EXACTLY_ONCE, "a", "1");
        meter.subscribe(EXACTLY_ONCE, "a");
        publisher.publish(EXACTLY_ONCE, "a", "2");
        meter.writable(true);
        meter.expect(publish(EXACTLY_ONCE, 1, "a", "1"), publish(EXACTLY_ONCE, 2, "a", "2"));
    }

    @Test
    void aSubscriptionLoweredToQos0StillDeliversWhatIsQueuedAndInOrder() {
        Client meter = core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a");
        meter.writable(false);
        publisher.publish(AT_LEAST_ONCE, "a", "1");
        meter.subscribe(AT_MOST_ONCE, "a");
        publisher.publish(AT_LEAST_ONCE, "a", "2");
        meter.writable(true);
        publisher.publish(AT_MOST_ONCE, "a", "3");
        meter.expect(publish("a", "1"), publish("a", "2"), publish("a", "3"));
    }

    @Test
    void aSubscriptionRaisedFromQos0QueuesFromThenOn() {
        Client meter = core.connect(durable("meter")).subscribe(AT_MOST_ONCE, "a");
        publisher.publish(AT_LEAST_ONCE, "a", "1");
        meter.expect(publish("a", "1"));
        meter.subscribe(AT_LEAST_ONCE, "a").drop();
        publisher.publish(AT_LEAST_ONCE, "a", "2");
        core.open().send(durable("meter")).expect(connack(true), publish(AT_LEAST_ONCE, 1, "a", "2"));
    }

    @Test
    void aSubscriptionOfQos0QueuesNothingForAClientThatIsAway() {
        core.connect(durable("meter")).subscribe(AT_MOST_ONCE, "a").drop();
        publisher.publish(AT_LEAST_ONCE, "a", "1");
        Client meter = core.open().send(durable("meter"));
        meter.expect(connack(true));
        publisher.publish(AT_LEAST_ONCE, "a", "2");
        meter.expect(publish("a", "2"));
    }

    @Test
    void aSubscriptionBeginsWithTheNextMessage() {
        core.connect(durable("early")).subscribe(AT_LEAST_ONCE, "a");
        publisher.publish(AT_LEAST_ONCE, "a", "1");
        Client meter = core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a");
        publisher.publish(AT_LEAST_ONCE, "a", "2");
        meter.expect(publish(AT_LEAST_ONCE, 1, "a", "2"));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.8.3-3")
    void withNoLocalAClientDoesNotGetItsOwnMessages() {
        for (var connect : List.of(durable("kept"), connect("fleeting"))) {
            Client meter = core.connect(connect);
            meter.send(subscribe(1, "a", NO_LOCAL)).expect(suback(1, GRANTED_QOS_1));
            meter.publish(AT_MOST_ONCE, "a", "own");
            meter.publish(AT_LEAST_ONCE, "a", "own");
            publisher.publish(AT_LEAST_ONCE, "a", "another's");
            meter.expect(publish(AT_LEAST_ONCE, 1, "a", "another's"));
        }
    }

    @Test
    void withNoLocalOnOneOfTwoMatchingSubscriptionsTheOtherDelivers() {
        Client meter = core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "#");
        meter.send(subscribe(1, "a", NO_LOCAL)).expect(suback(1, GRANTED_QOS_1));
        meter.publish(AT_LEAST_ONCE, "a", "own");
        meter.expect(publish(AT_LEAST_ONCE, 1, "a", "own"));
    }

    @Test
    void noLocalHoldsForMessagesThatWereQueuedOverARestart() {
        Client meter = core.connect(durable("meter"));
        meter.send(subscribe(1, "a", NO_LOCAL)).expect(suback(1, GRANTED_QOS_1));
        meter.writable(false);
        meter.publish(AT_LEAST_ONCE, "a", "own");
        publisher.publish(AT_LEAST_ONCE, "a", "another's");
        core.restart();
        core.open().send(durable("meter")).expect(connack(true), publish(AT_LEAST_ONCE, 1, "a", "another's"));
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.10.4-1", "MQTT-3.10.4-4", "MQTT-3.10.4-5", "MQTT-3.10.4-6", "MQTT-3.11.3-1",
            "MQTT-2.2.1-6", "MQTT-3.11.3-2"})
    void unsubackHasOneCodeForEachFilterInTheirOrder() {
        core.connect(connect("meter")).subscribe(AT_LEAST_ONCE, "a/+", "b")
                .send(unsubscribe(513, "b", "a/b", "a/+", "b"))
                .expect(unsuback(513, SUCCESS, NO_SUBSCRIPTION_EXISTED, SUCCESS, NO_SUBSCRIPTION_EXISTED));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.10.4-2", mqtt311 = "MQTT-3.10.4-2")
    void afterUnsubscribeNothingMoreIsDelivered() {
        Client kept = core.connect(durable("kept")).subscribe(AT_LEAST_ONCE, "a");
        Client older = core.connect(connect311("older", true)).subscribe(AT_MOST_ONCE, "a");
        kept.send(unsubscribe(1, "a")).expect(unsuback(1, SUCCESS));
        older.send(unsubscribe(1, "a")).expect(unsuback(1, SUCCESS));
        publisher.publish(AT_LEAST_ONCE, "a", "1");
        kept.expect();
        older.expect();
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.10.4-3")
    void deliveriesThatHaveBegunAreCompletedAfterUnsubscribe() {
        Client meter = core.connect(durable("meter")).subscribe(EXACTLY_ONCE, "a");
        publisher.publish(EXACTLY_ONCE, "a", "1");
        publisher.publish(AT_LEAST_ONCE, "a", "2");
        meter.expect(publish(EXACTLY_ONCE, 1, "a", "1"), publish(AT_LEAST_ONCE, 2, "a", "2"));
        meter.send(unsubscribe(1, "a")).expect(unsuback(1, SUCCESS));
        meter.send(pubrec(1), puback(2)).expect(pubrel(1));
        meter.send(pubcomp(1)).expect();
    }

    @Test
    void deliveriesThatHaveBegunAreRepeatedAfterUnsubscribeAndARestart() {
        Client meter = core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a");
        publisher.publish(AT_LEAST_ONCE, "a", "1");
        meter.send(unsubscribe(1, "a"));
        core.restart();
        core.open().send(durable("meter"))
                .expect(connack(true), dup(publish(AT_LEAST_ONCE, 1, "a", "1")));
    }

    @Test
    void aNewSubscriptionAfterUnsubscribeBeginsAnew() {
        Client meter = core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a");
        publisher.publish(AT_LEAST_ONCE, "a", "1");
        meter.expect(publish(AT_LEAST_ONCE, 1, "a", "1"));
        meter.send(unsubscribe(1, "a")).expect(unsuback(1, SUCCESS));
        publisher.publish(AT_LEAST_ONCE, "a", "missed");
        meter.subscribe(AT_LEAST_ONCE, "a");
        publisher.publish(AT_LEAST_ONCE, "a", "2");
        meter.expect(publish(AT_LEAST_ONCE, 2, "a", "2"));
        meter.send(puback(1), puback(2)).expect();
    }
}
