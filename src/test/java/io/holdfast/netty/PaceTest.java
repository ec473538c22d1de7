package io.holdfast.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Input;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PaceTest {
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long START = Long.MAX_VALUE - 5; // a clock that is about to wrap around

    /** PUBLISH of QoS 0 to "t", without payload. */
    private static final byte[] PUBLISH = {0x30, 3, 0, 1, 't'};

    @Test
    void aBurstOfASecondIsFreeAndWhatIsMoreWaits() {
        Pace pace = new Pace(10, 0, null);
        assertEquals(0, pace.pauseNanos(10, 1_000_000, START));
        assertEquals(SECOND_NANOS / 10, pace.pauseNanos(1, 0, START));
        assertEquals(0, pace.pauseNanos(0, 0, START + SECOND_NANOS / 10));
        assertEquals(0, pace.pauseNanos(10, 0, START + 5 * SECOND_NANOS));
        assertEquals(SECOND_NANOS, pace.pauseNanos(10, 0, START + 5 * SECOND_NANOS));
    }

    @Test
    void noPauseIsLongerThanAMinute() {
        Pace pace = new Pace(0, 1, null);
        assertEquals(60 * SECOND_NANOS, pace.pauseNanos(0, Long.MAX_VALUE, START));
        assertEquals(60 * SECOND_NANOS, pace.pauseNanos(0, Long.MAX_VALUE, START));
    }

    @Test
    void bytesAndMessagesAreLimitedBothAndSoAreThoseOfAllClients() {
        Rates rates = new Rates(10, 1_000, 15, 0);
        Pace listener = rates.ofListener();
        Pace one = rates.ofClient(listener);
        Pace other = rates.ofClient(listener);
        assertEquals(SECOND_NANOS, one.pauseNanos(1, 2_000, START));
        assertEquals(0, other.pauseNanos(10, 0, START));
        assertTrue(rates.ofClient(listener).pauseNanos(10, 0, START) > 0);
        assertTrue(Rates.ANY.ofClient(Rates.ANY.ofListener()).isAny());
    }

    @Test
    void aClientThatIsTooFastIsNotReadForAWhileAndThenGoesOn() throws Exception {
        ListenerOptions options = ListenerOptions.tcp("--listen it", Edge.ANY_PORT);
        try (Edge edge = new Edge(Platform.best(false), new Rates(10, 0, 0, 0), List.of(),
                options);
                Socket client = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
            client.getOutputStream().write(Edge.CONNECT);
            long id = edge.nextClient();
            for (int i = 0; i < 12; i++) {
                client.getOutputStream().write(PUBLISH);
            }
            assertEquals(new Input.ReadingChanged(id, false), edge.next(Input.ReadingChanged.class));
            client.getOutputStream().write(Edge.PINGREQ);
            assertEquals(new Input.ReadingChanged(id, true), edge.next(Input.ReadingChanged.class));
            edge.sendLast(id); // a connection that ends is read all the same
            assertEquals(Edge.PINGRESP.length, client.getInputStream().readAllBytes().length);
        }
    }
}
