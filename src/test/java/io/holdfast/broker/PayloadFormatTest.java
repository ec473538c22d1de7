package io.holdfast.broker;

import static io.holdfast.broker.Packets.connect;
import static io.holdfast.broker.Packets.disconnect;
import static io.holdfast.broker.Packets.durable;
import static io.holdfast.broker.Packets.puback;
import static io.holdfast.broker.Packets.publish;
import static io.holdfast.broker.Packets.pubrec;
import static io.holdfast.broker.Packets.retain;
import static io.holdfast.broker.Packets.with;
import static io.holdfast.mqtt.QoS.AT_LEAST_ONCE;
import static io.holdfast.mqtt.QoS.AT_MOST_ONCE;
import static io.holdfast.mqtt.QoS.EXACTLY_ONCE;
import static io.holdfast.mqtt.ReasonCode.PAYLOAD_FORMAT_INVALID;

import io.holdfast.conformance.Clause;
import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.QoS;
import org.junit.jupiter.api.Test;

/** What a payload is said to be (section 3.3.2.3.2). */
class PayloadFormatTest {
    private static final byte[] CUT_OFF = {'a', (byte) 0xE2, (byte) 0x82};

    private final Core core = new Core();
    private final Client publisher = core.connect(connect("publisher"));
    private final Client meter = core.connect(durable("meter")).subscribe(EXACTLY_ONCE, "a");

    private static Publish broken(QoS qos, int packetId, int format) {
        return new Publish(false, qos, false, "a", packetId,
                Properties.of(Property.PAYLOAD_FORMAT_INDICATOR, format), CUT_OFF);
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.3.2-4")
    void theIndicatorIsForwarded() {
        Publish text = with(publish(AT_LEAST_ONCE, 1, "a", "\u20AC"), Property.PAYLOAD_FORMAT_INDICATOR, 1);
        Publish bytes = broken(EXACTLY_ONCE, 2, 0);
        publisher.send(text, bytes).expect(puback(1), pubrec(2));
        meter.expect(text, bytes);
    }

    @Test
    void aPayloadThatIsNotTheUtf8ItClaimsToBeIsRefused() {
        publisher.send(broken(AT_LEAST_ONCE, 1, 1), broken(EXACTLY_ONCE, 2, 1))
                .expect(puback(1, PAYLOAD_FORMAT_INVALID), pubrec(2, PAYLOAD_FORMAT_INVALID));
        meter.expect();
    }

    @Test
    @Clause(mqtt5 = "MQTT-4.3.3-9")
    void afterARefusalThePacketIdentifierIsFree() {
        publisher.send(broken(EXACTLY_ONCE, 2, 1), publish(EXACTLY_ONCE, 2, "a", "1"))
                .expect(pubrec(2, PAYLOAD_FORMAT_INVALID), pubrec(2));
        meter.expect(publish(EXACTLY_ONCE, 1, "a", "1"));
    }

    @Test
    void atQos0ThereIsNoAnswerSoThatTheConnectionEnds() {
        publisher.send(broken(AT_MOST_ONCE, 0, 1)).expectClosed(disconnect(PAYLOAD_FORMAT_INVALID));
        meter.expect();
    }

    @Test
    void aRefusedPayloadIsNotRetained() {
        publisher.send(retain(broken(AT_LEAST_ONCE, 1, 1))).expect(puback(1, PAYLOAD_FORMAT_INVALID));
        core.connect(connect("late")).subscribe(AT_LEAST_ONCE, "a").expect();
    }
}
