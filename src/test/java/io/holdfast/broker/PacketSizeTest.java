package io.holdfast.broker;

import static io.holdfast.broker.Packets.connack;
import static io.holdfast.broker.Packets.connect;
import static io.holdfast.broker.Packets.disconnect;
import static io.holdfast.broker.Packets.puback;
import static io.holdfast.broker.Packets.pubcomp;
import static io.holdfast.broker.Packets.publish;
import static io.holdfast.broker.Packets.pubrec;
import static io.holdfast.broker.Packets.pubrel;
import static io.holdfast.broker.Packets.suback;
import static io.holdfast.broker.Packets.subscribe;
import static io.holdfast.broker.Packets.unsuback;
import static io.holdfast.broker.Packets.unsubscribe;
import static io.holdfast.broker.Packets.with;
import static io.holdfast.mqtt.QoS.AT_LEAST_ONCE;
import static io.holdfast.mqtt.QoS.EXACTLY_ONCE;
import static io.holdfast.mqtt.ReasonCode.BAD_AUTHENTICATION_METHOD;
import static io.holdfast.mqtt.ReasonCode.NO_SUBSCRIPTION_EXISTED;
import static io.holdfast.mqtt.ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
import static io.holdfast.mqtt.ReasonCode.PACKET_TOO_LARGE;
import static io.holdfast.mqtt.ReasonCode.PAYLOAD_FORMAT_INVALID;
import static io.holdfast.mqtt.ReasonCode.PROTOCOL_ERROR;
import static io.holdfast.mqtt.ReasonCode.TOPIC_FILTER_INVALID;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.holdfast.conformance.Clause;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** What a client has said that it can take (sections 3.1.2.11.4, 3.1.2.11.6 and 3.1.2.11.7). */
class PacketSizeTest {
    /** CONNACK of success, with the three Properties that the broker announces its limits in. */
    private static final int CONNACK_BYTES = 16;
    private static final int BARE_CONNACK_BYTES = 5;

    private final Core core = new Core();

    private static Connect taking(long packetBytes) {
        return with(connect("meter"), Property.MAXIMUM_PACKET_SIZE, packetBytes);
    }

    private static Connect authenticating(long packetBytes) {
        return with(taking(packetBytes), Property.AUTHENTICATION_METHOD, "m");
    }

    private static String[] filters(int count, String topicFilter) {
        return Collections.nCopies(count, topicFilter).toArray(String[]::new);
    }

    /** A message that the broker refuses: its payload is not the UTF-8 that it says. */
    private static Publish refused(QoS qos, int packetId) {
        Publish publish = publish(qos, packetId, "a", "");
        return with(new Publish(false, qos, false, "a", packetId, publish.properties(), new byte[] {-1}),
                Property.PAYLOAD_FORMAT_INDICATOR, 1);
    }

