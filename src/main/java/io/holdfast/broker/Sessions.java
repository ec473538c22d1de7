package io.holdfast.broker;

import io.holdfast.broker.Change.SessionPut;
import io.holdfast.broker.Connection.State;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Packet.Connack;
import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ReasonCode;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;

/**
 * How sessions begin, go on, go away and end.
 *
 * <p><b>One way in.</b> Every CONNECT reads the session of its Client Identifier from the store, after
 * everything decided before is durable. A takeover is nothing but the loss of the older connection followed
 * by that: what the older connection had in flight is in the rows that are read.
 *
 * <p><b>One way out.</b> A session ends when it is read and found to be due, or not wanted by a Clean Start.
 * Being due is a time in its row, so that a session expires though the broker was down, and one that ends
 * with its connection is one that is due at once.
 */
final class Sessions {
    static final int HELD_PACKETS_MAX = 1_024;
    /** Of their payloads. */
    static final long HELD_BYTES_MAX = 4L << 20;
    static final int DUE_MAX = 1_000;

    /** A session is being read for a connection, or, if that is null, only to be ended if it is due. */
    private static final class Reading {
        Connection connection;
        /** Whether a CONNECT asked for a Clean Start, be it of a connection that was taken over since. */
        boolean unwanted;
        /** The user of those connections, of which there is one only; null for nobody in particular. */
        String userName;
        boolean isAsked;

        /** Whether the clients of both users have the same right to the session, whatever that is. */
        boolean isOpenTo(String other) {
            return !isAsked || Objects.equals(userName, other);
        }
    }

    /** A connection whose session is open now, and the packets that came while it was being read. */
    record Opened(Connection connection, List<Packet> held) {}

    private final Routing routing;
    private final Ids ids;
    private final Counters counters;
    private final Queue<Session> awake;
    private final Authorization authorization;
    private final Map<String, Session> connected = new HashMap<>();
    private final Map<String, Reading> readings = new HashMap<>();
    /** Of them, those for which the store has not been asked yet. */
    private final Queue<String> unasked = new ArrayDeque<>();
    /**
     * Sessions that outlive their connections, be their clients connected or not; and as the store knows it.
     */
    private long durable;
    private long countedDurable;
    /** Sessions that end with their connections. */
    private long passing;
    private boolean dueRequested;
    private boolean moreAreDue;
    private Settings settings;

    Sessions(Settings settings, Routing routing, Ids ids, Counters counters, Queue<Session> awake,
            Authorization authorization, long durable) {
        this.authorization = authorization;
        this.durable = durable;
        countedDurable = durable;
        this.settings = settings;
        this.routing = routing;
        this.ids = ids;
        this.counters = counters;
        this.awake = awake;
    }

    /** If there may be fewer sessions from now on, those that there are stay. */
    void use(Settings changed) {
        settings = changed;
    }

    /** Sessions whose clients were cut off when the broker ended have been away since it came back. */
    static void cutOff(List<SessionPut> rows, Turn turn) {
        rows.forEach(row -> replace(row, row.awaySince(turn.nowMillis()), turn));
    }

    /**
     * The client of the connection is let in.
     *
     * @param connack the Properties of CONNACK
     */
    void connect(Connection connection, State.Authenticating waiting, Properties connack, Turn turn) {
        Connect connect = waiting.connect();
        String clientId = connection.clientId(connect);
        Session older = connected.get(clientId);
        if (older != null && authorization.isStranger(connection.userName, older.row().owner())) {
            authorization.refuseStranger(connection, clientId, turn);
            return;
        }
        Reading reading = readings.get(clientId);
        if (reading != null && authorization.bindsSessions() && !reading.isOpenTo(connection.userName)) {
            connection.refuse(ReasonCode.SERVER_BUSY, "another user asks for the session of client "
                    + clientId, turn);
            return;
        }
        connection.state = new State.Opening(connect, clientId, connack, waiting.held());
        if (older != null) { // [MQTT-3.1.4-3]
            String why = "client " + clientId + " connected again";
            disconnect(older.connection, ReasonCode.SESSION_TAKEN_OVER, why, turn);
        }
        if (reading == null) {
            reading = read(clientId, turn);
        } else if (reading.connection != null) {
            close(reading.connection, "client " + clientId + " connected again", turn);
        }
        reading.connection = connection;
        reading.userName = connection.userName;
        reading.isAsked = true;
        reading.unwanted |= connect.cleanStart(); // [MQTT-3.1.2-4]
    }

    /** So many are read at once that what is read does not pile up. */
    private Reading read(String clientId, Turn turn) {
        Reading reading = new Reading();
        readings.put(clientId, reading);
        unasked.add(clientId);
        askNext(turn);
        return reading;
    }

