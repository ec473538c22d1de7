package io.holdfast.broker;

import static io.holdfast.broker.Packets.cleanStart;
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
import static io.holdfast.broker.Packets.retain;
import static io.holdfast.broker.Packets.suback;
import static io.holdfast.broker.Packets.subscribe;
import static io.holdfast.broker.Packets.unsuback;
import static io.holdfast.broker.Packets.unsubscribe;
import static io.holdfast.broker.Packets.with;
import static io.holdfast.mqtt.QoS.AT_LEAST_ONCE;
import static io.holdfast.mqtt.QoS.AT_MOST_ONCE;
import static io.holdfast.mqtt.QoS.EXACTLY_ONCE;
import static io.holdfast.mqtt.ReasonCode.GRANTED_QOS_1;
import static io.holdfast.mqtt.ReasonCode.NO_MATCHING_SUBSCRIBERS;
import static io.holdfast.mqtt.ReasonCode.PROTOCOL_ERROR;
import static io.holdfast.mqtt.ReasonCode.QUOTA_EXCEEDED;
import static io.holdfast.mqtt.ReasonCode.SUCCESS;
import static io.holdfast.mqtt.ReasonCode.TOPIC_FILTER_INVALID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.conformance.Clause;
import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.SubscriptionOptions;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Several sessions that share one subscription, and its queue (section 4.8.2). */
class SharedTest {
    private static final String SHARED = "$share/group/a";

    private final Core core = new Core();
    private final Client publisher = core.connect(connect("publisher"));

    private static String[] numbers(int from, int below) {
        return IntStream.range(from, below).mapToObj(Integer::toString).toArray(String[]::new);
    }

    private static Connect window(Connect connect, int receiveMaximum) {
        return with(connect, Property.RECEIVE_MAXIMUM, receiveMaximum);
    }

    private Client member(String clientId, QoS qos) {
        return core.connect(durable(clientId)).subscribe(qos, SHARED);
    }

    /** Nothing of the group is in the store any more: no log, no cursor, no lease. */
    private void assertNoRows() {
        Store.Recovered rows = core.store.recover();
        assertEquals(List.of(), rows.logs());
        assertEquals(List.of(), rows.sharedCursors());
        assertEquals(List.of(), rows.leases());
    }

    private long leases() {
        return core.store.recover().leases().size();
    }

    @Test
    void eachMessageGoesToOneMemberInTurn() {
        for (QoS qos : QoS.values()) {
            List<Client> members = List.of(core.connect(durable("one-" + qos)),
                    core.connect(connect("two-" + qos)), core.connect(connect311("three-" + qos, true)));
            members.forEach(member -> member.subscribe(qos, "$share/" + qos + "/a"));
            publisher.publish(qos, "a", "0", "1", "2", "3", "4", "5");
            int[] got = new int[6];
            for (Client member : members) {
                got[Integer.parseInt(member.takePayload())]++;
                got[Integer.parseInt(member.takePayload())]++;
                member.expect();
            }
            assertEquals(List.of(1, 1, 1, 1, 1, 1), IntStream.of(got).boxed().toList());
        }
    }

    @Test
    void eachGroupGetsEachMessageAndSoDoesAnOrdinarySubscription() {
        Client one = core.connect(durable("one")).subscribe(AT_LEAST_ONCE, "$share/x/a");
        Client two = core.connect(durable("two")).subscribe(AT_LEAST_ONCE, "$share/y/a");
        Client three = core.connect(durable("three")).subscribe(AT_LEAST_ONCE, "$share/y/#", "a");
        publisher.publish(AT_LEAST_ONCE, "a", "1");
        one.expect(publish(AT_LEAST_ONCE, 1, "a", "1"));
        two.expect(publish(AT_LEAST_ONCE, 1, "a", "1"));
        three.expect(publish(AT_LEAST_ONCE, 1, "a", "1"), publish(AT_LEAST_ONCE, 2, "a", "1"));
    }

