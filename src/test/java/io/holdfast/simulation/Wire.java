package io.holdfast.simulation;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.wire.PacketDecoder;
import io.holdfast.wire.PacketEncoder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** A link over a real socket, which never waits. */
final class Wire implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 << 10;
    private static final int END = -1;

    final Link link;

    private final SocketChannel channel;
    private final ProtocolVersion version;
    private final PacketDecoder decoder;
    private final ByteBuffer in = ByteBuffer.allocate(BUFFER_BYTES);
    private final ByteBuffer out = ByteBuffer.allocate(BUFFER_BYTES);

    /** Connects to a broker on this machine; the selector is woken by what it sends. */
    Wire(Link link, int port, Selector selector) throws IOException {
        this.link = link;
        version = link.client.version;
        decoder = new PacketDecoder(BUFFER_BYTES, version);
        channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
    }

    /** Sends what waits to be sent, as far as it is taken; and closes if the client has closed. */
    void send() throws IOException {
        try {
            while (!link.toBroker.isEmpty()
                    && PacketEncoder.size(link.toBroker.peek(), version) <= out.remaining()) {
                PacketEncoder.write(link.toBroker.remove(), version, out);
            }
            channel.write(out.flip());
            out.compact();
        } catch (IOException _) {
            link.closedByBroker = true;
        }
        if (link.closedByClient && link.toBroker.isEmpty() && out.position() == 0) {
            close();
        }
    }

    /** Takes what has come. Returns whether anything has. */
    boolean receive() {
        int read;
        try {
            read = channel.read(in);
        } catch (IOException _) {
            read = END;
        }
        link.closedByBroker |= read == END;
        in.flip();
        for (Packet packet = decoder.decode(in); packet != null; packet = decoder.decode(in)) {
            link.toClient.add(packet);
        }
        in.compact();
        return read > 0;
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
