package io.holdfast.broker;

import static io.holdfast.broker.Packets.cleanStart;
import static io.holdfast.broker.Packets.connack;
import static io.holdfast.broker.Packets.connack311;
import static io.holdfast.broker.Packets.connect;
import static io.holdfast.broker.Packets.connect311;
import static io.holdfast.broker.Packets.disconnect;
import static io.holdfast.broker.Packets.durable;
import static io.holdfast.broker.Packets.keepAlive;
import static io.holdfast.broker.Packets.publish;
import static io.holdfast.broker.Packets.suback;
import static io.holdfast.broker.Packets.subscribe;
import static io.holdfast.mqtt.ProtocolVersion.MQTT_3_1;
import static io.holdfast.mqtt.QoS.AT_LEAST_ONCE;
import static io.holdfast.mqtt.QoS.AT_MOST_ONCE;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.conformance.Clause;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ReasonCode;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** From the opening of a connection to its CONNACK, and how long its client may be silent (section 3.1). */
class ConnectingTest {
    private static final Packet PINGREQ = new Packet.Pingreq();
    private static final Packet PINGRESP = new Packet.Pingresp();

    private final Core core = new Core();

    @Test
    @Clause(mqtt5 = {"MQTT-3.1.4-5", "MQTT-4.12.0-6"})
    void connackSaysWhatTheBrokerCanDo() {
        Client meter = core.open().send(connect("meter"));
        meter.expect(connack(false));
    }

