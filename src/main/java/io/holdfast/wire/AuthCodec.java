package io.holdfast.wire;

import static io.holdfast.wire.MalformedPacketException.protocolError;

import io.holdfast.mqtt.Packet.Auth;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.ReasonCode;
import java.nio.ByteBuffer;

/**
 * AUTH (section 3.15), in MQTT 5.0 only.
 *
 * <pre>
 * nothing, if the Reason Code is 0x00 and there are no Properties; or Reason Code | Properties
 * </pre>
 *
 * <p>Section 3.15.2.2.2 makes an AUTH without Authentication Method a Protocol Error, and section 3.15.2.1
 * permits one without anything: so only a plain success may go without a method.
 */
final class AuthCodec {
    private AuthCodec() {}

    static Auth read(WireReader in, ProtocolVersion version) {
        if (in.remaining() == 0) {
            return new Auth(ReasonCode.SUCCESS, Properties.NONE);
        }
        ReasonCode reason = PacketRules.AUTH.readReason(in);
        Properties properties = PropertyCodec.readInPacket(in, version, PacketRules.AUTH);
        Auth auth = new Auth(reason, properties);
        if (!isPlainSuccess(auth) && !properties.contains(Property.AUTHENTICATION_METHOD)) {
            throw protocolError("AUTH of " + reason + " without AUTHENTICATION_METHOD");
        }
        return auth;
    }

    static int size(Auth auth, ProtocolVersion version) {
        return isPlainSuccess(auth) ? 0 : 1 + PropertyCodec.sizeInPacket(auth.properties(), version);
    }

    static void write(Auth auth, ProtocolVersion version, ByteBuffer to) {
        if (!isPlainSuccess(auth)) {
            to.put((byte) auth.reason().value());
            PropertyCodec.writeInPacket(auth.properties(), version, to);
        }
    }

    private static boolean isPlainSuccess(Auth auth) {
        return auth.reason() == ReasonCode.SUCCESS && auth.properties().isEmpty();
    }
}
