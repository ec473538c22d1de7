package io.holdfast.bench;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.wire.PacketDecoder;
import io.holdfast.wire.PacketEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What does one PUBLISH of QoS 1 with 256 bytes of payload cost to decode and to encode, beside Netty's
 * codec?
 *
 * <pre>bench/run CodecBenchmark</pre>
 *
 * <p>One invocation handles a read's worth of packets, {@value #PACKETS} with different topics, in a direct
 * buffer as a socket fills it. Netty's codec runs in an {@code EmbeddedChannel}: its figures contain the
 * pipeline that it cannot be used without, and it hands out slices of the buffer where Holdfast copies the
 * payload.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodecBenchmark {
    private static final int PACKETS = 64;
    private static final int PAYLOAD_BYTES = 256;
    private static final int PACKET_BYTES_MAX = 1 << 20;
    private static final String[] SITES = {"hamburg", "gdansk", "porto", "cluj-napoca", "m\u00fcnchen"};
    private static final String[] VALUES = {"temperature", "state", "alarm/battery-low", "power/voltage"};

    /** Whose codec. */
    public enum Codec { HOLDFAST, NETTY }

    @Param({"HOLDFAST", "NETTY"})
    private Codec codec;

    @Param({"MQTT_3_1_1", "MQTT_5"})
    private ProtocolVersion version;

    private final Publish[] packets = new Publish[PACKETS];
    private final MqttPublishMessage[] messages = new MqttPublishMessage[PACKETS];
    private ByteBuffer bytes;
    private ByteBuf nettyBytes;
    private ByteBuffer out;
    private PacketDecoder decoder;
    private EmbeddedChannel netty;

    @Setup
    public void prepare() {
        prepareHoldfast();
        prepareNetty();
    }

    private void prepareHoldfast() {
        SplittableRandom random = new SplittableRandom(1);
        bytes = ByteBuffer.allocateDirect(PACKETS * 1024);
        out = ByteBuffer.allocateDirect(PACKETS * 1024);
        for (int i = 0; i < PACKETS; i++) {
            packets[i] = publish(random, 1 + i);
            PacketEncoder.write(packets[i], version, bytes);
        }
        bytes.flip();
        nettyBytes = Unpooled.wrappedBuffer(bytes.duplicate());
        decoder = new PacketDecoder(PACKET_BYTES_MAX, version);
    }

    /** One topic in five has a character that is not ASCII; in 5.0 one message in two expires. */
    private Publish publish(SplittableRandom random, int packetId) {
        byte[] payload = new byte[PAYLOAD_BYTES];
        random.nextBytes(payload);
        String topicName = "fleet/" + SITES[random.nextInt(SITES.length)]
                + "/meter-" + random.nextInt(100_000) + "/" + VALUES[random.nextInt(VALUES.length)];
        Properties properties = version.hasProperties() && packetId % 2 == 0
                ? Properties.of(Property.MESSAGE_EXPIRY_INTERVAL, 3_600)
                : Properties.NONE;
        return new Publish(false, QoS.AT_LEAST_ONCE, false, topicName, packetId, properties, payload);
    }

    /** A CONNECT in each direction tells Netty's codec the version. */
    private void prepareNetty() {
        netty = new EmbeddedChannel(new MqttDecoder(PACKET_BYTES_MAX), MqttEncoder.INSTANCE);
        Packet connect = new Connect(version, true, 60, Properties.NONE, "bench", null, null, null);
        ByteBuffer connectBytes = ByteBuffer.allocate(PacketEncoder.size(connect, version));
        PacketEncoder.write(connect, version, connectBytes);
        netty.writeInbound(Unpooled.wrappedBuffer(connectBytes.flip()));
        Object message = netty.readInbound();
        netty.writeOutbound(message);
        ReferenceCountUtil.release(netty.readOutbound());
        netty.writeInbound(nettyBytes.retainedDuplicate());
        for (int i = 0; i < PACKETS; i++) {
            messages[i] = netty.readInbound();
        }
    }

    @TearDown
    public void close() {
        for (MqttPublishMessage message : messages) {
            message.release();
        }
        netty.finishAndReleaseAll();
    }

    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public void decode(Blackhole blackhole) {
        if (codec == Codec.HOLDFAST) {
            bytes.rewind();
            for (int i = 0; i < PACKETS; i++) {
                blackhole.consume(decoder.decode(bytes));
            }
        } else {
            netty.writeInbound(nettyBytes.retainedDuplicate());
            for (int i = 0; i < PACKETS; i++) {
                MqttPublishMessage message = netty.readInbound();
                blackhole.consume(message);
                message.release();
            }
        }
    }

    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public void encode(Blackhole blackhole) {
        if (codec == Codec.HOLDFAST) {
            out.clear();
            for (int i = 0; i < PACKETS; i++) {
                if (PacketEncoder.size(packets[i], version) <= out.remaining()) {
                    PacketEncoder.write(packets[i], version, out);
                }
            }
            blackhole.consume(out);
        } else {
            for (int i = 0; i < PACKETS; i++) {
                netty.writeOutbound(messages[i].retainedDuplicate());
                ByteBuf written = netty.readOutbound();
                blackhole.consume(written);
                written.release();
            }
        }
    }
}
