package io.holdfast.broker;

import io.holdfast.broker.Change.ReplayPut;
import io.holdfast.broker.Change.ReplayRemoved;
import io.holdfast.mqtt.QoS;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The retained messages that a connected session is still to be sent, for one new subscription after the
 * other. They are read in pages, and the next page only when the last one has been sent: however many match,
 * memory holds one.
 *
 * <p>A delivery of QoS 1 or 2 to a durable session must not change under its Packet Identifier, but a
 * retained message may be replaced at any time. So a page is copied into a log of the session's own, together
 * with how far the replay has come, and goes the way of all messages from there.
 */
final class Replays {
    static final int PAGE_MESSAGES_MAX = 64;
    static final long PAGE_BYTES_MAX = 64 * 1024;

    private static final class Replay {
        final long number;
        final boolean stored;
        ReplayPut row;

        Replay(long number, boolean stored, ReplayPut row) {
            this.number = number;
            this.stored = stored;
            this.row = row;
        }
    }

    private final Session session;
    private final Routing routing;
    private final Map<String, Replay> waiting = new LinkedHashMap<>();
    private long lastNumber;
    private boolean reading;

    Replays(Session session, Routing routing) {
        this.session = session;
        this.routing = routing;
    }

    /** A subscription asks for the retained messages that match it. */
    void begin(Subscription subscription, long throughSequence, Turn turn) {
        end(subscription.topicFilter(), turn);
        boolean stored = session.durable && subscription.options().qos() != QoS.AT_MOST_ONCE
                && !SysTopics.covers(subscription.topicFilter());
        ReplayPut row = new ReplayPut(session.id, subscription.topicFilter(), "", throughSequence);
        waiting.put(row.topicFilter(), new Replay(++lastNumber, stored, row));
        if (stored) {
            turn.change(row);
        }
        session.wake();
    }

    /** A replay goes on that was not complete when the client went away. */
    void restore(ReplayPut row) {
        waiting.put(row.topicFilter(), new Replay(++lastNumber, true, row));
    }

    /** Nothing more is to be sent for a Topic Filter. */
    void end(String topicFilter, Turn turn) {
        Replay ended = waiting.remove(topicFilter);
        if (ended != null && ended.stored) {
            turn.change(new ReplayRemoved(session.id, topicFilter));
        }
    }

    /** At the end of a turn: asks for the next page when the last one has been sent. */
    void pump(Turn turn) {
        if (waiting.isEmpty() && !session.subscriptions.containsKey(session.ownTopicFilter)) {
            return; // as in nearly every turn
        }
        if (reading || !session.connection.writable || !session.outgoing.hasSentReplayed()) {
            return;
        }
        if (waiting.isEmpty()) {
            routing.endOwnLog(session, turn);
            return;
        }
        Replay next = waiting.values().iterator().next();
        if (SysTopics.covers(next.row.topicFilter())) {
            sendSys(next.row.topicFilter(), turn);
        } else {
            reading = true;
            turn.effect(new Effect.ReadRetained(session.connection.id, next.number, next.row.topicFilter(),
                    next.row.afterTopicName(), PAGE_MESSAGES_MAX, PAGE_BYTES_MAX));
        }
    }

    private void sendSys(String topicFilter, Turn turn) {
        turn.setBinding(true); // SUBACK goes first, and no later value overtakes these
        for (Message value : routing.sysTopics().matching(topicFilter)) {
            if (session.outgoing.mayRead(value)) {
                session.outgoing.sendLive(
                        session.outgoing.packet(value, QoS.AT_MOST_ONCE, true, 0, false, turn), turn);
            }
        }
        turn.setBinding(false);
        end(topicFilter, turn);
        session.wake();
    }

    void pageRead(long number, Store.RetainedPage page, Turn turn) {
        reading = false;
        session.wake();
        Replay replay = waiting.isEmpty() ? null : waiting.values().iterator().next();
        if (replay == null || replay.number != number) {
            return; // ended, or begun again, meanwhile
        }
        if (!session.connection.writable) {
            return; // it is read again when there is room for what goes out at QoS 0
        }
        String topicFilter = replay.row.topicFilter();
        Subscription subscription = session.subscriptions.get(topicFilter).subscription();
        for (Message message : page.messages()) {
            deliver(message, subscription, replay.row.throughSequence(), turn);
        }
        if (page.next() == null) {
            end(topicFilter, turn);
            return;
        }
        replay.row = new ReplayPut(session.id, topicFilter, page.next(), replay.row.throughSequence());
        if (replay.stored) {
            turn.change(replay.row);
        }
    }

    private void deliver(Message message, Subscription subscription, long throughSequence, Turn turn) {
        // What was published at QoS 1 or 2 since the subscription was made comes through the subscription.
        boolean isLater = message.qos() != QoS.AT_MOST_ONCE && message.sequence() > throughSequence;
        boolean isOwn = Routing.isOwn(session, subscription.options(), message);
        if (isLater || isOwn || message.expiresAtMillis() <= turn.nowMillis()
                || !session.outgoing.mayRead(message)) {
            return;
        }
        QoS qos = message.qos().atMost(subscription.options().qos());
        if (qos == QoS.AT_MOST_ONCE) {
            session.outgoing.sendLive(session.outgoing.packet(message, qos, true, 0, false, turn), turn);
        } else if (session.durable) {
            routing.appendToOwnLog(session, message, qos, turn);
        } else {
            session.outgoing.enqueueReplayed(message, qos);
        }
    }
}
