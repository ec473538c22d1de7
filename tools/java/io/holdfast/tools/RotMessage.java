package io.holdfast.tools;

import io.holdfast.mqtt.Packet.Publish;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A message that tells whether it is whole: its payload is its number (4 bytes), and noise that follows from
 * the number and the Topic Name.
 */
record RotMessage(String topicName, int number) {
    private static final int NOISE_BYTES_MAX = 1_200;

    byte[] payload() {
        SplittableRandom random = new SplittableRandom(31L * topicName.hashCode() + number);
        byte[] payload = new byte[Integer.BYTES + random.nextInt(NOISE_BYTES_MAX)];
        random.nextBytes(payload);
        ByteBuffer.wrap(payload).putInt(0, number);
        return payload;
    }

    /** What that packet brings; null if nobody ever published it. */
    static RotMessage of(Publish packet) {
        if (packet.payload().length < Integer.BYTES) {
            return null;
        }
        RotMessage message = new RotMessage(packet.topicName(), ByteBuffer.wrap(packet.payload()).getInt());
        return Arrays.equals(packet.payload(), message.payload()) ? message : null;
    }
}