    @Test
    @Clause(mqtt5 = {"MQTT-4.8.2-3", "MQTT-3.8.4-8"})
    void theQosIsTheLowerOfTheMessagesAndThatOfTheMemberWhoGetsIt() {
        Client zero = member("zero", AT_MOST_ONCE);
        Client one = member("one", AT_LEAST_ONCE);
        Client two = member("two", EXACTLY_ONCE);
        publisher.publish(EXACTLY_ONCE, "a", "x", "x", "x");
        zero.expect(publish("a", "x"));
        one.expect(publish(AT_LEAST_ONCE, 1, "a", "x"));
        two.expect(publish(EXACTLY_ONCE, 1, "a", "x"));
        publisher.publish(AT_MOST_ONCE, "a", "y", "y", "y");
        for (Client member : List.of(zero, one, two)) {
            member.expect(publish("a", "y"));
        }
    }

    @Test
    void nothingWaitsForAMemberWhoIsAway() {
        member("away", AT_LEAST_ONCE).drop();
        member("gone", EXACTLY_ONCE).drop();
        Client here = member("here", AT_LEAST_ONCE);
        publisher.publish(AT_LEAST_ONCE, "a", numbers(0, 10));
        assertEquals(List.of(numbers(0, 10)), here.drain());
        core.connect(durable("away")).expect();
    }

    @Test
    void theQueueBelongsToTheGroupWhoeverComesFirst() {
        member("one", AT_LEAST_ONCE).drop();
        member("two", AT_LEAST_ONCE).drop();
        publisher.publish(AT_LEAST_ONCE, "a", numbers(0, 600));
        core.restart();
        assertEquals(List.of(numbers(0, 600)), core.connect(window(durable("two"), 7)).drain());
        core.connect(durable("one")).expect();
        Client three = member("three", AT_LEAST_ONCE);
        three.expect();
        core.passSeconds(2);
        assertEquals(1, core.store.entries(SHARED));
    }

    /** A new member may take what was queued before it came. */
    @Test
    void aMemberWhoJoinsTakesPartInTheQueue() {
        member("one", AT_LEAST_ONCE).drop();
        publisher.publish(AT_LEAST_ONCE, "a", "1", "2");
        Client two = core.connect(connect("two")).subscribe(AT_LEAST_ONCE, SHARED);
        assertEquals(List.of("1", "2"), two.drain());
    }

    @Test
    void atQos1WhatIsInFlightToAMemberWhoGoesAwayGoesToAnother() {
        Client one = member("one", AT_LEAST_ONCE);
        publisher.publish(AT_LEAST_ONCE, "a", "1", "2");
        one.expect(publish(AT_LEAST_ONCE, 1, "a", "1"), publish(AT_LEAST_ONCE, 2, "a", "2"));
        one.send(puback(2));
        Client two = member("two", AT_LEAST_ONCE);
        two.expect();
        one.drop();
        two.expect(publish(AT_LEAST_ONCE, 1, "a", "1"));
        core.open().send(durable("one")).expect(connack(true)); // it is not its own any more
        two.send(puback(1));
        assertEquals(0, leases());
    }

    @Test
    @Clause(mqtt5 = "MQTT-4.4.0-1")
    void ifThereIsNoOtherItIsRepeatedToTheMemberWhoComesBack() {
        member("one", AT_LEAST_ONCE);
        publisher.publish(AT_LEAST_ONCE, "a", "1");
        core.restart();
        core.open().send(durable("one")).expect(connack(true), dup(publish(AT_LEAST_ONCE, 1, "a", "1")));
        core.open().send(durable("one")).expect(connack(true), dup(publish(AT_LEAST_ONCE, 1, "a", "1")));
        member("two", AT_LEAST_ONCE).expect();
    }