    @Test
    @Clause(mqtt311 = "MQTT-3.1.4-4")
    void olderVersionsGetAConnackWithoutProperties() {
        core.open().send(connect311("meter", true)).expect(connack311(false));
        core.open().send(connect(MQTT_3_1, "gauge", true)).expect(connack311(false));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.1.0-1")
    void aConnectionThatBeginsWithAnotherPacketIsClosedWithoutAWord() {
        core.open().send(PINGREQ).expectClosed();
        core.open().send(publish("a", "1"), connect("meter")).expectClosed();
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.1.0-2", "MQTT-3.2.0-2"}, mqtt311 = "MQTT-3.1.0-2")
    void aSecondConnectIsAProtocolError() {
        core.connect(connect("meter")).send(connect("meter"))
                .expectClosed(disconnect(ReasonCode.PROTOCOL_ERROR));
        core.connect(connect311("meter", true)).send(connect311("meter", true)).expectClosed();
    }

    @Test
    void aPacketThatOnlyAServerSendsIsAProtocolError() {
        core.connect(connect("meter")).send(connack(false))
                .expectClosed(disconnect(ReasonCode.PROTOCOL_ERROR));
        core.connect(connect("meter")).send(suback(1)).expectClosed(disconnect(ReasonCode.PROTOCOL_ERROR));
        core.connect(connect("meter")).send(PINGRESP).expectClosed(disconnect(ReasonCode.PROTOCOL_ERROR));
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.1.3-6", "MQTT-3.1.3-7", "MQTT-3.2.2-16"})
    void anEmptyClientIdentifierIsReplacedByOneThatConnackTells() {
        Packet.Connack first = (Packet.Connack) core.open().send(connect("")).take();
        Packet.Connack second = (Packet.Connack) core.open().send(connect("")).take();
        String assigned = first.properties().string(Property.ASSIGNED_CLIENT_IDENTIFIER);
        assertTrue(assigned.startsWith("assigned-"), assigned);
        assertNotEquals(assigned, second.properties().string(Property.ASSIGNED_CLIENT_IDENTIFIER));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.1.3-2")
    void anAssignedClientIdentifierLeadsBackToTheSession() {
        Packet.Connack connack = (Packet.Connack) core.open().send(durable("")).take();
        String assigned = connack.properties().string(Property.ASSIGNED_CLIENT_IDENTIFIER);
        core.open().send(durable(assigned)).expect(connack(true));
    }

    @Test
    @Clause(mqtt311 = {"MQTT-3.1.3-6", "MQTT-3.1.3-7", "MQTT-3.1.3-8", "MQTT-3.1.3-9", "MQTT-3.2.2-4",
            "MQTT-3.2.2-5"})
    void inVersion311AnEmptyClientIdentifierNeedsCleanSession() {
        core.open().send(connect311("", true)).expect(connack311(false));
        core.open().send(connect311("", false)).expectClosed(connack(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.1.3-5", mqtt311 = "MQTT-3.1.3-5")
    void everyClientIdentifierOf1To23LettersAndDigitsIsAccepted() {
        for (String id : List.of("0123456789abcdefghijklm", "nopqrstuvwxyzABCDEFGHIJ", "KLMNOPQRSTUVWXYZ",
                "0", "z")) {
            core.open().send(connect(id)).expect(connack(false));
            core.open().send(connect311(id, true)).expect(connack311(false));
            core.open().send(connect(MQTT_3_1, id, true)).expect(connack311(false));
        }
    }

    /** Section 3.1 of MQTT 3.1. */
    @Test
    void inVersion31AClientIdentifierHas1To23Characters() {
        core.open().send(connect(MQTT_3_1, "x".repeat(23), true)).expect(connack311(false));
        core.open().send(connect(MQTT_3_1, "x".repeat(24), true))
                .expectClosed(connack(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID));
        core.open().send(connect(MQTT_3_1, "", true))
                .expectClosed(connack(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID));
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.1.2-4", "MQTT-3.1.2-5", "MQTT-3.1.2-6", "MQTT-3.2.2-2", "MQTT-3.2.2-3",
            "MQTT-3.1.4-4"})
    void sessionPresentSaysWhetherThereWasASessionToGoOnWith() {
        core.open().send(durable("meter")).expect(connack(false));
        core.open().send(durable("meter")).expect(connack(true));
        core.open().send(cleanStart(durable("meter"))).expect(connack(false));
        core.open().send(durable("meter")).expect(connack(true));
    }

    @Test
    @Clause(mqtt311 = {"MQTT-3.1.2-4", "MQTT-3.1.2-6", "MQTT-3.2.2-1", "MQTT-3.2.2-2", "MQTT-3.2.2-3",
            "MQTT-3.1.4-3"})
    void inVersion311CleanSessionEndsTheSessionBeforeAndItsOwn() {
        core.open().send(connect311("meter", false)).expect(connack311(false));
        core.open().send(connect311("meter", false)).expect(connack311(true));
        core.open().send(connect311("meter", true)).expect(connack311(false));
        core.open().send(connect311("meter", false)).expect(connack311(false));
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.1.2-4", "MQTT-3.1.4-4"})
    void aCleanStartForgetsSubscriptionsAndWhatIsQueued() {
        core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a").drop();
        Client publisher = core.connect(connect("publisher"));
        publisher.publish(AT_LEAST_ONCE, "a", "queued");
        Client meter = core.connect(cleanStart(durable("meter")));
        publisher.publish(AT_LEAST_ONCE, "a", "later");
        meter.expect();
    }

    /** Section 3.1.4: a client need not wait for CONNACK. */
    @Test
    @Clause(mqtt5 = "MQTT-3.2.0-1")
    void packetsThatCameBeforeConnackAreAnsweredAfterIt() {
        Client meter = core.open();
        core.stall();
        meter.send(durable("meter"), subscribe(1, AT_LEAST_ONCE, "a"));
        meter.send(PINGREQ);
        meter.expect();
        core.commit();
        meter.expect(connack(false), suback(1, ReasonCode.GRANTED_QOS_1), PINGRESP);
    }

    @Test
    void moreThanTheLimitOfPacketsBeforeConnackEndsTheConnection() {
        Client patient = core.open();
        Client pushy = core.open();
        core.stall();
        patient.send(connect("patient"))
                .send(Collections.nCopies(Sessions.HELD_PACKETS_MAX, PINGREQ).toArray(Packet[]::new));
        pushy.send(connect("pushy"))
                .send(Collections.nCopies(Sessions.HELD_PACKETS_MAX + 1, PINGREQ).toArray(Packet[]::new));
        core.commit();
        patient.take();
        patient.expect(Collections.nCopies(Sessions.HELD_PACKETS_MAX, PINGRESP).toArray(Packet[]::new));
        pushy.expectClosed();
    }

    @Test
    void moreBytesThanTheLimitBeforeConnackEndTheConnection() {
        Client pushy = core.open();
        core.stall();
        String half = "x".repeat((int) (Sessions.HELD_BYTES_MAX / 2));
        pushy.send(connect("pushy")).send(publish("a", half), publish("a", half));
        pushy.expect();
        pushy.send(publish("a", "x"));
        core.commit();
        pushy.expectClosed();
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.1.4-6", mqtt311 = "MQTT-3.1.4-5")
    void whatFollowsARefusedConnectIsNotProcessed() {
        Client listener = core.connect(connect("listener")).subscribe(AT_MOST_ONCE, "a");
        core.open().send(connect311("", false), publish("a", "1"))
                .expectClosed(connack(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID));
        listener.expect();
    }

    @Test
    void aConnectionWithoutAConnectInTimeIsClosed() {
        Client silent = core.open();
        core.passSeconds(10);
        silent.expect();
        core.passSeconds(1);
        silent.expectClosed();
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.1.2-22", "MQTT-3.2.2-22"}, mqtt311 = "MQTT-3.1.2-24")
    void aClientThatIsSilentForOneAndAHalfKeepAlivesIsDisconnected() {
        Client meter = core.connect(keepAlive(connect("meter"), 10));
        Client older = core.connect(keepAlive(connect311("older", true), 10));
        core.passSeconds(15);
        meter.expect();
        older.expect();
        core.passSeconds(1);
        meter.expectClosed(disconnect(ReasonCode.KEEP_ALIVE_TIMEOUT));
        older.expectClosed();
    }

    /** A slow disk fills the broker's hands, and it stops reading. That is nobody's silence. */
    @Test
    @Clause(mqtt5 = "MQTT-3.1.2-22", mqtt311 = "MQTT-3.1.2-24")
    void aClientThatIsNotReadIsNotTakenForSilentUntilItIsReadAgain() {
        Client meter = core.connect(keepAlive(connect("meter"), 10));
        core.handle(new Input.ReadingChanged(meter.connectionId(), false));
        core.passSeconds(100);
        core.handle(new Input.ReadingChanged(meter.connectionId(), true));
        core.passSeconds(15);
        meter.expect();
        core.passSeconds(1);
        meter.expectClosed(disconnect(ReasonCode.KEEP_ALIVE_TIMEOUT));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.1.2-22", mqtt311 = "MQTT-3.1.2-24")
    void aClientWhoseConnackWaitsForTheDiskIsNotTakenForSilent() {
        core.stallAfterRead();
        Client meter = core.open().send(keepAlive(durable("meter"), 10));
        core.passSeconds(100);
        core.commit();
        meter.expect(connack(false));
        core.passSeconds(15);
        meter.expect();
        core.passSeconds(1);
        meter.expectClosed(disconnect(ReasonCode.KEEP_ALIVE_TIMEOUT));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.1.2-22", mqtt311 = "MQTT-3.1.2-24")
    void aClientThatHasTakenWhatItWasSentIsAlive() {
        Client meter = core.connect(keepAlive(connect("meter"), 10));
        meter.writable(false);
        core.passSeconds(15);
        meter.writable(true);
        core.passSeconds(15);
        meter.expect();
        meter.writable(false);
        core.passSeconds(1);
        meter.expectClosed(disconnect(ReasonCode.KEEP_ALIVE_TIMEOUT)); // it takes nothing, and is not there
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.12.4-1")
    void anyPacketKeepsAConnectionAlive() {
        Client meter = core.connect(keepAlive(connect("meter"), 10));
        core.passSeconds(10);
        meter.send(PINGREQ).expect(PINGRESP);
        core.passSeconds(10);
        meter.send(publish("a", "1"));
        core.passSeconds(15);
        meter.expect();
    }

    /** Section 3.1.2.10: a Keep Alive of 0 turns the mechanism off. */
    @Test
    void withoutAKeepAliveAClientMayBeSilentForEver() {
        Client meter = core.connect(connect("meter"));
        core.passSeconds(1_000_000);
        meter.expect();
        meter.send(PINGREQ).expect(PINGRESP);
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.14.4-1")
    void nothingIsSentOnAConnectionAfterTheClientsDisconnect() {
        Client meter = core.connect(connect("meter")).subscribe(AT_MOST_ONCE, "a");
        meter.send(new Packet.Disconnect(ReasonCode.SUCCESS, Properties.NONE), PINGREQ);
        core.connect(connect("publisher")).publish(AT_MOST_ONCE, "a", "1");
        meter.expectClosed();
    }

    @Test
    void aBrokerThatStopsSaysSo() {
        Client meter = core.connect(connect("meter"));
        Client older = core.connect(connect311("older", true));
        Client stranger = core.open();
        core.stop();
        meter.expectClosed(disconnect(ReasonCode.SERVER_SHUTTING_DOWN));
        older.expectClosed();
        stranger.expectClosed();
    }
}
