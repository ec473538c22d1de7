package io.holdfast.broker;

import io.holdfast.access.AccessRules;
import io.holdfast.access.Banned;
import io.holdfast.broker.Change.SessionPut;
import io.holdfast.broker.Connection.State;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.ReasonCode;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/**
 * The core: a state machine with a single owner, which is told inputs and the time, and answers with changes
 * that must become durable and effects that are to happen. See the package's description for how the parts
 * play together.
 */
public final class Broker {
    private static final long TICK_MILLIS = 1_000;

    private final Counters counters = new Counters();
    private final Queue<Session> awake = new ArrayDeque<>();
    private final Map<Long, Connection> connections = new LinkedHashMap<>();
    private final Retained retained = new Retained();
    private final Ids ids;
    private final Held held;
    private final SysTopics sysTopics;
    private final Routing routing;
    private final Sessions sessions;
    private final Delayed delayed;
    private final Exchanges exchanges;
    private final DiskSpace diskSpace;
    private final Authorization authorization;
    private final Conversation conversation;
    private final boolean authenticates;
    private List<SessionPut> cutOff;
    private long lastTickMillis;
    private Settings settings;
    /** Whether something that is not synced should be before long. */
    private boolean owesSync;

    /**
     * @param authenticates whether {@link Effect.Authenticate} is answered; if not, all clients are let in
     * @param seed random, and unknown to clients: see {@link io.holdfast.topic.SubscriptionIndex}
     */
    public Broker(Settings settings, boolean authenticates, Store.Recovered recovered, long seed,
            long nowMillis) {
        ids = new Ids(recovered.ids());
        this.settings = settings;
        authorization = new Authorization(counters,
                authenticates && settings.isOn(Setting.SESSIONS_HAVE_OWNERS));
        held = new Held(settings);
        sysTopics = new SysTopics(settings, counters, held, nowMillis);
        diskSpace = new DiskSpace(settings, counters);
        routing = new Routing(recovered, ids, retained, sysTopics, settings, held, diskSpace, counters,
                seed);
        sessions = new Sessions(settings, routing, ids, counters, awake, authorization,
                recovered.sessions());
        delayed = new Delayed(routing, ids, diskSpace);
        exchanges = new Exchanges(sessions, authorization, authenticates);
        conversation = new Conversation(routing, sessions, delayed, exchanges, counters, diskSpace,
                authorization);
        this.authenticates = authenticates;
        cutOff = recovered.cutOff();
        lastTickMillis = nowMillis;
    }

    /** The version of this build. */
    public static String version() {
        String version = Broker.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }

    /** What has been counted; to be read by the owner of the broker. */
    public Counters counters() {
        return counters;
    }

    /**
     * What has been counted and measured, by the names below {@code $SYS/broker/}; to be asked for by the
     * owner of the broker.
     */
    public Map<String, Long> figures() {
        return sysTopics.figures();
    }

    /**
     * So many of the connected clients that have not been caught up for longest; to be asked for by the owner
     * of the broker. It looks at every session once, as it does each second for its Keep Alive.
     */
    public List<Lag> slowest(int max, long nowMillis) {
        return sessions.slowest(max, nowMillis);
    }

    /**
     * When {@link Input.TimePassed} is next of use, in milliseconds since 1970; what is past means at once.
     */
    public long nextDeadlineMillis() {
        return awake.isEmpty() && !routing.shared().areAwake() ? lastTickMillis + TICK_MILLIS
                : lastTickMillis;
    }

