package io.holdfast.simulation;

import io.holdfast.broker.Input;
import io.holdfast.mqtt.Packet;
import java.nio.ByteBuffer;
import java.util.List;

/** How the story of a seed is told. */
final class Story {
    private Story() {}

    /** A packet for the story: messages by their numbers. */
    static String told(Object said) {
        return switch (said) {
            case Input.PacketsReceived(long id, List<Packet> packets) ->
                "on " + id + ": " + packets.stream().map(Story::told).toList();
            case Packet.Publish publish -> (publish.dup() ? "again " : "") + publish.qos() + " "
                    + publish.topicName() + " id " + publish.packetId()
                    + (publish.retain() ? " retained" : "")
                    + (publish.payload().length == 0 ? " empty"
                            : " message " + ByteBuffer.wrap(publish.payload()).getInt());
            default -> said.toString();
        };
    }
}