    private void askNext(Turn turn) {
        if (!unasked.isEmpty()
                && readings.size() - unasked.size() < settings.integer(Setting.SESSIONS_OPENING_MAX)) {
            turn.effect(new Effect.ReadSession(unasked.remove()));
        }
    }

    /**
     * The rows of a session are here: it ends, or goes on, or there is none and it begins.
     *
     * @return the connection that waited for it, or null
     */
    Opened sessionRead(Input.SessionRead read, Turn turn) {
        Reading reading = readings.remove(read.clientId());
        askNext(turn);
        Connection connection = reading.connection;
        StoredSession stored = read.rows().isEmpty() ? null : StoredSession.of(read.rows());
        State.Opening opening = connection == null ? null : (State.Opening) connection.state;
        if (stored != null) {
            boolean isStranger = isStranger(reading, stored);
            String unwanted = !isStranger && reading.unwanted ? "a Clean Start"
                    : routing.overflow().endsSession(stored) ? "more waited for it than may" : null;
            stored = endOrPublishWill(stored, unwanted, turn);
            if (isStranger && stored != null && connection != null) {
                authorization.refuseStranger(connection, read.clientId(), turn);
                opening = null;
            }
        }
        if (moreAreDue && readings.isEmpty()) {
            requestDue(turn);
        }
        if (opening == null) {
            return null;
        }
        open(connection, opening, stored, turn);
        return new Opened(connection, opening.held());
    }

    private boolean isStranger(Reading reading, StoredSession stored) {
        return reading.isAsked && authorization.isStranger(reading.userName, stored.row().owner());
    }

    /**
     * Does what is due about a stored session. Returns it as it is then, or null if it has ended.
     *
     * @param unwanted why it must end, whether it is due or not; or null
     */
    private StoredSession endOrPublishWill(StoredSession stored, String unwanted, Turn turn) {
        boolean expired = stored.hasEnded(turn.nowMillis()) && stored.row().expirySeconds() > 0;
        counters.sessionsExpired += expired ? 1 : 0;
        if (unwanted != null || stored.hasEnded(turn.nowMillis())) {
            stored.end(routing, authorization, turn);
            durable--;
            turn.effect(new Effect.SessionEnded(stored.row().clientId(), expired
                    ? "the client was away for " + stored.row().expirySeconds() + " s"
                    : unwanted != null ? unwanted : "its connection ended"));
            return null;
        }
        if (!stored.isWillDue(turn.nowMillis())) {
            return stored;
        }
        stored.publishWill(routing, authorization, turn);
        replace(stored.row(), stored.row().withoutWill(), turn);
        return stored.withoutWill();
    }

    private void open(Connection connection, State.Opening opening, StoredSession stored, Turn turn) {
        if (stored == null && durable + passing >= settings.get(Setting.SESSIONS_MAX)) {
            refuseForQuota(connection, turn);
            return;
        }
        long expirySeconds = Admission.expirySeconds(opening.connect(), connection.settings);
        long id = stored == null ? ids.nextSessionId(turn) : stored.row().sessionId();
        boolean isDurable = stored != null || expirySeconds > 0; // [MQTT-3.1.2-23]
        Message will = Wills.of(opening.connect(), Message.publisher(opening.clientId()));
        long willDelaySeconds = Wills.delaySeconds(opening.connect());
        SessionPut row = new SessionPut(opening.clientId(), id, expirySeconds, willDelaySeconds,
                SessionPut.CONNECTED, connection.userName, connection.granted != null);
        Session session = new Session(connection, row, isDurable, will,
                limits(connection.settings, opening.connect()), routing, counters, awake);
        durable += isDurable && stored == null ? 1 : 0;
        passing += isDurable ? 0 : 1;
        if (isDurable) {
            replace(stored == null ? null : stored.row(), row, turn);
            Wills.replace(stored == null ? null : stored.will(), will, id, turn);
        }
        connection.state = new State.Open(session);
        connected.put(session.clientId, session);
        counters.clientsConnected(connected.size());
        // Nothing else may come before it [MQTT-3.2.0-1]; it tells the client what was found [MQTT-3.2.2-3].
        connection.sendFirst(new Connack(stored != null, ReasonCode.SUCCESS, opening.connack()), turn);
        if (stored != null) { // [MQTT-3.1.2-5]
            stored.restore(session);
            routing.attach(session, stored);
            session.resumed();
            session.outgoing.resume();
        }
    }

