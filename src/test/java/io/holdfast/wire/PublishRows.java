package io.holdfast.wire;

import static io.holdfast.mqtt.ReasonCode.MALFORMED_PACKET;
import static io.holdfast.mqtt.ReasonCode.PROTOCOL_ERROR;
import static io.holdfast.mqtt.ReasonCode.TOPIC_ALIAS_INVALID;
import static io.holdfast.mqtt.ReasonCode.TOPIC_NAME_INVALID;
import static io.holdfast.wire.PacketRow.V31;
import static io.holdfast.wire.PacketRow.V311;
import static io.holdfast.wire.PacketRow.V5;
import static io.holdfast.wire.PacketRow.refused;
import static io.holdfast.wire.PacketRow.row;
import static io.holdfast.wire.PacketRow.tolerated;

import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.QoS;
import java.util.List;
import java.util.stream.Stream;

/** Rows of PUBLISH (section 3.3), and of the strings in it (section 1.5.4). */
final class PublishRows {
    private static final byte[] HI = {0x68, 0x69};

    private PublishRows() {}

    static List<PacketRow> rows() {
        return Stream.of(valid(), refusals(), strings()).flatMap(List::stream).toList();
    }

    private static Publish publish(String topicName, Properties properties) {
        return new Publish(false, QoS.AT_MOST_ONCE, false, topicName, 0, properties, HI);
    }

    private static List<PacketRow> valid() {
        Publish once = new Publish(false, QoS.AT_LEAST_ONCE, false, "a/b", 10, Properties.NONE, HI);
        Publish repeated = new Publish(true, QoS.EXACTLY_ONCE, true, "a/b", 65_535, Properties.NONE, HI);
        Publish empty = new Publish(false, QoS.AT_MOST_ONCE, true, "a/b", 0, Properties.NONE, new byte[0]);
        return List.of(
                row(V31, "30 07 00 03 61 2F 62 68 69", publish("a/b", Properties.NONE), "PUBLISH of QoS 0"),
                row(V311, "30 07 00 03 61 2F 62 68 69", publish("a/b", Properties.NONE),
                        "PUBLISH of QoS 0 has no Packet Identifier [MQTT-2.3.1-5]"),
                row(V5, "30 08 00 03 61 2F 62 00 68 69", publish("a/b", Properties.NONE),
                        "PUBLISH of QoS 0 has no Packet Identifier [MQTT-2.2.1-2]"),
                row(V31, "32 .. 'a/b' 00 0A 68 69", once, "PUBLISH of QoS 1"),
                row(V311, "32 .. 'a/b' 00 0A 68 69", once, "PUBLISH of QoS 1"),
                row(V5, "32 .. 'a/b' 00 0A [] 68 69", once, "PUBLISH of QoS 1"),
                row(V31, "3D .. 'a/b' FF FF 68 69", repeated, "PUBLISH of QoS 2 with DUP and RETAIN"),
                row(V311, "3D .. 'a/b' FF FF 68 69", repeated, "PUBLISH of QoS 2 with DUP [MQTT-3.3.1-1]"),
                row(V5, "3D .. 'a/b' FF FF [] 68 69", repeated, "PUBLISH of QoS 2 with DUP [MQTT-3.3.1-1]"),
                row(V311, "31 .. 'a/b'", empty, "PUBLISH without payload"),
                row(V5, "31 .. 'a/b' []", empty, "PUBLISH without payload"),
                row(V311, "30 .. '$SYS/x y' 68 69", publish("$SYS/x y", Properties.NONE),
                        "Topic Name with $ and a space"),
                row(V5, "30 .. '/' [] 68 69", publish("/", Properties.NONE), "Topic Name of one separator"),
                row(V5, "30 .. '' [23 00 01] 68 69", publish("", Properties.of(Property.TOPIC_ALIAS, 1)),
                        "Topic Alias instead of a Topic Name"),
                row(V5, "30 .. 'a/b' [0B 01 0B 80 01] 68 69",
                        publish("a/b", Properties.of(Property.SUBSCRIPTION_IDENTIFIER, 1)
                                .with(Property.SUBSCRIPTION_IDENTIFIER, 128)),
                        "two Subscription Identifiers"),
                row(V5, "30 .. 'a/b' [26 'k' 'v' 02 00 00 00 3C 26 'k' 'u'] 68 69",
                        publish("a/b",
                                Properties.of(Property.USER_PROPERTY, new Properties.UserProperty("k", "v"))
                                .with(Property.MESSAGE_EXPIRY_INTERVAL, 60)
                                .with(Property.USER_PROPERTY, new Properties.UserProperty("k", "u"))),
                        "Properties keep their order [MQTT-3.3.2-18]"),
                row(V5, "30 .. 'a/b' [26 '%s' '%s'] 68 69".formatted("k".repeat(70), "v".repeat(60)),
                        publish("a/b", Properties.of(Property.USER_PROPERTY,
                                new Properties.UserProperty("k".repeat(70), "v".repeat(60)))),
                        "Property Length and Remaining Length of two bytes"));
    }

