package io.holdfast.wire;

import static io.holdfast.wire.MalformedPacketException.malformed;
import static io.holdfast.wire.MalformedPacketException.protocolError;

import io.holdfast.mqtt.Packet.Suback;
import io.holdfast.mqtt.Packet.Subscribe;
import io.holdfast.mqtt.Packet.Subscribe.Requested;
import io.holdfast.mqtt.Packet.Unsuback;
import io.holdfast.mqtt.Packet.Unsubscribe;
import io.holdfast.mqtt.PacketType;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.mqtt.SubscriptionOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * SUBSCRIBE, SUBACK, UNSUBSCRIBE and UNSUBACK (sections 3.8 to 3.11).
 *
 * <pre>
 * Packet Identifier (2) | Properties (5.0), and one or more of
 *   SUBSCRIBE    Topic Filter | Subscription Options
 *   SUBACK       Reason Code
 *   UNSUBSCRIBE  Topic Filter
 *   UNSUBACK     Reason Code (5.0; nothing before)
 *
 * Subscription Options:  reserved (2 bits) | Retain Handling (2) | Retain As Published | No Local | QoS (2)
 * before 5.0:            reserved (6 bits)                                                        | QoS (2)
 * </pre>
 */
final class SubscriptionCodec {
    private static final int QOS = 0x03;
    private static final int NO_LOCAL = 0x04;
    private static final int RETAIN_AS_PUBLISHED = 0x08;
    private static final int RETAIN_HANDLING_SHIFT = 4;
    private static final int RESERVED = 0xC0;
    private static final int RESERVED_BEFORE_5 = 0xFC;

    private SubscriptionCodec() {}

    static Subscribe readSubscribe(WireReader in, ProtocolVersion version) {
        int packetId = in.readPacketId();
        Properties properties = PropertyCodec.readInPacket(in, version, PacketRules.SUBSCRIBE);
        requirePayload(in, PacketType.SUBSCRIBE); // [MQTT-3.8.3-2]
        List<Requested> subscriptions = new ArrayList<>();
        while (in.remaining() > 0) {
            subscriptions.add(new Requested(in.readString("Topic Filter"), readOptions(in, version)));
        }
        return new Subscribe(packetId, properties, List.copyOf(subscriptions));
    }

    private static SubscriptionOptions readOptions(WireReader in, ProtocolVersion version) {
        int options = in.readByte("Subscription Options");
        if (version == ProtocolVersion.MQTT_3_1) {
            options &= QOS; // there the other bits are not used, and nothing forbids them
        }
        int reserved = version.hasProperties() ? RESERVED : RESERVED_BEFORE_5;
        if ((options & reserved) != 0) { // [MQTT-3.8.3-5]; 3.1.1: [MQTT-3.8.3-4]
            throw malformed("Subscription Options are 0x%02X, of which 0x%02X are reserved"
                    .formatted(options, reserved));
        }
        int qos = options & QOS;
        int retainHandling = options >> RETAIN_HANDLING_SHIFT;
        if (qos == 3 || retainHandling == 3) {
            String message = "Subscription Options 0x%02X have QoS %d and Retain Handling %d, expected 0 to 2"
                    .formatted(options, qos, retainHandling);
            throw version.hasProperties() ? protocolError(message) : malformed(message);
        }
        return new SubscriptionOptions(QoS.of(qos), (options & NO_LOCAL) != 0,
                (options & RETAIN_AS_PUBLISHED) != 0, retainHandling);
    }

    static Suback readSuback(WireReader in, ProtocolVersion version) {
        int packetId = in.readPacketId();
        Properties properties = PropertyCodec.readInPacket(in, version, PacketRules.SUBACK);
        requirePayload(in, PacketType.SUBACK); // [MQTT-3.8.4-6]
        List<ReasonCode> reasons = new ArrayList<>();
        while (in.remaining() > 0) {
            ReasonCode reason = PacketRules.SUBACK.readReason(in);
            if (!version.hasProperties() && reason.value() > ReasonCode.UNSPECIFIED_ERROR.value()) {
                // 3.1.1: [MQTT-3.9.3-2]
                throw protocolError("SUBACK has " + reason + ", expected 0, 1, 2 or 0x80");
            }
            reasons.add(reason);
        }
        return new Suback(packetId, properties, List.copyOf(reasons));
    }

