package io.holdfast.netty;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.holdfast.broker.Effect;
import io.holdfast.broker.Input;
import io.holdfast.mqtt.Packet;
import io.holdfast.spi.PublishInterceptor;
import io.netty.buffer.ByteBufUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** A network with listeners on this machine, and a test in place of the core. */
final class Edge implements AutoCloseable {
    static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    /** CONNECT of MQTT 3.1.1, Clean Session, no keep alive, Client Identifier "a". */
    static final byte[] CONNECT = ByteBufUtil.decodeHexDump("100d00044d51545404020000000161");
    static final byte[] PINGREQ = ByteBufUtil.decodeHexDump("c000");
    static final byte[] PINGRESP = ByteBufUtil.decodeHexDump("d000");

    final Intake intake = new Intake();
    final Connections connections = new Connections();
    final Outbox outbox = connections.outbox();
    final Network network;
    private final Queue<Input> inputs = new ArrayDeque<>();

    /** Of one listener. */
    Edge(Platform platform, SocketAddress address, Layer... layers) {
        this(platform, new ListenerOptions("--listen it", address, List.of(layers)));
    }

    Edge(Platform platform, ListenerOptions... listeners) {
        this(platform, Rates.ANY, List.of(), listeners);
    }

    Edge(Platform platform, Rates rates, List<PublishInterceptor> interceptors,
            ListenerOptions... listeners) {
        network = new Network(List.of(listeners), platform, 1, 1 << 20, rates, interceptors, intake,
                connections);
        network.startAccepting();
    }

    /** Of the first listener. */
    int port() {
        return URI.create(network.urls().getFirst()).getPort();
    }

    /**
     * Waits for the next input, which is of that kind. Unless packets are asked for, they are passed over,
     * and so is, unless it is asked for, that the connection is not read for a while.
     */
    <T extends Input> T next(Class<T> type) {
        while (inputs.isEmpty()) {
            intake.awaitInput(() -> 1_000);
            List<Input> drained = new ArrayList<>();
            intake.release(Drain.to(drained, intake, 1));
            if (type != Input.PacketsReceived.class) {
                drained.removeIf(Input.PacketsReceived.class::isInstance);
                drained.removeIf(input -> input instanceof Input.ReadingChanged && !type.isInstance(input));
            }
            inputs.addAll(drained);
        }
        return assertInstanceOf(type, inputs.remove());
    }

    /** Waits for a connection with a CONNECT; answers its id. */
    long nextClient() {
        long id = next(Input.ConnectionOpened.class).connectionId();
        Input.PacketsReceived received = next(Input.PacketsReceived.class);
        assertInstanceOf(Packet.Connect.class, received.packets().getFirst());
        return id;
    }

    /** Sends PINGRESP and closes. */
    void sendLast(long id) {
        outbox.send(new Effect.Send(id, new Packet.Pingresp()));
        outbox.close(new Effect.Close(id, "the test is over"));
        outbox.flush();
    }

    @Override
    public void close() {
        network.stop();
    }
}
