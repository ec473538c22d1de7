package io.holdfast.broker;

import static io.holdfast.broker.Packets.connack;
import static io.holdfast.broker.Packets.connect;
import static io.holdfast.broker.Packets.connect311;
import static io.holdfast.broker.Packets.dup;
import static io.holdfast.broker.Packets.durable;
import static io.holdfast.broker.Packets.puback;
import static io.holdfast.broker.Packets.publish;
import static io.holdfast.broker.Packets.retain;
import static io.holdfast.broker.Packets.suback;
import static io.holdfast.broker.Packets.subscribe;
import static io.holdfast.broker.Packets.with;
import static io.holdfast.mqtt.QoS.AT_LEAST_ONCE;
import static io.holdfast.mqtt.QoS.AT_MOST_ONCE;
import static io.holdfast.mqtt.QoS.EXACTLY_ONCE;
import static io.holdfast.mqtt.ReasonCode.GRANTED_QOS_1;
import static io.holdfast.mqtt.ReasonCode.NO_MATCHING_SUBSCRIBERS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.holdfast.conformance.Clause;
import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.Properties.UserProperty;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.SubscriptionOptions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is retained, and which subscription is sent it (section 3.3.1.3). */
class RetainedTest {
    private static final SubscriptionOptions NO_LOCAL =
            new SubscriptionOptions(AT_LEAST_ONCE, true, false, 0);
    private static final SubscriptionOptions RETAIN_AS_PUBLISHED =
            new SubscriptionOptions(AT_LEAST_ONCE, false, true, 0);

    private final Core core = new Core();
    private final Client publisher = core.connect(connect("publisher"));

    private static SubscriptionOptions handling(int retainHandling) {
        return new SubscriptionOptions(AT_LEAST_ONCE, false, false, retainHandling);
    }

    private static Publish expiring(Publish publish, long seconds) {
        return with(publish, Property.MESSAGE_EXPIRY_INTERVAL, seconds);
    }

    /** The Topic Names that have a retained message in the store. */
    private List<String> retained() {
        return core.store.readRetained(new Effect.ReadRetained(1, 1, "#", "", 1_000, Long.MAX_VALUE))
                .messages().stream().map(Message::topicName).toList();
    }

    /** A client that subscribes now gets these, and nothing else. */
    private void expectRetained(String topicFilter, Publish... packets) {
        Client reader = core.connect(connect("reader")).subscribe(AT_LEAST_ONCE, topicFilter);
        reader.expect(packets);
        reader.drop();
    }

