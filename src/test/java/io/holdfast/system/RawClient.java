package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.mqtt.SubscriptionOptions;
import io.holdfast.wire.PacketDecoder;
import io.holdfast.wire.PacketEncoder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.List;

/** A socket that speaks packets, or any bytes, and does nothing of its own accord. */
public final class RawClient implements AutoCloseable {
    private static final int PACKET_BYTES_MAX = 1 << 20;
    private static final int FIRST_BUFFER_BYTES = 4 << 10;

    /** Whoever waits longer than that for the broker waits in vain. */
    private static final int READ_MILLIS_MAX = 60_000;
    private static final long EXPIRES_NEVER = 0xFFFF_FFFFL;

    private final ProtocolVersion version;
    private final Socket socket;
    private final PacketDecoder decoder;
    /** What has arrived and is not decoded yet; grows to the largest packet. */
    private ByteBuffer received = ByteBuffer.allocate(FIRST_BUFFER_BYTES).flip();

    /** Opens the socket; nothing is said on it. */
    public RawClient(int port, ProtocolVersion version) throws IOException {
        this.version = version;
        this.decoder = new PacketDecoder(PACKET_BYTES_MAX, version);
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(READ_MILLIS_MAX);
    }

    /** A CONNECT for a session that does not expire, and goes on if there is one. */
    public static Packet.Connect persistent(ProtocolVersion version, String clientId) {
        Properties properties = version == ProtocolVersion.MQTT_5
                ? Properties.of(Property.SESSION_EXPIRY_INTERVAL, EXPIRES_NEVER)
                : Properties.NONE;
        return new Packet.Connect(version, false, 0, properties, clientId, null, null, null);
    }

    public static Packet.Subscribe subscribe(String topicFilter, QoS qos) {
        return new Packet.Subscribe(1, Properties.NONE,
                List.of(new Packet.Subscribe.Requested(topicFilter, SubscriptionOptions.of(qos))));
    }

    public static Packet.Publish publish(QoS qos, int packetId, String topicName, byte[] payload) {
        return new Packet.Publish(false, qos, false, topicName, packetId, Properties.NONE, payload);
    }

    public static Packet.Disconnect disconnect() {
        return new Packet.Disconnect(ReasonCode.SUCCESS, Properties.NONE);
    }

    /** Connects with a session that does not expire; answers whether there was one. */
    public boolean connect(String clientId) throws IOException {
        send(persistent(version, clientId));
        Packet.Connack connack = expect(Packet.Connack.class);
        assertEquals(ReasonCode.SUCCESS, connack.reason());
        return connack.sessionPresent();
    }

    /** Sends the packets in one piece. */
    public void send(Packet... packets) throws IOException {
        int bytes = 0;
        for (Packet packet : packets) {
            bytes += PacketEncoder.size(packet, version);
        }
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        for (Packet packet : packets) {
            PacketEncoder.write(packet, version, buffer);
        }
        send(buffer.array());
    }

    /** Sends what the buffer holds up to its position, and empties it. */
    public void send(ByteBuffer packets) throws IOException {
        socket.getOutputStream().write(packets.array(), 0, packets.position());
        packets.clear();
    }

    public void send(byte... bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** The next packet, or null if the broker closes the connection, orderly or by a reset. */
    public Packet receive() throws IOException {
        for (;;) {
            Packet packet = decoder.decode(received);
            if (packet != null) {
                return packet;
            }
            received.compact();
            if (!received.hasRemaining()) {
                received = ByteBuffer.allocate(2 * received.capacity()).put(received.flip());
            }
            int bytes = read();
            received.position(received.position() + Math.max(bytes, 0)).flip();
            if (bytes < 0) {
                return null;
            }
        }
    }

    private int read() throws IOException {
        try {
            return socket.getInputStream()
                    .read(received.array(), received.position(), received.remaining());
        } catch (SocketException _) {
            return -1;
        }
    }

    public <T extends Packet> T expect(Class<T> type) throws IOException {
        return assertInstanceOf(type, receive());
    }

    /** Expects that the broker closes the connection, and closes its own side. */
    public void expectClose() throws IOException {
        assertNull(receive());
        socket.close();
    }

    /** Has the connection break, with nothing said. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
