package io.holdfast.broker;

import io.holdfast.broker.Change.SessionPut;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.Property;

/** The Will Message that a CONNECT brings (section 3.1.2.5), as a message that waits for its publication. */
final class Wills {
    private Wills() {}

    /** The message, or null if the CONNECT brings none. */
    static Message of(Connect connect, long publisher) {
        Packet.Will will = connect.will();
        return will == null ? null : new Message(0, 0, publisher, will.qos(), will.retain(), will.topicName(),
                will.properties().only(property -> property != Property.WILL_DELAY_INTERVAL), will.payload());
    }

    /** As in {@link SessionPut}. */
    static long delaySeconds(Connect connect) {
        return connect.will() == null
                ? SessionPut.NO_WILL : connect.will().properties().integer(Property.WILL_DELAY_INTERVAL, 0);
    }

    /** Stores the will of a durable session in place of the one that it has, each null for none. */
    static void replace(Message old, Message will, long sessionId, Turn turn) {
        if (will != null) {
            turn.change(new Change.WillPut(sessionId, will));
        } else if (old != null) {
            turn.change(new Change.WillRemoved(sessionId));
        }
    }
}