    private long retainedReads(String clientId) {
        core.reads();
        core.connect(durable(clientId)).subscribe(AT_LEAST_ONCE, "#");
        return core.reads().stream().filter(Effect.ReadRetained.class::isInstance).count();
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.3.1-5", "MQTT-3.3.1-9"}, mqtt311 = {"MQTT-3.3.1-5", "MQTT-3.3.1-6",
            "MQTT-3.3.1-8"})
    void aRetainedMessageIsSentToSubscribersToCome() {
        publisher.send(retain(publish(AT_LEAST_ONCE, 1, "a", "1")))
                .expect(puback(1, NO_MATCHING_SUBSCRIBERS));
        for (Connect connect : List.of(durable("kept"), connect("fleeting"), connect311("older", true))) {
            core.connect(connect).subscribe(AT_LEAST_ONCE, "a", "b")
                    .expect(retain(publish(AT_LEAST_ONCE, 1, "a", "1")));
        }
    }

    @Test
    @Clause(mqtt311 = "MQTT-3.1.2-7")
    void itOutlivesTheSessionThatPublishedIt() {
        Client older = core.connect(connect311("older", true));
        older.retain(AT_LEAST_ONCE, "a", "1");
        older.drop();
        core.connect(connect311("older", true)).subscribe(AT_LEAST_ONCE, "a")
                .expect(retain(publish(AT_LEAST_ONCE, 1, "a", "1")));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.3.1-5", mqtt311 = "MQTT-3.3.1-7")
    void theNextOneOfTheSameTopicReplacesItWhateverTheirQos() {
        publisher.retain(EXACTLY_ONCE, "a", "1");
        publisher.retain(AT_LEAST_ONCE, "a", "2");
        expectRetained("a", retain(publish(AT_LEAST_ONCE, 1, "a", "2")));
        publisher.retain(AT_MOST_ONCE, "a", "3");
        expectRetained("a", retain(publish("a", "3")));
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.3.1-6", "MQTT-3.3.1-7"}, mqtt311 = {"MQTT-3.3.1-10", "MQTT-3.3.1-11"})
    void anEmptyPayloadRemovesItAndReachesThoseWhoAreSubscribed() {
        publisher.retain(AT_LEAST_ONCE, "a", "1");
        Client meter = core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a");
        meter.expect(retain(publish(AT_LEAST_ONCE, 1, "a", "1")));
        publisher.retain(AT_LEAST_ONCE, "a", "");
        meter.expect(publish(AT_LEAST_ONCE, 2, "a", ""));
        assertEquals(List.of(), retained());
        expectRetained("a");
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.3.1-8", mqtt311 = "MQTT-3.3.1-12")
    void aMessageThatIsNotRetainedLeavesItAsItWas() {
        publisher.publish(AT_LEAST_ONCE, "b", "1");
        publisher.retain(AT_LEAST_ONCE, "a", "1");
        publisher.publish(AT_LEAST_ONCE, "a", "2");
        publisher.publish(AT_LEAST_ONCE, "a", "");
        expectRetained("#", retain(publish(AT_LEAST_ONCE, 1, "a", "1")));
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.3.1-9", "MQTT-3.8.4-4"}, mqtt311 = "MQTT-3.8.4-3")
    void withRetainHandling0EverySubscribeIsSentThem() {
        publisher.retain(AT_LEAST_ONCE, "a", "1");
        for (Connect connect : List.of(durable("kept"), connect("fleeting"), connect311("older", false))) {
            Client meter = core.connect(connect).subscribe(AT_LEAST_ONCE, "a");
            meter.expect(retain(publish(AT_LEAST_ONCE, 1, "a", "1")));
            meter.subscribe(AT_LEAST_ONCE, "a").expect(retain(publish(AT_LEAST_ONCE, 2, "a", "1")));
        }
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.3.1-10")
    void withRetainHandling1OnlyANewSubscriptionIsSentThem() {
        publisher.retain(AT_LEAST_ONCE, "a", "1");
        Client meter = core.connect(durable("meter")).subscribe("a", handling(1));
        meter.expect(retain(publish(AT_LEAST_ONCE, 1, "a", "1")));
        meter.subscribe("a", handling(1)).send(puback(1)).expect();
        meter.drop();
        meter = core.connect(durable("meter")).subscribe("a", handling(1));
        meter.expect();
        meter.unsubscribe("a");
        meter.subscribe("a", handling(1)).expect(retain(publish(AT_LEAST_ONCE, 1, "a", "1")));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.3.1-11")
    void withRetainHandling2NoSubscriptionIsSentThem() {
        publisher.retain(AT_LEAST_ONCE, "a", "1");
        Client meter = core.connect(durable("meter")).subscribe("a", handling(2)).subscribe("a", handling(2));
        publisher.publish(AT_LEAST_ONCE, "a", "2");
        meter.expect(publish(AT_LEAST_ONCE, 1, "a", "2"));
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.3.1-12", "MQTT-3.3.1-13"}, mqtt311 = "MQTT-3.3.1-9")
    void anEstablishedSubscriptionSeesRetainOnlyIfItAskedForIt() {
        for (QoS qos : QoS.values()) {
            int packetId = qos == AT_MOST_ONCE ? 0 : 1;
            Client plain = core.connect(durable("plain-" + qos)).subscribe(qos, "a/" + qos);
            Client older = core.connect(connect311("older-" + qos, true)).subscribe(qos, "a/" + qos);
            Client asking = core.connect(durable("asking-" + qos))
                    .subscribe("a/" + qos, new SubscriptionOptions(qos, false, true, 0));
            publisher.retain(qos, "a/" + qos, "1");
            plain.expect(publish(qos, packetId, "a/" + qos, "1"));
            older.expect(publish(qos, packetId, "a/" + qos, "1"));
            asking.expect(retain(publish(qos, packetId, "a/" + qos, "1")));
        }
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.3.1-13")
    void theRetainFlagIsKeptWhileTheMessageIsQueuedAndWhenItIsRepeated() {
        core.connect(durable("meter")).subscribe("a", RETAIN_AS_PUBLISHED).drop();
        publisher.retain(AT_LEAST_ONCE, "a", "1");
        publisher.publish(AT_LEAST_ONCE, "a", "2");
        core.restart();
        Client meter = core.connect(durable("meter"));
        meter.expect(retain(publish(AT_LEAST_ONCE, 1, "a", "1")), publish(AT_LEAST_ONCE, 2, "a", "2"));
        core.restart();
        core.connect(durable("meter")).expect(dup(retain(publish(AT_LEAST_ONCE, 1, "a", "1"))),
                dup(publish(AT_LEAST_ONCE, 2, "a", "2")));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.8.4-8", mqtt311 = "MQTT-3.8.4-6")
    void itIsSentAtTheLowerQosOfMessageAndSubscription() {
        publisher.retain(AT_MOST_ONCE, "a", "0");
        publisher.retain(AT_LEAST_ONCE, "b", "1");
        publisher.retain(EXACTLY_ONCE, "c", "2");
        core.connect(durable("lowest")).subscribe(AT_MOST_ONCE, "+").expect(retain(publish("a", "0")),
                retain(publish("b", "1")), retain(publish("c", "2")));
        core.connect(durable("middle")).subscribe(AT_LEAST_ONCE, "+").expect(retain(publish("a", "0")),
                retain(publish(AT_LEAST_ONCE, 1, "b", "1")), retain(publish(AT_LEAST_ONCE, 2, "c", "2")));
        core.connect(durable("highest")).subscribe(EXACTLY_ONCE, "+").expect(retain(publish("a", "0")),
                retain(publish(AT_LEAST_ONCE, 1, "b", "1")), retain(publish(EXACTLY_ONCE, 2, "c", "2")));
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.3.2-17", "MQTT-3.3.2-18", "MQTT-3.3.2-20"})
    void itKeepsItsProperties() {
        Publish message = with(with(with(publish(AT_LEAST_ONCE, 1, "a", "1"),
                Property.USER_PROPERTY, new UserProperty("z", "1")),
                Property.USER_PROPERTY, new UserProperty("a", "2")), Property.CONTENT_TYPE, "text");
        publisher.send(retain(message));
        core.restart();
        expectRetained("a", retain(message));
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.3.2-5", "MQTT-3.3.2-6"})
    void itsExpiryIsCountedDownAndThenItIsGone() {
        publisher.send(retain(expiring(publish(AT_LEAST_ONCE, 1, "a", "1"), 60)),
                retain(publish(AT_LEAST_ONCE, 2, "b", "2")));
        core.passSeconds(20);
        core.restart(20_000);
        expectRetained("a", retain(expiring(publish(AT_LEAST_ONCE, 1, "a", "1"), 20)));
        core.stall(); // so that it is still in the store
        core.passSeconds(20);
        Client late = core.open().send(connect("late"), subscribe(1, AT_LEAST_ONCE, "a"));
        core.commit();
        late.expect(connack(false), suback(1, GRANTED_QOS_1));
        assertEquals(List.of("b"), retained());
    }

    @Test
    void whatExpiresIsRemovedThoughThereIsMuchThatDoesNot() {
        for (int i = 0; i < Retained.SWEEP_ROWS_MAX; i++) {
            publisher.retain(AT_MOST_ONCE, "a/" + i, "stays");
        }
        publisher.send(retain(expiring(publish("b", "1"), 60)), retain(publish("c", "stays")));
        core.passSeconds(61);
        core.passSeconds(1);
        core.passSeconds(1);
        List<Message> left = core.store.readRetained(
                new Effect.ReadRetained(1, 1, "+", "", 10, Long.MAX_VALUE)).messages();
        assertEquals(List.of("c"), left.stream().map(Message::topicName).toList());
    }

    /** What is known to be nowhere costs a subscription neither rows nor a read. */
    @Test
    void nothingIsReadForASubscriptionWhileNothingIsRetained() {
        publisher.retain(AT_MOST_ONCE, "a", "was");
        publisher.retain(AT_MOST_ONCE, "a", "");
        assertEquals(1, retainedReads("before"));
        core.passSeconds(1); // nothing is found in a walk through all
        assertEquals(0, retainedReads("none"));
        publisher.retain(AT_MOST_ONCE, "a", "is");
        assertEquals(1, retainedReads("one"));
    }

    @Test
    void whatIsPublishedWhileExpiredMessagesAreLookedForStays() {
        publisher.send(retain(expiring(publish("a", "old"), 60)));
        core.stall();
        core.passSeconds(61); // asks for what has expired; the answer comes after the next message
        publisher.send(retain(publish("a", "new")));
        core.handle(new Input.ExpiredRetainedRead(new Store.ExpiredPage(List.of("a"), 1, null)));
        core.commit();
        expectRetained("a", retain(publish("a", "new")));
    }

    @Test
    void itSurvivesARestartAndIsOnDiskBeforeItIsAcknowledged() {
        core.stall();
        publisher.send(retain(publish(AT_LEAST_ONCE, 1, "a", "lost"))).expect();
        core.restart();
        Client again = core.connect(connect("publisher"));
        core.stall();
        again.send(retain(publish(AT_LEAST_ONCE, 1, "b", "kept"))).expect();
        core.commit();
        again.expect(puback(1, NO_MATCHING_SUBSCRIBERS));
        core.restart();
        expectRetained("#", retain(publish(AT_LEAST_ONCE, 1, "b", "kept")));
    }

    @Test
    @Clause(mqtt5 = "MQTT-4.7.2-1")
    void aLeadingWildcardDoesNotMatchTopicsThatBeginWithADollar() {
        publisher.retain(AT_LEAST_ONCE, "$meters/a", "1");
        expectRetained("#");
        expectRetained("+/a");
        expectRetained("$meters/#", retain(publish(AT_LEAST_ONCE, 1, "$meters/a", "1")));
    }

    /** Section 4.8.2: a Shared Subscription is not sent retained messages when it is made. */
    @Test
    void aSharedSubscriptionIsSentNone() {
        publisher.retain(AT_LEAST_ONCE, "a", "1");
        Client meter = core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "$share/group/a");
        publisher.retain(AT_LEAST_ONCE, "a", "2");
        meter.expect(publish(AT_LEAST_ONCE, 1, "a", "2"));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.8.3-3")
    void withNoLocalAClientIsNotSentWhatItRetainedItself() {
        Client meter = core.connect(durable("meter"));
        meter.retain(AT_LEAST_ONCE, "a", "own");
        publisher.retain(AT_LEAST_ONCE, "b", "other");
        meter.subscribe("#", NO_LOCAL).expect(retain(publish(AT_LEAST_ONCE, 1, "b", "other")));
    }

    /** It is the Client Identifier that counts, and not the session. */
    @Test
    @Clause(mqtt5 = "MQTT-3.8.3-3")
    void withNoLocalAClientIsNotSentWhatItRetainedInASessionThatHasEnded() {
        Client meter = core.connect(connect("meter"));
        meter.retain(AT_LEAST_ONCE, "a", "own");
        meter.drop();
        core.restart();
        Client other = core.connect(connect("other")).subscribe("#", NO_LOCAL);
        other.expect(retain(publish(AT_LEAST_ONCE, 1, "a", "own")));
        core.connect(connect("meter")).subscribe("#", NO_LOCAL).expect();
    }

    @Test
    void whatAMessageRemembersOfItsPublisherIsTheHashThatTheStorageFormatNames() {
        assertEquals(0xaf63_dc4c_8601_ec8cL, Message.publisher("a")); // the algorithm's own test vector
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.8.4-5")
    void eachTopicFilterOfASubscribeIsSentItsOwn() {
        publisher.retain(AT_LEAST_ONCE, "a", "1");
        publisher.retain(AT_LEAST_ONCE, "b", "2");
        Client meter = core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "b", "#");
        meter.expect(retain(publish(AT_LEAST_ONCE, 1, "b", "2")), retain(publish(AT_LEAST_ONCE, 2, "a", "1")),
                retain(publish(AT_LEAST_ONCE, 3, "b", "2")));
    }
}
