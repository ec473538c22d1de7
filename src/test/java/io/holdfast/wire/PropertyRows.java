package io.holdfast.wire;

import static io.holdfast.mqtt.ReasonCode.MALFORMED_PACKET;
import static io.holdfast.mqtt.ReasonCode.PROTOCOL_ERROR;
import static io.holdfast.mqtt.ReasonCode.SUCCESS;
import static io.holdfast.mqtt.ReasonCode.TOPIC_ALIAS_INVALID;
import static io.holdfast.wire.PacketRow.V5;
import static io.holdfast.wire.PacketRow.refused;
import static io.holdfast.wire.PacketRow.row;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Packet.Auth;
import io.holdfast.mqtt.Packet.Connack;
import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.Packet.Disconnect;
import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.Packet.Subscribe;
import io.holdfast.mqtt.Packet.Will;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Properties.UserProperty;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.mqtt.SubscriptionOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Rows of Properties (section 2.2.2): each with a good value where it belongs, twice, cut short, where it
 * does not belong, and with each value that is not permitted.
 */
final class PropertyRows {
    private PropertyRows() {}

    /** A packet with room for Properties; %s in the hex takes them. */
    private enum Place {
        CONNECT("10 .. 'MQTT' 05 02 00 3C [%s] 'd'",
                properties -> new Connect(V5, true, 60, properties, "d", null, null, null)),
        WILL("10 .. 'MQTT' 05 06 00 3C [] 'd' [%s] 'w' 'h'",
                properties -> new Connect(V5, true, 60, Properties.NONE, "d",
                        new Will(QoS.AT_MOST_ONCE, false, properties, "w", new byte[] {0x68}), null, null)),
        CONNACK("20 .. 00 00 [%s]", properties -> new Connack(false, SUCCESS, properties)),
        PUBLISH("30 .. 't' [%s] 68",
                properties -> new Publish(false, QoS.AT_MOST_ONCE, false, "t", 0, properties,
                        new byte[] {0x68})),
        SUBSCRIBE("82 .. 00 01 [%s] 'f' 00",
                properties -> new Subscribe(1, properties, List.of(
                        new Subscribe.Requested("f", SubscriptionOptions.of(QoS.AT_MOST_ONCE))))),
        DISCONNECT("E0 .. 00 [%s]", properties -> new Disconnect(SUCCESS, properties)),
        AUTH("F0 .. 18 [%s]", properties -> new Auth(ReasonCode.CONTINUE_AUTHENTICATION, properties));

        private final String hex;
        private final Function<Properties, Packet> packet;

        Place(String hex, Function<Properties, Packet> packet) {
            this.hex = hex;
            this.packet = packet;
        }
    }

    /** One property with a good value and a place for it, and a place where it does not belong. */
    private record Good(Property property, String hex, Object value, Place place, Place wrongPlace) {}

