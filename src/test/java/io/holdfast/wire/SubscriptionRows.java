package io.holdfast.wire;

import static io.holdfast.mqtt.ReasonCode.GRANTED_QOS_1;
import static io.holdfast.mqtt.ReasonCode.GRANTED_QOS_2;
import static io.holdfast.mqtt.ReasonCode.MALFORMED_PACKET;
import static io.holdfast.mqtt.ReasonCode.NOT_AUTHORIZED;
import static io.holdfast.mqtt.ReasonCode.NO_SUBSCRIPTION_EXISTED;
import static io.holdfast.mqtt.ReasonCode.PROTOCOL_ERROR;
import static io.holdfast.mqtt.ReasonCode.SUCCESS;
import static io.holdfast.mqtt.ReasonCode.UNSPECIFIED_ERROR;
import static io.holdfast.wire.PacketRow.V31;
import static io.holdfast.wire.PacketRow.V311;
import static io.holdfast.wire.PacketRow.V5;
import static io.holdfast.wire.PacketRow.refused;
import static io.holdfast.wire.PacketRow.row;
import static io.holdfast.wire.PacketRow.tolerated;

import io.holdfast.mqtt.Packet.Suback;
import io.holdfast.mqtt.Packet.Subscribe;
import io.holdfast.mqtt.Packet.Subscribe.Requested;
import io.holdfast.mqtt.Packet.Unsuback;
import io.holdfast.mqtt.Packet.Unsubscribe;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.mqtt.SubscriptionOptions;
import java.util.List;
import java.util.stream.Stream;

/** Rows of SUBSCRIBE, SUBACK, UNSUBSCRIBE and UNSUBACK (sections 3.8 to 3.11). */
final class SubscriptionRows {
    private static final Properties NONE = Properties.NONE;

    private SubscriptionRows() {}

    static List<PacketRow> rows() {
        return Stream.of(subscribe(), badSubscribe(), suback(), unsubscribe(), unsuback())
                .flatMap(List::stream)
                .toList();
    }

    private static Requested requested(String topicFilter, QoS qos) {
        return new Requested(topicFilter, SubscriptionOptions.of(qos));
    }

    private static List<PacketRow> subscribe() {
        Subscribe one = new Subscribe(10, NONE, List.of(requested("a/b", QoS.AT_LEAST_ONCE)));
        Subscribe three = new Subscribe(10, NONE, List.of(requested("a/+", QoS.AT_MOST_ONCE),
                requested("#", QoS.EXACTLY_ONCE), requested("$share/g/a", QoS.AT_LEAST_ONCE)));
        Subscribe unusual = new Subscribe(10, NONE, List.of(requested("", QoS.AT_MOST_ONCE),
                requested("a#/+b", QoS.AT_MOST_ONCE)));
        return List.of(
                row(V31, "82 08 00 0A 00 03 61 2F 62 01", one, "SUBSCRIBE"),
                row(V311, "82 08 00 0A 00 03 61 2F 62 01", one, "SUBSCRIBE [MQTT-3.8.1-1]"),
                row(V5, "82 09 00 0A 00 00 03 61 2F 62 01", one, "SUBSCRIBE [MQTT-3.8.1-1]"),
                tolerated(V31, "8A .. 00 0A 'a/b' 01", one, "SUBSCRIBE may have DUP in 3.1"),
                tolerated(V31, "82 .. 00 0A 'a/b' FD", one, "the upper bits of the QoS are not used in 3.1"),
                row(V31, "82 .. 00 0A 'a/+' 00 '#' 02 '$share/g/a' 01", three, "SUBSCRIBE to three filters"),
                row(V311, "82 .. 00 0A 'a/+' 00 '#' 02 '$share/g/a' 01", three, "SUBSCRIBE to three filters"),
                row(V5, "82 .. 00 0A [] 'a/+' 00 '#' 02 '$share/g/a' 01", three,
                        "SUBSCRIBE to three filters"),
                row(V311, "82 .. 00 0A '' 00 'a#/+b' 00", unusual,
                        "invalid filters are the broker's concern"),
                row(V5, "82 .. 00 0A [] '' 00 'a#/+b' 00", unusual,
                        "invalid filters are the broker's concern"),
                row(V5, "82 .. 00 0A [] 'a' 2E 'b' 19",
                        new Subscribe(10, NONE, List.of(
                                new Requested("a", new SubscriptionOptions(QoS.EXACTLY_ONCE, true, true, 2)),
                                new Requested("b",
                                        new SubscriptionOptions(QoS.AT_LEAST_ONCE, false, true, 1)))),
                        "all Subscription Options"),
                row(V5, "82 .. 00 0A [0B FF FF FF 7F] 'a/b' 01",
                        new Subscribe(10, Properties.of(Property.SUBSCRIPTION_IDENTIFIER, 268_435_455),
                                one.subscriptions()), "the greatest Subscription Identifier"));
    }

