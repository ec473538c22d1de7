package io.holdfast.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.Packet.Suback;
import io.holdfast.mqtt.Packet.Subscribe;
import io.holdfast.mqtt.Packet.Unsubscribe;
import io.holdfast.mqtt.PacketType;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.ReasonCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Netty's codec as a second opinion. What Holdfast writes, Netty reads with the same meaning; what Netty then
 * writes, Holdfast reads as the packet that it was.
 */
final class NettyOracleTest {
    private final EmbeddedChannel netty = new EmbeddedChannel(new MqttDecoder(PacketTable.PACKET_BYTES_MAX),
            MqttEncoder.INSTANCE);

    /** The table's packets of 3.1.1 and 5, but the few that Netty is known to treat differently. */
    static List<PacketRow> rows() {
        return PacketTable.canonical().stream()
                .filter(row -> row.version() != PacketRow.V31 && !isUnknownToNetty(row.packet()))
                .toList();
    }

    private static boolean isUnknownToNetty(Packet packet) {
        return switch (packet) {
            // Netty moves User Properties behind the others when it writes.
            case Publish publish -> publish.properties().entries().size() > 2;
            case Packet _ -> false;
        };
    }

    @AfterEach
    void close() {
        netty.finishAndReleaseAll();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void nettyReadsWhatWeWriteAndWeReadWhatNettyWrites(PacketRow row) {
        if (row.packet().type() != PacketType.CONNECT) {
            tellNettyTheVersion(row.version());
        }
        netty.writeInbound(Unpooled.wrappedBuffer(Bytes.encode(row.packet(), row.version())));
        MqttMessage message = netty.readInbound();
        assertNotNull(message);
        assertNull(message.decoderResult().cause());
        assertSameMeaning(row.packet(), message);
        ReferenceCountUtil.retain(message);
        netty.writeOutbound(message);
        ByteBuf written = netty.readOutbound();
        ByteBuffer bytes = ByteBuffer.wrap(ByteBufUtil.getBytes(written));
        written.release();
        Packet back = Bytes.decoder(row).decode(bytes);
        assertEquals(PacketText.of(row.packet()), PacketText.of(back));
        assertEquals(0, bytes.remaining());
        ReferenceCountUtil.release(message);
    }

    /** Both directions of Netty's codec learn the version from CONNECT. */
    private void tellNettyTheVersion(ProtocolVersion version) {
        Packet connect = new Connect(version, true, 60, Properties.NONE, "d", null, null, null);
        netty.writeInbound(Unpooled.wrappedBuffer(Bytes.encode(connect, version)));
        MqttMessage message = netty.readInbound();
        netty.writeOutbound(message);
        ReferenceCountUtil.release(netty.readOutbound());
    }

    private static void assertSameMeaning(Packet packet, MqttMessage message) {
        assertEquals(packet.type().value(), message.fixedHeader().messageType().value());
        switch (packet) {
            case Connect connect -> assertConnect(connect, (MqttConnectMessage) message);
            case Publish publish -> assertPublish(publish, (MqttPublishMessage) message);
            case Subscribe subscribe -> assertSubscribe(subscribe, (MqttSubscribeMessage) message);
            case Suback suback -> assertEquals(
                    suback.reasons().stream().map(ReasonCode::value).toList(),
                    ((MqttSubAckMessage) message).payload().reasonCodes());
            case Unsubscribe unsubscribe -> assertEquals(
                    unsubscribe.topicFilters(),
                    ((MqttUnsubscribeMessage) message).payload().topics());
            case Packet.Puback puback -> assertPacketId(puback.packetId(), message);
            case Packet.Pubrec pubrec -> assertPacketId(pubrec.packetId(), message);
            case Packet.Pubrel pubrel -> assertPacketId(pubrel.packetId(), message);
            case Packet.Pubcomp pubcomp -> assertPacketId(pubcomp.packetId(), message);
            case Packet.Unsuback unsuback -> assertPacketId(unsuback.packetId(), message);
            case Packet.Connack _, Packet.Pingreq _, Packet.Pingresp _, Packet.Disconnect _,
                    Packet.Auth _ -> {
                // the type, and the way back
            }
        }
    }

    private static void assertConnect(Connect connect, MqttConnectMessage message) {
        assertEquals(connect.version().level(), message.variableHeader().version());
        assertEquals(connect.cleanStart(), message.variableHeader().isCleanSession());
        assertEquals(connect.keepAliveSeconds(), message.variableHeader().keepAliveTimeSeconds());
        assertEquals(connect.clientIdentifier(), message.payload().clientIdentifier());
        assertEquals(connect.userName(), message.payload().userName());
        assertArrayEquals(connect.password(), message.payload().passwordInBytes());
        assertEquals(connect.will() != null, message.variableHeader().isWillFlag());
        if (connect.will() != null) {
            assertEquals(connect.will().qos().value(), message.variableHeader().willQos());
            assertEquals(connect.will().retain(), message.variableHeader().isWillRetain());
            assertEquals(connect.will().topicName(), message.payload().willTopic());
            assertArrayEquals(connect.will().payload(), message.payload().willMessageInBytes());
        }
    }

    private static void assertPublish(Publish publish, MqttPublishMessage message) {
        assertEquals(publish.dup(), message.fixedHeader().isDup());
        assertEquals(publish.qos().value(), message.fixedHeader().qosLevel().value());
        assertEquals(publish.retain(), message.fixedHeader().isRetain());
        assertEquals(publish.topicName(), message.variableHeader().topicName());
        if (publish.packetId() != 0) {
            assertEquals(publish.packetId(), message.variableHeader().packetId());
        }
        assertEquals(new String(publish.payload(), StandardCharsets.ISO_8859_1),
                message.payload().toString(StandardCharsets.ISO_8859_1));
    }

    private static void assertSubscribe(Subscribe subscribe, MqttSubscribeMessage message) {
        List<MqttTopicSubscription> theirs = message.payload().topicSubscriptions();
        assertEquals(subscribe.subscriptions().size(), theirs.size());
        for (int i = 0; i < theirs.size(); i++) {
            Subscribe.Requested ours = subscribe.subscriptions().get(i);
            assertEquals(ours.topicFilter(), theirs.get(i).topicFilter());
            assertEquals(ours.options().qos().value(), theirs.get(i).option().qos().value());
            assertEquals(ours.options().noLocal(), theirs.get(i).option().isNoLocal());
            assertEquals(ours.options().retainAsPublished(), theirs.get(i).option().isRetainAsPublished());
            assertEquals(ours.options().retainHandling(), theirs.get(i).option().retainHandling().value());
        }
    }

    private static void assertPacketId(int packetId, MqttMessage message) {
        assertEquals(packetId, ((MqttMessageIdVariableHeader) message.variableHeader()).messageId());
    }
}
