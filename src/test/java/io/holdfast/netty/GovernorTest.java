package io.holdfast.netty;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A fleet that comes at once is let in as fast as it is served. */
class GovernorTest {
    private final Governor governor = new Governor();
    private final EmbeddedChannel listener = new EmbeddedChannel();
    private final List<EmbeddedChannel> connections = new ArrayList<>();

    @BeforeEach
    void start() {
        listener.config().setAutoRead(false);
        governor.govern(listener);
        governor.startAccepting();
        for (int i = 0; i < Governor.OPENING_MAX; i++) {
            assertTrue(accepts());
            enter();
        }
    }

    @AfterEach
    void end() {
        connections.forEach(EmbeddedChannel::finishAndReleaseAll);
        listener.finishAndReleaseAll();
    }

    private void enter() {
        EmbeddedChannel connection = new EmbeddedChannel();
        connection.freezeTime();
        connections.add(connection);
        governor.enter(connection);
    }

    private boolean accepts() {
        return listener.config().isAutoRead();
    }

    @Test
    void noMoreAreAcceptedUntilOneHasBeenAnswered() {
        assertFalse(accepts());
        Governor.leave(connections.getFirst());
        assertTrue(accepts());
        Governor.leave(connections.getFirst()); // it counts once
        enter();
        assertFalse(accepts());
    }

    @Test
    void oneThatIsGoneMakesRoom() {
        connections.getLast().close();
        assertTrue(accepts());
    }

    @Test
    void whoSaysNothingDoesNotKeepOthersOut() {
        EmbeddedChannel silent = connections.getFirst();
        silent.advanceTimeBy(Governor.OPENING_MILLIS_MAX - 1, TimeUnit.MILLISECONDS);
        silent.runScheduledPendingTasks();
        assertFalse(accepts());
        silent.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        silent.runScheduledPendingTasks();
        assertTrue(accepts());
        assertTrue(silent.isOpen());
    }
}
