package io.holdfast.broker;

import static io.holdfast.broker.Packets.cleanStart;
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
import static io.holdfast.broker.Packets.retain;
import static io.holdfast.broker.Packets.suback;
import static io.holdfast.broker.Packets.subscribe;
import static io.holdfast.broker.Packets.will;
import static io.holdfast.broker.Packets.with;
import static io.holdfast.mqtt.QoS.AT_LEAST_ONCE;
import static io.holdfast.mqtt.QoS.AT_MOST_ONCE;
import static io.holdfast.mqtt.QoS.EXACTLY_ONCE;
import static io.holdfast.mqtt.ReasonCode.GRANTED_QOS_1;
import static io.holdfast.mqtt.ReasonCode.NOT_AUTHORIZED;
import static io.holdfast.mqtt.ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
import static io.holdfast.mqtt.ReasonCode.SERVER_BUSY;
import static io.holdfast.mqtt.ReasonCode.SUCCESS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.access.AccessRules;
import io.holdfast.access.Banned;
import io.holdfast.access.Permissions;
import io.holdfast.access.Rule;
import io.holdfast.access.Rule.Right;
import io.holdfast.broker.Authentication.Accepted;
import io.holdfast.config.Shows;
import io.holdfast.conformance.Clause;
import io.holdfast.mqtt.Packet.Connack;
import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.Packet.Pingreq;
import io.holdfast.mqtt.Packet.Pingresp;
import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.QoS;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What clients may not do is not done, whenever and however it would be. */
class AuthorizationTest {
    private static final Rule READ_A = new Rule(Right.READ, "a/#");

    private final Core core = new Core(Settings.DEFAULT, true);
    private final Client admin = connected(connect("admin"), "admin");

    private Client connected(Connect connect, String userName) {
        Client client = core.open().send(connect);
        core.question();
        client.authenticated(new Accepted(userName, null));
        assertEquals(SUCCESS, ((Connack) client.take()).reason());
        return client;
    }

    /** What ada may do; admin may do everything, and others nothing. */
    private void adaMay(Rule... rules) {
        change(Banned.NOBODY, rules);
    }

    private void change(Banned banned, Rule... rules) {
        core.handle(new Input.AccessChanged(AccessRules.of(List.of(), Map.of("ada", List.of(rules),
                "admin", List.of(new Rule(Right.READWRITE, "#"))), List.of()), banned));
    }

    @Test
    void aMessageThatIsNotAuthorizedIsRefusedAndGoesToNobody() {
        Client ada = connected(connect("meter"), "ada");
        admin.subscribe(EXACTLY_ONCE, "#");
        adaMay(new Rule(Right.WRITE, "up/#"), READ_A);
        ada.send(publish(AT_LEAST_ONCE, 1, "a/x", "no")).expect(puback(1, NOT_AUTHORIZED));
        ada.send(publish(EXACTLY_ONCE, 2, "a/x", "no")).expect(pubrec(2, NOT_AUTHORIZED));
        ada.send(publish("a/x", "no")).expect();
        ada.send(retain(publish(AT_LEAST_ONCE, 3, "a/x", "no"))).expect(puback(3, NOT_AUTHORIZED));
        ada.send(publish(AT_LEAST_ONCE, 4, "$delayed/0/a/x", "no")).expect(puback(4, NOT_AUTHORIZED));
        admin.expect();
        assertEquals(5, core.counters().denied());
        List<String> reports = core.reports();
        assertEquals(5, reports.size());
        assertEquals("client meter (user ada) is not authorized to publish to a/x", reports.getFirst());
        // The identifier is free again [MQTT-4.3.3-9].
        ada.send(publish(EXACTLY_ONCE, 2, "up/x", "yes")).expect(pubrec(2));
        admin.expect(publish(EXACTLY_ONCE, 1, "up/x", "yes"));
    }

