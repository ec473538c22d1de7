package io.holdfast.broker;

import static io.holdfast.broker.Packets.connect;
import static io.holdfast.broker.Packets.durable;
import static io.holdfast.mqtt.QoS.AT_LEAST_ONCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.holdfast.mqtt.Packet.Connack;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many sessions that come back at once, with a backlog each: who gets something when, and how much. */
class PagesTest {
    private static final int SESSIONS = 3 * Pages.AT_ONCE;
    private static final List<String> BACKLOG =
            IntStream.range(0, 2 * Cursor.FIRST_PAGE_MESSAGES_MAX).mapToObj(Integer::toString).toList();

    private final Core core = new Core();

    /** All are there, and their sessions have been read. */
    private List<Client> comeBack() {
        IntStream.range(0, SESSIONS).forEach(number -> core.connect(durable("meter-" + number))
                .subscribe(AT_LEAST_ONCE, "a/" + number).drop());
        Client publisher = core.connect(connect("publisher"));
        IntStream.range(0, SESSIONS).forEach(number -> publisher.publish(AT_LEAST_ONCE, "a/" + number,
                BACKLOG.toArray(String[]::new)));
        core.stall();
        List<Client> meters = IntStream.range(0, SESSIONS)
                .mapToObj(number -> core.open().send(durable("meter-" + number))).toList();
        commitUntilNextReads();
        return meters;
    }

    /** What was decided happens, and what that reads is answered; what that leads to waits. */
    private List<Effect.ReadLog> commitUntilNextReads() {
        core.reads();
        core.stallAfterRead();
        core.commit();
        return core.reads().stream().filter(Effect.ReadLog.class::isInstance).map(Effect.ReadLog.class::cast)
                .toList();
    }

    @Test
    void allGetTheirFirstMessagesBeforeAnyoneGetsMoreAndThenTheyTakeTurns() {
        List<Client> meters = comeBack();
        List<Long> connections = meters.stream().map(Client::connectionId).toList();
        List<Effect.ReadLog> first = commitUntilNextReads();
        assertEquals(connections, first.stream().map(Effect.ReadLog::connectionId).toList());
        first.forEach(read -> assertEquals(Cursor.FIRST_PAGE_MESSAGES_MAX, read.messagesMax()));
        for (int turn = 0; turn < SESSIONS / Pages.AT_ONCE; turn++) {
            List<Long> served = connections.subList(turn * Pages.AT_ONCE, (turn + 1) * Pages.AT_ONCE);
            assertEquals(served,
                    commitUntilNextReads().stream().map(Effect.ReadLog::connectionId).toList());
        }
        core.commit();
        for (Client meter : meters) {
            assertInstanceOf(Connack.class, meter.take());
            assertEquals(BACKLOG, meter.drain());
        }
    }

    @Test
    void aSessionThatGoesAwayWhileItWaitsForItsTurnKeepsNobodyWaiting() {
        List<Client> meters = comeBack();
        commitUntilNextReads();
        assertEquals(Pages.AT_ONCE, commitUntilNextReads().size());
        List<Client> left = meters.subList(0, 2 * Pages.AT_ONCE); // being read, or waiting for that
        List<Client> last = meters.subList(2 * Pages.AT_ONCE, SESSIONS);
        left.forEach(Client::drop);
        core.commit();
        for (Client meter : last) {
            assertInstanceOf(Connack.class, meter.take());
            assertEquals(BACKLOG, meter.drain());
        }
        assertEquals(BACKLOG, core.connect(durable("meter-0")).drain());
    }
}
