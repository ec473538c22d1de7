package io.holdfast.wire;

import static io.holdfast.mqtt.ReasonCode.MALFORMED_PACKET;
import static io.holdfast.mqtt.ReasonCode.PROTOCOL_ERROR;
import static io.holdfast.wire.PacketRow.V31;
import static io.holdfast.wire.PacketRow.V311;
import static io.holdfast.wire.PacketRow.V5;
import static io.holdfast.wire.PacketRow.refused;
import static io.holdfast.wire.PacketRow.row;
import static io.holdfast.wire.PacketRow.tolerated;

import io.holdfast.mqtt.Packet.Connack;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ReasonCode;
import java.util.List;

/** Rows of CONNACK (section 3.2). */
final class ConnackRows {
    private ConnackRows() {}

    private static Connack connack(boolean sessionPresent, ReasonCode reason) {
        return new Connack(sessionPresent, reason, Properties.NONE);
    }

    static List<PacketRow> rows() {
        return List.of(
                row(V31, "20 02 00 00", connack(false, ReasonCode.SUCCESS), "CONNACK"),
                tolerated(V31, "20 02 01 00", connack(false, ReasonCode.SUCCESS),
                        "3.1 has no Session Present"),
                row(V311, "20 02 00 00", connack(false, ReasonCode.SUCCESS), "CONNACK"),
                row(V311, "20 02 01 00", connack(true, ReasonCode.SUCCESS), "Session Present"),
                row(V311, "20 02 00 01", connack(false, ReasonCode.UNSUPPORTED_PROTOCOL_VERSION),
                        "Return Code 1"),
                row(V311, "20 02 00 02", connack(false, ReasonCode.CLIENT_IDENTIFIER_NOT_VALID),
                        "Return Code 2"),
                row(V311, "20 02 00 03", connack(false, ReasonCode.SERVER_UNAVAILABLE), "Return Code 3"),
                row(V311, "20 02 00 04", connack(false, ReasonCode.BAD_USER_NAME_OR_PASSWORD),
                        "Return Code 4"),
                row(V31, "20 02 00 05", connack(false, ReasonCode.NOT_AUTHORIZED), "Return Code 5"),
                refused(V311, "20 02 00 06", PROTOCOL_ERROR, "Return Code 6 is reserved"),
                refused(V311, "20 02 01 05", PROTOCOL_ERROR, "Session Present in a refusal [MQTT-3.2.2-4]"),
                refused(V311, "20 02 02 00", MALFORMED_PACKET, "a reserved flag"),
                refused(V311, "20 01 00", MALFORMED_PACKET, "no Return Code"),
                refused(V311, "20 03 00 00 00", MALFORMED_PACKET, "Properties before 5.0"),
                row(V5, "20 03 00 00 00", connack(false, ReasonCode.SUCCESS), "CONNACK [MQTT-2.2.2-1]"),
                row(V5, "20 03 01 00 00", connack(true, ReasonCode.SUCCESS),
                        "Session Present"),
                row(V5, "20 03 00 85 00", connack(false, ReasonCode.CLIENT_IDENTIFIER_NOT_VALID),
                        "a refusal"),
                row(V5, "20 .. 00 00 [12 'auto-1' 13 00 1E 22 00 0A]",
                        new Connack(false, ReasonCode.SUCCESS,
                                Properties.of(Property.ASSIGNED_CLIENT_IDENTIFIER, "auto-1")
                                        .with(Property.SERVER_KEEP_ALIVE, 30)
                                        .with(Property.TOPIC_ALIAS_MAXIMUM, 10)),
                        "CONNACK with three Properties"),
                refused(V5, "20 03 01 87 00", PROTOCOL_ERROR, "Session Present in a refusal [MQTT-3.2.2-6]"),
                refused(V5, "20 03 80 00 00", MALFORMED_PACKET, "a reserved flag [MQTT-3.2.2-1]"),
                refused(V5, "20 03 00 01 00", PROTOCOL_ERROR, "Reason Code of SUBACK [MQTT-3.2.2-8]"),
                refused(V5, "20 03 00 8E 00", PROTOCOL_ERROR, "Reason Code of DISCONNECT [MQTT-3.2.2-8]"),
                refused(V5, "20 03 00 FF 00", PROTOCOL_ERROR, "undefined Reason Code [MQTT-3.2.2-8]"),
                refused(V5, "20 02 00 00", MALFORMED_PACKET, "no Property Length [MQTT-2.2.2-1]"),
                refused(V5, "20 04 00 00 00 00", MALFORMED_PACKET, "a byte too many"));
    }
}
