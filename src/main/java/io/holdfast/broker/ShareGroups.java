package io.holdfast.broker;

import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.SubscriptionOptions;
import io.holdfast.mqtt.Topics;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/** All Shared Subscriptions: how their members come and go, and when their messages are handed out. */
final class ShareGroups {
    private final Routing routing;
    private final Ids ids;
    private final Map<String, ShareGroup> byTopicFilter = new HashMap<>();
    private final Map<Long, ShareGroup> byLog = new HashMap<>();
    private final Queue<ShareGroup> awake = new ArrayDeque<>();

    ShareGroups(Routing routing, Ids ids) {
        this.routing = routing;
        this.ids = ids;
    }

    /** What the store knows of the cursors and leases; {@code routing} knows the logs. */
    void recover(Store.Recovered recovered) {
        for (Change.CursorPut row : recovered.sharedCursors()) {
            FilterLog log = routing.log(row.logId());
            ShareGroup group = group(log.topicFilter);
            group.recover(log, log.counted(), row.next());
            byLog.put(log.id, group);
            routing.passed(log); // what it had passed before a crash may not have been trimmed
            wake(group);
        }
        recovered.leases().forEach(row -> byLog.get(row.logId()).recover(row));
    }

    /** The group with that log, or null. */
    ShareGroup of(long logId) {
        return byLog.get(logId);
    }

    /** Hands a message to the groups of one Topic Filter. Returns whether anybody may get it. */
    static boolean publish(List<ShareGroup> groups, Message message, Turn turn) {
        boolean delivered = false;
        for (int i = 0; i < groups.size(); i++) {
            ShareGroup group = groups.get(i);
            boolean queued = message.qos() != QoS.AT_MOST_ONCE && group.append(message, turn);
            delivered |= queued || group.sendLive(message, turn);
        }
        return delivered;
    }

    /** Brings a stored membership into memory, with its client. */
    void attach(Session session, Subscription subscription) {
        addMember(session, group(subscription.topicFilter()), subscription);
    }

    /**
     * A client is back. Returns whether what it had in flight from the group with that log is still its own.
     */
    boolean holderIsBack(InFlight delivery, Session session) {
        ShareGroup group = byLog.get(delivery.logId());
        return group != null && group.holderIsBack(delivery.ordinal(), session.id);
    }

    /** A client is gone: what was in flight to it may be another's. */
    void holderLeft(Session session) {
        for (InFlight delivery : session.window.deliveries()) {
            ShareGroup group = byLog.get(delivery.logId());
            if (group != null) {
                group.holderLeft(delivery.ordinal(), session.id);
            }
        }
    }

    private ShareGroup group(String topicFilter) {
        ShareGroup group = byTopicFilter.get(topicFilter);
        if (group == null) {
            FilterNode node = routing.node(Topics.sharedFilter(topicFilter));
            group = new ShareGroup(topicFilter, node, routing, this);
            byTopicFilter.put(topicFilter, group);
            node.add(group);
        }
        return group;
    }

    private void dropIfUnused(ShareGroup group) {
        if (group.isUnused()) {
            byTopicFilter.remove(group.topicFilter);
            group.node.remove(group);
            routing.dropIfUnused(group.node);
        }
    }

    /**
     * Adds a member to a Shared Subscription, or replaces its options. There are no retained messages for it.
     */
    void subscribe(Session session, String topicFilter, SubscriptionOptions options, int identifier,
            Turn turn) {
        LiveSubscription existing = session.subscriptions.get(topicFilter);
        ShareGroup group = group(topicFilter);
        long logId = existing == null ? Subscription.NO_LOG : existing.subscription().logId();
        boolean needsLog = options.qos() != QoS.AT_MOST_ONCE;
        if (needsLog && logId == Subscription.NO_LOG) {
            logId = group.begin(session, turn).id;
        } // else a member that once had the log keeps it, so that a lowered QoS loses nothing that is queued
        Subscription subscription = new Subscription(topicFilter, options, identifier, logId);
        if (existing == null) {
            addMember(session, group, subscription);
        } else {
            existing.replace(subscription);
            wake(group);
        }
        if (session.durable) {
            turn.change(new Change.SubscriptionPut(session.id, subscription));
        }
    }

    private static void addMember(Session session, ShareGroup group, Subscription subscription) {
        LiveSubscription live = new LiveSubscription(session, group.node, group, subscription);
        session.subscriptions.put(subscription.topicFilter(), live);
        session.hold(Held.SUBSCRIPTION_BYTES + subscription.topicFilter().length());
        session.memberships.add(live);
        group.attach(live);
    }

    /** A new log for a Shared Subscription. */
    FilterLog newLog(ShareGroup group, Turn turn) {
        FilterLog log = new FilterLog(ids.nextLogId(turn), group.topicFilter);
        routing.add(log);
        byLog.put(log.id, group);
        return log;
    }

    /** There may be something for a Shared Subscription to hand out. */
    void wake(ShareGroup group) {
        if (!group.awake) {
            group.awake = true;
            awake.add(group);
        }
    }

    boolean areAwake() {
        return !awake.isEmpty();
    }

    /** At the end of a turn: hands out what there is, and ends what is over. */
    void pump(Turn turn) {
        for (int i = awake.size(); i > 0; i--) {
            ShareGroup group = awake.remove();
            group.awake = false;
            if (group.pump(turn)) {
                wake(group);
            }
            if (group.isOver()) {
                endLog(group, turn);
            }
        }
    }

    private void endLog(ShareGroup group, Turn turn) {
        FilterLog log = group.log();
        turn.change(new Change.CursorRemoved(log.id, ShareGroup.NO_SESSION));
        log.end(turn);
        routing.forget(log);
        byLog.remove(log.id);
        group.forgetLog();
        dropIfUnused(group);
    }

    /** A session needs an entry no more that a Shared Subscription has handed out to it. */
    void leaseEnds(InFlight delivery, long sessionId, Turn turn) {
        ShareGroup group = byLog.get(delivery.logId());
        if (group != null) {
            group.acknowledged(delivery.ordinal(), sessionId, turn);
        }
    }

    /** The Topic Filter of the Shared Subscription with that log, or null if there is none (any more). */
    String topicFilter(long logId) {
        ShareGroup group = byLog.get(logId);
        return group == null ? null : group.topicFilter;
    }

    void logRead(Input.LogRead read, Turn turn) {
        ShareGroup group = byLog.get(read.logId());
        if (group != null) {
            group.pageRead(read, turn);
        }
    }

    void leave(LiveSubscription member) {
        ShareGroup group = member.group;
        group.detach(member);
        if (group.log() != null && !group.hasMembers()) {
            routing.tails().drop(group.log());
        }
        dropIfUnused(group);
    }

    /** The session has ended in the store: what Shared Subscriptions have to do with it ends too. */
    void sessionEnds(StoredSession stored, Turn turn) {
        for (Subscription subscription : stored.subscriptions()) {
            if (Topics.isShared(subscription.topicFilter()) && subscription.logId() != Subscription.NO_LOG) {
                group(subscription.topicFilter()).end(true, turn);
            }
        }
        for (Change.InFlightPut block : stored.inFlight()) {
            for (InFlight delivery : block.deliveries()) {
                ShareGroup group = byLog.get(delivery.logId());
                if (group != null) {
                    group.holderEnded(delivery.ordinal(), stored.row().sessionId(), turn);
                }
            }
        }
    }

    void detach(LiveSubscription member, Turn turn) {
        leave(member);
        if (!member.session.durable && member.hasLog()) {
            member.group.end(false, turn);
        }
    }
}
