package io.holdfast.netty;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Effect;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.wire.PacketDecoder;
import io.holdfast.wire.PacketEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Topic Aliases that the broker sets, as a client sees them on the wire. */
class OutboundAliasesTest {
    private static final int PACKET_BYTES_MAX = 1 << 20;
    private static final byte[] PAYLOAD = {1, 2, 3};

    private final Connections connections = new Connections();
    private final Outbox outbox = connections.outbox();
    private final ConnectionHandler handler =
            new ConnectionHandler(new Intake(), connections, PACKET_BYTES_MAX);
    private final EmbeddedChannel channel = new EmbeddedChannel(handler);

    @AfterEach
    void end() {
        channel.finishAndReleaseAll();
    }

    @Test
    void aTopicNameIsSentOnceAndItsAliasAfterThat() {
        connect(Properties.of(Property.TOPIC_ALIAS_MAXIMUM, 10));
        send("meters/7", "meters/8", "meters/7", "meters/7", "meters/8");
        assertEquals(List.of("meters/7=1", "meters/8=2", "=1", "=1", "=2"), received());
    }

    @Test
    void anAliasSetInOneFlushIsUsedInTheNext() {
        connect(Properties.of(Property.TOPIC_ALIAS_MAXIMUM, 10));
        send("meters/7");
        assertEquals(List.of("meters/7=1"), received());
        send("meters/7");
        assertEquals(List.of("=1"), received());
    }

    @Test
    void noAliasIsAboveTheClientsMaximum() { // [MQTT-3.1.2-26] [MQTT-3.3.2-11]
        connect(Properties.of(Property.TOPIC_ALIAS_MAXIMUM, 2));
        send("meters/1", "meters/2", "meters/3", "meters/3", "meters/2");
        assertEquals(List.of("meters/1=1", "meters/2=2", "meters/3", "meters/3", "=2"), received());
    }

    @Test
    void aClientThatOffersMoreGetsWhatTheBrokerAffords() {
        connect(Properties.of(Property.TOPIC_ALIAS_MAXIMUM, 65_535));
        String[] topics = IntStream.rangeClosed(1, OutboundAliases.ALIASES_MAX + 1)
                .mapToObj(i -> "meters/" + i).toArray(String[]::new);
        send(topics);
        List<String> received = received();
        assertEquals("meters/64=64", received.get(63));
        assertEquals("meters/65", received.get(64));
    }

    @Test
    void aClientThatOffersNoneGetsNone() { // [MQTT-3.1.2-27]
        connect(Properties.NONE);
        send("meters/7", "meters/7");
        assertEquals(List.of("meters/7", "meters/7"), received());
    }

    @Test
    void aClientThatOffersZeroGetsNone() { // [MQTT-3.1.2-27]
        connect(Properties.of(Property.TOPIC_ALIAS_MAXIMUM, 0));
        send("meters/7", "meters/7");
        assertEquals(List.of("meters/7", "meters/7"), received());
    }

    @Test
    void aSecondConnectDoesNotForgetTheAliasesThatTheClientHas() {
        connect(Properties.of(Property.TOPIC_ALIAS_MAXIMUM, 1));
        send("meters/7");
        connect(Properties.of(Property.TOPIC_ALIAS_MAXIMUM, 2));
        send("meters/8", "meters/7");
        assertEquals(List.of("meters/7=1", "meters/8", "=1"), received());
    }

    @Test
    void theOtherPropertiesAndTheRestOfThePacketStay() {
        connect(Properties.of(Property.TOPIC_ALIAS_MAXIMUM, 1));
        Properties properties = Properties.of(Property.CONTENT_TYPE, "text/plain")
                .with(Property.SUBSCRIPTION_IDENTIFIER, 5);
        Packet.Publish publish = new Packet.Publish(true, QoS.AT_LEAST_ONCE, true, "meters/7", 9, properties,
                PAYLOAD);
        send(publish);
        send(publish);
        Packet.Publish second = packets().getLast();
        assertEquals(List.of(true, QoS.AT_LEAST_ONCE, true, "", 9),
                List.of(second.dup(), second.qos(), second.retain(), second.topicName(), second.packetId()));
        assertArrayEquals(PAYLOAD, second.payload());
        assertEquals(3, second.properties().entries().size());
        assertEquals("text/plain", second.properties().string(Property.CONTENT_TYPE));
        assertEquals(5, second.properties().integer(Property.SUBSCRIPTION_IDENTIFIER, 0));
        assertEquals(1, second.properties().integer(Property.TOPIC_ALIAS, 0));
    }

