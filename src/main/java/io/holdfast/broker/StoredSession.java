package io.holdfast.broker;

import io.holdfast.broker.Change.CursorPut;
import io.holdfast.broker.Change.InFlightPut;
import io.holdfast.broker.Change.ReceivedPut;
import io.holdfast.broker.Change.SessionPut;
import io.holdfast.broker.Change.SubscriptionPut;
import java.util.ArrayList;
import java.util.List;

/** The rows of one session, sorted by kind. */
record StoredSession(SessionPut row, List<Subscription> subscriptions, List<CursorPut> cursors,
        List<InFlightPut> inFlight, List<ReceivedPut> received) {

    /** @param rows not empty, as in {@link Input.SessionRead} */
    static StoredSession of(List<Change> rows) {
        StoredSession stored = new StoredSession((SessionPut) rows.getFirst(), new ArrayList<>(),
                new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (Change row : rows.subList(1, rows.size())) {
            switch (row) {
                case SubscriptionPut put -> stored.subscriptions.add(put.subscription());
                case CursorPut put -> stored.cursors.add(put);
                case InFlightPut put -> stored.inFlight.add(put);
                case ReceivedPut put -> stored.received.add(put);
                case Change.IdsReserved _, Change.LogPut _, Change.LogRemoved _, Change.MessageAppended _,
                        Change.LogTrimmed _, SessionPut _, Change.SessionRemoved _, Change.DuePut _,
                        Change.DueRemoved _, Change.SubscriptionRemoved _, Change.CursorRemoved _ ->
                    throw new IllegalStateException("not a row of a session: " + row);
            }
        }
        return stored;
    }

    boolean isDue(long nowMillis) {
        return row.endsAtMillis() <= nowMillis;
    }

    /** Fills a session in memory from the rows. */
    void restore(Session session) {
        inFlight.forEach(session.window::restore);
        received.forEach(session.received::restore);
    }

    /** Ends the session: all its rows go. */
    void end(Routing routing, Turn turn) {
        long id = row.sessionId();
        subscriptions.forEach(one -> turn.change(new Change.SubscriptionRemoved(id, one.topicFilter())));
        inFlight.forEach(block -> turn.change(new InFlightPut(id, block.block(), List.of())));
        received.forEach(block -> turn.change(new ReceivedPut(id, block.block(), 0)));
        cursors.forEach(cursor -> routing.endCursor(cursor, turn));
        if (row.isListed()) {
            turn.change(new Change.DueRemoved(row.endsAtMillis(), row.clientId()));
        }
        turn.change(new Change.SessionRemoved(row.clientId()));
    }
}
