package io.holdfast.broker;

import static io.holdfast.broker.Packets.connack;
import static io.holdfast.broker.Packets.connect;
import static io.holdfast.broker.Packets.connect311;
import static io.holdfast.broker.Packets.disconnect;
import static io.holdfast.broker.Packets.durable;
import static io.holdfast.broker.Packets.puback;
import static io.holdfast.broker.Packets.publish;
import static io.holdfast.broker.Packets.with;
import static io.holdfast.mqtt.QoS.AT_LEAST_ONCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.conformance.Clause;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.ReasonCode;
import org.junit.jupiter.api.Test;

/** Bytes that are no packet end their connection, and trouble nobody else. */
class RefusedInputTest {
    private static final String WHAT = "flags of SUBSCRIBE are 0, expected 2";

    private final Core core = new Core();

    private static Input refused(Client client, ProtocolVersion version, ReasonCode reason) {
        return new Input.PacketRefused(client.connectionId(), version, reason, WHAT);
    }

    @Test
    @Clause(mqtt5 = {"MQTT-4.13.1-1", "MQTT-4.13.2-1", "MQTT-3.14.2-1", "MQTT-3.14.4-2"})
    void aConnectedClientIsToldTheReason() {
        Client meter = core.connect(connect("meter"));
        core.handle(refused(meter, ProtocolVersion.MQTT_5, ReasonCode.MALFORMED_PACKET));
        meter.expectClosed(disconnect(ReasonCode.MALFORMED_PACKET));
    }

    /** DISCONNECT has no code for the version [MQTT-3.14.2-1]; a second CONNECT is wrong [MQTT-3.1.0-2]. */
    @Test
    void aSecondConnectOfAnUnknownVersionIsAProtocolError() {
        Client meter = core.connect(connect("meter"));
        core.handle(refused(meter, ProtocolVersion.MQTT_5, ReasonCode.UNSUPPORTED_PROTOCOL_VERSION));
        meter.expectClosed(disconnect(ReasonCode.PROTOCOL_ERROR));
    }

    @Test
    void theReasonStringSaysWhatIsWrong() {
        Client meter = core.connect(connect("meter"));
        core.handle(refused(meter, ProtocolVersion.MQTT_5, ReasonCode.MALFORMED_PACKET));
        assertEquals(WHAT, ((Packet.Disconnect) meter.take()).properties().string(Property.REASON_STRING));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.14.2-3")
    void theReasonStringIsLeftOutWhereItWouldBeTooLarge() {
        Client meter = core.connect(with(connect("meter"), Property.MAXIMUM_PACKET_SIZE, 64));
        core.handle(refused(meter, ProtocolVersion.MQTT_5, ReasonCode.MALFORMED_PACKET));
        assertTrue(((Packet.Disconnect) meter.take()).properties().isEmpty());
    }

    @Test
    @Clause(mqtt311 = "MQTT-4.8.0-1")
    void inVersion311TheConnectionIsJustClosed() {
        Client meter = core.connect(connect311("meter", true));
        core.handle(refused(meter, ProtocolVersion.MQTT_3_1_1, ReasonCode.MALFORMED_PACKET));
        meter.expectClosed();
    }

    /** 3.1.1 has no CONNACK for it. */
    @Test
    @Clause(mqtt5 = "MQTT-3.1.4-1", mqtt311 = "MQTT-3.1.4-1")
    void aMalformedConnectIsAnsweredWhereTheVersionHasACode() {
        Client meter = core.open();
        Client older = core.open();
        Client stranger = core.open();
        core.handle(refused(meter, ProtocolVersion.MQTT_5, ReasonCode.MALFORMED_PACKET));
        core.handle(refused(older, ProtocolVersion.MQTT_3_1_1, ReasonCode.MALFORMED_PACKET));
        core.handle(refused(stranger, null, ReasonCode.MALFORMED_PACKET));
        meter.expectClosed(connack(ReasonCode.MALFORMED_PACKET));
        older.expectClosed();
        stranger.expectClosed();
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.1.2-2", mqtt311 = "MQTT-3.1.2-2")
    void anUnknownProtocolVersionIsAnsweredWithJustThat() {
        Client stranger = core.open();
        core.handle(refused(stranger, null, ReasonCode.UNSUPPORTED_PROTOCOL_VERSION));
        stranger.expectClosed(connack(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.14.0-1")
    void beforeConnackTheConnectionIsJustClosed() {
        Client meter = core.open();
        core.stall();
        meter.send(connect("meter"));
        core.handle(refused(meter, ProtocolVersion.MQTT_5, ReasonCode.MALFORMED_PACKET));
        core.commit();
        meter.expectClosed();
    }

    @Test
    void theSessionOfTheOffenderIsKept() {
        Client offender = core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "a");
        core.handle(refused(offender, ProtocolVersion.MQTT_5, ReasonCode.MALFORMED_PACKET));
        core.connect(connect("publisher")).publish(AT_LEAST_ONCE, "a", "1");
        core.open().send(durable("meter")).expect(connack(true), publish(AT_LEAST_ONCE, 1, "a", "1"));
    }

    @Test
    void othersAreServedAsIfNothingHadHappened() {
        Client other = core.connect(durable("other")).subscribe(AT_LEAST_ONCE, "a");
        Client offender = core.connect(connect("offender"));
        core.handle(refused(offender, ProtocolVersion.MQTT_5, ReasonCode.MALFORMED_PACKET));
        core.handle(refused(offender, ProtocolVersion.MQTT_5, ReasonCode.MALFORMED_PACKET)); // and again
        other.send(publish(AT_LEAST_ONCE, 7, "a", "1"))
                .expect(puback(7), publish(AT_LEAST_ONCE, 1, "a", "1"));
    }
}
