package io.holdfast.tools;

import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.QoS;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

/**
 * What is published, and where it belongs: publisher {@code p} sends its message {@code k} to topic
 * {@code (p + k) mod topics}, so each of them takes turns over all topics. Of the messages of one publisher
 * on one topic, this is number {@code k / topics}: the numbers are dense.
 *
 * @param topics how many there are, {@code fleet/0/cmd} and on
 * @param bytes of a payload: publisher (4 bytes), k (4), and a pattern that follows from both
 */
public record Load(int topics, int bytes, QoS qos) {
    static final int BYTES_MIN = 2 * Integer.BYTES;

    String topicName(int topic) {
        return "fleet/" + topic + "/cmd";
    }

    public int topic(int publisher, int k) {
        return (publisher + k) % topics;
    }

    byte[] payload(int publisher, int k) {
        byte[] payload = new byte[bytes];
        Arrays.fill(payload, (byte) (31 * publisher + k));
        ByteBuffer.wrap(payload).putInt(publisher).putInt(k);
        return payload;
    }

    /** Which message this is; null if nobody ever published it. */
    Arrived identify(Publish packet, int publishers) {
        if (packet.payload().length != bytes) {
            return null;
        }
        ByteBuffer payload = ByteBuffer.wrap(packet.payload());
        int publisher = payload.getInt();
        int k = payload.getInt();
        boolean published = publisher >= 0 && publisher < publishers && k >= 0
                && packet.topicName().equals(topicName(topic(publisher, k)))
                && Arrays.equals(packet.payload(), payload(publisher, k));
        return published ? new Arrived(publisher, topic(publisher, k), k / topics) : null;
    }

    /** A message by its publisher, its topic, and its number among those of both. */
    record Arrived(int publisher, int topic, int number) {}

    /** Of messages of one publisher by {@code k}, those of one topic, by their numbers. */
    public BitSet ofTopic(int topic, int publisher, BitSet messages) {
        BitSet numbers = new BitSet();
        int first = Math.floorMod(topic - publisher, topics);
        for (int k = first; k < messages.length(); k += topics) {
            numbers.set(k / topics, messages.get(k));
        }
        return numbers;
    }
}
