package io.holdfast.broker;

import static io.holdfast.broker.Packets.NEVER;
import static io.holdfast.broker.Packets.connack;
import static io.holdfast.broker.Packets.connack311;
import static io.holdfast.broker.Packets.connect;
import static io.holdfast.broker.Packets.connect311;
import static io.holdfast.broker.Packets.disconnect;
import static io.holdfast.broker.Packets.durable;
import static io.holdfast.broker.Packets.publish;
import static io.holdfast.broker.Packets.with;
import static io.holdfast.mqtt.QoS.AT_LEAST_ONCE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.holdfast.conformance.Clause;
import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ReasonCode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How long a session lasts without its client (sections 3.1.2.11.2 and 4.1.1). */
class SessionExpiryTest {
    private static final long YEAR_SECONDS = 365 * 86_400;

    private final Core core = new Core();

    private static Connect expiring(String clientId, long seconds) {
        return with(connect(clientId), Property.SESSION_EXPIRY_INTERVAL, seconds);
    }

    private void assertNoRowsOf(String clientId) {
        assertEquals(List.of(), core.store.readSession(clientId));
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.1.2-23", "MQTT-4.1.0-2", "MQTT-4.1.0-1"})
    void aSessionEndsWhenItsIntervalHasPassedWithoutItsClient() {
        core.connect(expiring("meter", 60)).subscribe(AT_LEAST_ONCE, "a").drop();
        core.passSeconds(59);
        core.connect(expiring("other", 60)).drop();
        core.open().send(expiring("meter", 60)).expect(connack(true));
        core.passSeconds(1_000); // connected
        core.connect(expiring("meter", 60)).drop();
        core.passSeconds(61);
        assertNoRowsOf("meter");
        core.open().send(expiring("meter", 60)).expect(connack(false));
    }

    @Test
    void aSessionThatIsDueIsNotResumedThoughNobodyHasLookedYet() {
        core.connect(expiring("meter", 60)).drop();
        core.stall();
        core.passSeconds(60);
        Client meter = core.open().send(expiring("meter", 60));
        core.commit();
        meter.expect(connack(false));
    }

    @Test
    void withoutAnIntervalTheSessionEndsWithItsConnection() {
        core.connect(connect("meter")).subscribe(AT_LEAST_ONCE, "a").drop();
        assertNoRowsOf("meter");
        core.open().send(connect("meter")).expect(connack(false));
    }

    @Test
    void theGreatestIntervalNeverPasses() {
        core.connect(expiring("meter", NEVER)).drop();
        core.connect(expiring("nearly", NEVER - 1)).drop();
        core.passSeconds(200 * YEAR_SECONDS);
        core.open().send(durable("meter")).expect(connack(true));
        core.open().send(durable("nearly")).expect(connack(false));
    }

    /** Section 3.14.2.2.2. */
    @Test
    void disconnectMayChangeTheInterval() {
        core.connect(expiring("shortened", 3_600)).send(disconnect(60)).expectClosed();
        core.connect(expiring("extended", 60)).send(disconnect(3_600)).expectClosed();
        core.connect(expiring("ended", 60)).send(disconnect(0)).expectClosed();
        core.passSeconds(61);
        core.open().send(durable("shortened")).expect(connack(false));
        core.open().send(durable("extended")).expect(connack(true));
        core.open().send(durable("ended")).expect(connack(false));
    }

    /** Section 3.14.2.2.2. */
    @Test
    void disconnectMayNotGiveAnIntervalToASessionWithoutOne() {
        core.connect(connect("meter")).send(disconnect(60))
                .expectClosed(disconnect(ReasonCode.PROTOCOL_ERROR));
        core.connect(connect("gauge")).send(disconnect(0)).expectClosed();
        core.open().send(durable("meter")).expect(connack(false));
    }

    @Test
    void theIntervalIsThatOfTheLastConnect() {
        core.connect(durable("meter")).drop();
        core.open().send(connect("meter")).expect(connack(true));
        core.open().send(connect("meter")).expect(connack(false)); // it ended with the connection before
    }

    @Test
    @Clause(mqtt311 = {"MQTT-3.1.2-4", "MQTT-3.1.2-6", "MQTT-3.1.2-5", "MQTT-3.1.3-2", "MQTT-4.1.0-1"})
    void inVersion311CleanSessionSaysHowLongASessionLasts() {
        core.connect(connect311("kept", false)).subscribe(AT_LEAST_ONCE, "a").drop();
        core.connect(connect311("clean", true)).subscribe(AT_LEAST_ONCE, "a").drop();
        core.passSeconds(YEAR_SECONDS);
        core.connect(connect("publisher")).publish(AT_LEAST_ONCE, "a", "1");
        core.open().send(connect311("kept", false))
                .expect(connack311(true), publish(AT_LEAST_ONCE, 1, "a", "1"));
        core.open().send(connect311("clean", false)).expect(connack311(false));
    }

    @Test
    void aSessionExpiresWhileTheBrokerIsDown() {
        core.connect(expiring("meter", 60)).drop();
        core.restart(60_000);
        core.open().send(expiring("meter", 60)).expect(connack(false));
    }

    /** Nobody knows when a client that was cut off by a crash would have gone. */
    @Test
    void forAClientCutOffByACrashTheIntervalBeginsWithTheRestart() {
        core.connect(expiring("meter", 60));
        core.connect(connect("fleeting"));
        core.restart(1_000_000);
        core.passSeconds(59);
        Client meter = core.open().send(expiring("meter", 60));
        meter.expect(connack(true));
        core.restart(1_000_000);
        core.passSeconds(61);
        core.open().send(expiring("meter", 60)).expect(connack(false));
    }

    @Test
    void aSessionThatHadAlreadyBeenLeftKeepsItsTimeOverARestart() {
        core.connect(expiring("meter", 60)).drop();
        core.passSeconds(30);
        core.restart();
        core.passSeconds(31);
        assertNoRowsOf("meter");
    }

    @Test
    void sessionsThatExpireTogetherAllEnd() {
        for (int i = 0; i < 2 * Sessions.DUE_MAX + 1; i++) {
            core.connect(expiring("meter-" + i, 60)).drop();
        }
        core.passSeconds(61);
        assertEquals(List.of(), core.store.readDue(Long.MAX_VALUE - 2, 1));
    }
}
