package io.holdfast.wire;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Packet.Auth;
import io.holdfast.mqtt.Packet.Connack;
import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.Packet.Disconnect;
import io.holdfast.mqtt.Packet.Pingreq;
import io.holdfast.mqtt.Packet.Pingresp;
import io.holdfast.mqtt.Packet.Puback;
import io.holdfast.mqtt.Packet.Pubcomp;
import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.Packet.Pubrec;
import io.holdfast.mqtt.Packet.Pubrel;
import io.holdfast.mqtt.Packet.Suback;
import io.holdfast.mqtt.Packet.Subscribe;
import io.holdfast.mqtt.Packet.Unsuback;
import io.holdfast.mqtt.Packet.Unsubscribe;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.ReasonCode;
import java.nio.ByteBuffer;

/**
 * Packets as bytes, each in its shortest form. What the version does not have is left out (Properties, the
 * Reason Codes of acknowledgements, Subscription Options but the QoS), and the codes of CONNACK and SUBACK
 * become those of the version; a packet that the version does not have is refused. A CONNECT is of its own
 * version.
 */
public final class PacketEncoder {
    private PacketEncoder() {}

    /**
     * Whether the version has this packet. Before MQTT 5.0 there is no AUTH, no DISCONNECT with a reason, and
     * no CONNACK for many reasons: there the connection is closed and nothing is said.
     */
    public static boolean canEncode(Packet packet, ProtocolVersion version) {
        return version.hasProperties() || switch (packet) {
            case Auth _ -> false;
            case Disconnect disconnect -> disconnect.reason() == ReasonCode.SUCCESS;
            case Connack connack -> ConnackCodec.exists(connack.reason(), version);
            case Connect _, Publish _, Puback _, Pubrec _, Pubrel _, Pubcomp _, Subscribe _, Suback _,
                    Unsubscribe _, Unsuback _, Pingreq _, Pingresp _ -> true;
        };
    }

    /**
     * The bytes of the whole packet, to be held against the peer's Maximum Packet Size.
     *
     * @throws IllegalArgumentException if the version does not have this packet
     */
    public static int size(Packet packet, ProtocolVersion version) {
        int remainingLength = remainingLength(packet, version);
        return 1 + WireWriter.variableByteIntegerBytes(remainingLength) + remainingLength;
    }

    /**
     * Writes the packet at the buffer's position, which has to have room for {@link #size}.
     *
     * @throws IllegalArgumentException if the version does not have this packet, a field or the packet is
     *     longer than the wire allows, or a string has an unpaired surrogate; the buffer's position is
     *     undefined then
     */
    public static void write(Packet packet, ProtocolVersion version, ByteBuffer to) {
        if (packet instanceof Publish publish) {
            PublishCodec.write(publish, version, to);
            return;
        }
        to.put((byte) (packet.type().value() << 4 | flags(packet)));
        WireWriter.putVariableByteInteger(remainingLength(packet, version), to);
        switch (packet) {
            case Connect connect -> ConnectCodec.write(connect, to);
            case Connack connack -> ConnackCodec.write(connack, version, to);
            case Publish publish -> PublishCodec.write(publish, version, to);
            case Puback(int id, ReasonCode reason, Properties properties) ->
                    AcknowledgementCodec.write(id, reason, properties, version, to);
            case Pubrec(int id, ReasonCode reason, Properties properties) ->
                    AcknowledgementCodec.write(id, reason, properties, version, to);
            case Pubrel(int id, ReasonCode reason, Properties properties) ->
                    AcknowledgementCodec.write(id, reason, properties, version, to);
            case Pubcomp(int id, ReasonCode reason, Properties properties) ->
                    AcknowledgementCodec.write(id, reason, properties, version, to);
            case Subscribe subscribe -> SubscriptionCodec.write(subscribe, version, to);
            case Suback suback -> SubscriptionCodec.write(suback, version, to);
            case Unsubscribe unsubscribe -> SubscriptionCodec.write(unsubscribe, version, to);
            case Unsuback unsuback -> SubscriptionCodec.write(unsuback, version, to);
            case Pingreq _, Pingresp _ -> { }
            case Disconnect disconnect -> DisconnectCodec.write(disconnect, version, to);
            case Auth auth -> AuthCodec.write(auth, version, to);
        }
    }

    private static int flags(Packet packet) {
        return switch (packet) {
            case Pubrel _, Subscribe _, Unsubscribe _ -> 0b0010;
            case Connect _, Connack _, Publish _, Puback _, Pubrec _, Pubcomp _, Suback _, Unsuback _,
                    Pingreq _, Pingresp _, Disconnect _, Auth _ -> 0b0000;
        };
    }

    private static int remainingLength(Packet packet, ProtocolVersion version) {
        if (!canEncode(packet, version)) {
            throw new IllegalArgumentException(version + " has no " + packet);
        }
        return switch (packet) {
            case Connect connect -> ConnectCodec.size(connect);
            case Connack connack -> ConnackCodec.size(connack, version);
            case Publish publish -> PublishCodec.size(publish, version);
            case Puback(_, ReasonCode reason, Properties properties) ->
                    AcknowledgementCodec.size(reason, properties, version);
            case Pubrec(_, ReasonCode reason, Properties properties) ->
                    AcknowledgementCodec.size(reason, properties, version);
            case Pubrel(_, ReasonCode reason, Properties properties) ->
                    AcknowledgementCodec.size(reason, properties, version);
            case Pubcomp(_, ReasonCode reason, Properties properties) ->
                    AcknowledgementCodec.size(reason, properties, version);
            case Subscribe subscribe -> SubscriptionCodec.size(subscribe, version);
            case Suback suback -> SubscriptionCodec.size(suback, version);
            case Unsubscribe unsubscribe -> SubscriptionCodec.size(unsubscribe, version);
            case Unsuback unsuback -> SubscriptionCodec.size(unsuback, version);
            case Pingreq _, Pingresp _ -> 0;
            case Disconnect disconnect -> DisconnectCodec.size(disconnect, version);
            case Auth auth -> AuthCodec.size(auth, version);
        };
    }
}
