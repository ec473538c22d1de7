package io.holdfast.broker;

import io.holdfast.mqtt.Packet;

/** What the core has handled since the process began, and what it has not delivered, and why. */
public final class Counters {
    long clientsConnected;
    /** Sessions, be their clients connected or not. */
    long sessions;
    /** The most that have been connected at the same time. */
    long clientsMaximum;
    /** Sessions that ended because their clients were away for their Session Expiry Interval. */
    long sessionsExpired;
    long packetsReceived;
    long packetsSent;
    long connectsReceived;
    long publishesReceived;
    long publishesSent;
    /** Of payloads, as the following. */
    long publishBytesReceived;
    long publishBytesSent;
    /** Messages of clients to topics that are the broker's own. */
    long refused;
    /** Messages, Will Messages and subscriptions of clients that were not authorized. */
    long denied;
    /** Deliveries left out because their clients are not authorized to read them. */
    long notReadable;
    long qos0NotWritable;
    long queueFull;
    long packetTooLarge;
    long expired;
    long rejected;
    long droppedOldest;
    long droppedNewest;
    long tooOld;
    long sessionsOverflowed;
    /** As it was last measured, in bytes. */
    long diskFreeBytes;
    boolean diskIsShort;
    /** Messages that were not taken over, or not retained, while the disk was short of space. */
    long refusedForSpace;
    /** Deliveries left out because their messages are damaged in the store, or missing. */
    long damaged;

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

    /** Messages not taken over, or not retained, while the disk was short of space. */
    public long refusedForSpace() {
        return refusedForSpace;
    }

    /** Whether messages that would be stored are refused because the disk is short of space. */
    public boolean isDiskShort() {
        return diskIsShort;
    }

    /** What was free on the disk of the store when it was last measured. */
    public long diskFreeBytes() {
        return diskFreeBytes;
    }

    /** Sessions that ended because too much waited for them, {@link OverflowPolicy#DISCONNECT}. */
    public long sessionsOverflowed() {
        return sessionsOverflowed;
    }

    /** Deliveries left out because their messages are damaged in the store, or missing. */
    public long damaged() {
        return damaged;
    }

    /** Messages, Will Messages and subscriptions of clients that were not authorized. */
    public long denied() {
        return denied;
    }

    /** Deliveries left out because their clients are not authorized to read them. */
    public long notReadable() {
        return notReadable;
    }

    void clientsConnected(int now) {
        clientsConnected = now;
        clientsMaximum = Math.max(clientsMaximum, now);
    }

    void received(Packet packet) {
        packetsReceived++;
        if (packet instanceof Packet.Publish publish) {
            publishesReceived++;
            publishBytesReceived += publish.payload().length;
        } else if (packet instanceof Packet.Connect) {
            connectsReceived++;
        }
    }

    void sent(Packet packet) {
        packetsSent++;
        if (packet instanceof Packet.Publish publish) {
            publishesSent++;
            publishBytesSent += publish.payload().length;
        }
    }

    /** All that was refused, dropped or ended because too much waited, or for too long. */
    public long overflowed() {
        return rejected + droppedOldest + droppedNewest + tooOld + queueFull + sessionsOverflowed;
    }

    /** All deliveries left out, for whatever reason. */
    public long dropped() {
        return qos0NotWritable + queueFull + packetTooLarge + expired + droppedOldest + droppedNewest
                + tooOld + damaged;
    }

    /**
     * QoS 0 deliveries left out because the client, or no member of a Shared Subscription, could take them.
     */
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