    /** Decides on one input: adds what must become durable and what is to happen to the turn. */
    public void handle(Input input, long nowMillis, Turn turn) {
        turn.setNowMillis(nowMillis);
        switch (input) {
            case Input.ConnectionOpened opened ->
                connections.put(opened.connectionId(),
                        new Connection(opened, settings, held, counters, nowMillis));
            case Input.PacketsReceived received -> packetsReceived(received, turn);
            case Input.PacketRefused refused -> packetRefused(refused, turn);
            case Input.Authenticated(long connectionId, Authentication.Step step) ->
                authenticated(connectionId, step, turn);
            case Input.AccessChanged(AccessRules rules, Banned banned) -> {
                authorization.change(rules, banned);
                List.copyOf(connections.values()).forEach(one -> exchanges.accessChanged(one, turn));
            }
            case Input.UsersRemoved(Set<String> userNames) -> usersRemoved(userNames, turn);
            case Input.ConnectionClosed closed -> connectionClosed(closed, turn);
            case Input.WritabilityChanged changed -> writabilityChanged(changed, turn);
            case Input.ReadingChanged changed -> readingChanged(changed, turn);
            case Input.SessionRead read -> sessionRead(read, turn);
            case Input.LogRead read -> logRead(read, turn);
            case Input.EntriesRead read -> entriesRead(read, turn);
            case Input.DueRead read -> sessions.dueRead(read, turn);
            case Input.LogMeasured read -> routing.overflow().measured(read, turn);
            case Input.RetainedRead read -> retainedRead(read, turn);
            case Input.ExpiredRetainedRead(Store.ExpiredPage page) -> retained.swept(page, turn);
            case Input.DelayedRead(List<Change.DelayedPut> due) -> delayed.dueRead(due, turn);
            case Input.DiskMeasured(long freeBytes) -> diskSpace.diskMeasured(freeBytes);
            case Input.SpaceReclaimed _ -> diskSpace.spaceReclaimed();
            case Input.EdgeCounted counted -> sysTopics.edgeCounted(counted);
            case Input.SettingsChanged(Settings changed) -> settingsChanged(changed);
            case Input.TimePassed _ -> timePassed(turn);
            case Input.Stopping _ -> stop(turn);
        }
    }

    /** Ends a turn: to be called once, after its last input and before it is committed. */
    public void finish(long nowMillis, Turn turn) {
        turn.setNowMillis(nowMillis);
        if (!cutOff.isEmpty()) { // in the first turn
            Sessions.cutOff(cutOff, turn);
            cutOff = List.of();
        }
        for (Session session : awake) {
            for (int i = 0; i < session.memberships.size(); i++) {
                routing.shared().wake(session.memberships.get(i).group);
            }
        }
        routing.shared().pump(turn);
        for (int i = awake.size(); i > 0; i--) {
            Session session = awake.remove();
            session.finish(turn);
            sessions.endIfOverflowed(session, turn);
        }
        sessions.finish(turn);
        routing.finish(turn);
        diskSpace.finish(turn);
        owesSync = turn.sync() == Sync.INTERVAL || owesSync && turn.sync() == Sync.OS;
    }

    private void settingsChanged(Settings changed) {
        settings = changed;
        routing.overflow().limit(QueueLimits.of(changed));
        sessions.use(changed);
        diskSpace.reserve(changed.get(Setting.DISK_RESERVE_BYTES));
        sysTopics.every(changed.integer(Setting.SYS_INTERVAL_SECONDS));
    }

    private void packetsReceived(Input.PacketsReceived received, Turn turn) {
        Connection connection = connections.get(received.connectionId());
        if (connection != null) {
            connection.heard(turn.nowMillis());
            received.packets().forEach(counters::received);
            packets(connection, received.packets(), turn);
        }
    }

    private void packets(Connection connection, List<Packet> packets, Turn turn) {
        for (int i = 0; i < packets.size(); i++) {
            packet(connection, packets.get(i), turn);
        }
    }

    private void packet(Connection connection, Packet packet, Turn turn) {
        switch (connection.state) {
            case State.AwaitingConnect _ -> firstPacket(connection, packet, turn);
            case State.Authenticating waiting -> authenticating(connection, waiting, packet, turn);
            case State.Opening opening -> hold(connection, opening.held(), packet, turn);
            case State.Open(Session session) -> conversation.handle(session, packet, turn);
            case State.Closed _ -> { } // [MQTT-3.1.4-6]
        }
    }