    @Test
    void afterARestartWhatWasInFlightAtQos1GoesToWhoeverIsThere() {
        member("one", AT_LEAST_ONCE);
        member("two", AT_LEAST_ONCE).drop();
        publisher.publish(AT_LEAST_ONCE, "a", "1", "2");
        core.restart();
        assertEquals(List.of("1", "2"), core.connect(durable("two")).drain());
        core.open().send(durable("one")).expect(connack(true));
        assertEquals(0, leases());
    }

    @Test
    void atQos1WhatWasInFlightToASessionThatEndsGoesToAnother() {
        Client fleeting = core.connect(connect("fleeting")).subscribe(AT_LEAST_ONCE, SHARED);
        publisher.publish(AT_LEAST_ONCE, "a", "1");
        fleeting.expect(publish(AT_LEAST_ONCE, 1, "a", "1"));
        member("kept", AT_LEAST_ONCE).drop();
        fleeting.drop();
        core.restart();
        core.connect(durable("kept")).expect(publish(AT_LEAST_ONCE, 1, "a", "1"));
        core.open().send(cleanStart(durable("kept"))).expect(connack(false));
        assertNoRows();
    }

    @Test
    @Clause(mqtt5 = "MQTT-4.8.2-4")
    void atQos2WhatIsInFlightStaysWithItsReceiverAndIsCompletedWhenItComesBack() {
        Client one = member("one", EXACTLY_ONCE);
        publisher.publish(EXACTLY_ONCE, "a", "1", "2");
        one.expect(publish(EXACTLY_ONCE, 1, "a", "1"), publish(EXACTLY_ONCE, 2, "a", "2"));
        one.send(pubrec(1)).expect(pubrel(1));
        Client two = member("two", EXACTLY_ONCE);
        one.drop();
        two.expect();
        core.restart();
        core.connect(durable("two")).expect();
        one = core.open().send(durable("one"));
        one.expect(connack(true), pubrel(1), dup(publish(EXACTLY_ONCE, 2, "a", "2")));
        one.send(pubcomp(1), pubrec(2)).expect(pubrel(2));
        one.send(pubcomp(2)).expect();
        assertEquals(0, leases());
    }

    @Test
    @Clause(mqtt5 = "MQTT-4.8.2-5")
    void atQos2WhatWasInFlightToASessionThatEndsGoesToNobodyElse() {
        Client two = member("two", EXACTLY_ONCE);
        two.writable(false);
        member("one", EXACTLY_ONCE);
        Client fleeting = core.connect(connect("fleeting")).subscribe(EXACTLY_ONCE, SHARED);
        publisher.publish(EXACTLY_ONCE, "a", "1", "2");
        fleeting.drop(); // first, so that there is nobody else but the one who does not read
        core.open().send(cleanStart(durable("one"))).expect(connack(false));
        two.writable(true);
        two.expect();
        core.restart();
        core.open().send(durable("two")).expect(connack(true));
        core.passSeconds(2);
        assertEquals(0, leases());
    }

