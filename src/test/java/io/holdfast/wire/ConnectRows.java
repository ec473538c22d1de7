package io.holdfast.wire;

import static io.holdfast.mqtt.ReasonCode.MALFORMED_PACKET;
import static io.holdfast.mqtt.ReasonCode.TOPIC_NAME_INVALID;
import static io.holdfast.mqtt.ReasonCode.UNSUPPORTED_PROTOCOL_VERSION;
import static io.holdfast.wire.PacketRow.V31;
import static io.holdfast.wire.PacketRow.V311;
import static io.holdfast.wire.PacketRow.V5;
import static io.holdfast.wire.PacketRow.refused;
import static io.holdfast.wire.PacketRow.row;
import static io.holdfast.wire.PacketRow.tolerated;

import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.Packet.Will;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import java.util.List;
import java.util.stream.Stream;

/** Rows of CONNECT (section 3.1). */
final class ConnectRows {
    private static final byte[] PASSWORD = {0x70, 0x77};
    private static final Will WILL = new Will(QoS.AT_LEAST_ONCE, true, Properties.NONE, "w",
            new byte[] {0x68});

    private ConnectRows() {}

    static List<PacketRow> rows() {
        return Stream.of(valid(), names(), flags(), payloads()).flatMap(List::stream).toList();
    }

    private static Connect connect(ProtocolVersion version, Will will, String userName, byte[] password) {
        return new Connect(version, true, 60, Properties.NONE, "d", will, userName, password);
    }

    private static List<PacketRow> valid() {
        Will quiet = new Will(QoS.EXACTLY_ONCE, false, Properties.NONE, "w", new byte[0]);
        return List.of(
                row(V31, "10 0F 00 06 4D 51 49 73 64 70 03 02 00 3C 00 01 64", connect(V31, null, null, null),
                        "CONNECT without anything optional"),
                row(V311, "10 0D 00 04 4D 51 54 54 04 02 00 3C 00 01 64", connect(V311, null, null, null),
                        "CONNECT without anything optional"),
                row(V5, "10 0E 00 04 4D 51 54 54 05 02 00 3C 00 00 01 64", connect(V5, null, null, null),
                        "CONNECT without anything optional [MQTT-2.2.2-1]"),
                row(V311, "10 .. 'MQTT' 04 00 FF FF 'd'",
                        new Connect(V311, false, 65_535, Properties.NONE, "d", null, null, null),
                        "CONNECT with Clean Session 0 and the longest Keep Alive"),
                row(V5, "10 .. 'MQTT' 05 00 00 00 [] 'd'",
                        new Connect(V5, false, 0, Properties.NONE, "d", null, null, null),
                        "CONNECT with Clean Start 0 and no Keep Alive"),
                row(V311, "10 .. 'MQTT' 04 02 00 3C ''",
                        new Connect(V311, true, 60, Properties.NONE, "", null, null, null),
                        "CONNECT with an empty Client Identifier"),
                row(V5, "10 .. 'MQTT' 05 02 00 3C [] ''",
                        new Connect(V5, true, 60, Properties.NONE, "", null, null, null),
                        "CONNECT with an empty Client Identifier"),
                row(V31, "10 .. 'MQIsdp' 03 EE 00 3C 'd' 'w' 'h' 'user' 'pw'",
                        connect(V31, WILL, "user", PASSWORD),
                        "CONNECT with everything"),
                row(V311, "10 .. 'MQTT' 04 EE 00 3C 'd' 'w' 'h' 'user' 'pw'",
                        connect(V311, WILL, "user", PASSWORD),
                        "CONNECT with everything, in order [MQTT-3.1.3-1]"),
                row(V5, "10 .. 'MQTT' 05 EE 00 3C [] 'd' [] 'w' 'h' 'user' 'pw'",
                        connect(V5, WILL, "user", PASSWORD),
                                "CONNECT with everything, in order [MQTT-3.1.3-1]"),
                row(V311, "10 .. 'MQTT' 04 16 00 3C 'd' 'w' ''", connect(V311, quiet, null, null),
                        "CONNECT with a Will of QoS 2 and an empty payload [MQTT-3.1.2-14]"),
                row(V5, "10 .. 'MQTT' 05 16 00 3C [] 'd' [] 'w' ''", connect(V5, quiet, null, null),
                        "CONNECT with a Will of QoS 2 and an empty payload [MQTT-3.1.2-12]"),
                row(V311, "10 .. 'MQTT' 04 82 00 3C 'd' ''", connect(V311, null, "", null),
                        "CONNECT with an empty User Name [MQTT-3.1.2-19]"),
                row(V5, "10 .. 'MQTT' 05 42 00 3C [] 'd' 'pw'", connect(V5, null, null, PASSWORD),
                        "CONNECT with a Password alone [MQTT-3.1.2-19]"),
                row(V5, "10 .. 'MQTT' 05 02 00 3C [11 00 00 00 0A 21 00 14] 'd'",
                        new Connect(V5, true, 60, Properties.of(Property.SESSION_EXPIRY_INTERVAL, 10)
                                .with(Property.RECEIVE_MAXIMUM, 20), "d", null, null, null),
                        "CONNECT with two Properties"),
                row(V5, "10 .. 'MQTT' 05 06 00 3C [] 'd' [18 00 00 00 05] 'w' 'h'",
                        connect(V5, new Will(QoS.AT_MOST_ONCE, false,
                                Properties.of(Property.WILL_DELAY_INTERVAL, 5), "w", new byte[] {0x68}), null,
                                        null),
                        "CONNECT with a Will Property [MQTT-3.1.2-9]"));
    }

