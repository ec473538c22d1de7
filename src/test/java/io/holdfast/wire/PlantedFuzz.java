package io.holdfast.wire;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The decoder of PUBLISH with a wrong rule planted, which proves that the fuzzer finds one. No row of the
 * {@link PacketTable} meets it, and one damaged at random would once in many millions: each byte of the
 * payload is a branch more, which guides the fuzzer to the next.
 */
public final class PlantedFuzz {
    private PlantedFuzz() {}

    /** Called by the fuzzer; the first byte is {@link CodecFuzz}'s, and means nothing here. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 2 || input[1] >>> 4 != 3) {
            return;
        }
        PacketDecoder decoder = new PacketDecoder(PacketTable.PACKET_BYTES_MAX, ProtocolVersion.MQTT_3_1_1);
        try {
            Packet packet = decoder.decode(ByteBuffer.wrap(Arrays.copyOfRange(input, 1, input.length)));
            if (packet instanceof Packet.Publish publish) {
                decodeWrongly(publish);
            }
        } catch (MalformedPacketException _) {
            // The bytes are no packet.
        }
    }

    private static void decodeWrongly(Packet.Publish publish) {
        byte[] payload = publish.payload();
        if (publish.qos() == QoS.EXACTLY_ONCE && payload.length >= 3
                && payload[0] == 'b' && payload[1] == 'u' && payload[2] == 'g') {
            throw new IllegalStateException("the planted bug: a payload that is refused");
        }
    }
}
