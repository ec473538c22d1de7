package io.holdfast.wire;

import static io.holdfast.mqtt.ReasonCode.CONTINUE_AUTHENTICATION;
import static io.holdfast.mqtt.ReasonCode.DISCONNECT_WITH_WILL_MESSAGE;
import static io.holdfast.mqtt.ReasonCode.MALFORMED_PACKET;
import static io.holdfast.mqtt.ReasonCode.PROTOCOL_ERROR;
import static io.holdfast.mqtt.ReasonCode.RE_AUTHENTICATE;
import static io.holdfast.mqtt.ReasonCode.SERVER_MOVED;
import static io.holdfast.mqtt.ReasonCode.SUCCESS;
import static io.holdfast.wire.PacketRow.V31;
import static io.holdfast.wire.PacketRow.V311;
import static io.holdfast.wire.PacketRow.V5;
import static io.holdfast.wire.PacketRow.refused;
import static io.holdfast.wire.PacketRow.row;
import static io.holdfast.wire.PacketRow.tolerated;

import io.holdfast.mqtt.Packet.Auth;
import io.holdfast.mqtt.Packet.Disconnect;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import java.util.List;

/** Rows of DISCONNECT and AUTH (sections 3.14 and 3.15). */
final class ClosingRows {
    private ClosingRows() {}

    static List<PacketRow> rows() {
        Disconnect normal = new Disconnect(SUCCESS, Properties.NONE);
        Disconnect withWill = new Disconnect(DISCONNECT_WITH_WILL_MESSAGE, Properties.NONE);
        Properties method = Properties.of(Property.AUTHENTICATION_METHOD, "m");
        return List.of(
                row(V31, "E0 00", normal, "DISCONNECT"),
                row(V311, "E0 00", normal, "DISCONNECT"),
                row(V5, "E0 00", normal, "DISCONNECT, shortest"),
                tolerated(V5, "E0 01 00", normal, "DISCONNECT without Properties"),
                tolerated(V5, "E0 02 00 00", normal, "DISCONNECT in full"),
                row(V5, "E0 01 04", withWill, "DISCONNECT with Will Message"),
                tolerated(V5, "E0 02 04 00", withWill, "DISCONNECT with Will Message in full"),
                row(V5, "E0 .. 00 [11 00 00 00 0A]",
                        new Disconnect(SUCCESS, Properties.of(Property.SESSION_EXPIRY_INTERVAL, 10)),
                        "DISCONNECT with a Session Expiry Interval"),
                row(V5, "E0 .. 9D [1C 'other' 1F 'gone']",
                        new Disconnect(SERVER_MOVED, Properties.of(Property.SERVER_REFERENCE, "other")
                                .with(Property.REASON_STRING, "gone")),
                        "DISCONNECT with a Server Reference and a Reason String"),
                refused(V31, "E0 01 00", MALFORMED_PACKET, "DISCONNECT with a Reason Code before 5.0"),
                refused(V311, "E0 01 00", MALFORMED_PACKET, "DISCONNECT with a Reason Code before 5.0"),
                refused(V5, "E0 01 01", PROTOCOL_ERROR, "Reason Code of SUBACK [MQTT-3.14.2-1]"),
                refused(V5, "E0 01 84", PROTOCOL_ERROR, "Reason Code of CONNACK [MQTT-3.14.2-1]"),
                refused(V5, "E0 01 05", PROTOCOL_ERROR, "undefined Reason Code [MQTT-3.14.2-1]"),
                refused(V5, "E0 03 00 00 00", MALFORMED_PACKET, "a byte too many"),
                refused(V5, "E0 .. 00 [21 00 01]", MALFORMED_PACKET, "Property of CONNECT in DISCONNECT"),

                row(V5, "F0 00", new Auth(SUCCESS, Properties.NONE), "AUTH, shortest"),
                tolerated(V5, "F0 02 00 00", new Auth(SUCCESS, Properties.NONE), "AUTH in full"),
                row(V5, "F0 .. 00 [15 'm']", new Auth(SUCCESS, method), "AUTH of success with a method"),
                row(V5, "F0 .. 18 [15 'm' 16 00 01 FF]",
                        new Auth(CONTINUE_AUTHENTICATION,
                                method.with(Property.AUTHENTICATION_DATA, new byte[] {(byte) 0xFF})),
                        "AUTH that continues"),
                row(V5, "F0 .. 19 [15 'm']", new Auth(RE_AUTHENTICATE, method), "AUTH that begins again"),
                refused(V5, "F0 01 00", MALFORMED_PACKET, "AUTH without Property Length"),
                refused(V5, "F0 02 18 00", PROTOCOL_ERROR, "AUTH without Authentication Method"),
                refused(V5, "F0 .. 00 [1F 'x']", PROTOCOL_ERROR, "AUTH with Properties but without method"),
                refused(V5, "F0 .. 18 [16 00 01 FF]", PROTOCOL_ERROR, "AUTH with data but without method"),
                refused(V5, "F0 .. 8C [15 'm']", PROTOCOL_ERROR, "Reason Code of CONNACK [MQTT-3.15.2-1]"),
                refused(V5, "F0 .. 18 [15 'm'] 00", MALFORMED_PACKET, "a byte too many"));
    }
}