    private static List<PacketRow> names() {
        return List.of(
                refused(V311, "10 .. 'MQTT' 06 02 00 3C 'd'", UNSUPPORTED_PROTOCOL_VERSION,
                        "level 6 [MQTT-3.1.2-2]"),
                refused(V5, "10 .. 'MQTT' 06 02 00 3C [] 'd'", UNSUPPORTED_PROTOCOL_VERSION,
                        "level 6 [MQTT-3.1.2-2]"),
                refused(V311, "10 .. 'MQTT' 00 02 00 3C 'd'", UNSUPPORTED_PROTOCOL_VERSION,
                        "level 0 [MQTT-3.1.2-2]"),
                refused(V311, "10 .. 'MQTT' 03 02 00 3C 'd'", UNSUPPORTED_PROTOCOL_VERSION,
                        "level 3 with the name of 3.1.1"),
                refused(V31, "10 .. 'MQIsdp' 04 02 00 3C 'd'", UNSUPPORTED_PROTOCOL_VERSION,
                        "level 4 with the name of 3.1"),
                refused(V31, "10 .. 'MQIsdp' 83 02 00 3C 'd'", UNSUPPORTED_PROTOCOL_VERSION,
                        "a bridge of 3.1"),
                refused(V311, "10 .. 'MQTT' 84 02 00 3C 'd'", UNSUPPORTED_PROTOCOL_VERSION,
                        "a bridge of 3.1.1"),
                refused(V311, "10 .. 'mqtt' 04 02 00 3C 'd'", UNSUPPORTED_PROTOCOL_VERSION,
                        "name in small letters [MQTT-3.1.2-1]"),
                refused(V5, "10 .. 'MQTTX' 05 02 00 3C [] 'd'", UNSUPPORTED_PROTOCOL_VERSION,
                        "another name [MQTT-3.1.2-1]"),
                refused(V5, "10 .. '' 05 02 00 3C [] 'd'", UNSUPPORTED_PROTOCOL_VERSION,
                        "empty name [MQTT-3.1.2-1]"),
                refused(V5, "10 .. 00 04 4D 51 54 C0", MALFORMED_PACKET, "name in ill-formed UTF-8"),
                refused(V5, "10 00", MALFORMED_PACKET, "CONNECT without anything [MQTT-3.1.4-1]"),
                refused(V5, "10 .. 'MQTT'", MALFORMED_PACKET, "CONNECT that ends after the name"));
    }

    private static List<PacketRow> flags() {
        return List.of(
                refused(V311, "10 .. 'MQTT' 04 03 00 3C 'd'", MALFORMED_PACKET,
                        "reserved flag [MQTT-3.1.2-3]"),
                refused(V5, "10 .. 'MQTT' 05 03 00 3C [] 'd'", MALFORMED_PACKET,
                        "reserved flag [MQTT-3.1.2-3]"),
                tolerated(V31, "10 .. 'MQIsdp' 03 03 00 3C 'd'", connect(V31, null, null, null),
                        "reserved flag, not used in 3.1"),
                refused(V311, "10 .. 'MQTT' 04 0A 00 3C 'd'", MALFORMED_PACKET,
                        "Will QoS 1 without Will [MQTT-3.1.2-13]"),
                refused(V5, "10 .. 'MQTT' 05 12 00 3C [] 'd'", MALFORMED_PACKET,
                        "Will QoS 2 without Will [MQTT-3.1.2-11]"),
                refused(V311, "10 .. 'MQTT' 04 22 00 3C 'd'", MALFORMED_PACKET,
                        "Will Retain without Will [MQTT-3.1.2-15]"),
                refused(V5, "10 .. 'MQTT' 05 22 00 3C [] 'd'", MALFORMED_PACKET,
                        "Will Retain without Will [MQTT-3.1.2-13]"),
                tolerated(V31, "10 .. 'MQIsdp' 03 3A 00 3C 'd'", connect(V31, null, null, null),
                        "Will QoS and Will Retain without Will are disregarded in 3.1"),
                refused(V31, "10 .. 'MQIsdp' 03 1E 00 3C 'd' 'w' 'h'", MALFORMED_PACKET, "Will QoS 3"),
                refused(V311, "10 .. 'MQTT' 04 1E 00 3C 'd' 'w' 'h'", MALFORMED_PACKET,
                        "Will QoS 3 [MQTT-3.1.2-14]"),
                refused(V5, "10 .. 'MQTT' 05 1E 00 3C [] 'd' [] 'w' 'h'", MALFORMED_PACKET,
                        "Will QoS 3 [MQTT-3.1.2-12]"),
                refused(V31, "10 .. 'MQIsdp' 03 42 00 3C 'd' 'pw'", MALFORMED_PACKET,
                        "Password without User Name"),
                refused(V311, "10 .. 'MQTT' 04 42 00 3C 'd' 'pw'", MALFORMED_PACKET,
                        "Password without User Name [MQTT-3.1.2-22]"));
    }

