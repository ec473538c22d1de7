package io.holdfast.broker;

import static io.holdfast.broker.Packets.cleanStart;
import static io.holdfast.broker.Packets.connack;
import static io.holdfast.broker.Packets.connect;
import static io.holdfast.broker.Packets.connect311;
import static io.holdfast.broker.Packets.disconnect;
import static io.holdfast.broker.Packets.durable;
import static io.holdfast.broker.Packets.keepAlive;
import static io.holdfast.broker.Packets.puback;
import static io.holdfast.broker.Packets.publish;
import static io.holdfast.broker.Packets.retain;
import static io.holdfast.broker.Packets.will;
import static io.holdfast.broker.Packets.with;
import static io.holdfast.mqtt.QoS.AT_LEAST_ONCE;
import static io.holdfast.mqtt.QoS.AT_MOST_ONCE;
import static io.holdfast.mqtt.QoS.EXACTLY_ONCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.conformance.Clause;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.Packet.Will;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Properties.UserProperty;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.mqtt.SubscriptionOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a Will Message is published, and as what (sections 3.1.2.5 to 3.1.2.7, 3.1.3.2, and 3.14.4). */
class WillTest {
    private static final Will GONE = will(AT_LEAST_ONCE, "wills", "gone");

    private final Core core = new Core();
    private final Client watcher = core.connect(durable("watcher")).subscribe(AT_LEAST_ONCE, "wills/#");
    private int lastPacketId;

    private static Will delayed(Will will, long seconds) {
        return with(will, Property.WILL_DELAY_INTERVAL, seconds);
    }

    private static Connect expiring(String clientId, long seconds) {
        return with(connect(clientId), Property.SESSION_EXPIRY_INTERVAL, seconds);
    }

