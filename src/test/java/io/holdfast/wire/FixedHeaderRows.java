package io.holdfast.wire;

import static io.holdfast.mqtt.ReasonCode.MALFORMED_PACKET;
import static io.holdfast.mqtt.ReasonCode.PACKET_TOO_LARGE;
import static io.holdfast.wire.PacketRow.V31;
import static io.holdfast.wire.PacketRow.V311;
import static io.holdfast.wire.PacketRow.V5;
import static io.holdfast.wire.PacketRow.refused;
import static io.holdfast.wire.PacketRow.row;
import static io.holdfast.wire.PacketRow.tolerated;

import io.holdfast.mqtt.Packet.Pingreq;
import io.holdfast.mqtt.Packet.Pingresp;
import io.holdfast.mqtt.Packet.Puback;
import io.holdfast.mqtt.Packet.Pubrel;
import io.holdfast.mqtt.Packet.Unsubscribe;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.ReasonCode;
import java.util.List;
import java.util.stream.Stream;

/** Rows about type, flags and Remaining Length (section 2.1), and the two packets that have nothing else. */
final class FixedHeaderRows {
    private FixedHeaderRows() {}

    static List<PacketRow> rows() {
        return Stream.of(types(), flags(), flagsOf31(), lengths()).flatMap(List::stream).toList();
    }

    private static List<PacketRow> types() {
        return List.of(
                row(V31, "C0 00", new Pingreq(), "PINGREQ"),
                row(V311, "C0 00", new Pingreq(), "PINGREQ"),
                row(V5, "C0 00", new Pingreq(), "PINGREQ"),
                row(V31, "D0 00", new Pingresp(), "PINGRESP"),
                row(V311, "D0 00", new Pingresp(), "PINGRESP"),
                row(V5, "D0 00", new Pingresp(), "PINGRESP"),
                refused(V311, "C0 01 00", MALFORMED_PACKET, "PINGREQ with a body"),
                refused(V5, "C0 01 00", MALFORMED_PACKET, "PINGREQ with a body"),
                refused(V5, "D0 01 00", MALFORMED_PACKET, "PINGRESP with a body"),

                refused(V31, "00 00", MALFORMED_PACKET, "type 0 is reserved"),
                refused(V311, "00 00", MALFORMED_PACKET, "type 0 is reserved"),
                refused(V5, "00 00", MALFORMED_PACKET, "type 0 is reserved"),
                refused(V31, "F0 00", MALFORMED_PACKET, "type 15 is reserved before 5.0"),
                refused(V311, "F0 00", MALFORMED_PACKET, "type 15 is reserved before 5.0"));
    }

