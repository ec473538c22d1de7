package io.holdfast.broker;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * How far a connected client is from being caught up.
 *
 * @param slowMillis for how long it has not been: messages wait for it, or it acknowledges nothing of what is
 *     in flight, or does not read, whichever is longest
 * @param waiting messages that have not been sent to it yet; not those of Shared Subscriptions
 * @param inFlight messages that it has not acknowledged
 * @param inFlightMax how many there may be
 * @param quietMillis for how long it has acknowledged nothing of that; 0 if there is none
 * @param isBlocked whether it does not read what it is sent
 */
public record Lag(String clientId, long connectionId, long slowMillis, long waiting, int inFlight,
        int inFlightMax, long quietMillis, boolean isBlocked) {
    /** In place of a time in milliseconds since 1970. */
    static final long NEVER = Long.MAX_VALUE;

    /** Who is caught up within this time is not slow. */
    static final long SLOW_MILLIS = 1_000;

    private static Lag of(Session session, long nowMillis) {
        long waiting = session.outgoing.queued();
        for (Cursor cursor : session.cursors.values()) {
            waiting += cursor.waiting();
        }
        return new Lag(session.clientId, session.connection.id, nowMillis - session.slowSinceMillis(),
                waiting, session.window.size(), session.inFlightMax,
                Math.max(0, nowMillis - session.quietSinceMillis()), !session.connection.writable);
    }

    /** So many of the slowest, which is first. */
    static List<Lag> slowest(Collection<Session> sessions, int max, long nowMillis) {
        Comparator<Session> slowestFirst = Comparator.comparingLong(Session::slowSinceMillis);
        PriorityQueue<Session> slowest = new PriorityQueue<>(slowestFirst.reversed());
        long untilMillis = nowMillis - SLOW_MILLIS; // whoever is slow since then, or longer, is among them
        for (Session session : sessions) {
            if (session.slowSinceMillis() <= untilMillis) {
                slowest.add(session);
                if (slowest.size() > max) {
                    slowest.remove();
                }
                untilMillis = slowest.size() < max ? untilMillis : slowest.peek().slowSinceMillis() - 1;
            }
        }
        return slowest.stream().sorted(slowestFirst).map(session -> of(session, nowMillis)).toList();
    }
}
