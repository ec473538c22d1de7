package io.holdfast.broker;

import io.holdfast.broker.Change.CursorPut;
import io.holdfast.broker.Change.InFlightPut;
import io.holdfast.broker.Change.ReceivedPut;
import io.holdfast.broker.Change.ReplayPut;
import io.holdfast.broker.Change.SessionPut;
import io.holdfast.broker.Change.SubscriptionPut;
import io.holdfast.broker.Change.WillPut;
import java.util.ArrayList;
import java.util.List;

/** The rows of one session, sorted by kind. */
record StoredSession(SessionPut row, List<Subscription> subscriptions, List<CursorPut> cursors,
        List<InFlightPut> inFlight, List<ReceivedPut> received, List<ReplayPut> replays,
        List<WillPut> wills) {

    /** @param rows not empty, as in {@link Input.SessionRead} */
    static StoredSession of(List<Change> rows) {
        StoredSession stored = new StoredSession((SessionPut) rows.getFirst(), new ArrayList<>(),
                new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(),
                new ArrayList<>(1));
        for (Change row : rows.subList(1, rows.size())) {
            switch (row) {
                case SubscriptionPut put -> stored.subscriptions.add(put.subscription());
                case CursorPut put -> stored.cursors.add(put);
                case InFlightPut put -> stored.inFlight.add(put);
                case ReceivedPut put -> stored.received.add(put);
                case ReplayPut put -> stored.replays.add(put);
                case WillPut put -> stored.wills.add(put);
                case Change.IdsReserved _, Change.LogPut _, Change.LogRemoved _, Change.MessageAppended _,
                        Change.LogTrimmed _, Change.EntriesRemoved _, SessionPut _,
                        Change.SessionsCounted _, Change.SessionRemoved _, Change.DuePut _,
                        Change.DueRemoved _, Change.SubscriptionRemoved _, Change.CursorRemoved _,
                        Change.DelayedPut _, Change.DelayedRemoved _, Change.LeasePut _,
                        Change.LeaseRemoved _, Change.ReplayRemoved _,
                        Change.WillRemoved _, Change.RetainedPut _,
                        Change.RetainedRemoved _ ->
                    throw new IllegalStateException("not a row of a session: " + row);
            }
        }
        return stored;
    }

    /** Whether the session takes further entries of that log. */
    boolean isSubscribedTo(FilterLog log) {
        return subscriptions.stream().anyMatch(subscription -> subscription.logId() == log.id);
    }

    StoredSession withoutWill() {
        return new StoredSession(row.withoutWill(), subscriptions, cursors, inFlight, received, replays,
                List.of());
    }

    boolean hasEnded(long nowMillis) {
        return row.endsAtMillis() <= nowMillis;
    }

    /**
     * Whether there is a Will Message that is to be published by now. One without a delay is, even if the
     * clock was set back over a restart to before the connection was cut off.
     */
    boolean isWillDue(long nowMillis) {
        return will() != null && (row.willDelaySeconds() == 0 || row.willAtMillis() <= nowMillis);
    }

    /** Publishes the Will Message, if it may be; once over any crash: it and its row go in one step. */
    void publishWill(Routing routing, Authorization authorization, Turn turn) {
        if (authorization.mayPublishWill(row, will().topicName(), turn)) {
            routing.publish(will(), turn);
        }
        turn.change(new Change.WillRemoved(row.sessionId()));
    }

    /** The Will Message, or null. */
    Message will() {
        return wills.isEmpty() ? null : wills.getFirst().will();
    }

    /** Fills a session in memory from the rows. */
    void restore(Session session) {
        inFlight.forEach(session.window::restore);
        received.forEach(session.received::restore);
        replays.forEach(session.replays::restore);
    }

    /** Ends the session: its Will Message is published [MQTT-3.1.2-8], and all its rows go. */
    void end(Routing routing, Authorization authorization, Turn turn) {
        long id = row.sessionId();
        if (will() != null) {
            publishWill(routing, authorization, turn);
        }
        routing.shared().sessionEnds(this, turn);
        replays.forEach(replay -> turn.change(new Change.ReplayRemoved(id, replay.topicFilter())));
        subscriptions.forEach(one -> turn.change(new Change.SubscriptionRemoved(id, one.topicFilter())));
        inFlight.forEach(block -> turn.change(new InFlightPut(id, block.block(), List.of())));
        received.forEach(block -> turn.change(new ReceivedPut(id, block.block(), 0)));
        cursors.forEach(cursor -> routing.endCursor(cursor, turn));
        if (row.isListed()) {
            turn.change(new Change.DueRemoved(row.dueAtMillis(), row.clientId()));
        }
        turn.change(new Change.SessionRemoved(row.clientId()));
    }
}
