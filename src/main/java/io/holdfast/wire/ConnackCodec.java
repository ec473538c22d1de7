package io.holdfast.wire;

import static io.holdfast.wire.MalformedPacketException.malformed;
import static io.holdfast.wire.MalformedPacketException.protocolError;

import io.holdfast.mqtt.Packet.Connack;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.ReasonCode;
import java.nio.ByteBuffer;

/**
 * CONNACK (section 3.2), and the Return Codes that it has before MQTT 5.0.
 *
 * <pre>
 * reserved (7 bits), Session Present (not in 3.1) | Reason Code (before 5.0 Return Code) | Properties (5.0)
 * </pre>
 */
final class ConnackCodec {
    private static final int SESSION_PRESENT = 0x01;
    private static final int NO_RETURN_CODE = -1;

    /** What each Return Code of MQTT 3.1 and 3.1.1 (table 3.1 there) means; its index is its value. */
    private static final ReasonCode[] RETURN_CODES = {
        ReasonCode.SUCCESS,
        ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
        ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
        ReasonCode.SERVER_UNAVAILABLE,
        ReasonCode.BAD_USER_NAME_OR_PASSWORD,
        ReasonCode.NOT_AUTHORIZED,
    };

    private ConnackCodec() {}

    static Connack read(WireReader in, ProtocolVersion version) {
        int flags = in.readByte("Connect Acknowledge Flags");
        if (version == ProtocolVersion.MQTT_3_1) {
            flags = 0; // "Reserved values. Not used."
        }
        if ((flags & ~SESSION_PRESENT) != 0) { // [MQTT-3.2.2-1]
            throw malformed("Connect Acknowledge Flags are 0x%02X, expected 0x00 or 0x01".formatted(flags));
        }
        ReasonCode reason = version.hasProperties() ? PacketRules.CONNACK.readReason(in) : readReturnCode(in);
        if (flags != 0 && reason != ReasonCode.SUCCESS) { // [MQTT-3.2.2-6]; 3.1.1: [MQTT-3.2.2-4]
            throw protocolError("Session Present is 1 with " + reason + ", expected 0");
        }
        return new Connack(flags != 0, reason, PropertyCodec.readInPacket(in, version, PacketRules.CONNACK));
    }

    private static ReasonCode readReturnCode(WireReader in) {
        int value = in.readByte("Return Code");
        if (value >= RETURN_CODES.length) {
            throw protocolError("Return Code is " + value + ", expected 0 to " + (RETURN_CODES.length - 1));
        }
        return RETURN_CODES[value];
    }

    static int size(Connack connack, ProtocolVersion version) {
        return 2 + PropertyCodec.sizeInPacket(connack.properties(), version);
    }

    static void write(Connack connack, ProtocolVersion version, ByteBuffer to) {
        boolean sessionPresent = connack.sessionPresent() && version != ProtocolVersion.MQTT_3_1;
        to.put((byte) (sessionPresent ? SESSION_PRESENT : 0));
        to.put((byte) (version.hasProperties() ? connack.reason().value() : returnCode(connack.reason())));
        PropertyCodec.writeInPacket(connack.properties(), version, to);
    }

    /** Whether the version has a code for that reason; if not, the connection closes unanswered. */
    static boolean exists(ReasonCode reason, ProtocolVersion version) {
        return version.hasProperties() || returnCode(reason) != NO_RETURN_CODE; // 3.1.1: [MQTT-3.2.2-6]
    }

    private static int returnCode(ReasonCode reason) {
        ReasonCode nearest = switch (reason) {
            case BANNED -> ReasonCode.NOT_AUTHORIZED;
            case SERVER_BUSY, SERVER_SHUTTING_DOWN, QUOTA_EXCEEDED, CONNECTION_RATE_EXCEEDED,
                    USE_ANOTHER_SERVER, SERVER_MOVED, UNSPECIFIED_ERROR, IMPLEMENTATION_SPECIFIC_ERROR ->
                    ReasonCode.SERVER_UNAVAILABLE;
            default -> reason;
        };
        for (int i = 0; i < RETURN_CODES.length; i++) {
            if (RETURN_CODES[i] == nearest) {
                return i;
            }
        }
        return NO_RETURN_CODE;
    }
}