    private static List<PacketRow> flags() {
        return List.of(
                refused(V311, "C1 00", MALFORMED_PACKET,
                        "PINGREQ with flags 1 [MQTT-2.2.2-1] [MQTT-2.2.2-2]"),
                refused(V5, "C1 00", MALFORMED_PACKET, "PINGREQ with flags 1 [MQTT-2.1.3-1]"),
                refused(V5, "D2 00", MALFORMED_PACKET, "PINGRESP with flags 2 [MQTT-2.1.3-1]"),
                refused(V5, "11 ..", MALFORMED_PACKET, "CONNECT with flags 1 [MQTT-2.1.3-1]"),
                refused(V5, "28 03 00 00 00", MALFORMED_PACKET, "CONNACK with flags 8 [MQTT-2.1.3-1]"),
                refused(V311, "42 02 00 01", MALFORMED_PACKET, "PUBACK with flags 2 [MQTT-2.2.2-2]"),
                refused(V5, "42 02 00 01", MALFORMED_PACKET, "PUBACK with flags 2 [MQTT-2.1.3-1]"),
                refused(V5, "52 02 00 01", MALFORMED_PACKET, "PUBREC with flags 2 [MQTT-2.1.3-1]"),
                refused(V311, "60 02 00 01", MALFORMED_PACKET, "PUBREL with flags 0 [MQTT-3.6.1-1]"),
                refused(V5, "60 02 00 01", MALFORMED_PACKET, "PUBREL with flags 0 [MQTT-3.6.1-1]"),
                refused(V5, "72 02 00 01", MALFORMED_PACKET, "PUBCOMP with flags 2 [MQTT-2.1.3-1]"),
                refused(V311, "80 .. 00 01 'a' 00", MALFORMED_PACKET,
                        "SUBSCRIBE with flags 0 [MQTT-3.8.1-1]"),
                refused(V5, "80 .. 00 01 [] 'a' 00", MALFORMED_PACKET,
                        "SUBSCRIBE with flags 0 [MQTT-3.8.1-1]"),
                refused(V311, "8A .. 00 01 'a' 00", MALFORMED_PACKET, "SUBSCRIBE with DUP [MQTT-3.8.1-1]"),
                refused(V5, "92 .. 00 01 [] 00", MALFORMED_PACKET, "SUBACK with flags 2 [MQTT-2.1.3-1]"),
                refused(V311, "A0 .. 00 01 'a'", MALFORMED_PACKET,
                        "UNSUBSCRIBE with flags 0 [MQTT-3.10.1-1]"),
                refused(V5, "A3 .. 00 01 [] 'a'", MALFORMED_PACKET,
                        "UNSUBSCRIBE with flags 3 [MQTT-3.10.1-1]"),
                refused(V5, "B4 .. 00 01 [] 00", MALFORMED_PACKET, "UNSUBACK with flags 4 [MQTT-2.1.3-1]"),
                refused(V311, "E1 00", MALFORMED_PACKET, "DISCONNECT with flags 1 [MQTT-3.14.1-1]"),
                refused(V5, "E1 00", MALFORMED_PACKET, "DISCONNECT with flags 1 [MQTT-3.14.1-1]"),
                refused(V5, "F8 00", MALFORMED_PACKET, "AUTH with flags 8 [MQTT-3.15.1-1]"));
    }

    private static List<PacketRow> flagsOf31() {
        return List.of(
                tolerated(V31, "6A 02 00 01", new Pubrel(1, ReasonCode.SUCCESS, Properties.NONE),
                        "PUBREL may have DUP in 3.1"),
                tolerated(V31, "AA .. 00 01 'a'", new Unsubscribe(1, Properties.NONE, List.of("a")),
                        "UNSUBSCRIBE may have DUP in 3.1"),
                tolerated(V31, "C1 00", new Pingreq(), "RETAIN is not used in 3.1"),
                refused(V31, "60 02 00 01", MALFORMED_PACKET, "PUBREL of QoS 0, 3.1 demands 1"));
    }

    private static List<PacketRow> lengths() {
        return List.of(
                tolerated(V31, "40 82 00 00 01", new Puback(1, ReasonCode.SUCCESS, Properties.NONE),
                        "Remaining Length of 2 in two bytes"),
                tolerated(V311, "40 82 80 00 00 01", new Puback(1, ReasonCode.SUCCESS, Properties.NONE),
                        "Remaining Length of 2 in three bytes"),
                refused(V5, "40 82 00 00 01", MALFORMED_PACKET,
                        "Remaining Length of 2 in two bytes [MQTT-1.5.5-1]"),
                refused(V5, "C0 80 80 80 00", MALFORMED_PACKET,
                        "Remaining Length of 0 in four bytes [MQTT-1.5.5-1]"),
                refused(V5, "10 95 00 'MQTT' 05 02 00 3C [] 'devices1'", MALFORMED_PACKET,
                        "Remaining Length of 21 of a CONNECT in two bytes [MQTT-1.5.5-1]"),
                refused(V311, "30 FF FF FF FF 01", MALFORMED_PACKET, "Remaining Length in five bytes"),
                refused(V5, "30 80 80 80 80 00", MALFORMED_PACKET, "Remaining Length in five bytes"),
                refused(V311, "30 FE 07", PACKET_TOO_LARGE,
                        "PUBLISH of 1025 bytes, one more than the maximum"),
                refused(V5, "30 FE 07", PACKET_TOO_LARGE, "PUBLISH of 1025 bytes, one more than the maximum"),
                refused(V5, "10 FF FF FF 7F", PACKET_TOO_LARGE, "CONNECT of the greatest Remaining Length"));
    }
}