    private static List<PacketRow> badSubscribe() {
        return List.of(
                refused(V31, "82 02 00 0A", PROTOCOL_ERROR, "SUBSCRIBE to nothing"),
                refused(V311, "82 02 00 0A", PROTOCOL_ERROR, "SUBSCRIBE to nothing [MQTT-3.8.3-3]"),
                refused(V5, "82 03 00 0A 00", PROTOCOL_ERROR, "SUBSCRIBE to nothing [MQTT-3.8.3-2]"),
                refused(V5, "82 02 00 0A", MALFORMED_PACKET, "no Property Length [MQTT-2.2.2-1]"),
                refused(V311, "82 .. 00 00 'a' 00", PROTOCOL_ERROR, "Packet Identifier 0 [MQTT-2.3.1-1]"),
                refused(V5, "82 .. 00 00 [] 'a' 00", PROTOCOL_ERROR, "Packet Identifier 0 [MQTT-2.2.1-3]"),
                refused(V31, "82 .. 00 0A 'a' 03", MALFORMED_PACKET, "QoS 3"),
                refused(V311, "82 .. 00 0A 'a' 03", MALFORMED_PACKET, "QoS 3 [MQTT-3.8.3-4]"),
                refused(V5, "82 .. 00 0A [] 'a' 03", PROTOCOL_ERROR, "QoS 3"),
                refused(V5, "82 .. 00 0A [] 'a' 30", PROTOCOL_ERROR, "Retain Handling 3"),
                refused(V311, "82 .. 00 0A 'a' 04", MALFORMED_PACKET, "No Local before 5.0 [MQTT-3.8.3-4]"),
                refused(V311, "82 .. 00 0A 'a' 81", MALFORMED_PACKET, "reserved option bit [MQTT-3.8.3-4]"),
                refused(V5, "82 .. 00 0A [] 'a' 41", MALFORMED_PACKET, "reserved option bit [MQTT-3.8.3-5]"),
                refused(V5, "82 .. 00 0A [] 'a' 81", MALFORMED_PACKET, "reserved option bit [MQTT-3.8.3-5]"),
                refused(V311, "82 .. 00 0A 'a'", MALFORMED_PACKET, "Topic Filter without QoS"),
                refused(V5, "82 .. 00 0A [] 'a' 00 'b'", MALFORMED_PACKET, "Topic Filter without options"),
                refused(V311, "82 .. 00 0A 00 01 FF 00", MALFORMED_PACKET, "ill-formed UTF-8 [MQTT-3.8.3-1]"),
                refused(V5, "82 .. 00 0A [] 00 01 FF 00", MALFORMED_PACKET,
                        "ill-formed UTF-8 [MQTT-3.8.3-1]"));
    }

    private static List<PacketRow> suback() {
        List<ReasonCode> granted = List.of(SUCCESS, GRANTED_QOS_1, GRANTED_QOS_2, UNSPECIFIED_ERROR);
        return List.of(
                row(V31, "90 03 00 0A 01", new Suback(10, NONE, List.of(GRANTED_QOS_1)), "SUBACK"),
                row(V311, "90 06 00 0A 00 01 02 80", new Suback(10, NONE, granted),
                        "SUBACK of each code [MQTT-3.9.3-1] [MQTT-3.9.3-2]"),
                row(V5, "90 07 00 0A 00 00 01 02 80", new Suback(10, NONE, granted),
                        "SUBACK of four codes [MQTT-3.9.3-1]"),
                row(V5, "90 .. 00 0A [1F 'no'] 87",
                        new Suback(10, Properties.of(Property.REASON_STRING, "no"), List.of(NOT_AUTHORIZED)),
                        "SUBACK with a Reason String"),
                refused(V311, "90 02 00 0A", PROTOCOL_ERROR, "SUBACK without a code [MQTT-3.8.4-5]"),
                refused(V5, "90 03 00 0A 00", PROTOCOL_ERROR, "SUBACK without a code [MQTT-3.8.4-6]"),
                refused(V311, "90 03 00 0A 03", PROTOCOL_ERROR, "SUBACK of QoS 3 [MQTT-3.9.3-2]"),
                refused(V311, "90 03 00 0A 87", PROTOCOL_ERROR, "SUBACK with a code of 5.0 [MQTT-3.9.3-2]"),
                refused(V5, "90 04 00 0A 00 11", PROTOCOL_ERROR,
                        "SUBACK with a code of UNSUBACK [MQTT-3.9.3-2]"),
                refused(V5, "90 04 00 00 00 00", PROTOCOL_ERROR, "SUBACK of Packet Identifier 0"));
    }

