package io.holdfast.broker;

/** What the core has not delivered, and why, since the process began; in deliveries. */
public final class Counters {
    long qos0NotWritable;
    long queueFull;
    long packetTooLarge;
    long expired;
    long rejected;
    long droppedOldest;
    long droppedNewest;
    long tooOld;
    long sessionsOverflowed;

    /** Messages refused to their publishers because too many waited for a session; in messages. */
    public long rejected() {
        return rejected;
    }

    /** Deliveries left out because newer messages took their place, {@link OverflowPolicy#DROP_OLDEST}. */
    public long droppedOldest() {
        return droppedOldest;
    }

    /** Deliveries left out because enough waited already, {@link OverflowPolicy#DROP_NEWEST}. */
    public long droppedNewest() {
        return droppedNewest;
    }

    /** Deliveries left out because the messages had waited for longer than the operator allows. */
    public long tooOld() {
        return tooOld;
    }

    /** Sessions that ended because too much waited for them, {@link OverflowPolicy#DISCONNECT}. */
    public long sessionsOverflowed() {
        return sessionsOverflowed;
    }

    /** QoS 0 deliveries left out because the client did not read. */
    public long qos0NotWritable() {
        return qos0NotWritable;
    }

    /**
     * QoS 1 and 2 deliveries left out because the memory queue of a session without durable state was full.
     */
    public long queueFull() {
        return queueFull;
    }

    /** Deliveries left out because the client had announced a smaller Maximum Packet Size [MQTT-3.1.2-25]. */
    public long packetTooLarge() {
        return packetTooLarge;
    }

    /** Deliveries left out because the Message Expiry Interval had passed [MQTT-3.3.2-5]. */
    public long expired() {
        return expired;
    }
}
