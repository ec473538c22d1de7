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
import static io.holdfast.broker.Packets.publish;
import static io.holdfast.mqtt.QoS.AT_LEAST_ONCE;

import io.holdfast.conformance.Clause;
import io.holdfast.mqtt.ReasonCode;
import org.junit.jupiter.api.Test;

/** A client connects while a connection with its Client Identifier is there: the newer gets the session. */
class TakeoverTest {
    private final Core core = new Core();

    @Test
    @Clause(mqtt5 = {"MQTT-3.1.4-3", "MQTT-3.14.2-1", "MQTT-3.14.2-2", "MQTT-3.14.4-2"})
    void theOlderConnectionIsToldThatItsSessionWasTakenOver() {
        Client older = core.connect(durable("meter"));
        Client newer = core.open().send(durable("meter"));
        older.expectClosed(disconnect(ReasonCode.SESSION_TAKEN_OVER));
        newer.expect(connack(true));
    }

    @Test
    @Clause(mqtt311 = "MQTT-3.1.4-2")
    void inVersion311TheOlderConnectionIsJustClosed() {
        Client older = core.connect(connect311("meter", false));
        Client newer = core.open().send(connect311("meter", false));
        older.expectClosed();
        newer.expect(connack311(true));
    }

    @Test
    void theNewerConnectionGoesOnWithWhatWasInFlight() {
        Client older = core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a");
        core.connect(connect("publisher")).publish(AT_LEAST_ONCE, "a", "1", "2");
        older.expect(publish(AT_LEAST_ONCE, 1, "a", "1"), publish(AT_LEAST_ONCE, 2, "a", "2"));
        older.send(puback(1));
        Client newer = core.open().send(durable("meter"));
        newer.expect(connack(true), dup(publish(AT_LEAST_ONCE, 2, "a", "2")));
    }

    @Test
    void aSessionThatEndsWithItsConnectionIsNotTakenOver() {
        Client older = core.connect(connect("meter")).subscribe(AT_LEAST_ONCE, "a");
        Client newer = core.open().send(connect("meter"));
        older.expectClosed(disconnect(ReasonCode.SESSION_TAKEN_OVER));
        newer.expect(connack(false));
        core.connect(connect("publisher")).publish(AT_LEAST_ONCE, "a", "1");
        newer.expect();
    }

    /** No DISCONNECT before CONNACK. */
    @Test
    @Clause(mqtt5 = "MQTT-3.14.0-1")
    void ofConnectionsThatWaitForTheSessionOnlyTheLastGetsIt() {
        Client first = core.open();
        Client second = core.open();
        Client third = core.open();
        core.stall();
        first.send(durable("meter"));
        second.send(durable("meter"));
        third.send(durable("meter"));
        core.commit();
        first.expectClosed();
        second.expectClosed();
        third.expect(connack(false));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.1.2-4")
    void aCleanStartHoldsThoughItsConnectionWasTakenOverBeforeConnack() {
        core.connect(durable("meter")).drop();
        Client cleaning = core.open();
        Client next = core.open();
        core.stall();
        cleaning.send(cleanStart(durable("meter")));
        next.send(durable("meter"));
        core.commit();
        cleaning.expectClosed();
        next.expect(connack(false));
    }

    @Test
    void aConnectionThatFailsBeforeConnackLeavesTheSessionAsItWas() {
        core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a").drop();
        Client failing = core.open();
        core.stall();
        failing.send(durable("meter"));
        failing.drop();
        core.commit();
        core.connect(connect("publisher")).publish(AT_LEAST_ONCE, "a", "1");
        core.open().send(durable("meter")).expect(connack(true), publish(AT_LEAST_ONCE, 1, "a", "1"));
    }

    @Test
    void clientsWithOtherIdentifiersAreNotDisturbed() {
        Client other = core.connect(durable("meter-1"));
        core.connect(durable("meter-2"));
        core.connect(durable("meter-2"));
        core.connect(durable("METER-1"));
        other.expect();
    }
}