    private static List<PacketRow> unsubscribe() {
        Unsubscribe two = new Unsubscribe(10, NONE, List.of("a/+", "b"));
        return List.of(
                row(V31, "A2 .. 00 0A 'a/+' 'b'", two, "UNSUBSCRIBE from two filters"),
                row(V311, "A2 .. 00 0A 'a/+' 'b'", two, "UNSUBSCRIBE from two filters [MQTT-3.10.1-1]"),
                row(V5, "A2 .. 00 0A [] 'a/+' 'b'", two, "UNSUBSCRIBE from two filters [MQTT-3.10.1-1]"),
                row(V5, "A2 .. 00 0A [26 'k' 'v'] ''",
                        new Unsubscribe(10, Properties.of(Property.USER_PROPERTY,
                                new Properties.UserProperty("k", "v")), List.of("")),
                        "UNSUBSCRIBE from an empty filter with a User Property"),
                refused(V31, "A2 02 00 0A", PROTOCOL_ERROR, "UNSUBSCRIBE from nothing"),
                refused(V311, "A2 02 00 0A", PROTOCOL_ERROR, "UNSUBSCRIBE from nothing [MQTT-3.10.3-2]"),
                refused(V5, "A2 03 00 0A 00", PROTOCOL_ERROR, "UNSUBSCRIBE from nothing [MQTT-3.10.3-2]"),
                refused(V311, "A2 .. 00 00 'b'", PROTOCOL_ERROR, "Packet Identifier 0 [MQTT-2.3.1-1]"),
                refused(V5, "A2 .. 00 00 [] 'b'", PROTOCOL_ERROR, "Packet Identifier 0 [MQTT-2.2.1-3]"),
                refused(V5, "A2 .. 00 0A [] 00 02 C3 28", MALFORMED_PACKET,
                        "ill-formed UTF-8 [MQTT-3.10.3-1]"),
                refused(V311, "A2 .. 00 0A 'b' 00", MALFORMED_PACKET, "half a length"),
                refused(V5, "A2 .. 00 0A [0B 01] 'b'", MALFORMED_PACKET,
                        "Subscription Identifier in UNSUBSCRIBE"));
    }

    private static List<PacketRow> unsuback() {
        return List.of(
                row(V31, "B0 02 00 0A", new Unsuback(10, NONE, List.of()), "UNSUBACK"),
                row(V311, "B0 02 00 0A", new Unsuback(10, NONE, List.of()), "UNSUBACK [MQTT-3.10.4-4]"),
                row(V5, "B0 05 00 0A 00 00 11",
                        new Unsuback(10, NONE, List.of(SUCCESS, NO_SUBSCRIPTION_EXISTED)),
                        "UNSUBACK of two codes [MQTT-3.11.3-1]"),
                refused(V311, "B0 03 00 0A 00", MALFORMED_PACKET, "UNSUBACK with a code before 5.0"),
                refused(V5, "B0 03 00 0A 00", PROTOCOL_ERROR, "UNSUBACK without a code [MQTT-3.11.3-2]"),
                refused(V5, "B0 04 00 0A 00 01", PROTOCOL_ERROR,
                        "UNSUBACK with a code of SUBACK [MQTT-3.11.3-2]"),
                refused(V5, "B0 04 00 00 00 00", PROTOCOL_ERROR, "UNSUBACK of Packet Identifier 0"));
    }
}