    @Test
    @Clause(mqtt311 = {"MQTT-3.3.5-2", "MQTT-3.9.3-2"})
    void anOlderClientIsAnsweredAsUsualForThereIsNoOtherWord() {
        Client ada = connected(connect311("meter", true), "ada");
        admin.subscribe(AT_LEAST_ONCE, "#");
        adaMay();
        ada.send(publish(AT_LEAST_ONCE, 1, "a", "no")).expect(puback(1, NOT_AUTHORIZED));
        ada.send(publish(EXACTLY_ONCE, 2, "a", "no")).expect(pubrec(2, NOT_AUTHORIZED));
        ada.send(pubrel(2)).expect(pubcomp(2, PACKET_IDENTIFIER_NOT_FOUND));
        ada.send(subscribe(3, AT_LEAST_ONCE, "a")).expect(suback(3, NOT_AUTHORIZED));
        admin.expect();
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.8.4-6", "MQTT-3.8.4-7", "MQTT-3.9.3-1"})
    void aSubscriptionThatCanMatchNothingReadableIsRefused() {
        adaMay(new Rule(Right.DENY, "a/secret"), READ_A, new Rule(Right.WRITE, "b"));
        Client ada = connected(connect("meter"), "ada");
        ada.send(subscribe(1, AT_LEAST_ONCE, "a/x", "b", "a/secret", "#"))
                .expect(suback(1, GRANTED_QOS_1, NOT_AUTHORIZED, NOT_AUTHORIZED, GRANTED_QOS_1));
    }

    @Test
    void aBroaderSubscriptionBringsWhatMayBeReadAndNothingElse() {
        admin.retain(AT_LEAST_ONCE, "b", "retained");
        admin.retain(AT_LEAST_ONCE, "a/r", "retained");
        adaMay(new Rule(Right.DENY, "a/secret"), READ_A);
        for (QoS qos : QoS.values()) {
            for (Connect connect : List.of(connect("passing-" + qos), durable("durable-" + qos))) {
                Client ada = connected(connect, "ada").subscribe(qos, "#");
                assertEquals("a/r", ((Publish) ada.take()).topicName());
                admin.publish(qos, "a/secret", "no");
                admin.publish(qos, "b", "no");
                admin.publish(qos, "a/x", "yes");
                assertEquals("yes", ada.takePayload());
                ada.expect();
                ada.drop();
            }
        }
        assertTrue(core.counters().notReadable() > 0);
    }

    @Test
    void whatAUserLostTheRightToReadIsNotDeliveredLater() {
        Client ada = connected(with(durable("meter"), Property.RECEIVE_MAXIMUM, 1), "ada")
                .subscribe(AT_LEAST_ONCE, "a/#", "b");
        admin.publish(AT_LEAST_ONCE, "b", "1", "2");
        admin.publish(AT_LEAST_ONCE, "a/x", "3");
        ada.expect(publish(AT_LEAST_ONCE, 1, "b", "1"));
        ada.drop();
        admin.publish(AT_LEAST_ONCE, "b", "4");
        adaMay(READ_A);
        core.restart();
        adaMay(READ_A);
        Client back = connected(durable("meter"), "ada");
        assertEquals(List.of("3"), back.drain());
        assertEquals(3, core.counters().notReadable());
    }

    @Test
    void aChangeOfTheRulesHoldsForConnectedClientsAtOnce() {
        Client ada = connected(durable("meter"), "ada").subscribe(AT_LEAST_ONCE, "b");
        Client passing = connected(with(connect("gauge"), Property.RECEIVE_MAXIMUM, 1), "ada")
                .subscribe(AT_LEAST_ONCE, "b");
        admin.publish(AT_LEAST_ONCE, "b", "1", "2");
        assertEquals(List.of("1", "2"), ada.drain());
        passing.expect(publish(AT_LEAST_ONCE, 1, "b", "1"));
        adaMay(READ_A);
        passing.send(puback(1)).expect();
        admin.publish(AT_LEAST_ONCE, "b", "3");
        ada.send(publish(AT_LEAST_ONCE, 7, "b", "no")).expect(puback(7, NOT_AUTHORIZED));
        core.handle(new Input.AccessChanged(AccessRules.NONE, Banned.NOBODY));
        admin.publish(AT_LEAST_ONCE, "b", "4");
        assertEquals(List.of("4"), ada.drain());
        passing.expect(publish(AT_LEAST_ONCE, 2, "b", "4"));
    }

    @Test
    void aSharedSubscriptionMustBeReadableInWholeAndAMemberThatLosesItIsPassedOver() {
        adaMay(READ_A, new Rule(Right.READ, "b"));
        Client ada = connected(durable("meter"), "ada");
        ada.send(subscribe(1, AT_LEAST_ONCE, "$share/g/#", "$share/g/c"))
                .expect(suback(1, NOT_AUTHORIZED, NOT_AUTHORIZED));
        ada.subscribe(AT_LEAST_ONCE, "$share/g/b");
        Client other = connected(connect("other"), "admin").subscribe(AT_LEAST_ONCE, "$share/g/b");
        adaMay(READ_A);
        admin.publish(AT_LEAST_ONCE, "b", "1", "2", "3");
        assertEquals(List.of("1", "2", "3"), other.drain());
        ada.expect();
        other.unsubscribe("$share/g/b");
        admin.publish(AT_LEAST_ONCE, "b", "4");
        ada.expect();
        adaMay(READ_A, new Rule(Right.READ, "b"));
        assertEquals(List.of("4"), ada.drain());
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.1.4-2", "MQTT-3.2.2-7"})
    void aWillIsCheckedAtConnectAndWhenItIsPublished() {
        adaMay(new Rule(Right.WRITE, "gone"));
        Client refused = core.open().send(will(connect("meter"), "a"));
        core.question();
        refused.authenticated(new Accepted("ada", null)).expectClosed(connack(NOT_AUTHORIZED));
        admin.subscribe(AT_MOST_ONCE, "gone");
        Client ada = connected(will(connect("meter"), "gone"), "ada");
        ada.drop();
        admin.expect(publish("gone", ""));
        Client again = connected(will(durable("meter"), "gone"), "ada");
        adaMay();
        again.drop();
        admin.expect();
        Client back = connected(durable("meter"), "ada"); // nor does it come later
        back.drop();
        admin.expect();
        core.store.checkRows();
    }

    private static Connect delayedWill() {
        return with(durable("meter"), with(Packets.will(AT_MOST_ONCE, "gone", ""),
                Property.WILL_DELAY_INTERVAL, 60));
    }

    @Test
    void aDelayedWillIsCheckedByTheRulesOfWhenItIsPublishedThoughTheBrokerWasDownSince() {
        Rule write = new Rule(Right.WRITE, "gone");
        for (boolean isRestarted : new boolean[] {false, true}) {
            for (boolean mayStill : new boolean[] {true, false}) {
                adaMay(write);
                connected(delayedWill(), "ada").drop();
                if (isRestarted) {
                    core.restart();
                }
                Client watcher = connected(connect("watcher"), "admin").subscribe(AT_MOST_ONCE, "gone");
                adaMay(mayStill ? new Rule[] {write} : new Rule[0]);
                core.passSeconds(61);
                assertEquals(mayStill ? 1 : 0, watcher.drain().size());
                core.store.checkRows();
            }
        }
        assertTrue(core.reports().getLast().startsWith("client meter (user ada) is not authorized to publish"
                + " its Will Message to gone"));
    }

    @Test
    void theWillOfAClientThatTheRulesAreNotAboutIsNotCheckedByThem() {
        Client meter = core.open().send(delayedWill());
        core.question();
        Permissions all = Permissions.of(List.of(new Rule(Right.READWRITE, "#")));
        meter.authenticated(new Accepted("ada", null, all, Accepted.FOR_EVER)).expect(connack(false));
        meter.drop();
        core.restart();
        adaMay();
        Client watcher = connected(connect("watcher"), "admin").subscribe(AT_MOST_ONCE, "gone");
        core.passSeconds(61);
        watcher.expect(publish("gone", ""));
    }

    @Test
    void whoIsBannedHasToGoWithoutItsWillWhichIsNotPublishedLaterEither() {
        admin.subscribe(AT_MOST_ONCE, "gone");
        Client here = connected(will(connect("gauge"), "gone"), "eve");
        Client named = connected(will(connect("valve"), "gone"), "ada");
        Client other = connected(connect("other"), "ada");
        connected(delayedWill(), "ada").drop();
        core.handle(new Input.AccessChanged(AccessRules.NONE,
                new Banned(Set.of("meter", "valve"), Set.of("eve"))));
        here.expectClosed(disconnect(NOT_AUTHORIZED));
        named.expectClosed(disconnect(NOT_AUTHORIZED));
        core.passSeconds(61);
        other.expect();
        admin.expect();
    }

    private Client asked(Connect connect, String userName) {
        Client client = core.open().send(connect);
        core.question();
        return client.authenticated(new Accepted(userName, null));
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.1.4-2", "MQTT-3.2.2-7"}, mqtt311 = "MQTT-3.2.2-5")
    void aStrangerNeitherTakesASessionOverNorResumesNorWipesIt() {
        Client ada = connected(durable("meter"), "ada").subscribe(AT_LEAST_ONCE, "a");
        asked(durable("meter"), "eve").expectClosed(connack(NOT_AUTHORIZED));
        ada.send(new Pingreq()).expect(new Pingresp());
        ada.drop();
        core.restart();
        asked(cleanStart(durable("meter")), "eve").expectClosed(connack(NOT_AUTHORIZED));
        asked(connect311("meter", true), "eve").expectClosed(connack(NOT_AUTHORIZED));
        asked(durable("meter"), null).expectClosed(connack(NOT_AUTHORIZED));
        connected(connect("admin"), "admin").publish(AT_LEAST_ONCE, "a", "1");
        asked(durable("meter"), "ada").expect(connack(true), publish(AT_LEAST_ONCE, 1, "a", "1"));
        assertTrue(core.reports().getFirst().contains("client meter (user eve) is not authorized"));
    }

    @Test
    void aSessionOfNobodyIsThatOfWhoeverComesFirstAndOneThatHasEndedIsNobodys() {
        connected(durable("meter"), null).drop();
        connected(durable("meter"), "ada").drop();
        asked(durable("meter"), "eve").expectClosed(connack(NOT_AUTHORIZED));
        connected(with(connect("meter"), Property.SESSION_EXPIRY_INTERVAL, 5), "ada").drop();
        core.passSeconds(6);
        asked(durable("meter"), "eve").expect(connack(false));
    }

    @Test
    void whileASessionIsReadForOneUserAnotherOneHasToComeAgain() {
        connected(durable("meter"), "ada").drop();
        core.stall();
        Client ada = asked(durable("meter"), "ada");
        Client eve = asked(cleanStart(durable("meter")), "eve");
        core.commit();
        eve.expectClosed(connack(SERVER_BUSY));
        ada.expect(connack(true));
    }

    @Test
    @Shows("limits.sessions-have-owners")
    void theOperatorMayLeaveSessionsToEveryUser() {
        Core open = new Core(Settings.DEFAULT.with(Setting.SESSIONS_HAVE_OWNERS, 0), true);
        for (String user : List.of("ada", "eve")) {
            Client client = open.open().send(durable("meter"));
            open.question();
            client.authenticated(new Accepted(user, null)).expect(connack(user.equals("eve")));
            client.drop();
        }
    }

    @Test
    void whatTheAuthenticatorPermitsCountsInsteadOfTheRules() {
        adaMay();
        Client ada = core.open().send(connect("meter"));
        core.question();
        ada.authenticated(new Accepted("ada", null, Permissions.of(List.of(READ_A)), Accepted.FOR_EVER));
        ada.take();
        ada.subscribe(AT_MOST_ONCE, "a/x");
        adaMay();
        admin.publish(AT_MOST_ONCE, "a/x", "1");
        ada.expect(publish("a/x", "1"));
    }

    @Test
    void whoHasNotAuthenticatedAgainInTimeHasToGo() {
        Client ada = core.open().send(connect("meter"));
        core.question();
        ada.authenticated(new Accepted("ada", null, null, core.nowMillis() + 5_000));
        ada.take();
        core.passSeconds(4);
        ada.expect();
        core.passSeconds(2);
        ada.expectClosed(disconnect(NOT_AUTHORIZED));
    }

    @Test
    void theClientsOfAUserThatIsRemovedHaveToGo() {
        Client ada = connected(connect("meter"), "ada");
        Client eve = connected(connect("gauge"), "eve");
        core.handle(new Input.UsersRemoved(Set.of("ada")));
        ada.expectClosed(disconnect(NOT_AUTHORIZED));
        eve.expect();
    }

    @Test
    void noMoreIsReportedThanAnybodyReads() {
        adaMay();
        Client ada = connected(connect("meter"), "ada");
        for (int i = 0; i < Authorization.REPORTS_MAX + 7; i++) {
            ada.send(publish("a", "secret"));
        }
        assertEquals(Authorization.REPORTS_MAX, core.reports().size());
        core.passSeconds(1);
        ada.send(publish("a", "secret"));
        String last = core.reports().getFirst();
        assertTrue(last.endsWith("; before that, 7 more were denied something"), last);
    }
}
