package io.holdfast.broker;

import io.holdfast.access.AccessRules;
import io.holdfast.access.Banned;
import io.holdfast.access.Permissions;
import io.holdfast.broker.Change.SessionPut;
import io.holdfast.mqtt.ReasonCode;

/**
 * What clients may do: by the operator's rules, or by what the authenticator said of them. What is denied is
 * counted, and reported as far as the operator can be expected to read it.
 */
final class Authorization {
    /** Reports in one second; how many more there were is told with the next one. */
    static final int REPORTS_MAX = 10;

    private final Counters counters;
    private final boolean bindsSessions;
    private AccessRules rules = AccessRules.NONE;
    private Banned banned = Banned.NOBODY;
    private long second;
    private int reports;
    private long unreported;

    /** @param bindsSessions whether a session belongs to the user that began it */
    Authorization(Counters counters, boolean bindsSessions) {
        this.bindsSessions = bindsSessions;
        this.counters = counters;
    }

    void change(AccessRules changed, Banned nowBanned) {
        rules = changed;
        banned = nowBanned;
    }

    boolean isBanned(String clientId, String userName) {
        return banned.contains(clientId, userName);
    }

    /** Finds out what the client of a connection may do, of which is known who it is. */
    void authorize(Connection connection, String clientId) {
        connection.permissions = connection.granted != null ? connection.granted
                : rules.permissions(clientId, connection.userName);
    }

    /** Whether a session belongs to the user that began it. */
    boolean bindsSessions() {
        return bindsSessions;
    }

    /** Whether a session belongs to another user, be it null for nobody in particular. */
    boolean isStranger(String userName, String owner) {
        return bindsSessions && owner != null && !owner.equals(userName);
    }

    /** Refuses a client that is not the one whose session it asks for. */
    void refuseStranger(Connection connection, String clientId, Turn turn) {
        deny(connection.userName, clientId, "have the session of another user:", clientId, turn);
        connection.refuse(ReasonCode.NOT_AUTHORIZED, "the session of client " + clientId
                + " belongs to another user", turn);
    }

    boolean mayPublish(Session session, String topicName, Turn turn) {
        return session.connection.permissions.mayWrite(topicName)
                || deny(session.connection.userName, session.clientId, "publish to", topicName, turn);
    }

    /** The same for a Will Message, at CONNECT and when its client goes away. */
    boolean mayPublishWill(Connection connection, String clientId, String topicName, Turn turn) {
        return mayPublishWill(clientId, connection.userName, connection.permissions, topicName, turn);
    }

    /**
     * The same while its client is away: by the operator's rules as they are now, unless they did not count
     * for the client.
     */
    boolean mayPublishWill(SessionPut row, String topicName, Turn turn) {
        return mayPublishWill(row.clientId(), row.owner(), row.granted()
                ? Permissions.ALL : rules.permissions(row.clientId(), row.owner()), topicName, turn);
    }

    private boolean mayPublishWill(String clientId, String userName, Permissions permissions,
            String topicName, Turn turn) {
        return !isBanned(clientId, userName) && permissions.mayWrite(topicName)
                || deny(userName, clientId, "publish its Will Message to", topicName, turn);
    }

    /**
     * Whether a subscription is granted. All that a Shared Subscription matches must be readable: what is
     * handed out to the group is no more for one member than for another.
     *
     * @param readable the Topic Filter in that of a Shared Subscription, or else the Topic Filter
     */
    boolean maySubscribe(Session session, String readable, boolean isShared, Turn turn) {
        Permissions permissions = session.connection.permissions;
        return (isShared ? permissions.mayReadAll(readable) : permissions.maySubscribe(readable))
                || deny(session.connection.userName, session.clientId, "subscribe to", readable, turn);
    }

    private boolean deny(String userName, String clientId, String action, String topic, Turn turn) {
        counters.denied++;
        long now = turn.nowMillis() / 1_000;
        if (now != second) {
            second = now;
            reports = 0;
        }
        if (reports == REPORTS_MAX) {
            unreported++;
            return false;
        }
        reports++;
        String user = userName == null ? "nobody in particular" : "user " + userName;
        String more = unreported == 0 ? "" : "; before that, " + unreported + " more were denied something";
        unreported = 0;
        turn.unbound(new Effect.Report("client " + clientId + " (" + user + ") is not authorized to " + action
                + " " + topic + more));
        return false;
    }
}
