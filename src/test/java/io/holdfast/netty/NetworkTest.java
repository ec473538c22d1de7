package io.holdfast.netty;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Effect;
import io.holdfast.broker.Input;
import io.holdfast.mqtt.Packet;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Over real sockets of this machine. */
@Timeout(60)
class NetworkTest {
    private final Edge edge = new Edge(Platform.best(true), Edge.ANY_PORT);

    @AfterEach
    void stop() {
        edge.close();
    }

    @Test
    void packetsComeInAndPacketsGoOut() throws IOException, InterruptedException {
        try (Socket client = connect()) {
            client.getOutputStream().write(Edge.CONNECT);
            long id = edge.next(Input.ConnectionOpened.class).connectionId();
            assertEquals(id, edge.next(Input.PacketsReceived.class).connectionId());
            edge.outbox.send(new Effect.Send(id, new Packet.Pingresp()));
            edge.outbox.flush();
            assertArrayEquals(Edge.PINGRESP, client.getInputStream().readNBytes(Edge.PINGRESP.length));
        }
        edge.next(Input.ConnectionClosed.class);
        assertTrue(edge.connections.awaitNone(60_000));
    }

    @Test
    void theLastPacketArrivesEvenIfThePeerKeepsSending() throws IOException {
        try (Socket client = connect()) {
            client.getOutputStream().write(Edge.CONNECT);
            long id = edge.next(Input.ConnectionOpened.class).connectionId();
            edge.next(Input.PacketsReceived.class);
            for (int i = 0; i < 10_000; i++) {
                client.getOutputStream().write(Edge.PINGREQ);
            }
            edge.sendLast(id);
            for (int i = 0; i < 10_000; i++) {
                client.getOutputStream().write(Edge.PINGREQ);
            }
            assertArrayEquals(Edge.PINGRESP, client.getInputStream().readAllBytes());
        }
        edge.next(Input.ConnectionClosed.class);
    }

    @Test
    void aClientThatKeepsAClosedConnectionOpenIsCutOff() throws IOException {
        try (Socket client = connect()) {
            long id = edge.next(Input.ConnectionOpened.class).connectionId();
            edge.outbox.close(new Effect.Close(id, "the test is over"));
            edge.outbox.flush();
            assertEquals(-1, client.getInputStream().read());
            assertEquals(id, edge.next(Input.ConnectionClosed.class).connectionId());
        }
    }

    @Test
    void whoStopsAcceptingKeepsWhatIsOpen() throws IOException {
        try (Socket client = connect()) {
            edge.next(Input.ConnectionOpened.class);
            edge.network.stopAccepting();
            assertThrows(ConnectException.class, () -> connect().close());
            client.getOutputStream().write(Edge.CONNECT);
            edge.next(Input.PacketsReceived.class);
        }
    }

    @Test
    void aPortInUseIsToldWithWhatWasAskedForAndWhatWasExpected() {
        InetSocketAddress taken = new InetSocketAddress(InetAddress.getLoopbackAddress(), edge.port());
        String refusal = assertThrows(CannotListenException.class, () -> listen(taken)).getMessage();
        assertEquals("--listen it: something listens there already; expected a free port (0 takes any)",
                refusal);
    }

    @Test
    void anAddressOfAnotherMachineIsToldWithWhatWasAskedForAndWhatWasExpected() {
        InetSocketAddress elsewhere = new InetSocketAddress("192.0.2.7", 0);
        String refusal = assertThrows(CannotListenException.class, () -> listen(elsewhere)).getMessage();
        assertEquals("--listen it: this is no address of this machine; expected one of its own", refusal);
    }

    private static Edge listen(InetSocketAddress address) {
        return new Edge(Platform.best(true), address);
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), edge.port());
    }
}
