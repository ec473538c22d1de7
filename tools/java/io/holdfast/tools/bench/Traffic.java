package io.holdfast.tools.bench;

import io.holdfast.mqtt.QoS;
import io.holdfast.tools.Load;

/**
 * The messages of a run. Each payload begins with the number of its publisher (4 bytes), the number k of the
 * message among those of the publisher (4), and the {@link System#nanoTime} at which it was to be sent (8).
 *
 * @param prefix of all topics and Client Identifiers, so that runs do not meet
 * @param load which topic each message goes to
 */
record Traffic(String prefix, Load load, int publishers) {
    static final int HEADER_BYTES = 2 * Integer.BYTES + Long.BYTES;
    /** Topic Names end with the number of the topic in so many digits: all are of one length. */
    static final int TOPIC_DIGITS = 6;

    String topicName(int topic) {
        return prefix + "/" + "%06d".formatted(topic);
    }

    QoS qos() {
        return load.qos();
    }

    int topics() {
        return load.topics();
    }

    /** Whether such a message may exist, and go to that topic. */
    boolean has(int publisher, int k, int topic, int payloadBytes) {
        return payloadBytes == load.bytes() && publisher >= 0 && publisher < publishers && k >= 0
                && load.topic(publisher, k) == topic;
    }
}