    private static List<PacketRow> payloads() {
        return List.of(
                tolerated(V31, "10 .. 'MQIsdp' 03 C2 00 3C 'd'", connect(V31, null, null, null),
                        "User Name and Password announced and missing, which 3.1 permits"),
                tolerated(V31, "10 .. 'MQIsdp' 03 C2 00 3C 'd' 'user'", connect(V31, null, "user", null),
                        "Password announced and missing, which 3.1 permits"),
                refused(V31, "10 .. 'MQIsdp' 03 82 00 3C 'd' 00 04 75 73", MALFORMED_PACKET,
                        "half a User Name"),
                refused(V311, "10 .. 'MQTT' 04 82 00 3C 'd'", MALFORMED_PACKET,
                        "User Name announced and missing [MQTT-3.1.2-19]"),
                refused(V5, "10 .. 'MQTT' 05 82 00 3C [] 'd'", MALFORMED_PACKET,
                        "User Name announced and missing [MQTT-3.1.2-17]"),
                refused(V311, "10 .. 'MQTT' 04 C2 00 3C 'd' 'user'", MALFORMED_PACKET,
                        "Password announced and missing [MQTT-3.1.2-21]"),
                refused(V311, "10 .. 'MQTT' 04 02 00 3C 'd' 'user'", MALFORMED_PACKET,
                        "User Name not announced [MQTT-3.1.2-18]"),
                refused(V5, "10 .. 'MQTT' 05 82 00 3C [] 'd' 'user' 'pw'", MALFORMED_PACKET,
                        "Password not announced [MQTT-3.1.2-18]"),
                refused(V311, "10 .. 'MQTT' 04 02 00 3C", MALFORMED_PACKET,
                        "no Client Identifier [MQTT-3.1.3-3]"),
                refused(V5, "10 .. 'MQTT' 05 02 00 3C []", MALFORMED_PACKET,
                        "no Client Identifier [MQTT-3.1.3-3]"),
                refused(V5, "10 .. 'MQTT' 05 02 00 3C", MALFORMED_PACKET,
                        "no Property Length [MQTT-2.2.2-1]"),
                refused(V5, "10 .. 'MQTT' 05 02 00 3C [] 00 01 FF", MALFORMED_PACKET,
                        "Client Identifier in ill-formed UTF-8 [MQTT-3.1.3-4]"),
                refused(V5, "10 .. 'MQTT' 05 06 00 3C [] 'd' [] 00 01 80 'h'", MALFORMED_PACKET,
                        "Will Topic in ill-formed UTF-8 [MQTT-3.1.3-11]"),
                refused(V311, "10 .. 'MQTT' 04 82 00 3C 'd' 00 01 00", MALFORMED_PACKET,
                        "User Name with U+0000 [MQTT-3.1.3-11] [MQTT-1.5.3-2]"),
                refused(V311, "10 .. 'MQTT' 04 06 00 3C 'd' 'w'", MALFORMED_PACKET,
                        "Will without payload [MQTT-3.1.2-9]"),
                refused(V5, "10 .. 'MQTT' 05 06 00 3C [] 'd' 'w' 'h'", MALFORMED_PACKET,
                        "Will without Property Length [MQTT-3.1.2-9]"),
                refused(V311, "10 .. 'MQTT' 04 06 00 3C 'd' 'w/#' 'h'", TOPIC_NAME_INVALID,
                        "Will Topic with a wildcard [MQTT-4.7.1-1]"),
                refused(V5, "10 .. 'MQTT' 05 06 00 3C [] 'd' [] 'w/+' 'h'", TOPIC_NAME_INVALID,
                        "Will Topic with a wildcard [MQTT-4.7.0-1]"),
                refused(V5, "10 .. 'MQTT' 05 06 00 3C [] 'd' [] '' 'h'", TOPIC_NAME_INVALID,
                        "empty Will Topic [MQTT-4.7.3-1]"),
                refused(V311, "10 .. 'MQTT' 04 02 00 3C 'd' 00", MALFORMED_PACKET, "a byte too many"),
                refused(V5, "10 .. 'MQTT' 05 02 00 3C [] 'd' 00", MALFORMED_PACKET, "a byte too many"));
    }
}