    private static Outgoing.Limits limits(Settings settings, Connect connect) {
        long receiveMaximum = connect.properties().integer(Property.RECEIVE_MAXIMUM,
                settings.integer(Setting.IN_FLIGHT_MAX));
        int quota = (int) Math.min(receiveMaximum, settings.integer(Setting.IN_FLIGHT_MAX)); // [MQTT-3.3.4-9]
        return new Outgoing.Limits(quota, settings.integer(Setting.LIVE_MESSAGES_MAX));
    }

    /** Writes the row of a session and its place in the list of what is due. */
    private static void replace(SessionPut old, SessionPut row, Turn turn) {
        if (old != null && old.isListed()) {
            turn.change(new Change.DueRemoved(old.dueAtMillis(), old.clientId()));
        }
        turn.change(row);
        if (row.isListed()) {
            turn.change(new Change.DuePut(row.dueAtMillis(), row.clientId()));
        }
    }

    /** Ends a connection for a reason that the client is told, where its version has words for it. */
    void disconnect(Connection connection, ReasonCode reason, String why, Turn turn) {
        State state = connection.state;
        connection.disconnect(reason, why, turn);
        left(connection, state, turn);
    }

    /** Ends a connection without a word, or notes that it has ended. */
    void close(Connection connection, String why, Turn turn) {
        State state = connection.state;
        connection.close(why, turn);
        left(connection, state, turn);
    }

    private void left(Connection connection, State state, Turn turn) {
        switch (state) {
            case State.Opening opening -> {
                Reading reading = readings.get(opening.clientId());
                reading.connection = reading.connection == connection ? null : reading.connection;
            }
            case State.Open(Session session) -> away(session, turn);
            case State.AwaitingConnect _, State.Authenticating _, State.Closed _ -> { }
        }
    }

    /** Ends a session, and its connection, for which more waited than may. */
    void endIfOverflowed(Session session, Turn turn) {
        if (session.overflowed && !session.connection.isClosed()) {
            counters.sessionsOverflowed++;
            session.setExpirySeconds(0);
            disconnect(session.connection, ReasonCode.QUOTA_EXCEEDED, "more messages waited for client "
                    + session.clientId + " than may", turn);
        }
    }

    /** The client of a session is gone: durable state stays in the store, everything else is forgotten. */
    private void away(Session session, Turn turn) {
        connected.remove(session.clientId);
        passing -= session.durable ? 0 : 1;
        counters.clientsConnected(connected.size());
        if (session.durable) {
            session.takeFinalChanges(turn);
        }
        routing.detach(session, turn);
        SessionPut row = session.row();
        Message will = session.will();
        if (will != null && !authorization.mayPublishWill(session.connection, session.clientId,
                will.topicName(), turn)) {
            will = null;
        }
        if (will != null && (row.willDelaySeconds() == 0 || row.expirySeconds() == 0)) {
            routing.publish(will, turn); // [MQTT-3.1.2-8]
            will = null;
        }
        if (session.durable) {
            if (will == null && row.willDelaySeconds() != SessionPut.NO_WILL) { // [MQTT-3.1.2-10]
                turn.change(new Change.WillRemoved(session.id));
                row = row.withoutWill();
            }
            replace(session.row(), row.awaySince(turn.nowMillis()), turn);
        }
        session.letGo();
    }

    private void refuseForQuota(Connection connection, Turn turn) {
        boolean isElsewhere = connection.settings.serverReference() != null;
        connection.refuse(isElsewhere ? ReasonCode.USE_ANOTHER_SERVER : ReasonCode.QUOTA_EXCEEDED,
                "as many sessions as there may be: " + settings.get(Setting.SESSIONS_MAX), turn);
    }

    /** So many of the slowest connected clients. */
    List<Lag> slowest(int max, long nowMillis) {
        return Lag.slowest(connected.values(), max, nowMillis);
    }

    /** At the end of a turn: notes how many sessions there are. */
    void finish(Turn turn) {
        counters.sessions = durable + passing;
        if (durable != countedDurable) {
            countedDurable = durable;
            turn.change(new Change.SessionsCounted(durable));
        }
    }

    /** Looks for sessions that have expired [MQTT-4.1.0-2]. */
    void requestDue(Turn turn) {
        if (!dueRequested) {
            dueRequested = true;
            moreAreDue = false;
            turn.effect(new Effect.ReadDue(turn.nowMillis(), DUE_MAX));
        }
    }

    void dueRead(Input.DueRead read, Turn turn) {
        dueRequested = false;
        moreAreDue = read.clientIds().size() == DUE_MAX;
        for (String clientId : read.clientIds()) {
            if (!connected.containsKey(clientId) && !readings.containsKey(clientId)) {
                read(clientId, turn);
            }
        }
    }
}
