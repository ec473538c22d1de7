package io.holdfast.tools.bench;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.wire.PacketEncoder;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The encoded PUBLISH of one publisher, copied for each message and patched where messages differ. */
final class PublishTemplate {
    private static final byte PATTERN = 'x';

    private final byte[] packet;
    private final int topicEnd;
    private final int packetIdAt;
    private final int payloadAt;

    PublishTemplate(Traffic traffic, int publisher, ProtocolVersion version) {
        byte[] payload = new byte[traffic.load().bytes()];
        Arrays.fill(payload, PATTERN);
        ByteBuffer.wrap(payload).putInt(publisher);
        String topicName = traffic.topicName(0);
        int packetId = traffic.qos() == QoS.AT_MOST_ONCE ? 0 : 1;
        Packet publish = new Packet.Publish(false, traffic.qos(), false, topicName, packetId, Properties.NONE,
                payload);
        packet = new byte[PacketEncoder.size(publish, version)];
        PacketEncoder.write(publish, version, ByteBuffer.wrap(packet));
        payloadAt = packet.length - payload.length;
        int properties = version.hasProperties() ? 1 : 0; // their length, 0
        packetIdAt = packetId == 0 ? -1 : payloadAt - properties - Short.BYTES;
        topicEnd = payloadAt - properties - (packetId == 0 ? 0 : Short.BYTES);
    }

    int bytes() {
        return packet.length;
    }

    /** Appends the message; the buffer has room. */
    void put(ByteBuf to, int topic, int packetId, int k, long nanos) {
        int at = to.writerIndex();
        to.writeBytes(packet);
        int rest = topic;
        for (int digit = 1; rest > 0; digit++) {
            to.setByte(at + topicEnd - digit, '0' + rest % 10);
            rest /= 10;
        }
        if (packetIdAt >= 0) {
            to.setShort(at + packetIdAt, packetId);
        }
        to.setInt(at + payloadAt + Integer.BYTES, k);
        to.setLong(at + payloadAt + 2 * Integer.BYTES, nanos);
    }
}
