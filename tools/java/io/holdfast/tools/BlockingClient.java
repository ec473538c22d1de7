package io.holdfast.tools;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.wire.PacketDecoder;
import io.holdfast.wire.PacketEncoder;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;

/**
 * One network connection of an MQTT client, for one thread, which may be a virtual one. What is sent waits in
 * a buffer until it is full, or until there is nothing to receive but from the network: so what is sent in
 * answer to one read of the socket is one write.
 *
 * <p>A lost connection is an {@link IOException}. A server that says nothing for too long, or the wrong
 * thing, is an {@link IllegalStateException}.
 */
final class BlockingClient implements AutoCloseable {
    /** The Session Expiry Interval of a session that does not expire (section 3.1.2.11.2). */
    static final long NEVER_EXPIRES = 0xFFFF_FFFFL;

    private static final int SILENCE_MILLIS_MAX = 60_000;
    private static final int PACKET_BYTES_MAX = 2 << 20;
    private static final int BUFFER_BYTES = 32 << 10;

    private final String clientId;
    private final ProtocolVersion version;
    private final PacketDecoder decoder;
    private final Socket socket = new Socket();
    private ByteBuffer in = ByteBuffer.allocate(BUFFER_BYTES).flip();
    private ByteBuffer out = ByteBuffer.allocate(BUFFER_BYTES);
    private Packet.Connack connack;

    private BlockingClient(Packet.Connect connect) {
        clientId = connect.clientIdentifier();
        version = connect.version();
        decoder = new PacketDecoder(PACKET_BYTES_MAX, version);
    }

    /** A CONNECT of MQTT 5.0 for a session that never expires, and is gone on with if it exists. */
    static Packet.Connect durableSession(String clientId) {
        Properties properties = Properties.of(Property.SESSION_EXPIRY_INTERVAL, NEVER_EXPIRES);
        return new Packet.Connect(ProtocolVersion.MQTT_5, false, 0, properties, clientId, null, null, null);
    }

    /** Connects to a server of this machine, and waits for its CONNACK, which has to be a success. */
    static BlockingClient connect(int port, Packet.Connect connect) throws IOException {
        BlockingClient client = new BlockingClient(connect);
        try {
            client.open(port, connect);
            return client;
        } catch (IOException | RuntimeException e) {
            client.close();
            throw e;
        }
    }

    private void open(int port, Packet.Connect connect) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(SILENCE_MILLIS_MAX);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), SILENCE_MILLIS_MAX);
        send(connect);
        Packet answer = receive();
        if (answer instanceof Packet.Connack accepted && accepted.reason() == ReasonCode.SUCCESS) {
            connack = accepted;
        } else {
            throw unexpected(answer);
        }
    }

    Packet.Connack connack() {
        return connack;
    }

    /** Sends a packet, with the next {@link #flush} at the latest. */
    void send(Packet packet) throws IOException {
        int bytes = PacketEncoder.size(packet, version);
        if (bytes > out.remaining()) {
            flush();
        }
        if (bytes > out.capacity()) {
            out = ByteBuffer.allocate(bytes);
        }
        PacketEncoder.write(packet, version, out);
    }

    void flush() throws IOException {
        if (out.position() > 0) {
            socket.getOutputStream().write(out.array(), 0, out.position());
            out.clear();
        }
    }

    /** The next packet; what waits to be sent is sent before it waits. */
    Packet receive() throws IOException {
        Packet packet;
        while ((packet = receiveBuffered()) == null) {
            flush();
            fill();
        }
        return packet;
    }

    /** The next packet of those that have been read from the network already, or null. */
    Packet receiveBuffered() {
        return decoder.decode(in);
    }

    private void fill() throws IOException {
        in.compact();
        if (!in.hasRemaining()) {
            in = ByteBuffer.allocate(2 * in.capacity()).put(in.flip());
        }
        int read;
        try {
            read = socket.getInputStream().read(in.array(), in.position(), in.remaining());
        } catch (SocketTimeoutException e) {
            throw new IllegalStateException(
                    "client " + clientId + " was sent nothing for " + SILENCE_MILLIS_MAX + " ms", e);
        }
        if (read < 0) {
            throw new EOFException("the server closed the connection of client " + clientId);
        }
        in.position(in.position() + read).flip();
    }

    /** What to throw when that packet makes no sense where it came. */
    IllegalStateException unexpected(Packet packet) {
        return new IllegalStateException("client " + clientId + " did not expect " + packet);
    }

    /** Says goodbye, and keeps the session. */
    void disconnect() throws IOException {
        send(new Packet.Disconnect(ReasonCode.SUCCESS, Properties.NONE));
        flush();
        close();
    }

    /** Closes the connection without a word; what waits to be sent is lost. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
