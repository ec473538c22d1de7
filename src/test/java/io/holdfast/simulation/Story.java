package io.holdfast.simulation;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.QoS;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Hears what happens in a simulation, line by line. */
@FunctionalInterface
public interface Story {
    /** For those who do not want to know. */
    Story UNTOLD = (_, _) -> { };

    /** What clients and the network do, and what a client gets. */
    void tell(long step, Supplier<String> line);

    /** What the core makes of it, and the store. */
    default void tellInside(long step, Supplier<String> line) {
        // Only a whole trace has it.
    }

    /** All there is to tell. */
    static Story whole(Consumer<String> lines) {
        return new Story() {
            @Override
            public void tell(long step, Supplier<String> line) {
                lines.accept(step + " " + line.get());
            }

            @Override
            public void tellInside(long step, Supplier<String> line) {
                lines.accept(step + "   " + line.get());
            }
        };
    }

    /** A packet in a few words: messages by their numbers. */
    static String told(Packet packet) {
        return switch (packet) {
            case Packet.Connect connect -> "CONNECT"
                    + (connect.cleanStart() ? ", Clean Start" : "")
                    + (connect.properties().contains(Property.SESSION_EXPIRY_INTERVAL)
                            ? ", Session Expiry Interval "
                                    + connect.properties().integer(Property.SESSION_EXPIRY_INTERVAL, 0) : "")
                    + (connect.will() == null ? "" : ", Will " + told(connect.will()));
            case Packet.Connack connack -> "CONNACK " + connack.reason()
                    + (connack.sessionPresent() ? ", Session Present" : "");
            case Packet.Publish publish -> "PUBLISH" + (publish.dup() ? " again" : "")
                    + " QoS " + publish.qos().value() + " to " + topic(publish)
                    + (publish.qos() == QoS.AT_MOST_ONCE ? "" : ", Packet Identifier " + publish.packetId())
                    + (publish.retain() ? ", RETAIN" : "") + message(publish.payload());
            case Packet.Subscribe subscribe -> "SUBSCRIBE to " + subscribe.subscriptions().stream()
                    .map(one -> one.topicFilter() + " at QoS " + one.options().qos().value()).toList();
            case Packet.Unsubscribe unsubscribe -> "UNSUBSCRIBE from " + unsubscribe.topicFilters();
            case Packet.Puback(int packetId, _, _) -> "PUBACK " + packetId;
            case Packet.Pubrec(int packetId, _, _) -> "PUBREC " + packetId;
            case Packet.Pubrel(int packetId, _, _) -> "PUBREL " + packetId;
            case Packet.Pubcomp(int packetId, _, _) -> "PUBCOMP " + packetId;
            case Packet.Suback(_, _, var reasons) -> "SUBACK " + reasons;
            case Packet.Unsuback _, Packet.Disconnect _, Packet.Auth _, Packet.Pingreq _,
                    Packet.Pingresp _ -> packet.type().toString();
        };
    }

    private static String topic(Packet.Publish publish) {
        return publish.topicName().isEmpty()
                ? "Topic Alias " + publish.properties().integer(Property.TOPIC_ALIAS, 0)
                : publish.topicName();
    }

    private static String told(Packet.Will will) {
        return "QoS " + will.qos().value() + " to " + will.topicName()
                + (will.retain() ? ", RETAIN" : "") + message(will.payload());
    }

    private static String message(byte[] payload) {
        return payload.length == 0 ? ", empty" : ", message " + ByteBuffer.wrap(payload).getInt();
    }
}
