package io.holdfast.wire;

import static io.holdfast.wire.MalformedPacketException.malformed;
import static io.holdfast.wire.MalformedPacketException.protocolError;

import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.PacketType;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.mqtt.Topics;
import java.nio.ByteBuffer;

/**
 * PUBLISH (section 3.3), the hot path.
 *
 * <pre>
 * 0011 | DUP | QoS (2 bits) | RETAIN || Remaining Length
 * Topic Name | [Packet Identifier (2), QoS 1 and 2] | Properties (5.0) | Payload
 * </pre>
 */
final class PublishCodec {
    private static final int RETAIN = 0x01;
    private static final int QOS_SHIFT = 1;
    private static final int DUP = 0x08;

    private PublishCodec() {}

    static Publish read(WireReader in, ProtocolVersion version, int flags) {
        boolean dup = (flags & DUP) != 0;
        int qos = flags >> QOS_SHIFT & 3;
        if (qos == 3) { // [MQTT-3.3.1-4]
            throw malformed("QoS of PUBLISH is 3, expected 0 to 2");
        }
        if (dup && qos == 0) { // [MQTT-3.3.1-2]
            if (version != ProtocolVersion.MQTT_3_1) {
                throw malformed("DUP of a PUBLISH of QoS 0 is 1, expected 0");
            }
            dup = false; // there DUP is said to apply to QoS 1 and 2, and not forbidden beside QoS 0
        }
        String topicName = in.readString("Topic Name");
        int packetId = qos == 0 ? 0 : in.readPacketId(); // [MQTT-2.2.1-2]
        Properties properties = PropertyCodec.readInPacket(in, version, PacketRules.PUBLISH);
        checkTopicName(topicName, properties);
        boolean retain = (flags & RETAIN) != 0;
        return new Publish(dup, QoS.of(qos), retain, topicName, packetId, properties, in.readRest());
    }

    /** A Topic Name is empty only where a Topic Alias stands for it (section 3.3.2.1): never before 5.0. */
    private static void checkTopicName(String topicName, Properties properties) {
        if (topicName.isEmpty()) {
            if (!properties.contains(Property.TOPIC_ALIAS)) {
                throw protocolError("Topic Name is empty and there is no Topic Alias");
            }
        } else if (!Topics.isTopicName(topicName)) { // [MQTT-3.3.2-2]
            throw new MalformedPacketException(ReasonCode.TOPIC_NAME_INVALID,
                    "Topic Name is '" + topicName + "', expected no wildcards");
        }
    }

    /** The Remaining Length. */
    static int size(Publish publish, ProtocolVersion version) {
        return size(publish, WireWriter.utf8Bytes(publish.topicName()),
                PropertyCodec.sizeInPacket(publish.properties(), version));
    }

    private static int size(Publish publish, int topicBytes, int propertyBytes) {
        return 2 + topicBytes + (publish.qos() == QoS.AT_MOST_ONCE ? 0 : 2) + propertyBytes
                + publish.payload().length;
    }

    /** Writes the whole packet, fixed header and all: so topic and properties are measured only once. */
    static void write(Publish publish, ProtocolVersion version, ByteBuffer to) {
        int topicBytes = WireWriter.utf8Bytes(publish.topicName());
        int propertyBytes = version.hasProperties() ? PropertyCodec.size(publish.properties()) : 0;
        int lengthBytes = version.hasProperties() ? WireWriter.variableByteIntegerBytes(propertyBytes) : 0;
        to.put((byte) (PacketType.PUBLISH.value() << 4 | flags(publish)));
        WireWriter.putVariableByteInteger(size(publish, topicBytes, lengthBytes + propertyBytes), to);
        WireWriter.putString(publish.topicName(), topicBytes, to);
        if (publish.qos() != QoS.AT_MOST_ONCE) {
            WireWriter.putTwoByteInteger(publish.packetId(), to);
        }
        if (version.hasProperties()) {
            WireWriter.putVariableByteInteger(propertyBytes, to);
            PropertyCodec.write(publish.properties(), to);
        }
        to.put(publish.payload());
    }

    private static int flags(Publish publish) {
        return (publish.dup() ? DUP : 0)
                | publish.qos().value() << QOS_SHIFT
                | (publish.retain() ? RETAIN : 0);
    }
}
