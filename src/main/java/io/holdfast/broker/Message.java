package io.holdfast.broker;

import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.QoS;

/**
 * An Application Message that the broker has taken over from a publisher: one object, shared by all logs and
 * deliveries that carry it.
 *
 * @param sequence its place in the arrival order of all messages that went to a log, from 1, never used twice
 * @param arrivedMillis when it arrived, in milliseconds since 1970
 * @param publisherSessionId the session that published it, for No Local
 * @param qos the QoS of the PUBLISH
 * @param retain the RETAIN flag of the PUBLISH
 * @param properties those that are forwarded; the Message Expiry Interval is as published
 * @param payload shared, never changed
 */
public record Message(long sequence, long arrivedMillis, long publisherSessionId, QoS qos, boolean retain,
        String topicName, Properties properties, byte[] payload) {

    /** What queue limits and byte totals count, in bytes: Topic Name and payload. */
    public long bytes() {
        return topicName.length() + payload.length;
    }
}