    /** The watcher gets the will, live, and nothing else. */
    private void expectPublished() {
        watcher.expect(publish(AT_LEAST_ONCE, ++lastPacketId, "wills", "gone"));
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.1.2-7", "MQTT-3.1.2-8"}, mqtt311 = {"MQTT-3.1.2-8", "MQTT-3.1.2-9"})
    void itIsPublishedWhenTheConnectionIsLost() {
        for (Connect connect : List.of(durable("kept"), connect("fleeting"), connect311("older", false),
                connect311("clean", true))) {
            Client meter = core.connect(with(connect, GONE));
            watcher.expect();
            meter.drop();
            expectPublished();
        }
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.14.4-3", "MQTT-3.1.2-10"}, mqtt311 = {"MQTT-3.14.4-3", "MQTT-3.1.2-10"})
    void afterANormalDisconnectItIsNotPublished() {
        for (Connect connect : List.of(durable("kept"), connect("fleeting"), connect311("older", false),
                connect311("clean", true))) {
            core.connect(with(connect, GONE)).send(disconnect(ReasonCode.SUCCESS)).expectClosed();
            core.connect(with(connect, delayed(GONE, 10))).send(disconnect(ReasonCode.SUCCESS))
                    .expectClosed();
        }
        core.passSeconds(1_000);
        core.restart(1_000);
        core.connect(durable("watcher")).expect();
    }

    /** [MQTT-3.1.2-8]: nothing but Reason Code 0x00 takes it back. */
    @Test
    @Clause(mqtt5 = "MQTT-3.1.2-8")
    void afterADisconnectWithAnyOtherReasonItIsPublished() {
        for (ReasonCode reason : List.of(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE,
                ReasonCode.UNSPECIFIED_ERROR, ReasonCode.MALFORMED_PACKET, ReasonCode.QUOTA_EXCEEDED)) {
            core.connect(with(durable("kept"), GONE)).send(disconnect(reason)).expectClosed();
            expectPublished();
            core.connect(with(connect("fleeting"), GONE)).send(disconnect(reason)).expectClosed();
            expectPublished();
        }
    }

    @Test
    @Clause(mqtt311 = "MQTT-3.1.2-12")
    void aConnectionWithoutWillPublishesNothingThoughTheOneBeforeHadOne() {
        core.connect(with(durable("meter"), delayed(GONE, 10))).drop();
        core.connect(durable("meter")).drop();
        core.connect(connect311("older", true)).drop();
        core.passSeconds(1_000);
        core.connect(cleanStart(durable("meter"))); // nor when the session ends
        watcher.expect();
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.1.2-8")
    void itIsPublishedWhenTheBrokerClosesTheConnectionForAnError() {
        Client meter = core.connect(with(durable("meter"), GONE));
        meter.send(connect("meter")).expectClosed(disconnect(ReasonCode.PROTOCOL_ERROR));
        expectPublished();
        Client gauge = core.connect(with(connect("gauge"), GONE));
        core.handle(new Input.PacketRefused(gauge.connectionId(), ProtocolVersion.MQTT_5,
                ReasonCode.MALFORMED_PACKET, "bytes"));
        gauge.expectClosed(disconnect(ReasonCode.MALFORMED_PACKET));
        expectPublished();
    }

    /** A DISCONNECT that is itself an error is none: section 3.14.2.2.2. */
    @Test
    void aDisconnectThatIsAProtocolErrorDoesNotTakeItBack() {
        core.connect(with(connect("meter"), GONE)).send(disconnect(60))
                .expectClosed(disconnect(ReasonCode.PROTOCOL_ERROR));
        expectPublished();
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.1.2-22", mqtt311 = "MQTT-3.1.2-24")
    void itIsPublishedWhenTheKeepAliveHasPassed() {
        core.connect(with(keepAlive(durable("meter"), 10), GONE));
        core.connect(with(keepAlive(connect311("older", true), 20), GONE));
        core.passSeconds(14);
        watcher.expect();
        core.passSeconds(2);
        expectPublished();
        core.passSeconds(15);
        expectPublished();
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.1.2-14", mqtt311 = "MQTT-3.1.2-16")
    void anOrdinaryWillIsNotRetained() {
        core.connect(with(durable("meter"), GONE)).drop();
        core.connect(connect("late")).subscribe(AT_LEAST_ONCE, "wills").expect();
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.1.2-15", mqtt311 = "MQTT-3.1.2-17")
    void aRetainedWillIsRetained() {
        for (Connect connect : List.of(durable("kept"), connect("fleeting"), connect311("older", true))) {
            String topicName = "wills/" + connect.clientIdentifier();
            core.connect(with(connect, retain(will(AT_LEAST_ONCE, topicName, "gone")))).drop();
            watcher.expect(publish(AT_LEAST_ONCE, ++lastPacketId, topicName, "gone"));
            core.connect(connect("late")).subscribe(AT_LEAST_ONCE, topicName)
                    .expect(retain(publish(AT_LEAST_ONCE, 1, topicName, "gone")));
        }
    }

    @Test
    void anEmptyRetainedWillRemovesWhatIsRetained() {
        core.connect(connect("publisher")).retain(AT_LEAST_ONCE, "wills/meter", "here");
        core.connect(with(durable("meter"), retain(will(AT_LEAST_ONCE, "wills/meter", "")))).drop();
        core.connect(connect("late")).subscribe(AT_LEAST_ONCE, "wills/meter").expect();
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.8.4-8")
    void itIsPublishedAtItsQos() {
        Client all = core.connect(durable("all")).subscribe(EXACTLY_ONCE, "q");
        int packetId = 0;
        for (QoS qos : QoS.values()) {
            core.connect(with(connect("meter-" + qos), will(qos, "q", "gone"))).drop();
            packetId = qos == AT_MOST_ONCE ? 0 : packetId + 1;
            all.expect(publish(qos, packetId, "q", "gone"));
        }
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.1.3-10", "MQTT-3.3.2-4", "MQTT-3.3.2-6", "MQTT-3.3.2-15", "MQTT-3.3.2-16",
            "MQTT-3.3.2-20"})
    void itKeepsItsPropertiesAndTheirOrderAndItsExpiryBeginsWithItsPublication() {
        Will will = with(with(with(with(with(delayed(GONE, 30), Property.PAYLOAD_FORMAT_INDICATOR, 1),
                Property.CONTENT_TYPE, "text"), Property.RESPONSE_TOPIC, "answers"),
                Property.USER_PROPERTY, new UserProperty("z", "1")),
                Property.USER_PROPERTY, new UserProperty("a", "2"));
        core.connect(with(durable("meter"), with(will, Property.MESSAGE_EXPIRY_INTERVAL, 20))).drop();
        core.restart(60_000);
        core.passSeconds(31);
        Publish expected = publish(AT_LEAST_ONCE, 1, "wills", "gone");
        expected = with(with(with(expected, Property.PAYLOAD_FORMAT_INDICATOR, 1),
                Property.CONTENT_TYPE, "text"), Property.RESPONSE_TOPIC, "answers");
        expected = with(with(with(expected, Property.USER_PROPERTY, new UserProperty("z", "1")),
                Property.USER_PROPERTY, new UserProperty("a", "2")), Property.MESSAGE_EXPIRY_INTERVAL, 20);
        core.connect(durable("watcher")).expect(expected);
    }

    /** Section 3.1.3.2.3. */
    @Test
    void aWillPayloadThatIsNotTheUtf8ItClaimsToBeRefusesTheConnection() {
        Will broken = new Will(AT_LEAST_ONCE, false,
                Properties.of(Property.PAYLOAD_FORMAT_INDICATOR, 1), "wills",
                new byte[] {(byte) 0xC3});
        core.open().send(with(durable("meter"), broken))
                .expectClosed(connack(ReasonCode.PAYLOAD_FORMAT_INVALID));
        watcher.expect();
    }

    /** The session is gone, and its subscriptions with it; a durable one queues what matches. */
    @Test
    void theLeavingClientGetsItsOwnWillOnlyWhenItComesBackToItsSession() {
        Client fleeting = core.connect(with(connect("fleeting"), GONE)).subscribe(AT_LEAST_ONCE, "wills");
        Client kept = core.connect(with(durable("kept"), GONE)).subscribe(AT_LEAST_ONCE, "wills");
        kept.drop();
        fleeting.expect(publish(AT_LEAST_ONCE, 1, "wills", "gone"));
        fleeting.drop();
        fleeting.expectClosed();
        core.open().send(durable("kept")).expect(connack(true), publish(AT_LEAST_ONCE, 1, "wills", "gone"),
                publish(AT_LEAST_ONCE, 2, "wills", "gone"));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.8.3-3")
    void withNoLocalAClientNeverGetsItsOwnWill() {
        core.connect(with(durable("meter"), GONE))
                .subscribe("wills", new SubscriptionOptions(AT_LEAST_ONCE, true, false, 0)).drop();
        expectPublished();
        core.open().send(durable("meter")).expect(connack(true));
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.1.2-8", "MQTT-3.1.2-10"})
    void aDelayedWillIsPublishedOnceItsDelayHasPassed() {
        core.connect(with(durable("meter"), delayed(GONE, 60))).drop();
        core.passSeconds(59);
        watcher.expect();
        core.passSeconds(2);
        expectPublished();
        core.passSeconds(1_000);
        core.connect(durable("meter")).drop();
        core.passSeconds(1_000);
        watcher.expect();
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.1.3-9")
    void aClientThatIsBackBeforeTheDelayHasPassedCancelsIt() {
        core.connect(with(durable("meter"), delayed(GONE, 60))).drop();
        core.passSeconds(59);
        core.connect(durable("meter"));
        core.passSeconds(1_000);
        watcher.expect();
    }

    /** [MQTT-3.1.2-8]: it is too late to cancel it, though nobody has looked yet. */
    @Test
    @Clause(mqtt5 = "MQTT-3.1.2-8")
    void aClientThatIsBackAfterTheDelayFindsItPublished() {
        core.connect(with(durable("meter"), delayed(GONE, 60))).drop();
        core.stall();
        core.passSeconds(60);
        Client meter = core.open().send(with(durable("meter"), delayed(GONE, 60)));
        core.commit();
        meter.expect(connack(true));
        expectPublished();
        core.passSeconds(1_000);
        watcher.expect();
        meter.drop();
        core.passSeconds(61);
        expectPublished();
    }

    /** [MQTT-3.1.2-8], section 3.1.3.2.2: whichever happens first. */
    @Test
    @Clause(mqtt5 = "MQTT-3.1.2-8")
    void itIsPublishedWhenTheSessionEndsThoughTheDelayHasNotPassed() {
        core.connect(with(expiring("meter", 30), delayed(GONE, 60))).drop();
        core.connect(with(expiring("gauge", 60), delayed(GONE, 40))).drop();
        core.passSeconds(31);
        expectPublished();
        core.passSeconds(10);
        expectPublished();
        core.passSeconds(1_000);
        watcher.expect();
        core.connect(with(connect("fleeting"), delayed(GONE, 60))).drop();
        expectPublished();
    }

    /** [MQTT-3.1.2-8]: a Clean Start ends the session that waits, and a DISCONNECT may too. */
    @Test
    @Clause(mqtt5 = "MQTT-3.1.2-8")
    void itIsPublishedWhenTheSessionIsEndedByItsClient() {
        core.connect(with(durable("meter"), delayed(GONE, 60))).drop();
        core.connect(cleanStart(durable("meter")));
        expectPublished();
        core.connect(with(durable("gauge"), delayed(GONE, 60))).send(new Packet.Disconnect(
                ReasonCode.DISCONNECT_WITH_WILL_MESSAGE,
                Properties.of(Property.SESSION_EXPIRY_INTERVAL, 0)));
        expectPublished();
        core.passSeconds(1_000);
        watcher.expect();
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.1.4-3", "MQTT-3.1.2-8", "MQTT-3.1.3-9"})
    void aTakeoverPublishesItUnlessItIsDelayedAndTheSessionGoesOn() {
        core.connect(with(durable("meter"), GONE));
        core.connect(with(durable("meter"), delayed(GONE, 60)));
        expectPublished();
        core.connect(with(durable("meter"), delayed(GONE, 60)));
        core.passSeconds(1_000);
        watcher.expect();
        core.connect(cleanStart(durable("meter")));
        expectPublished();
        core.connect(with(connect("fleeting"), delayed(GONE, 60)));
        core.connect(connect("fleeting"));
        expectPublished();
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.1.2-7")
    void itIsOnDiskBeforeConnack() {
        core.stall();
        Client meter = core.open().send(with(durable("meter"), delayed(GONE, 60)));
        core.commit();
        core.stall();
        meter.send(disconnect(ReasonCode.SUCCESS)); // which nobody will know of
        core.restart();
        core.passSeconds(61);
        core.open().send(durable("watcher"))
                .expect(connack(true), publish(AT_LEAST_ONCE, 1, "wills", "gone"));
    }

    @Test
    void ofAClientCutOffByACrashItIsPublishedOnceItsDelayHasPassed() {
        core.connect(with(durable("meter"), GONE));
        core.connect(with(durable("gauge"), delayed(GONE, 60)));
        core.restart(1_000_000);
        Client again = core.connect(durable("watcher"));
        core.passSeconds(2);
        again.expect(publish(AT_LEAST_ONCE, 1, "wills", "gone"));
        core.restart(10_000);
        again = core.connect(durable("watcher"));
        core.passSeconds(47);
        again.send(puback(1));
        again.take();
        again.expect();
        core.passSeconds(2);
        again.expect(publish(AT_LEAST_ONCE, 2, "wills", "gone"));
        again.send(puback(2));
        core.restart(1_000_000);
        core.passSeconds(1_000);
        core.open().send(durable("watcher")).expect(connack(true));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.1.2-8")
    void oneWithoutADelayIsPublishedThoughTheClockWasSetBackBeforeItCouldBe() {
        core.connect(with(durable("meter"), GONE));
        core.restart();
        core.restart(-1_000_000);
        core.connect(durable("meter"));
        assertEquals("gone", next(core.connect(durable("watcher"))));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.1.3-9")
    void aClientThatIsBackSoonAfterACrashCancelsIt() {
        core.connect(with(durable("meter"), delayed(GONE, 60)));
        core.restart(1_000_000);
        core.connect(durable("meter"));
        core.passSeconds(1_000);
        core.open().send(durable("watcher")).expect(connack(true));
    }

    @Test
    void aDelayThatPassesWhileTheBrokerIsDownIsOver() {
        core.connect(with(durable("meter"), delayed(GONE, 60))).drop();
        core.restart(61_000);
        core.passSeconds(1);
        core.open().send(durable("watcher"))
                .expect(connack(true), publish(AT_LEAST_ONCE, 1, "wills", "gone"));
    }

    @Test
    void itIsPublishedExactlyOnceThoughTheBrokerIsKilledWhilePublishingIt() {
        core.connect(with(durable("meter"), delayed(GONE, 60))).drop();
        core.passSeconds(59);
        core.stallAfterRead();
        core.passSeconds(2);
        core.stallAfterRead();
        core.commit();
        assertTrue(core.uncommitted().stream().anyMatch(Change.WillRemoved.class::isInstance));
        core.restart();
        core.passSeconds(1);
        core.restart();
        assertEquals("gone", next(core.connect(durable("watcher"))));
        core.restart();
        core.passSeconds(1_000);
        core.open().send(durable("watcher")).expect(connack(true));
    }

    private static String next(Client client) {
        Publish publish = (Publish) client.take();
        client.send(puback(publish.packetId())).expect();
        return new String(publish.payload(), StandardCharsets.UTF_8);
    }
}