    private static final List<Good> GOOD = List.of(
            new Good(Property.PAYLOAD_FORMAT_INDICATOR, "01 01", 1, Place.PUBLISH, Place.CONNECT),
            new Good(Property.PAYLOAD_FORMAT_INDICATOR, "01 00", 0, Place.WILL, Place.SUBSCRIBE),
            new Good(Property.MESSAGE_EXPIRY_INTERVAL, "02 FF FF FF FF", 4_294_967_295L, Place.PUBLISH,
                    Place.CONNECT),
            new Good(Property.MESSAGE_EXPIRY_INTERVAL, "02 00 00 00 00", 0, Place.WILL, Place.CONNACK),
            new Good(Property.CONTENT_TYPE, "03 'text'", "text", Place.PUBLISH, Place.SUBSCRIBE),
            new Good(Property.RESPONSE_TOPIC, "08 'r/t'", "r/t", Place.PUBLISH, Place.CONNACK),
            new Good(Property.RESPONSE_TOPIC, "08 'r/t'", "r/t", Place.WILL, Place.DISCONNECT),
            new Good(Property.CORRELATION_DATA, "09 00 02 00 FF", new byte[] {0, -1}, Place.PUBLISH,
                    Place.CONNECT),
            new Good(Property.SUBSCRIPTION_IDENTIFIER, "0B 80 80 80 01", 2_097_152, Place.SUBSCRIBE,
                    Place.WILL),
            new Good(Property.SESSION_EXPIRY_INTERVAL, "11 FF FF FF FF", 4_294_967_295L, Place.CONNECT,
                    Place.WILL),
            new Good(Property.SESSION_EXPIRY_INTERVAL, "11 00 00 00 00", 0, Place.DISCONNECT, Place.PUBLISH),
            new Good(Property.ASSIGNED_CLIENT_IDENTIFIER, "12 'c'", "c", Place.CONNACK, Place.CONNECT),
            new Good(Property.SERVER_KEEP_ALIVE, "13 00 00", 0, Place.CONNACK, Place.CONNECT),
            new Good(Property.AUTHENTICATION_METHOD, "15 'SCRAM'", "SCRAM", Place.CONNECT, Place.DISCONNECT),
            new Good(Property.AUTHENTICATION_METHOD, "15 'SCRAM'", "SCRAM", Place.AUTH, Place.PUBLISH),
            new Good(Property.REQUEST_PROBLEM_INFORMATION, "17 00", 0, Place.CONNECT, Place.CONNACK),
            new Good(Property.WILL_DELAY_INTERVAL, "18 00 01 00 00", 65_536, Place.WILL, Place.CONNECT),
            new Good(Property.REQUEST_RESPONSE_INFORMATION, "19 01", 1, Place.CONNECT, Place.PUBLISH),
            new Good(Property.RESPONSE_INFORMATION, "1A 'r'", "r", Place.CONNACK, Place.CONNECT),
            new Good(Property.SERVER_REFERENCE, "1C 's'", "s", Place.CONNACK, Place.CONNECT),
            new Good(Property.SERVER_REFERENCE, "1C 's'", "s", Place.DISCONNECT, Place.AUTH),
            new Good(Property.REASON_STRING, "1F 'why'", "why", Place.CONNACK, Place.CONNECT),
            new Good(Property.RECEIVE_MAXIMUM, "21 FF FF", 65_535, Place.CONNECT, Place.PUBLISH),
            new Good(Property.RECEIVE_MAXIMUM, "21 00 01", 1, Place.CONNACK, Place.SUBSCRIBE),
            new Good(Property.TOPIC_ALIAS_MAXIMUM, "22 00 00", 0, Place.CONNECT, Place.PUBLISH),
            new Good(Property.TOPIC_ALIAS, "23 FF FF", 65_535, Place.PUBLISH, Place.WILL),
            new Good(Property.MAXIMUM_QOS, "24 01", 1, Place.CONNACK, Place.CONNECT),
            new Good(Property.RETAIN_AVAILABLE, "25 00", 0, Place.CONNACK, Place.CONNECT),
            new Good(Property.MAXIMUM_PACKET_SIZE, "27 00 00 00 01", 1, Place.CONNECT, Place.DISCONNECT),
            new Good(Property.MAXIMUM_PACKET_SIZE, "27 FF FF FF FF", 4_294_967_295L, Place.CONNACK,
                    Place.AUTH),
            new Good(Property.WILDCARD_SUBSCRIPTION_AVAILABLE, "28 01", 1, Place.CONNACK, Place.CONNECT),
            new Good(Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE, "29 01", 1, Place.CONNACK, Place.SUBSCRIBE),
            new Good(Property.SHARED_SUBSCRIPTION_AVAILABLE, "2A 00", 0, Place.CONNACK, Place.CONNECT));

    static List<PacketRow> rows() {
        List<PacketRow> rows = new ArrayList<>();
        for (Good good : GOOD) {
            String name = good.property + " in " + good.place;
            String hex = good.place.hex;
            rows.add(row(V5, hex.formatted(good.hex),
                    good.place.packet.apply(Properties.of(good.property, good.value)), name));
            rows.add(refused(V5, hex.formatted(good.hex + " " + good.hex), PROTOCOL_ERROR, name + " twice"));
            rows.add(refused(V5, hex.formatted(good.hex.substring(0, 2)), MALFORMED_PACKET,
                    name + " without value"));
            rows.add(refused(V5, good.wrongPlace.hex.formatted(good.hex), MALFORMED_PACKET,
                    good.property + " does not belong in " + good.wrongPlace));
        }
        for (Place place : Place.values()) {
            rows.addAll(anywhere(place));
        }
        rows.addAll(badValues());
        return rows;
    }

