package io.holdfast.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Packet.Connack;
import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.Packet.Disconnect;
import io.holdfast.mqtt.Packet.Puback;
import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.Packet.Pubrec;
import io.holdfast.mqtt.Packet.Suback;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.mqtt.SubscriptionOptions;
import io.holdfast.wire.PacketDecoder;
import io.holdfast.wire.PacketEncoder;
import io.holdfast.wire.PacketText;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One end of a network connection: sends packets, and says which it expects to have received since. */
final class Client {
    private final Core core;
    private final long connectionId;
    private final Deque<Packet> received = new ArrayDeque<>();
    private PacketDecoder decoder;
    private boolean closed;

    Client(Core core, long connectionId) {
        this.core = core;
        this.connectionId = connectionId;
    }

    void receive(Packet packet) {
        assertFalse(closed, () -> "sent after the close: " + packet);
        if (decoder != null) {
            assertReadable(packet);
        }
        received.add(packet);
    }

    /** A client of its version reads the packet: all Reason Codes, flags and Properties are permitted. */
    private void assertReadable(Packet packet) {
        if (PacketEncoder.canEncode(packet, decoder.version())) {
            ByteBuffer bytes = ByteBuffer.allocate(PacketEncoder.size(packet, decoder.version()));
            PacketEncoder.write(packet, decoder.version(), bytes);
            assertEquals(packet.type(), decoder.decode(bytes.flip()).type());
        }
    }

    void closed() {
        closed = true;
    }

    /** Sends packets that arrive in one read. */
    Client send(Packet... packets) {
        if (decoder == null && packets[0] instanceof Connect connect) {
            decoder = new PacketDecoder(Integer.MAX_VALUE, connect.version());
        }
        core.handle(new Input.PacketsReceived(connectionId, List.of(packets)));
        return this;
    }

    /** The network connection fails, or the client closes it without DISCONNECT. */
    void drop() {
        core.handle(new Input.ConnectionClosed(connectionId));
    }

    /** The authenticator answers a question about the client. */
    Client authenticated(Authentication.Step step) {
        core.handle(new Input.Authenticated(connectionId, step));
        return this;
    }

    long connectionId() {
        return connectionId;
    }

    void writable(boolean writable) {
        core.handle(new Input.WritabilityChanged(connectionId, writable));
    }

    /** The first packet not expected yet. */
    Packet take() {
        return received.remove();
    }

    /** The payload of the PUBLISH that is the first packet not expected yet. */
    String takePayload() {
        return new String(((Publish) take()).payload(), StandardCharsets.UTF_8);
    }

    /** These packets, and nothing else, were received since the last call, and the connection is open. */
    void expect(Packet... packets) {
        assertReceived(packets);
        assertFalse(closed, "closed");
    }

    /** These packets, and nothing else, were received since the last call; then the connection was closed. */
    void expectClosed(Packet... packets) {
        assertReceived(packets);
        assertTrue(closed, "not closed");
    }

    private void assertReceived(Packet... packets) {
        assertEquals(text(Stream.of(packets)), text(received.stream()));
        received.clear();
    }

    /** Without Reason Strings: those are for people. */
    private static String text(Stream<Packet> packets) {
        return packets.map(packet -> switch (packet) {
            case Connack(boolean present, ReasonCode reason, Properties properties) ->
                new Connack(present, reason, withoutReasonString(properties));
            case Puback(int packetId, ReasonCode reason, Properties properties) ->
                new Puback(packetId, reason, withoutReasonString(properties));
            case Pubrec(int packetId, ReasonCode reason, Properties properties) ->
                new Pubrec(packetId, reason, withoutReasonString(properties));
            case Disconnect(ReasonCode reason, Properties properties) ->
                new Disconnect(reason, withoutReasonString(properties));
            default -> packet;
        }).map(PacketText::of).collect(Collectors.joining("\n"));
    }

    private static Properties withoutReasonString(Properties properties) {
        return properties.only(property -> property != Property.REASON_STRING);
    }

    /** Subscribes and is granted what it asks for. */
    Client subscribe(QoS qos, String... topicFilters) {
        send(Packets.subscribe(65_535, qos, topicFilters));
        Suback suback = (Suback) take();
        assertTrue(suback.reasons().stream().allMatch(ReasonCode.granted(qos)::equals), suback::toString);
        return this;
    }

    /** Publishes messages, one after the other, each with its whole handshake. */
    void publish(QoS qos, String topicName, String... payloads) {
        for (String payload : payloads) {
            publish(Packets.publish(qos, qos == QoS.AT_MOST_ONCE ? 0 : 1, topicName, payload));
        }
    }

    /** The same, with RETAIN 1. */
    void retain(QoS qos, String topicName, String... payloads) {
        for (String payload : payloads) {
            publish(Packets.retain(
                    Packets.publish(qos, qos == QoS.AT_MOST_ONCE ? 0 : 1, topicName, payload)));
        }
    }

    void publish(Publish packet) {
        send(packet);
        if (packet.qos() == QoS.EXACTLY_ONCE) {
            take();
            send(Packets.pubrel(packet.packetId()));
        }
        if (packet.qos() != QoS.AT_MOST_ONCE) {
            take();
        }
    }

    /** Subscribes to one Topic Filter and is granted what it asks for. */
    Client subscribe(String topicFilter, SubscriptionOptions options) {
        send(Packets.subscribe(65_535, topicFilter, options));
        assertEquals(Packets.suback(65_535, ReasonCode.granted(options.qos())), take());
        return this;
    }

    /** Unsubscribes from a Topic Filter that it is subscribed to. */
    void unsubscribe(String topicFilter) {
        send(Packets.unsubscribe(65_535, topicFilter));
        assertEquals(Packets.unsuback(65_535, ReasonCode.SUCCESS), take());
    }

    /** Acknowledges QoS 1 deliveries until none comes any more; returns their payloads. */
    List<String> drain() {
        List<String> payloads = new ArrayList<>();
        while (!received.isEmpty()) {
            int packetId = ((Publish) received.element()).packetId();
            payloads.add(takePayload());
            send(Packets.puback(packetId));
        }
        return payloads;
    }
}
