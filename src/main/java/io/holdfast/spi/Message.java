package io.holdfast.spi;

/**
 * What a client publishes.
 *
 * @param qos 0 to 2; a change of it counts for nothing
 * @param payload not to be changed; another one takes its place
 */
public record Message(String topicName, int qos, boolean retain, byte[] payload) {
    /** The same to another topic. */
    public Message to(String otherTopicName) {
        return new Message(otherTopicName, qos, retain, payload);
    }

    /** The same with another payload. */
    public Message with(byte[] otherPayload) {
        return new Message(topicName, qos, retain, otherPayload);
    }
}