    @Test
    void aMessageOfQos2KeepsItsTopicName() {
        connect(Properties.of(Property.TOPIC_ALIAS_MAXIMUM, 10));
        Packet.Publish exactlyOnce = new Packet.Publish(false, QoS.EXACTLY_ONCE, false, "meters/7", 9,
                Properties.NONE, PAYLOAD);
        send(exactlyOnce);
        send("meters/7");
        send(exactlyOnce);
        assertEquals(List.of("meters/7", "meters/7=1", "meters/7"), received());
    }

    @Test
    void aTopicNameThatIsNoLongerThanAnAliasIsSentAsItIs() {
        connect(Properties.of(Property.TOPIC_ALIAS_MAXIMUM, 10));
        send("m/7", "m/7", "a/b/c", "a/b/c");
        assertEquals(List.of("m/7", "m/7", "a/b/c=1", "=1"), received());
    }

    @Test
    void aTopicNameThatIsTooLongToRememberIsSentAsItIs() {
        connect(Properties.of(Property.TOPIC_ALIAS_MAXIMUM, 10));
        String longest = "m".repeat(OutboundAliases.TOPIC_CHARACTERS_MAX);
        send(longest + "m", longest + "m", longest, longest);
        assertEquals(List.of(longest + "m", longest + "m", longest + "=1", "=1"), received());
    }

    /** Three bytes more may be too many; a byte more than that and they fit [MQTT-3.1.2-24]. */
    @Test
    void anAliasIsSetOnlyWhereThePacketStillFits() {
        Packet.Publish publish = publish("meters/7");
        int bytes = PacketEncoder.size(publish, ProtocolVersion.MQTT_5);
        connect(Properties.of(Property.TOPIC_ALIAS_MAXIMUM, 1)
                .with(Property.MAXIMUM_PACKET_SIZE, bytes + 2));
        send("meters/7", "meters/7", "meter/7", "meters/7", "meter/7");
        assertEquals(List.of("meters/7", "meters/7", "meter/7=1", "meters/7", "=1"), received());
    }

    /** The Property Length may take a byte more with the alias than without. */
    @Test
    void noPacketGrowsOnceItsAliasIsSet() {
        connect(Properties.of(Property.TOPIC_ALIAS_MAXIMUM, 1));
        for (int length = 100; length < 140; length++) {
            Packet.Publish publish = publish("a/b/c")
                    .with(Properties.of(Property.CONTENT_TYPE, "t".repeat(length)));
            send(publish);
            int sent = PacketEncoder.size(packets().getLast(), ProtocolVersion.MQTT_5);
            int plain = PacketEncoder.size(publish, ProtocolVersion.MQTT_5);
            assertTrue(length == 100 || sent < plain, length + ": " + sent + " and " + plain);
        }
    }

    private void connect(Properties properties) {
        Packet connect = new Packet.Connect(ProtocolVersion.MQTT_5, true, 0, properties, "a", null, null,
                null);
        ByteBuffer bytes = ByteBuffer.allocate(PacketEncoder.size(connect, ProtocolVersion.MQTT_5));
        PacketEncoder.write(connect, ProtocolVersion.MQTT_5, bytes);
        channel.writeInbound(Unpooled.wrappedBuffer(bytes.flip()));
    }

    private void send(String... topicNames) {
        for (String topicName : topicNames) {
            outbox.send(new Effect.Send(handler.id(), publish(topicName)));
        }
        flush();
    }

    private void send(Packet.Publish publish) {
        outbox.send(new Effect.Send(handler.id(), publish));
        flush();
    }

    private void flush() {
        outbox.flush();
        channel.runPendingTasks();
    }

    /** What has arrived, each as its Topic Name and its alias. */
    private List<String> received() {
        return packets().stream().map(publish -> publish.topicName()
                + (publish.properties().contains(Property.TOPIC_ALIAS)
                        ? "=" + publish.properties().integer(Property.TOPIC_ALIAS, 0) : "")).toList();
    }

    private List<Packet.Publish> packets() {
        PacketDecoder decoder = new PacketDecoder(PACKET_BYTES_MAX, ProtocolVersion.MQTT_5);
        List<Packet.Publish> packets = new ArrayList<>();
        ByteBuf written;
        while ((written = channel.readOutbound()) != null) {
            ByteBuffer bytes = written.nioBuffer();
            while (bytes.hasRemaining()) {
                packets.add((Packet.Publish) decoder.decode(bytes));
                assertNotNull(packets.getLast());
            }
            written.release();
        }
        return packets;
    }

    private static Packet.Publish publish(String topicName) {
        return new Packet.Publish(false, QoS.AT_MOST_ONCE, false, topicName, 0, Properties.NONE, PAYLOAD);
    }
}
