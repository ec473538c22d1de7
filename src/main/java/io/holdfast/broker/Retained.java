package io.holdfast.broker;

import java.util.HashSet;
import java.util.Set;

/**
 * The retained messages: none of them is in memory. A PUBLISH replaces, or with an empty payload removes, the
 * row of its Topic Name [MQTT-3.3.1-5] [MQTT-3.3.1-6]; those that expire are found by walking through all of
 * them slowly, again and again.
 */
final class Retained {
    /** Looked at in one step of the walk; a step is made every second at most. */
    static final int SWEEP_ROWS_MAX = 1_000;

    private final Set<String> writtenMeanwhile = new HashSet<>();
    private String sweepAfter = "";
    private boolean sweeping;
    private boolean mayBeSome = true;

    /** False if there is nothing to read for a Topic Filter, since it is known that nothing is retained. */
    boolean mayMatch(String topicFilter) {
        return mayBeSome || SysTopics.covers(topicFilter);
    }

    /** Whether a message is not retained, but removes what is. */
    static boolean clears(Message message) {
        return message.payload().length == 0;
    }

    void publish(Message message, Turn turn) {
        write(message, !clears(message), turn);
    }

    /** One of QoS 0 is not retained for once, and nor is what it would have replaced (section 3.3.1.3). */
    void discard(Message message, Turn turn) {
        write(message, false, turn);
    }

    private void write(Message message, boolean keeps, Turn turn) {
        turn.change(keeps ? new Change.RetainedPut(message)
                : new Change.RetainedRemoved(message.topicName()));
        mayBeSome |= keeps;
        if (sweeping) {
            writtenMeanwhile.add(message.topicName());
        }
    }

    void requestSweep(Turn turn) {
        if (!sweeping) {
            sweeping = true;
            turn.effect(new Effect.ReadExpiredRetained(sweepAfter, SWEEP_ROWS_MAX, turn.nowMillis()));
        }
    }

    /** Removes what has expired, but for what was published since it was looked at. */
    void swept(Store.ExpiredPage page, Turn turn) {
        for (String topicName : page.topicNames()) {
            if (!writtenMeanwhile.contains(topicName)) {
                turn.change(new Change.RetainedRemoved(topicName));
            }
        }
        mayBeSome = !sweepAfter.isEmpty() || page.rows() > 0 || !writtenMeanwhile.isEmpty();
        writtenMeanwhile.clear();
        sweepAfter = page.next() == null ? "" : page.next();
        sweeping = false;
    }
}