    private static List<PacketRow> refusals() {
        return List.of(
                refused(V31, "36 .. 'a/b' 00 0A 68", MALFORMED_PACKET, "QoS 3"),
                refused(V311, "36 .. 'a/b' 00 0A 68", MALFORMED_PACKET, "QoS 3 [MQTT-3.3.1-4]"),
                refused(V5, "36 .. 'a/b' 00 0A [] 68", MALFORMED_PACKET, "QoS 3 [MQTT-3.3.1-4]"),
                refused(V311, "38 .. 'a/b' 68", MALFORMED_PACKET, "DUP with QoS 0 [MQTT-3.3.1-2]"),
                refused(V5, "38 .. 'a/b' [] 68", MALFORMED_PACKET, "DUP with QoS 0 [MQTT-3.3.1-2]"),
                tolerated(V31, "38 .. 'a/b' 68 69", publish("a/b", Properties.NONE),
                        "DUP with QoS 0 means nothing in 3.1"),
                refused(V311, "32 .. 'a/b' 00 00 68", PROTOCOL_ERROR, "Packet Identifier 0 [MQTT-2.3.1-1]"),
                refused(V5, "34 .. 'a/b' 00 00 [] 68", PROTOCOL_ERROR, "Packet Identifier 0 [MQTT-2.2.1-3]"),
                refused(V311, "32 .. 'a/b' 00", MALFORMED_PACKET, "half a Packet Identifier"),
                refused(V5, "32 .. 'a/b'", MALFORMED_PACKET, "no Packet Identifier"),
                refused(V5, "32 .. 'a/b' 00 0A", MALFORMED_PACKET, "no Property Length [MQTT-2.2.2-1]"),
                refused(V311, "30 00", MALFORMED_PACKET, "no Topic Name [MQTT-3.3.2-1]"),
                refused(V311, "30 .. 00 04 61 2F 62", MALFORMED_PACKET, "Topic Name longer than the packet"),
                refused(V31, "30 .. '' 68", PROTOCOL_ERROR, "empty Topic Name"),
                refused(V311, "30 .. '' 68", PROTOCOL_ERROR, "empty Topic Name [MQTT-4.7.3-1]"),
                refused(V5, "30 .. '' [] 68", PROTOCOL_ERROR,
                        "empty Topic Name, no Topic Alias [MQTT-4.7.3-1]"),
                refused(V5, "30 .. 'a/b' [23 00 00] 68", TOPIC_ALIAS_INVALID, "Topic Alias 0 [MQTT-3.3.2-8]"),
                refused(V31, "30 .. 'a/#' 68", TOPIC_NAME_INVALID, "Topic Name with a wildcard"),
                refused(V311, "30 .. '#' 68", TOPIC_NAME_INVALID,
                        "Topic Name with a wildcard [MQTT-3.3.2-2]"),
                refused(V5, "30 .. 'a/+/b' [] 68", TOPIC_NAME_INVALID,
                        "Topic Name with a wildcard [MQTT-3.3.2-2]"),
                refused(V5, "30 .. 'a/b+' [23 00 01] 68", TOPIC_NAME_INVALID,
                        "Topic Name with a wildcard and an alias [MQTT-3.3.2-2]"),
                refused(V5, "30 .. 'a' 05 01 00", MALFORMED_PACKET, "Property Length beyond the packet"),
                refused(V5, "30 .. 'a' 80 00 68", MALFORMED_PACKET,
                        "Property Length of 0 in two bytes [MQTT-1.5.5-1]"),
                refused(V5, "30 .. 'a' FF FF FF FF 01 68", MALFORMED_PACKET, "Property Length in five bytes"),
                refused(V5, "30 .. 'a' 01 01 00", MALFORMED_PACKET,
                        "Property Length ends inside a Property"));
    }

