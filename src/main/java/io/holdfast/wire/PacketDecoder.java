package io.holdfast.wire;

import static io.holdfast.wire.MalformedPacketException.malformed;
import static io.holdfast.wire.MalformedPacketException.protocolError;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.Packet.Pingreq;
import io.holdfast.mqtt.Packet.Pingresp;
import io.holdfast.mqtt.Packet.Puback;
import io.holdfast.mqtt.Packet.Pubcomp;
import io.holdfast.mqtt.Packet.Pubrec;
import io.holdfast.mqtt.Packet.Pubrel;
import io.holdfast.mqtt.PacketType;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.ReasonCode;
import java.nio.ByteBuffer;

/**
 * Packets out of the bytes of one connection, in either direction. It judges whether bytes can be a packet of
 * the connection's version; who may send what, and when, is the broker's concern.
 *
 * <pre>
 * type (4 bits) | flags (4) || Remaining Length (Variable Byte Integer) || variable header | payload
 * </pre>
 *
 * <p>It keeps no bytes between calls: until a packet is complete, each call reads its fixed header again,
 * five bytes at most. The header alone decides on the type, its flags and the length, so nobody has to
 * collect bytes of a packet that will be refused for one of these.
 */
public final class PacketDecoder {
    private static final PacketType[] TYPES = PacketType.values();

    private final int packetBytesMax;
    private ProtocolVersion version;

    /** For the server's end: the first packet has to be a CONNECT, which tells the version. */
    public PacketDecoder(int packetBytesMax) {
        this(packetBytesMax, null);
    }

    /** For a peer whose version is known: a client's end, or bytes from elsewhere. */
    public PacketDecoder(int packetBytesMax, ProtocolVersion version) {
        this.packetBytesMax = packetBytesMax;
        this.version = version;
    }

    /** The connection's version, that of the first CONNECT; null before. */
    public ProtocolVersion version() {
        return version;
    }

    /**
     * Decodes the packet at the buffer's position and advances to its end, or returns null and stays if not
     * all of it is there. The packet shares nothing with the buffer.
     *
     * @throws MalformedPacketException if the bytes, or as many as are there, are no packet; the buffer's
     *     position is undefined then, and nothing more can be read from this connection
     */
    public Packet decode(ByteBuffer in) {
        if (!in.hasRemaining()) {
            return null;
        }
        int start = in.position();
        int firstByte = in.get(start) & 0xFF;
        PacketType type = type(firstByte >> 4);
        int flags = firstByte & 0x0F;
        checkFlags(type, flags);
        int lengthBytes = lengthBytes(in, start + 1);
        if (lengthBytes == 0) {
            return null;
        }
        int remainingLength = remainingLength(in, start + 1, lengthBytes);
        int packetBytes = 1 + lengthBytes + remainingLength;
        if (packetBytes > packetBytesMax) {
            throw new MalformedPacketException(ReasonCode.PACKET_TOO_LARGE,
                    type + " of " + packetBytes + " bytes exceeds the maximum of " + packetBytesMax);
        }
        if (in.remaining() < packetBytes) {
            return null;
        }
        Packet packet = read(type, flags, in, start + 1 + lengthBytes, start + packetBytes);
        if (version == null && packet instanceof Connect connect) {
            version = connect.version();
        }
        if (version == ProtocolVersion.MQTT_5) { // earlier versions do not forbid a longer encoding
            WireReader.requireShortest(remainingLength, lengthBytes, "Remaining Length");
        }
        return packet;
    }

    private PacketType type(int value) {
        if (value == 0) {
            throw malformed("packet type 0 is reserved, expected 1 to 15");
        }
        PacketType type = TYPES[value - 1];
        if (version == null && type != PacketType.CONNECT) { // [MQTT-3.1.0-1]
            throw protocolError("the first packet is " + type + ", expected CONNECT");
        }
        if (type == PacketType.AUTH && !version.hasProperties()) {
            throw malformed("packet type 15 is reserved in " + version + ", expected 1 to 14");
        }
        return type;
    }

    /**
     * [MQTT-2.1.3-1] In MQTT 3.1 these bits are DUP, QoS and RETAIN of every packet: a SUBSCRIBE, UNSUBSCRIBE
     * or PUBREL may be repeated with DUP there, and RETAIN is not used.
     */
    private void checkFlags(PacketType type, int flags) {
        int expected = switch (type) {
            case PUBLISH -> flags;
            case PUBREL, SUBSCRIBE, UNSUBSCRIBE -> 0b0010; // [MQTT-3.6.1-1] [MQTT-3.8.1-1] [MQTT-3.10.1-1]
            case CONNECT, CONNACK, PUBACK, PUBREC, PUBCOMP, SUBACK, UNSUBACK, PINGREQ, PINGRESP, DISCONNECT,
                    AUTH -> 0b0000; // [MQTT-3.14.1-1] [MQTT-3.15.1-1]
        };
        int judged = version == ProtocolVersion.MQTT_3_1 ? 0b0110 : 0b1111;
        if (((flags ^ expected) & judged) != 0) {
            throw malformed("flags of " + type + " are 0x%X, expected 0x%X".formatted(flags, expected));
        }
    }

    /** How many bytes the Remaining Length takes, or 0 if not all of them are there. */
    private static int lengthBytes(ByteBuffer in, int at) {
        int there = Math.min(in.limit() - at, WireReader.VARIABLE_BYTE_INTEGER_BYTES_MAX);
        for (int i = 0; i < there; i++) {
            if (in.get(at + i) >= 0) {
                return i + 1;
            }
        }
        if (there == WireReader.VARIABLE_BYTE_INTEGER_BYTES_MAX) {
            throw malformed("Remaining Length takes more than " + there + " bytes");
        }
        return 0;
    }

    private static int remainingLength(ByteBuffer in, int at, int bytes) {
        int value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (in.get(at + i) & 0x7F) << 7 * i;
        }
        return value;
    }

    private Packet read(PacketType type, int flags, ByteBuffer in, int from, int to) {
        int limit = in.limit();
        in.limit(to).position(from);
        try {
            Packet packet = read(type, flags, new WireReader(in));
            if (in.hasRemaining()) {
                throw malformed(in.remaining() + " bytes are left over in " + type + ", expected none");
            }
            return packet;
        } finally {
            in.limit(limit);
        }
    }

    private Packet read(PacketType type, int flags, WireReader in) {
        return switch (type) {
            case CONNECT -> ConnectCodec.read(in);
            case CONNACK -> ConnackCodec.read(in, version);
            case PUBLISH -> PublishCodec.read(in, version, flags);
            case PUBACK -> AcknowledgementCodec.read(in, version, PacketRules.PUBACK, Puback::new);
            case PUBREC -> AcknowledgementCodec.read(in, version, PacketRules.PUBREC, Pubrec::new);
            case PUBREL -> AcknowledgementCodec.read(in, version, PacketRules.PUBREL, Pubrel::new);
            case PUBCOMP -> AcknowledgementCodec.read(in, version, PacketRules.PUBCOMP, Pubcomp::new);
            case SUBSCRIBE -> SubscriptionCodec.readSubscribe(in, version);
            case SUBACK -> SubscriptionCodec.readSuback(in, version);
            case UNSUBSCRIBE -> SubscriptionCodec.readUnsubscribe(in, version);
            case UNSUBACK -> SubscriptionCodec.readUnsuback(in, version);
            case PINGREQ -> new Pingreq();
            case PINGRESP -> new Pingresp();
            case DISCONNECT -> DisconnectCodec.read(in, version);
            case AUTH -> AuthCodec.read(in, version);
        };
    }
}
