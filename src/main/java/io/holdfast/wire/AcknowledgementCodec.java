package io.holdfast.wire;

import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.ReasonCode;
import java.nio.ByteBuffer;

/**
 * PUBACK, PUBREC, PUBREL and PUBCOMP (sections 3.4 to 3.7), which differ only in type and Reason Codes.
 *
 * <pre>
 * Packet Identifier (2) | Reason Code (5.0; left out if 0x00 and last) | Properties (5.0; left out if none)
 * </pre>
 */
final class AcknowledgementCodec {
    private AcknowledgementCodec() {}

    /** The constructor of one of the four packets. */
    interface Constructor<P> {
        P acknowledgement(int packetId, ReasonCode reason, Properties properties);
    }

    static <P> P read(WireReader in, ProtocolVersion version, PacketRules rules, Constructor<P> constructor) {
        int packetId = in.readPacketId();
        if (!version.hasProperties() || in.remaining() == 0) {
            return constructor.acknowledgement(packetId, ReasonCode.SUCCESS, Properties.NONE);
        }
        ReasonCode reason = rules.readReason(in);
        Properties properties = in.remaining() == 0
                ? Properties.NONE
                : PropertyCodec.readInPacket(in, version, rules);
        return constructor.acknowledgement(packetId, reason, properties);
    }

    static int size(ReasonCode reason, Properties properties, ProtocolVersion version) {
        return 2 + sizeOfReason(reason, properties, version);
    }

    static void write(int packetId, ReasonCode reason, Properties properties, ProtocolVersion version,
            ByteBuffer to) {
        WireWriter.putTwoByteInteger(packetId, to);
        writeReason(reason, properties, version, to);
    }

    /** The shortest form of a Reason Code and Properties at the end of a packet; DISCONNECT has the same. */
    static int sizeOfReason(ReasonCode reason, Properties properties, ProtocolVersion version) {
        if (!version.hasProperties() || reason == ReasonCode.SUCCESS && properties.isEmpty()) {
            return 0;
        }
        return 1 + (properties.isEmpty() ? 0 : PropertyCodec.sizeInPacket(properties, version));
    }

    static void writeReason(ReasonCode reason, Properties properties, ProtocolVersion version,
            ByteBuffer to) {
        int bytes = sizeOfReason(reason, properties, version);
        if (bytes > 0) {
            to.put((byte) reason.value());
        }
        if (bytes > 1) {
            PropertyCodec.writeInPacket(properties, version, to);
        }
    }
}