    private static List<PacketRow> strings() {
        return List.of(
                row(V311, "30 .. 'm\u00fcller/\u6e29\u5ea6' 68 69",
                        publish("m\u00fcller/\u6e29\u5ea6", Properties.NONE),
                        "characters of two and three bytes [MQTT-3.3.2-1]"),
                row(V5, "30 .. 00 05 41 F0 AA 9B 94 [] 68 69", publish("A\uD869\uDED4", Properties.NONE),
                        "the standard's example of four bytes, U+2A6D4 [MQTT-3.3.2-1]"),
                row(V311, "30 .. 00 04 EF BB BF 61 68 69", publish("\uFEFFa", Properties.NONE),
                        "U+FEFF is kept [MQTT-1.5.3-3]"),
                row(V5, "30 .. 00 04 EF BB BF 61 [] 68 69", publish("\uFEFFa", Properties.NONE),
                        "U+FEFF is kept [MQTT-1.5.4-3]"),
                row(V5, "30 .. 00 04 61 EF BF BD [] 68 69", publish("a\uFFFD", Properties.NONE),
                        "U+FFFD itself is well-formed"),
                row(V5, "30 .. 00 05 01 7F EF BF BF [] 68 69", publish("\u0001\u007F\uFFFF", Properties.NONE),
                        "control characters and noncharacters are only advised against"),
                refused(V31, "30 .. 00 02 C0 80 68", MALFORMED_PACKET, "U+0000 in modified UTF-8"),
                refused(V311, "30 .. 00 03 61 00 62 68", MALFORMED_PACKET,
                        "U+0000 [MQTT-1.5.3-2] [MQTT-4.7.3-2]"),
                refused(V5, "30 .. 00 03 61 00 62 [] 68", MALFORMED_PACKET,
                        "U+0000 [MQTT-1.5.4-2] [MQTT-4.7.3-2]"),
                refused(V5, "30 .. 00 04 C3 A4 00 62 [] 68", MALFORMED_PACKET,
                        "U+0000 after another character [MQTT-1.5.4-2]"),
                refused(V311, "30 .. 00 03 ED A0 80 68", MALFORMED_PACKET,
                        "the surrogate U+D800 [MQTT-1.5.3-1]"),
                refused(V5, "30 .. 00 03 ED A0 80 [] 68", MALFORMED_PACKET,
                        "the surrogate U+D800 [MQTT-1.5.4-1]"),
                refused(V5, "30 .. 00 03 ED BF BF [] 68", MALFORMED_PACKET,
                        "the surrogate U+DFFF [MQTT-1.5.4-1]"),
                refused(V5, "30 .. 00 06 ED A1 A9 ED BB 94 [] 68", MALFORMED_PACKET,
                        "U+2A6D4 as a pair of surrogates [MQTT-1.5.4-1]"),
                refused(V5, "30 .. 00 02 C1 81 [] 68", MALFORMED_PACKET, "an overlong A [MQTT-1.5.4-1]"),
                refused(V5, "30 .. 00 02 61 C3 [] 68", MALFORMED_PACKET, "half a character [MQTT-1.5.4-1]"),
                refused(V311, "30 .. 00 02 61 80 68", MALFORMED_PACKET,
                        "a continuation alone [MQTT-1.5.3-1]"),
                refused(V5, "30 .. 00 04 F4 90 80 80 [] 68", MALFORMED_PACKET,
                        "beyond U+10FFFF [MQTT-1.5.4-1]"),
                refused(V5, "30 .. 00 04 EF BF BD FF [] 68", MALFORMED_PACKET,
                        "U+FFFD beside a byte that UTF-8 does not have [MQTT-1.5.4-1]"));
    }
}