    /** The limits in it are not for leaving out: a client that does not know them would break them. */
    @Test
    @Clause(mqtt5 = "MQTT-3.1.2-24")
    void aClientThatCannotTakeConnackIsRefusedInAsManyBytesAsItTakes() {
        core.open().send(taking(CONNACK_BYTES)).expect(connack(false));
        core.open().send(taking(CONNACK_BYTES - 1)).expectClosed(connack(PACKET_TOO_LARGE));
        core.open().send(taking(BARE_CONNACK_BYTES)).expectClosed(connack(PACKET_TOO_LARGE));
        core.open().send(taking(BARE_CONNACK_BYTES - 1)).expectClosed();
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.1.2-24", "MQTT-3.2.2-19", "MQTT-3.2.2-20", "MQTT-3.2.2-6", "MQTT-3.2.2-7",
            "MQTT-3.2.2-8"})
    void aRefusalLeavesOutItsReasonStringWhereItWouldBeTooLarge() {
        Client patient = core.open().send(authenticating(1_000));
        Packet.Connack told = (Packet.Connack) patient.take();
        Client terse = core.open().send(authenticating(CONNACK_BYTES));
        assertReasonString(true, told.properties());
        assertReasonString(false, ((Packet.Connack) terse.take()).properties());
        core.open().send(authenticating(BARE_CONNACK_BYTES)).expectClosed(connack(BAD_AUTHENTICATION_METHOD));
        core.open().send(authenticating(BARE_CONNACK_BYTES - 1)).expectClosed();
    }

    @Test
    void aReasonThatQuotesAVeryLongClientIdentifierIsNotSpelledOut() {
        String clientId = "x".repeat(65_535);
        Client older = core.connect(connect(clientId));
        core.connect(connect(clientId));
        assertReasonString(false, ((Packet.Disconnect) older.take()).properties());
        older.expectClosed();
    }

    private static void assertReasonString(boolean expected, Properties properties) {
        assertEquals(expected, properties.contains(Property.REASON_STRING));
        assertEquals(expected ? 1 : 0, properties.entries().size());
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.1.2-24", "MQTT-3.9.2-1", "MQTT-3.9.2-2"})
    void aSubackThatTheClientCannotTakeEndsTheConnection() {
        Client meter = core.connect(taking(CONNACK_BYTES));
        meter.send(subscribe(1, AT_LEAST_ONCE, filters(11, "#a"))) // 5 bytes, and one for each filter
                .expect(suback(1, Collections.nCopies(11, TOPIC_FILTER_INVALID)
                        .toArray(ReasonCode[]::new)));
        meter.send(subscribe(2, AT_LEAST_ONCE, filters(12, "#a"))).expectClosed(disconnect(PACKET_TOO_LARGE));
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.1.2-24", "MQTT-3.11.2-1", "MQTT-3.11.2-2"})
    void anUnsubackThatTheClientCannotTakeEndsTheConnection() {
        Client meter = core.connect(taking(CONNACK_BYTES));
        meter.send(unsubscribe(1, filters(11, "a")))
                .expect(unsuback(1, Collections.nCopies(11, NO_SUBSCRIPTION_EXISTED)
                        .toArray(ReasonCode[]::new)));
        meter.send(unsubscribe(2, filters(12, "a"))).expectClosed(disconnect(PACKET_TOO_LARGE));
    }

    /** They say what is wrong by their Reason Codes alone, to every client. */
    @Test
    @Clause(mqtt5 = {"MQTT-3.1.2-24", "MQTT-3.1.2-29", "MQTT-3.4.2-1", "MQTT-3.4.2-2", "MQTT-3.4.2-3",
            "MQTT-3.5.2-1", "MQTT-3.5.2-2", "MQTT-3.5.2-3", "MQTT-3.6.2-1", "MQTT-3.6.2-2", "MQTT-3.6.2-3",
            "MQTT-3.7.2-1", "MQTT-3.7.2-2", "MQTT-3.7.2-3", "MQTT-3.9.2-1", "MQTT-3.9.2-2", "MQTT-3.11.2-1",
            "MQTT-3.11.2-2"})
    void answersThatRefuseHaveNoPropertiesThatCouldBeTooLargeOrUnwanted() {
        Client terse = core.connect(with(taking(CONNACK_BYTES), Property.REQUEST_PROBLEM_INFORMATION, 0));
        Client curious = core.connect(with(connect("curious"), Property.REQUEST_PROBLEM_INFORMATION, 1));
        for (Client client : new Client[] {terse, curious}) {
            client.send(refused(AT_LEAST_ONCE, 1)).expect(puback(1, PAYLOAD_FORMAT_INVALID));
            client.send(refused(EXACTLY_ONCE, 2)).expect(pubrec(2, PAYLOAD_FORMAT_INVALID));
            client.send(pubrec(3)).expect(pubrel(3, PACKET_IDENTIFIER_NOT_FOUND));
            client.send(pubrel(4)).expect(pubcomp(4, PACKET_IDENTIFIER_NOT_FOUND));
            client.send(subscribe(5, AT_LEAST_ONCE, "#a")).expect(suback(5, TOPIC_FILTER_INVALID));
            client.send(unsubscribe(6, "a")).expect(unsuback(6, NO_SUBSCRIPTION_EXISTED));
        }
    }

    /** CONNACK and DISCONNECT may have one whatever the client has asked for. */
    @Test
    @Clause(mqtt5 = {"MQTT-3.1.2-24", "MQTT-3.14.2-3", "MQTT-3.14.2-4", "MQTT-3.14.4-2"})
    void aDisconnectLeavesOutItsReasonStringWhereItWouldBeTooLarge() {
        Client terse = core.connect(taking(CONNACK_BYTES)).send(taking(CONNACK_BYTES));
        assertReasonString(false, ((Packet.Disconnect) terse.take()).properties());
        terse.expectClosed();
        Client curious = core.connect(connect("curious")).send(connect("curious"));
        Packet.Disconnect told = (Packet.Disconnect) curious.take();
        assertReasonString(true, told.properties());
        assertEquals(PROTOCOL_ERROR, told.reason());
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.1.2-28")
    void noClientIsGivenResponseInformation() {
        core.open().send(with(connect("a"), Property.REQUEST_RESPONSE_INFORMATION, 0)).expect(connack(false));
        core.open().send(with(connect("b"), Property.REQUEST_RESPONSE_INFORMATION, 1)).expect(connack(false));
        core.open().send(connect("c")).expect(connack(false));
    }
}
