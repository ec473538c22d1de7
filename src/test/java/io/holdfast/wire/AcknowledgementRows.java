package io.holdfast.wire;

import static io.holdfast.mqtt.ReasonCode.MALFORMED_PACKET;
import static io.holdfast.mqtt.ReasonCode.NO_MATCHING_SUBSCRIBERS;
import static io.holdfast.mqtt.ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
import static io.holdfast.mqtt.ReasonCode.PROTOCOL_ERROR;
import static io.holdfast.mqtt.ReasonCode.QUOTA_EXCEEDED;
import static io.holdfast.mqtt.ReasonCode.SUCCESS;
import static io.holdfast.wire.PacketRow.V31;
import static io.holdfast.wire.PacketRow.V311;
import static io.holdfast.wire.PacketRow.V5;
import static io.holdfast.wire.PacketRow.refused;
import static io.holdfast.wire.PacketRow.row;
import static io.holdfast.wire.PacketRow.tolerated;

import io.holdfast.mqtt.Packet.Puback;
import io.holdfast.mqtt.Packet.Pubcomp;
import io.holdfast.mqtt.Packet.Pubrec;
import io.holdfast.mqtt.Packet.Pubrel;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import java.util.List;
import java.util.stream.Stream;

/** Rows of PUBACK, PUBREC, PUBREL and PUBCOMP (sections 3.4 to 3.7). */
final class AcknowledgementRows {
    private static final Properties NONE = Properties.NONE;

    private AcknowledgementRows() {}

    static List<PacketRow> rows() {
        return Stream.of(valid(), refusals()).flatMap(List::stream).toList();
    }

    private static List<PacketRow> valid() {
        Properties reasonString = Properties.of(Property.REASON_STRING, "full");
        return List.of(
                row(V31, "40 02 12 34", new Puback(0x1234, SUCCESS, NONE), "PUBACK"),
                row(V311, "40 02 12 34", new Puback(0x1234, SUCCESS, NONE), "PUBACK [MQTT-2.3.1-6]"),
                row(V31, "50 02 12 34", new Pubrec(0x1234, SUCCESS, NONE), "PUBREC"),
                row(V311, "50 02 12 34", new Pubrec(0x1234, SUCCESS, NONE), "PUBREC [MQTT-2.3.1-6]"),
                row(V31, "62 02 12 34", new Pubrel(0x1234, SUCCESS, NONE), "PUBREL"),
                row(V311, "62 02 12 34", new Pubrel(0x1234, SUCCESS, NONE), "PUBREL [MQTT-3.6.1-1]"),
                row(V31, "70 02 FF FF", new Pubcomp(0xFFFF, SUCCESS, NONE), "PUBCOMP"),
                row(V311, "70 02 FF FF", new Pubcomp(0xFFFF, SUCCESS, NONE), "PUBCOMP"),

                row(V5, "40 02 12 34", new Puback(0x1234, SUCCESS, NONE), "PUBACK, shortest [MQTT-2.2.1-5]"),
                tolerated(V5, "40 03 12 34 00", new Puback(0x1234, SUCCESS, NONE),
                        "PUBACK without Properties"),
                tolerated(V5, "40 04 12 34 00 00", new Puback(0x1234, SUCCESS, NONE), "PUBACK in full"),
                row(V5, "40 03 12 34 97", new Puback(0x1234, QUOTA_EXCEEDED, NONE), "PUBACK that refuses"),
                tolerated(V5, "40 04 12 34 97 00", new Puback(0x1234, QUOTA_EXCEEDED, NONE),
                        "PUBACK in full"),
                row(V5, "40 .. 12 34 97 [1F 'full']", new Puback(0x1234, QUOTA_EXCEEDED, reasonString),
                        "PUBACK with a Reason String"),
                row(V5, "40 .. 12 34 00 [1F 'full']", new Puback(0x1234, SUCCESS, reasonString),
                        "PUBACK of success with a Reason String"),
                row(V5, "50 02 00 01", new Pubrec(1, SUCCESS, NONE), "PUBREC, shortest"),
                row(V5, "50 03 00 01 10", new Pubrec(1, NO_MATCHING_SUBSCRIBERS, NONE),
                        "PUBREC that nobody gets"),
                row(V5, "50 .. 00 01 97 [1F 'full']", new Pubrec(1, QUOTA_EXCEEDED, reasonString),
                        "PUBREC with a Reason String"),
                row(V5, "62 02 00 01", new Pubrel(1, SUCCESS, NONE), "PUBREL, shortest [MQTT-3.6.1-1]"),
                row(V5, "62 03 00 01 92", new Pubrel(1, PACKET_IDENTIFIER_NOT_FOUND, NONE),
                        "PUBREL of the unknown"),
                row(V5, "62 .. 00 01 92 [1F 'full']",
                        new Pubrel(1, PACKET_IDENTIFIER_NOT_FOUND, reasonString),
                        "PUBREL with a Reason String"),
                row(V5, "70 02 00 01", new Pubcomp(1, SUCCESS, NONE), "PUBCOMP, shortest"),
                row(V5, "70 03 00 01 92", new Pubcomp(1, PACKET_IDENTIFIER_NOT_FOUND, NONE),
                        "PUBCOMP of the unknown"),
                row(V5, "70 .. 00 01 92 [1F 'full']",
                        new Pubcomp(1, PACKET_IDENTIFIER_NOT_FOUND, reasonString),
                        "PUBCOMP with a Reason String"));
    }