    /** A client that has named a method sends nothing but AUTH and DISCONNECT now [MQTT-3.1.2-30]. */
    private void authenticating(Connection connection, State.Authenticating waiting, Packet packet,
            Turn turn) {
        if (packet instanceof Packet.Auth auth) {
            exchanges.auth(connection, auth, turn);
        } else if (connection.authenticationMethod() == null) {
            hold(connection, waiting.held(), packet, turn);
        } else if (packet instanceof Packet.Disconnect) {
            connection.close("DISCONNECT before CONNACK", turn);
        } else {
            connection.refuse(ReasonCode.PROTOCOL_ERROR, packet.type() + " before CONNACK, where only AUTH"
                    + " and DISCONNECT may come", turn);
        }
    }

    private void authenticated(long connectionId, Authentication.Step step, Turn turn) {
        Connection connection = connections.get(connectionId);
        if (connection != null) {
            exchanges.authenticated(connection, step, turn);
        }
    }

    /** What comes before CONNACK waits, but no client can make the broker hold much. */
    private void hold(Connection connection, List<Packet> held, Packet packet, Turn turn) {
        if (held.size() == Sessions.HELD_PACKETS_MAX) {
            sessions.close(connection, "more than " + Sessions.HELD_PACKETS_MAX + " packets before CONNACK",
                    turn);
        } else if (connection.hold(packet) > Sessions.HELD_BYTES_MAX || this.held.isFull()) {
            sessions.close(connection, "more than " + Sessions.HELD_BYTES_MAX
                    + " bytes before CONNACK, or too many in sum", turn);
        } else {
            held.add(packet);
        }
    }

    private void firstPacket(Connection connection, Packet packet, Turn turn) {
        if (!(packet instanceof Packet.Connect connect)) {
            connection.close(packet.type() + " before CONNECT", turn);
            return;
        }
        connection.learn(connect);
        Admission.Refusal refusal = Admission.refusal(connect, connection, authenticates);
        if (refusal != null) {
            connection.refuse(refusal.reason(), refusal.why(), turn); // [MQTT-3.1.4-2]
        } else if (isBusy()) {
            connection.refuse(ReasonCode.SERVER_BUSY, "there are as many clients as memory allows", turn);
        } else {
            exchanges.connect(connection, connect, turn);
        }
    }

    private boolean isBusy() {
        int connectionsMax = settings.integer(Setting.CONNECTIONS_MAX);
        return held.isFull() || connectionsMax > 0 && connections.size() > connectionsMax;
    }

    private void packetRefused(Input.PacketRefused refused, Turn turn) {
        Connection connection = connections.get(refused.connectionId());
        if (connection == null) {
            return;
        }
        boolean isFirst = connection.state instanceof State.AwaitingConnect;
        boolean mayAnswer = refused.version() == ProtocolVersion.MQTT_5
                || refused.reason() == ReasonCode.UNSUPPORTED_PROTOCOL_VERSION;
        if (isFirst && mayAnswer) { // [MQTT-3.1.2-2]
            connection.refuse(refused.reason(), refused.description(), turn);
        } else {
            // DISCONNECT has no code for a version; what names one here is a second CONNECT [MQTT-3.1.0-2].
            ReasonCode reason = refused.reason() == ReasonCode.UNSUPPORTED_PROTOCOL_VERSION
                    ? ReasonCode.PROTOCOL_ERROR : refused.reason();
            sessions.disconnect(connection, reason, refused.description(), turn);
        }
    }

    private void connectionClosed(Input.ConnectionClosed closed, Turn turn) {
        Connection connection = connections.remove(closed.connectionId());
        if (connection != null) {
            sessions.close(connection, "the client closed the connection", turn);
            connection.aliases.forget();
            connection.endHold();
        }
    }

    private void writabilityChanged(Input.WritabilityChanged changed, Turn turn) {
        Connection connection = connections.get(changed.connectionId());
        if (connection != null) {
            connection.writable = changed.writable();
            if (changed.writable()) { // the client takes what it is sent, and is read again
                connection.heard(turn.nowMillis());
            }
            if (connection.state instanceof State.Open(Session session)) {
                session.wake();
            }
        }
    }