    @Test
    @Clause(mqtt5 = "MQTT-4.8.2-6")
    void aMessageThatAMemberRefusesIsNotTriedOnAnother() {
        Client one = member("one", EXACTLY_ONCE);
        publisher.publish(AT_LEAST_ONCE, "a", "1");
        publisher.publish(EXACTLY_ONCE, "a", "2");
        one.expect(publish(AT_LEAST_ONCE, 1, "a", "1"), publish(EXACTLY_ONCE, 2, "a", "2"));
        Client two = member("two", EXACTLY_ONCE);
        one.send(puback(1, QUOTA_EXCEEDED), pubrec(2, QUOTA_EXCEEDED)).expect();
        one.drop();
        two.expect();
        assertEquals(0, leases());
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.3.4-9")
    void aMemberWhoseReceiveMaximumIsReachedIsPassedOver() {
        Client slow = core.connect(window(durable("slow"), 1)).subscribe(AT_LEAST_ONCE, SHARED);
        Client quick = member("quick", AT_LEAST_ONCE);
        publisher.publish(AT_LEAST_ONCE, "a", numbers(0, 10));
        slow.take();
        slow.expect();
        assertEquals(9, quick.drain().size());
    }

    @Test
    void aMemberWhoDoesNotReadIsPassedOver() {
        Client stuck = member("stuck", AT_LEAST_ONCE);
        Client quick = member("quick", AT_LEAST_ONCE);
        stuck.writable(false);
        publisher.publish(AT_LEAST_ONCE, "a", numbers(0, 10));
        publisher.publish(AT_MOST_ONCE, "a", "10");
        assertEquals(List.of(numbers(0, 10)), payloads(quick, 10));
        quick.expect(publish("a", "10"));
        stuck.writable(true);
        stuck.expect();
    }

    private static List<String> payloads(Client client, int count) {
        return IntStream.range(0, count).mapToObj(_ -> client.takePayload()).toList();
    }

    /** When all are full the group waits, and goes on with whoever has room first. */
    @Test
    void whenNobodyHasRoomTheGroupWaits() {
        Client one = core.connect(window(durable("one"), 1)).subscribe(AT_LEAST_ONCE, SHARED);
        Client two = core.connect(window(connect("two"), 1)).subscribe(AT_LEAST_ONCE, SHARED);
        publisher.publish(AT_LEAST_ONCE, "a", "1", "2", "3", "4");
        one.take();
        two.take();
        one.expect();
        two.expect();
        one.send(puback(1));
        assertEquals("3", one.takePayload());
        two.send(puback(1));
        assertEquals("4", two.takePayload());
    }

    @Test
    void whenTheLastMemberUnsubscribesTheGroupEndsAndItsQueueWithIt() {
        Client two = member("two", AT_LEAST_ONCE);
        Client one = core.connect(window(durable("one"), 1)).subscribe(AT_LEAST_ONCE, SHARED);
        two.unsubscribe(SHARED);
        publisher.publish(AT_LEAST_ONCE, "a", "1", "2");
        one.expect(publish(AT_LEAST_ONCE, 1, "a", "1"));
        one.unsubscribe(SHARED);
        one.send(puback(1)).expect();
        two.expect();
        core.restart();
        core.connect(connect("publisher")).send(publish(AT_LEAST_ONCE, 1, "a", "3"))
                .expect(puback(1, NO_MATCHING_SUBSCRIBERS));
        core.passSeconds(2);
        assertNoRows();
        member("one", AT_LEAST_ONCE).expect();
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.10.4-3")
    void whatIsInFlightToAMemberWhoUnsubscribesIsCompleted() {
        Client one = member("one", EXACTLY_ONCE);
        publisher.publish(EXACTLY_ONCE, "a", "1", "2");
        one.expect(publish(EXACTLY_ONCE, 1, "a", "1"), publish(EXACTLY_ONCE, 2, "a", "2"));
        one.unsubscribe(SHARED);
        core.restart();
        one = core.open().send(durable("one"));
        one.expect(connack(true), dup(publish(EXACTLY_ONCE, 1, "a", "1")),
                dup(publish(EXACTLY_ONCE, 2, "a", "2")));
        one.send(pubrec(1), pubrec(2)).expect(pubrel(1), pubrel(2));
        core.passSeconds(2);
        assertNoRows();
        one.send(pubcomp(1), pubcomp(2)).expect();
    }

    @Test
    void aGroupOfSessionsThatEndWithTheirConnectionsEndsWithTheBroker() {
        core.connect(connect("fleeting")).subscribe(AT_LEAST_ONCE, SHARED);
        publisher.publish(AT_LEAST_ONCE, "a", "1");
        core.restart();
        core.passSeconds(2);
        assertNoRows();
    }

    @Test
    void aGroupAtQos0KeepsNothing() {
        Client one = member("one", AT_MOST_ONCE);
        publisher.publish(AT_LEAST_ONCE, "a", "1");
        one.expect(publish("a", "1"));
        one.drop();
        publisher.send(publish(AT_LEAST_ONCE, 1, "a", "2")).expect(puback(1, NO_MATCHING_SUBSCRIBERS));
        assertNoRows();
        one = core.connect(durable("one"));
        publisher.publish(EXACTLY_ONCE, "a", "3");
        one.expect(publish("a", "3"));
    }

    @Test
    void aMemberMayRaiseItsQos() {
        Client one = member("one", AT_MOST_ONCE).subscribe(AT_LEAST_ONCE, SHARED);
        publisher.publish(AT_LEAST_ONCE, "a", "1");
        one.expect(publish(AT_LEAST_ONCE, 1, "a", "1"));
        one.drop();
        publisher.publish(AT_LEAST_ONCE, "a", "2");
        core.open().send(durable("one")).expect(connack(true), dup(publish(AT_LEAST_ONCE, 1, "a", "1")),
                publish(AT_LEAST_ONCE, 2, "a", "2"));
    }

    /** What was acknowledged to its publisher is not dropped because a member changes its mind. */
    @Test
    void aMemberWhoLowersItsQosTo0StillGetsWhatIsQueued() {
        Client one = core.connect(window(durable("one"), 1)).subscribe(AT_LEAST_ONCE, SHARED);
        publisher.publish(AT_LEAST_ONCE, "a", "1", "2", "3");
        one.expect(publish(AT_LEAST_ONCE, 1, "a", "1"));
        one.subscribe(AT_MOST_ONCE, SHARED).expect(publish("a", "2"), publish("a", "3"));
    }

    @Test
    @Clause(mqtt5 = {"MQTT-4.8.2-1", "MQTT-4.8.2-2"})
    void aShareNameHasAtLeastOneCharacterAndNoWildcardAndATopicFilterFollows() {
        Client one = core.connect(durable("one"));
        for (String wrong : List.of("$share/", "$share//a", "$share/group", "$share/group/", "$share/+/a",
                "$share/#", "$share/gr+oup/a", "$share/group/a#")) {
            one.send(subscribe(1, AT_LEAST_ONCE, wrong)).expect(suback(1, TOPIC_FILTER_INVALID));
        }
        one.send(subscribe(1, AT_LEAST_ONCE, "$share/group//a")).expect(suback(1, GRANTED_QOS_1));
        publisher.publish(AT_LEAST_ONCE, "/a", "1");
        one.expect(publish(AT_LEAST_ONCE, 1, "/a", "1"));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.8.3-4")
    void noLocalInASharedSubscriptionIsAProtocolError() {
        core.connect(durable("one"))
                .send(subscribe(1, SHARED, new SubscriptionOptions(AT_LEAST_ONCE, true, false, 0)))
                .expectClosed(disconnect(PROTOCOL_ERROR));
        assertNoRows();
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.3.4-3")
    void aMemberGetsTheIdentifierOfItsOwnSubscription() {
        Client one = core.connect(durable("one"));
        one.send(with(subscribe(1, AT_LEAST_ONCE, SHARED), Property.SUBSCRIPTION_IDENTIFIER, 7),
                with(subscribe(2, AT_LEAST_ONCE, "a"), Property.SUBSCRIPTION_IDENTIFIER, 8))
                .expect(suback(1, GRANTED_QOS_1), suback(2, GRANTED_QOS_1));
        publisher.publish(AT_LEAST_ONCE, "a", "1");
        var shared = with(publish(AT_LEAST_ONCE, 1, "a", "1"), Property.SUBSCRIPTION_IDENTIFIER, 7);
        var own = with(publish(AT_LEAST_ONCE, 2, "a", "1"), Property.SUBSCRIPTION_IDENTIFIER, 8);
        one.expect(shared, own);
        core.restart();
        core.open().send(durable("one")).expect(connack(true), dup(shared), dup(own));
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.3.1-12", "MQTT-3.3.1-13"})
    void aMemberSeesRetainIfItAskedForIt() {
        SubscriptionOptions asking = new SubscriptionOptions(AT_LEAST_ONCE, false, true, 0);
        Client one = core.connect(durable("one")).subscribe(SHARED, asking);
        publisher.retain(AT_LEAST_ONCE, "a", "1");
        one.expect(retain(publish(AT_LEAST_ONCE, 1, "a", "1")));
        one.subscribe(AT_LEAST_ONCE, SHARED);
        publisher.retain(AT_LEAST_ONCE, "a", "2");
        one.expect(publish(AT_LEAST_ONCE, 2, "a", "2"));
        core.restart();
        core.open().send(durable("one")).expect(connack(true),
                dup(retain(publish(AT_LEAST_ONCE, 1, "a", "1"))), dup(publish(AT_LEAST_ONCE, 2, "a", "2")));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.3.2-5")
    void whatExpiresInTheQueueIsNotHandedOut() {
        member("one", AT_LEAST_ONCE).drop();
        publisher.send(with(publish(AT_LEAST_ONCE, 1, "a", "old"), Property.MESSAGE_EXPIRY_INTERVAL, 10));
        publisher.take();
        publisher.publish(AT_LEAST_ONCE, "a", "new");
        core.passSeconds(11);
        assertEquals("new", core.connect(durable("one")).takePayload());
        assertEquals(1, core.counters().expired());
    }

    @Test
    void clientsOfOlderVersionsMayShareToo() {
        Client one = core.connect(connect311("one", false)).subscribe(AT_LEAST_ONCE, SHARED);
        publisher.publish(AT_LEAST_ONCE, "a", "1");
        one.expect(publish(AT_LEAST_ONCE, 1, "a", "1"));
        core.restart();
        core.open().send(connect311("one", false))
                .expect(connack311(true), dup(publish(AT_LEAST_ONCE, 1, "a", "1")));
    }

    @Test
    void aMessageIsHandedOutOnlyWhenItsLeaseIsOnDisk() {
        Client one = member("one", AT_LEAST_ONCE);
        core.stall();
        publisher.send(publish(AT_LEAST_ONCE, 1, "a", "1"));
        one.expect();
        assertTrue(core.uncommitted().stream().anyMatch(Change.LeasePut.class::isInstance));
        core.commit();
        one.expect(publish(AT_LEAST_ONCE, 1, "a", "1"));
    }

    @Test
    void aQueueIsTrimmedThoughTheLastMemberLeavesAndComesBackInOneTurn() {
        Client one = member("one", AT_LEAST_ONCE);
        one.writable(false);
        publisher.publish(AT_LEAST_ONCE, "a", "1", "2");
        one.send(unsubscribe(1, SHARED), subscribe(2, AT_LEAST_ONCE, SHARED));
        one.writable(true);
        one.expect(unsuback(1, SUCCESS), suback(2, GRANTED_QOS_1));
        core.passSeconds(2);
        assertEquals(1, core.store.entries(SHARED)); // the last one always stays
    }

    /** A page that was asked for when the log ended must not keep the next log from being read. */
    @Test
    void aGroupThatEndsWhileItsQueueIsReadBeginsAgainAfresh() {
        member("one", AT_LEAST_ONCE).drop();
        publisher.publish(AT_LEAST_ONCE, "a", numbers(0, ShareGroup.PAGE_MESSAGES_MAX + 10));
        Client zero = core.connect(durable("zero"));
        zero.writable(false);
        zero.subscribe(AT_MOST_ONCE, SHARED);
        Client one = core.open();
        core.stall();
        one.send(durable("one"));
        one.writable(false);
        core.commit();
        core.stall();
        zero.writable(true); // takes the first page, so that the next one is asked for
        one.send(unsubscribe(1, SHARED));
        core.commit();
        assertNoRows();
        one.writable(true);
        one.expect(connack(true), unsuback(1, SUCCESS));
        one.subscribe(AT_LEAST_ONCE, SHARED).drop();
        zero.drop();
        publisher.publish(AT_LEAST_ONCE, "a", "later");
        assertEquals(List.of("later"), core.connect(durable("one")).drain());
    }
}
