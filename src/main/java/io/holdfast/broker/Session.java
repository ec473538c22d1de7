package io.holdfast.broker;

import io.holdfast.access.Permissions;
import io.holdfast.broker.Change.SessionPut;
import io.holdfast.mqtt.Topics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * The session of a connected client. While the client is away a durable session is rows in the store and
 * nothing in memory; a session that is not durable ends with its connection.
 */
final class Session {
    final Connection connection;
    final String clientId;
    final long id;
    /** See {@link Message#publisher()}. */
    final long publisher;
    final boolean durable;
    final Map<String, LiveSubscription> subscriptions = new LinkedHashMap<>();
    final Map<Long, Cursor> cursors = new LinkedHashMap<>();
    final Window window = new Window();
    final ReceivedIds received = new ReceivedIds();
    final Outgoing outgoing;
    final Replays replays;
    final RouteMatch match = new RouteMatch();

    /** Its subscriptions that are shared. */
    final List<LiveSubscription> memberships = new ArrayList<>(0);
    /** Names the log of what is for this session alone; no client can subscribe to it. */
    final String ownTopicFilter;
    /** Whether any subscription has, or once had, a Subscription Identifier. */
    boolean usesIdentifiers;
    /** Whether something that its subscriptions match, or matched, may not be read. */
    private boolean isLimited;
    /** Whether more waited for it than may, so that it must end. */
    boolean overflowed;

    private final Queue<Session> awake;
    private final Held held;
    private long heldBytes;
    private int inFlightHeld;
    /** How many messages may be in flight. */
    final int inFlightMax;
    /** Since when messages wait, the client does not read, and it has acknowledged nothing: see Lag. */
    private long behindSinceMillis = Lag.NEVER;
    private long blockedSinceMillis = Lag.NEVER;
    private long quietSinceMillis = Lag.NEVER;
    private boolean isAwake;
    private SessionPut row;
    private Message will;

    /**
     * @param will null for none
     * @param awake where sessions with something to do at the end of the turn are listed
     */
    Session(Connection connection, SessionPut row, boolean durable, Message will, Outgoing.Limits limits,
            Routing routing, Counters counters, Queue<Session> awake) {
        this.connection = connection;
        this.clientId = row.clientId();
        this.id = row.sessionId();
        this.publisher = Message.publisher(clientId);
        this.ownTopicFilter = Change.LogPut.OF_SESSION + id;
        this.row = row;
        this.durable = durable;
        this.will = will;
        this.awake = awake;
        this.held = routing.held();
        held.share(1);
        hold(Held.of(will));
        this.inFlightMax = limits.quota();
        this.outgoing = new Outgoing(this, limits, routing, counters);
        this.replays = new Replays(this, routing);
    }

    /** As it was when the client connected, but for the Session Expiry Interval. */
    SessionPut row() {
        return row;
    }

    void setExpirySeconds(long seconds) {
        row = row.expiringAfter(seconds);
    }

    /** The Will Message, or null if there is none (any more). */
    Message will() {
        return will;
    }

    void discardWill() {
        will = null;
    }

    /** The session takes so many bytes of memory more, or gives them back. */
    void hold(long more) {
        heldBytes += more;
        held.add(more);
    }

    /** Whether it may take no more memory. */
    boolean isRefusedMemory() {
        return held.refuses(heldBytes);
    }

    /** The session leaves memory. */
    void letGo() {
        hold(-heldBytes);
        held.share(-1);
    }

    /** Whether a message with that Topic Name may be delivered. */
    boolean mayRead(String topicName) {
        return !isLimited || connection.permissions.mayRead(topicName);
    }

    /** There is a subscription with that Topic Filter from now on. */
    void subscribed(String topicFilter) {
        isLimited |= !connection.permissions.mayReadAll(topicFilter);
    }

    /** The session was resumed with its subscriptions and deliveries. */
    void resumed() {
        permissionsChanged();
        isLimited &= !window.deliveries().isEmpty()
                || subscriptions.keySet().stream()
                        .anyMatch(filter -> Change.LogPut.isOfSession(filter) || !mayReadAll(filter));
    }

    /** What the client may do has changed: what waits already is looked at, too. */
    void permissionsChanged() {
        isLimited = connection.permissions != Permissions.ALL;
        for (LiveSubscription member : memberships) {
            member.withheld = !mayReadAll(member.subscription().topicFilter());
        }
        wake();
    }

    private boolean mayReadAll(String topicFilter) {
        return connection.permissions.mayReadAll(
                Topics.isShared(topicFilter) ? Topics.sharedFilter(topicFilter) : topicFilter);
    }

    /** Asks for {@link #finish} at the end of the turn. */
    void wake() {
        if (!isAwake) {
            isAwake = true;
            awake.add(this);
        }
    }

    /** At the end of a turn: sends what can be sent, and tells which rows have changed. */
    void finish(Turn turn) {
        isAwake = false;
        if (connection.isClosed()) {
            return;
        }
        outgoing.pump(turn);
        replays.pump(turn);
        hold((window.size() - inFlightHeld) * Held.MESSAGE_BYTES);
        inFlightHeld = window.size();
        noteLag(turn.nowMillis());
        takeChanges(turn);
    }

    private void noteLag(long nowMillis) {
        boolean isBehind = outgoing.cursorsBehind() > 0 || outgoing.queued() > 0;
        behindSinceMillis = isBehind ? Math.min(behindSinceMillis, nowMillis) : Lag.NEVER;
        blockedSinceMillis = connection.writable ? Lag.NEVER : Math.min(blockedSinceMillis, nowMillis);
        quietSinceMillis = window.size() > 0 ? Math.min(quietSinceMillis, nowMillis) : Lag.NEVER;
    }

    /** The client has taken a message. */
    void acknowledged(long nowMillis) {
        quietSinceMillis = nowMillis;
    }

    /** Since when {@link Lag#quietMillis} counts, or never. */
    long quietSinceMillis() {
        return quietSinceMillis;
    }

    /** Since when {@link Lag#slowMillis} counts, or never. */
    long slowSinceMillis() {
        return Math.min(quietSinceMillis, Math.min(behindSinceMillis, blockedSinceMillis));
    }

    private void takeChanges(Turn turn) {
        if (durable) {
            cursors.values().forEach(cursor -> cursor.takeChanges(turn.changes()));
            window.takeChanges(id, turn.changes());
            received.takeChanges(id, turn.changes());
        }
    }

    /** Before the session leaves memory: all its rows as they must stand. */
    void takeFinalChanges(Turn turn) {
        cursors.values().forEach(cursor -> cursor.takeFinalChanges(turn.changes()));
        takeChanges(turn);
    }
}
