package io.holdfast.wire;

import io.holdfast.mqtt.Packet.Disconnect;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.ReasonCode;
import java.nio.ByteBuffer;

/**
 * DISCONNECT (section 3.14): nothing at all before MQTT 5.0, where only a client sends it.
 *
 * <pre>
 * Reason Code (left out if 0x00 and last) | Properties (left out if none)
 * </pre>
 */
final class DisconnectCodec {
    private DisconnectCodec() {}

    static Disconnect read(WireReader in, ProtocolVersion version) {
        if (!version.hasProperties() || in.remaining() == 0) {
            return new Disconnect(ReasonCode.SUCCESS, Properties.NONE);
        }
        ReasonCode reason = PacketRules.DISCONNECT.readReason(in);
        if (in.remaining() == 0) {
            return new Disconnect(reason, Properties.NONE);
        }
        return new Disconnect(reason, PropertyCodec.readInPacket(in, version, PacketRules.DISCONNECT));
    }

    static int size(Disconnect disconnect, ProtocolVersion version) {
        return AcknowledgementCodec.sizeOfReason(disconnect.reason(), disconnect.properties(), version);
    }

    static void write(Disconnect disconnect, ProtocolVersion version, ByteBuffer to) {
        AcknowledgementCodec.writeReason(disconnect.reason(), disconnect.properties(), version, to);
    }
}
