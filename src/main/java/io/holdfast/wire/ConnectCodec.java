package io.holdfast.wire;

import static io.holdfast.wire.MalformedPacketException.malformed;

import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.Packet.Will;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.mqtt.Topics;
import java.nio.ByteBuffer;

/**
 * CONNECT (section 3.1), the packet that says which version the others have.
 *
 * <pre>
 * Protocol Name | Protocol Level | Connect Flags | Keep Alive (2) | Properties (5.0)
 * Client Identifier | [Will Properties (5.0) | Will Topic | Will Payload] | [User Name] | [Password]
 *
 * Connect Flags:  User Name | Password | Will Retain | Will QoS (2 bits) | Will | Clean Start | reserved
 * </pre>
 */
final class ConnectCodec {
    private static final int RESERVED = 0x01;
    private static final int CLEAN_START = 0x02;
    private static final int WILL = 0x04;
    private static final int WILL_QOS = 0x18;
    private static final int WILL_QOS_SHIFT = 3;
    private static final int WILL_RETAIN = 0x20;
    private static final int PASSWORD = 0x40;
    private static final int USER_NAME = 0x80;

    /** Protocol Level, Connect Flags and Keep Alive. */
    private static final int FIXED_BYTES = 1 + 1 + 2;

    private static final ProtocolVersion[] VERSIONS = ProtocolVersion.values();

    private ConnectCodec() {}

    static Connect read(WireReader in) {
        ProtocolVersion version = readVersion(in);
        int flags = in.readByte("Connect Flags");
        checkFlags(flags, version);
        int keepAliveSeconds = in.readTwoByteInteger("Keep Alive");
        Properties properties = PropertyCodec.readInPacket(in, version, PacketRules.CONNECT);
        String clientIdentifier = in.readString("Client Identifier"); // [MQTT-3.1.3-3]
        Will will = has(flags, WILL) ? readWill(in, flags, version) : null;
        String userName = follows(in, flags, USER_NAME, version) ? in.readString("User Name") : null;
        byte[] password = follows(in, flags, PASSWORD, version) ? in.readBinary("Password") : null;
        return new Connect(version, has(flags, CLEAN_START), keepAliveSeconds, properties, clientIdentifier,
                will, userName, password);
    }

    /** A bridge of Mosquitto sets bit 7 of the level: that is no version of the standard, and refused too. */
    private static ProtocolVersion readVersion(WireReader in) {
        String name = in.readString("Protocol Name");
        int level = in.readByte("Protocol Level");
        for (ProtocolVersion version : VERSIONS) {
            if (version.level() == level && version.protocolName().equals(name)) {
                return version;
            }
        }
        // [MQTT-3.1.2-1] [MQTT-3.1.2-2]
        throw new MalformedPacketException(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, "Protocol Name '" + name
                + "' with level " + level + ", expected 'MQIsdp' with 3, or 'MQTT' with 4 or 5");
    }

    /**
     * Which combinations of flags exist. MQTT 3.1 leaves the reserved bit unused, and the Will's QoS and
     * RETAIN are disregarded there without the Will flag; 3.1.1 made both an error.
     */
    private static void checkFlags(int flags, ProtocolVersion version) {
        boolean strict = version != ProtocolVersion.MQTT_3_1;
        if (strict && has(flags, RESERVED)) { // [MQTT-3.1.2-3]
            throw malformed("the reserved Connect Flag is 1, expected 0");
        }
        if (strict && !has(flags, WILL) && has(flags, WILL_QOS | WILL_RETAIN)) {
            // [MQTT-3.1.2-11] [MQTT-3.1.2-13]
            throw malformed("Connect Flags have Will QoS or Will Retain without Will");
        }
        if (has(flags, WILL) && (flags & WILL_QOS) == WILL_QOS) { // [MQTT-3.1.2-12]
            throw malformed("Will QoS is 3, expected 0 to 2");
        }
        if (!version.hasProperties() && has(flags, PASSWORD) && !has(flags, USER_NAME)) {
            // 3.1.1: [MQTT-3.1.2-22]
            throw malformed("Connect Flags have Password without User Name");
        }
    }

    private static Will readWill(WireReader in, int flags, ProtocolVersion version) {
        Properties properties = PropertyCodec.readInPacket(in, version, PacketRules.WILL);
        String topicName = in.readString("Will Topic");
        if (!Topics.isTopicName(topicName)) { // [MQTT-4.7.0-1] [MQTT-4.7.3-1]
            throw new MalformedPacketException(ReasonCode.TOPIC_NAME_INVALID,
                    "Will Topic is '" + topicName + "', expected a Topic Name without wildcards");
        }
        byte[] payload = in.readBinary("Will Payload");
        QoS qos = QoS.of((flags & WILL_QOS) >> WILL_QOS_SHIFT);
        return new Will(qos, has(flags, WILL_RETAIN), properties, topicName, payload);
    }

    /**
     * Whether the field of that flag is to be read. In MQTT 3.1 (section 3.1) the Remaining Length takes
     * precedence over the User Name and Password flags, for the sake of MQTT 3: a packet that ends before is
     * valid.
     */
    private static boolean follows(WireReader in, int flags, int flag, ProtocolVersion version) {
        return has(flags, flag) && (version != ProtocolVersion.MQTT_3_1 || in.remaining() > 0);
    }

    private static boolean has(int flags, int flag) {
        return (flags & flag) != 0;
    }

    static int size(Connect connect) {
        ProtocolVersion version = connect.version();
        Will will = connect.will();
        int bytes = WireWriter.stringBytes(version.protocolName()) + FIXED_BYTES
                + PropertyCodec.sizeInPacket(connect.properties(), version)
                + WireWriter.stringBytes(connect.clientIdentifier());
        if (will != null) {
            bytes += PropertyCodec.sizeInPacket(will.properties(), version)
                    + WireWriter.stringBytes(will.topicName()) + WireWriter.binaryBytes(will.payload());
        }
        return bytes
                + (connect.userName() == null ? 0 : WireWriter.stringBytes(connect.userName()))
                + (connect.password() == null ? 0 : WireWriter.binaryBytes(connect.password()));
    }

    static void write(Connect connect, ByteBuffer to) {
        ProtocolVersion version = connect.version();
        Will will = connect.will();
        WireWriter.putString(version.protocolName(), to);
        to.put((byte) version.level());
        to.put((byte) flags(connect));
        WireWriter.putTwoByteInteger(connect.keepAliveSeconds(), to);
        PropertyCodec.writeInPacket(connect.properties(), version, to);
        WireWriter.putString(connect.clientIdentifier(), to);
        if (will != null) {
            PropertyCodec.writeInPacket(will.properties(), version, to);
            WireWriter.putString(will.topicName(), to);
            WireWriter.putBinary(will.payload(), to);
        }
        if (connect.userName() != null) {
            WireWriter.putString(connect.userName(), to);
        }
        if (connect.password() != null) {
            WireWriter.putBinary(connect.password(), to);
        }
    }

    private static int flags(Connect connect) {
        Will will = connect.will();
        int flags = connect.cleanStart() ? CLEAN_START : 0;
        if (will != null) {
            flags |= WILL | will.qos().value() << WILL_QOS_SHIFT | (will.retain() ? WILL_RETAIN : 0);
        }
        return flags
                | (connect.userName() == null ? 0 : USER_NAME)
                | (connect.password() == null ? 0 : PASSWORD);
    }
}
