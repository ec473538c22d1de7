package io.holdfast.wire;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.ProtocolVersion;
import java.nio.ByteBuffer;

/** Shorthands of the codec's tests. */
final class Bytes {
    private Bytes() {}

    /** A decoder as the row's connection has it: without a version where the CONNECT is to tell it. */
    static PacketDecoder decoder(PacketRow row) {
        boolean connect = row.hex().startsWith("1");
        return new PacketDecoder(PacketTable.PACKET_BYTES_MAX, connect ? null : row.version());
    }

    static byte[] encode(Packet packet, ProtocolVersion version) {
        ByteBuffer buffer = ByteBuffer.allocate(PacketEncoder.size(packet, version));
        PacketEncoder.write(packet, version, buffer);
        if (buffer.hasRemaining()) {
            throw new AssertionError(buffer.remaining() + " bytes fewer than the size of " + packet);
        }
        return buffer.array();
    }
}