    /**
     * The User Property, which may be in every packet and more than once, and identifiers that do not exist.
     */
    private static List<PacketRow> anywhere(Place place) {
        String method = place == Place.AUTH ? "15 'm' " : "";
        Properties before = place == Place.AUTH ? Properties.of(Property.AUTHENTICATION_METHOD,
                "m") : Properties.NONE;
        Properties two = before.with(Property.USER_PROPERTY, new UserProperty("k", "v"))
                .with(Property.USER_PROPERTY, new UserProperty("", ""));
        return List.of(
                row(V5, place.hex.formatted(method + "26 'k' 'v' 26 '' ''"), place.packet.apply(two),
                        "two User Properties in " + place),
                refused(V5, place.hex.formatted("26 'k'"), MALFORMED_PACKET,
                        "User Property without value in " + place),
                refused(V5, place.hex.formatted("26 00 01 FF 'v'"), MALFORMED_PACKET,
                        "User Property with an ill-formed name in " + place + " [MQTT-1.5.7-1]"),
                refused(V5, place.hex.formatted("26 'k' 00 01 00"), MALFORMED_PACKET,
                        "User Property with U+0000 in " + place + " [MQTT-1.5.7-1]"),
                refused(V5, place.hex.formatted("04 00"), MALFORMED_PACKET, "undefined Property in " + place),
                refused(V5, place.hex.formatted("FF 7F 00"), MALFORMED_PACKET,
                        "undefined Property of two bytes in " + place));
    }

    private static List<PacketRow> badValues() {
        return List.of(
                bad(Place.PUBLISH, "01 02", PROTOCOL_ERROR, "Payload Format Indicator 2"),
                bad(Place.WILL, "01 FF", PROTOCOL_ERROR, "Payload Format Indicator 255"),
                bad(Place.PUBLISH, "08 'a/#'", PROTOCOL_ERROR,
                        "Response Topic with a wildcard [MQTT-3.3.2-14]"),
                bad(Place.WILL, "08 '+'", PROTOCOL_ERROR, "Response Topic with a wildcard [MQTT-3.3.2-14]"),
                bad(Place.PUBLISH, "08 ''", PROTOCOL_ERROR, "empty Response Topic [MQTT-4.7.3-1]"),
                bad(Place.PUBLISH, "08 00 02 C0 80", MALFORMED_PACKET,
                        "ill-formed Response Topic [MQTT-3.3.2-13]"),
                bad(Place.PUBLISH, "03 00 01 FF", MALFORMED_PACKET,
                        "ill-formed Content Type [MQTT-3.3.2-19]"),
                bad(Place.PUBLISH, "09 00 05 01", MALFORMED_PACKET, "Correlation Data beyond the Properties"),
                bad(Place.PUBLISH, "0B 00", PROTOCOL_ERROR, "Subscription Identifier 0"),
                bad(Place.SUBSCRIBE, "0B 00", PROTOCOL_ERROR, "Subscription Identifier 0"),
                bad(Place.SUBSCRIBE, "0B 81 00", MALFORMED_PACKET,
                        "Subscription Identifier too long [MQTT-1.5.5-1]"),
                bad(Place.SUBSCRIBE, "0B FF FF FF FF 01", MALFORMED_PACKET,
                        "Subscription Identifier in five bytes"),
                bad(Place.CONNECT, "16 00 01 FF", PROTOCOL_ERROR, "Authentication Data without method"),
                bad(Place.CONNACK, "16 00 01 FF", PROTOCOL_ERROR, "Authentication Data without method"),
                bad(Place.CONNECT, "17 02", PROTOCOL_ERROR, "Request Problem Information 2"),
                bad(Place.CONNECT, "19 02", PROTOCOL_ERROR, "Request Response Information 2"),
                bad(Place.CONNECT, "21 00 00", PROTOCOL_ERROR, "Receive Maximum 0"),
                bad(Place.CONNACK, "21 00 00", PROTOCOL_ERROR, "Receive Maximum 0"),
                bad(Place.PUBLISH, "23 00 00", TOPIC_ALIAS_INVALID, "Topic Alias 0 [MQTT-3.3.2-8]"),
                bad(Place.CONNACK, "24 02", PROTOCOL_ERROR, "Maximum QoS 2"),
                bad(Place.CONNACK, "25 02", PROTOCOL_ERROR, "Retain Available 2"),
                bad(Place.CONNECT, "27 00 00 00 00", PROTOCOL_ERROR, "Maximum Packet Size 0"),
                bad(Place.CONNACK, "27 00 00 00 00", PROTOCOL_ERROR, "Maximum Packet Size 0"),
                bad(Place.CONNACK, "28 02", PROTOCOL_ERROR, "Wildcard Subscription Available 2"),
                bad(Place.CONNACK, "29 02", PROTOCOL_ERROR, "Subscription Identifier Available 2"),
                bad(Place.CONNACK, "2A 02", PROTOCOL_ERROR, "Shared Subscription Available 2"));
    }

    private static PacketRow bad(Place place, String hex, ReasonCode reason, String description) {
        return refused(V5, place.hex.formatted(hex), reason, description + " in " + place);
    }
}