    static Unsubscribe readUnsubscribe(WireReader in, ProtocolVersion version) {
        int packetId = in.readPacketId();
        Properties properties = PropertyCodec.readInPacket(in, version, PacketRules.UNSUBSCRIBE);
        requirePayload(in, PacketType.UNSUBSCRIBE); // [MQTT-3.10.3-2]
        List<String> topicFilters = new ArrayList<>();
        while (in.remaining() > 0) {
            topicFilters.add(in.readString("Topic Filter"));
        }
        return new Unsubscribe(packetId, properties, List.copyOf(topicFilters));
    }

    static Unsuback readUnsuback(WireReader in, ProtocolVersion version) {
        int packetId = in.readPacketId();
        if (!version.hasProperties()) {
            return new Unsuback(packetId, Properties.NONE, List.of());
        }
        Properties properties = PropertyCodec.readInPacket(in, version, PacketRules.UNSUBACK);
        requirePayload(in, PacketType.UNSUBACK); // [MQTT-3.11.3-2]
        List<ReasonCode> reasons = new ArrayList<>();
        while (in.remaining() > 0) {
            reasons.add(PacketRules.UNSUBACK.readReason(in));
        }
        return new Unsuback(packetId, properties, List.copyOf(reasons));
    }

    private static void requirePayload(WireReader in, PacketType type) {
        if (in.remaining() == 0) {
            throw protocolError(type + " has no payload, expected at least one Topic Filter or Reason Code");
        }
    }

    static int size(Subscribe subscribe, ProtocolVersion version) {
        int bytes = 2 + PropertyCodec.sizeInPacket(subscribe.properties(), version);
        for (Requested requested : subscribe.subscriptions()) {
            bytes += WireWriter.stringBytes(requested.topicFilter()) + 1;
        }
        return bytes;
    }

    static int size(Suback suback, ProtocolVersion version) {
        return 2 + PropertyCodec.sizeInPacket(suback.properties(), version) + suback.reasons().size();
    }

    static int size(Unsubscribe unsubscribe, ProtocolVersion version) {
        int bytes = 2 + PropertyCodec.sizeInPacket(unsubscribe.properties(), version);
        for (String topicFilter : unsubscribe.topicFilters()) {
            bytes += WireWriter.stringBytes(topicFilter);
        }
        return bytes;
    }

    static int size(Unsuback unsuback, ProtocolVersion version) {
        return version.hasProperties()
                ? 2 + PropertyCodec.sizeInPacket(unsuback.properties(), version) + unsuback.reasons().size()
                : 2;
    }

    static void write(Subscribe subscribe, ProtocolVersion version, ByteBuffer to) {
        WireWriter.putTwoByteInteger(subscribe.packetId(), to);
        PropertyCodec.writeInPacket(subscribe.properties(), version, to);
        for (Requested requested : subscribe.subscriptions()) {
            WireWriter.putString(requested.topicFilter(), to);
            SubscriptionOptions options = requested.options();
            to.put((byte) (version.hasProperties() ? optionBits(options) : options.qos().value()));
        }
    }

    private static int optionBits(SubscriptionOptions options) {
        return options.qos().value()
                | (options.noLocal() ? NO_LOCAL : 0)
                | (options.retainAsPublished() ? RETAIN_AS_PUBLISHED : 0)
                | options.retainHandling() << RETAIN_HANDLING_SHIFT;
    }

    static void write(Suback suback, ProtocolVersion version, ByteBuffer to) {
        WireWriter.putTwoByteInteger(suback.packetId(), to);
        PropertyCodec.writeInPacket(suback.properties(), version, to);
        for (ReasonCode reason : suback.reasons()) {
            boolean failure = reason.isError() && !version.hasProperties(); // 3.1.1: [MQTT-3.9.3-2]
            to.put((byte) (failure ? ReasonCode.UNSPECIFIED_ERROR : reason).value());
        }
    }

    static void write(Unsubscribe unsubscribe, ProtocolVersion version, ByteBuffer to) {
        WireWriter.putTwoByteInteger(unsubscribe.packetId(), to);
        PropertyCodec.writeInPacket(unsubscribe.properties(), version, to);
        for (String topicFilter : unsubscribe.topicFilters()) {
            WireWriter.putString(topicFilter, to);
        }
    }

    static void write(Unsuback unsuback, ProtocolVersion version, ByteBuffer to) {
        WireWriter.putTwoByteInteger(unsuback.packetId(), to);
        PropertyCodec.writeInPacket(unsuback.properties(), version, to);
        if (version.hasProperties()) {
            for (ReasonCode reason : unsuback.reasons()) {
                to.put((byte) reason.value());
            }
        }
    }
}