    private void readingChanged(Input.ReadingChanged changed, Turn turn) {
        Connection connection = connections.get(changed.connectionId());
        if (connection != null) {
            connection.readingChanged(changed.reading(), turn.nowMillis());
        }
    }

    private void sessionRead(Input.SessionRead read, Turn turn) {
        Sessions.Opened opened = sessions.sessionRead(read, turn);
        if (opened != null) {
            opened.connection().endHold();
            packets(opened.connection(), opened.held(), turn);
        }
    }

    private void logRead(Input.LogRead read, Turn turn) {
        if (read.connectionId() == ShareGroup.NO_CONNECTION) {
            routing.shared().logRead(read, turn);
            return;
        }
        routing.pages().read(turn);
        Session session = openSession(read.connectionId());
        Cursor cursor = session == null ? null : session.cursors.get(read.logId());
        if (cursor != null) {
            routing.overflow().damaged(cursor.pageRead(read), cursor.log);
            session.wake();
        }
    }

    private void entriesRead(Input.EntriesRead read, Turn turn) {
        Session session = openSession(read.connectionId());
        if (session != null) {
            session.outgoing.resendsRead(read.messages(), turn);
        }
    }

    private void retainedRead(Input.RetainedRead read, Turn turn) {
        Session session = openSession(read.connectionId());
        if (session != null) {
            session.replays.pageRead(read.replay(), read.page(), turn);
        }
    }

    private Session openSession(long connectionId) {
        Connection connection = connections.get(connectionId);
        return connection != null && connection.state instanceof State.Open(Session session) ? session : null;
    }

    private void timePassed(Turn turn) {
        if (turn.nowMillis() - lastTickMillis < TICK_MILLIS && turn.nowMillis() >= lastTickMillis) {
            return;
        }
        lastTickMillis = turn.nowMillis();
        connections.values().forEach(connection -> checkTime(connection, turn));
        exchanges.timePassed();
        if (owesSync) {
            ids.repeat(turn);
        }
        routing.trim(turn);
        sessions.requestDue(turn);
        diskSpace.timePassed(turn);
        retained.requestSweep(turn);
        delayed.requestDue(turn);
        sysTopics.timePassed(turn.nowMillis()).forEach(value -> routing.publishSys(value, turn));
    }

    private void checkTime(Connection connection, Turn turn) {
        switch (connection.state) {
            case State.AwaitingConnect(long sinceMillis) -> {
                long millisMax = connection.settings.get(Setting.CONNECT_MILLIS_MAX);
                if (turn.nowMillis() - sinceMillis > millisMax) {
                    connection.close("no CONNECT within " + millisMax + " ms", turn);
                }
            }
            case State.Authenticating _ -> exchanges.checkTime(connection, turn);
            case State.Open(Session session) -> {
                exchanges.checkTime(connection, turn);
                if (connection.mustReconnect) { // not at once: it may have to read first, to make room
                    sessions.close(connection, "client " + session.clientId
                            + " is to send again later what was not taken over", turn);
                } else if (connection.isSilent(turn)) { // [MQTT-3.1.2-22]
                    sessions.disconnect(connection, ReasonCode.KEEP_ALIVE_TIMEOUT,
                            "client " + session.clientId + " was silent for one and a half Keep Alives",
                            turn);
                }
            }
            case State.Opening _, State.Closed _ -> { }
        }
    }

    private void usersRemoved(Set<String> userNames, Turn turn) {
        for (Connection connection : List.copyOf(connections.values())) {
            if (connection.userName != null && userNames.contains(connection.userName)) {
                sessions.disconnect(connection, ReasonCode.NOT_AUTHORIZED,
                        "there is no user " + connection.userName + " any more", turn);
            }
        }
    }

    private void stop(Turn turn) {
        for (Connection connection : List.copyOf(connections.values())) {
            sessions.disconnect(connection, ReasonCode.SERVER_SHUTTING_DOWN, "the broker is stopping", turn);
        }
    }
}