    private static List<PacketRow> refusals() {
        return List.of(
                refused(V311, "40 00", MALFORMED_PACKET, "PUBACK without Packet Identifier"),
                refused(V311, "40 01 12", MALFORMED_PACKET, "PUBACK with half a Packet Identifier"),
                refused(V5, "62 01 12", MALFORMED_PACKET, "PUBREL with half a Packet Identifier"),
                refused(V31, "40 02 00 00", PROTOCOL_ERROR, "PUBACK of Packet Identifier 0"),
                refused(V311, "50 02 00 00", PROTOCOL_ERROR, "PUBREC of Packet Identifier 0 [MQTT-2.3.1-1]"),
                refused(V5, "62 02 00 00", PROTOCOL_ERROR, "PUBREL of Packet Identifier 0 [MQTT-2.2.1-3]"),
                refused(V5, "70 02 00 00", PROTOCOL_ERROR, "PUBCOMP of Packet Identifier 0 [MQTT-2.2.1-3]"),
                refused(V31, "40 03 00 01 00", MALFORMED_PACKET, "PUBACK with a Reason Code before 5.0"),
                refused(V311, "40 03 00 01 00", MALFORMED_PACKET, "PUBACK with a Reason Code before 5.0"),
                refused(V311, "62 03 00 01 00", MALFORMED_PACKET, "PUBREL with a Reason Code before 5.0"),
                refused(V5, "40 03 00 01 92", PROTOCOL_ERROR,
                        "Reason Code of PUBREL in PUBACK [MQTT-3.4.2-1]"),
                refused(V5, "40 03 00 01 01", PROTOCOL_ERROR,
                        "Reason Code of SUBACK in PUBACK [MQTT-3.4.2-1]"),
                refused(V5, "50 03 00 01 7F", PROTOCOL_ERROR,
                        "undefined Reason Code in PUBREC [MQTT-3.5.2-1]"),
                refused(V5, "62 03 00 01 97", PROTOCOL_ERROR,
                        "Reason Code of PUBACK in PUBREL [MQTT-3.6.2-1]"),
                refused(V5, "70 03 00 01 10", PROTOCOL_ERROR,
                        "Reason Code of PUBACK in PUBCOMP [MQTT-3.7.2-1]"),
                refused(V5, "40 05 00 01 00 00 00", MALFORMED_PACKET, "a byte too many"),
                refused(V5, "40 04 00 01 00 01", MALFORMED_PACKET, "Property Length beyond the packet"),
                refused(V5, "40 .. 00 01 00 [11 00 00 00 01]", MALFORMED_PACKET,
                        "Property of CONNECT in PUBACK"),
                refused(V5, "50 .. 00 01 00 [23 00 01]", MALFORMED_PACKET, "Property of PUBLISH in PUBREC"),
                refused(V5, "62 .. 00 01 00 [0B 01]", MALFORMED_PACKET, "Property of SUBSCRIBE in PUBREL"),
                refused(V5, "70 .. 00 01 00 [1C 's']", MALFORMED_PACKET,
                        "Property of DISCONNECT in PUBCOMP"));
    }
}
