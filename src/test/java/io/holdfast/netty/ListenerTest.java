package io.holdfast.netty;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Effect;
import io.holdfast.broker.Input;
import io.holdfast.mqtt.Packet;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Over real sockets of this machine. */
@Timeout(60)
class ListenerTest {
    private static final byte[] CONNECT = ByteBufUtil.decodeHexDump("100d00044d51545404020000000161");
    private static final byte[] PINGREQ = ByteBufUtil.decodeHexDump("c000");
    private static final byte[] PINGRESP = ByteBufUtil.decodeHexDump("d000");

    private final Intake intake = new Intake();
    private final Connections connections = new Connections();
    private final Outbox outbox = connections.outbox();
    private final Listener listener = listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    private final Queue<Input> inputs = new ArrayDeque<>();

    @AfterEach
    void stop() {
        listener.stop();
    }

    @Test
    void packetsComeInAndPacketsGoOut() throws IOException, InterruptedException {
        try (Socket client = connect()) {
            client.getOutputStream().write(CONNECT);
            long id = next(Input.ConnectionOpened.class).connectionId();
            assertEquals(id, next(Input.PacketsReceived.class).connectionId());
            outbox.send(new Effect.Send(id, new Packet.Pingresp()));
            outbox.flush();
            assertArrayEquals(PINGRESP, client.getInputStream().readNBytes(PINGRESP.length));
        }
        next(Input.ConnectionClosed.class);
        assertTrue(connections.awaitNone(60_000));
    }

    @Test
    void theLastPacketArrivesEvenIfThePeerKeepsSending() throws IOException {
        try (Socket client = connect()) {
            client.getOutputStream().write(CONNECT);
            long id = next(Input.ConnectionOpened.class).connectionId();
            next(Input.PacketsReceived.class);
            for (int i = 0; i < 10_000; i++) {
                client.getOutputStream().write(PINGREQ);
            }
            outbox.send(new Effect.Send(id, new Packet.Pingresp()));
            outbox.close(new Effect.Close(id, "the test is over"));
            outbox.flush();
            for (int i = 0; i < 10_000; i++) {
                client.getOutputStream().write(PINGREQ);
            }
            assertArrayEquals(PINGRESP, client.getInputStream().readAllBytes());
        }
        next(Input.ConnectionClosed.class);
    }

    @Test
    void aClientThatKeepsAClosedConnectionOpenIsCutOff() throws IOException {
        try (Socket client = connect()) {
            long id = next(Input.ConnectionOpened.class).connectionId();
            outbox.close(new Effect.Close(id, "the test is over"));
            outbox.flush();
            assertEquals(-1, client.getInputStream().read());
            assertEquals(id, next(Input.ConnectionClosed.class).connectionId());
        }
    }

    @Test
    void whoStopsAcceptingKeepsWhatIsOpen() throws IOException {
        try (Socket client = connect()) {
            next(Input.ConnectionOpened.class);
            InetSocketAddress address = listener.address();
            listener.stopAccepting();
            assertThrows(ConnectException.class,
                    () -> new Socket(address.getAddress(), address.getPort()).close());
            client.getOutputStream().write(CONNECT);
            next(Input.PacketsReceived.class);
        }
    }

    @Test
    void aPortInUseIsToldWithThePortAndWhatWasExpected() {
        int port = listener.address().getPort();
        InetSocketAddress taken = listener.address();
        String refusal = assertThrows(CannotListenException.class, () -> listen(taken)).getMessage();
        assertEquals("--port is " + port + ", and something listens on "
                + listener.address().getHostString() + ":" + port
                + " already; expected a free port (0 takes any)", refusal);
    }

    @Test
    void anAddressOfAnotherMachineIsToldWithTheAddressAndWhatWasExpected() {
        InetSocketAddress elsewhere = new InetSocketAddress("192.0.2.7", 0);
        String refusal = assertThrows(CannotListenException.class, () -> listen(elsewhere)).getMessage();
        assertTrue(refusal.startsWith("--bind is 192.0.2.7, which is no address of this machine"), refusal);
    }

    private Listener listen(InetSocketAddress address) {
        return new Listener(address, 1, 1 << 20, intake, connections);
    }

    private Socket connect() throws IOException {
        return new Socket(listener.address().getAddress(), listener.address().getPort());
    }

    private <T extends Input> T next(Class<T> type) {
        while (inputs.isEmpty()) {
            intake.awaitInput(1_000);
            List<Input> drained = new ArrayList<>();
            intake.release(intake.drainTo(drained, 1));
            if (type != Input.PacketsReceived.class) {
                drained.removeIf(Input.PacketsReceived.class::isInstance);
            }
            inputs.addAll(drained);
        }
        return assertInstanceOf(type, inputs.remove());
    }
}
