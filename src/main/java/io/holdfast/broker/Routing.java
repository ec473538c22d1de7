package io.holdfast.broker;

import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.mqtt.SubscriptionOptions;
import io.holdfast.mqtt.Topics;
import io.holdfast.topic.SubscriptionIndex;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which message goes to which log and which connected session: the Topic Filters of all logs, those of all
 * connected sessions, and the way of a PUBLISH through them.
 */
final class Routing {
    /** Keeps the RETAIN flag, and reduces no QoS: that was done when the message was copied. */
    private static final SubscriptionOptions OWN_LOG = new SubscriptionOptions(QoS.EXACTLY_ONCE, false, true,
            2);

    private final SubscriptionIndex<FilterNode> index;
    private final Map<Long, FilterLog> logs = new HashMap<>();
    private final ShareGroups shared;
    private final Pages pages = new Pages();
    private final Ids ids;
    private final Retained retained;
    private final SysTopics sysTopics;
    private final List<FilterNode> matched = new ArrayList<>();
    private final List<Session> recipients = new ArrayList<>();
    private final Tails tails;
    private final Set<FilterLog> passed = new LinkedHashSet<>();
    private final Overflow overflow;
    private final Held held;
    private final DiskSpace diskSpace;
    private long routeNumber;

    Routing(Store.Recovered recovered, Ids ids, Retained retained, SysTopics sysTopics, Settings settings,
            Held held, DiskSpace diskSpace, Counters counters, long seed) {
        this.ids = ids;
        this.held = held;
        this.diskSpace = diskSpace;
        tails = new Tails(settings);
        overflow = new Overflow(QueueLimits.of(settings), !recovered.logs().isEmpty(), counters, this);
        this.retained = retained;
        this.sysTopics = sysTopics;
        shared = new ShareGroups(this, ids);
        index = new SubscriptionIndex<>(seed);
        for (Store.Recovered.Log row : recovered.logs()) {
            FilterLog log = new FilterLog(row);
            add(log);
            if (!Topics.isShared(log.topicFilter)) {
                FilterNode node = new FilterNode(log.topicFilter);
                node.setLog(log);
                index.put(log.topicFilter, node); // there is one log of each
            }
        }
        shared.recover(recovered);
    }

    FilterLog log(long logId) {
        return logs.get(logId);
    }

    void add(FilterLog log) {
        logs.put(log.id, log);
        held.add(Held.SUBSCRIPTION_BYTES + log.topicFilter.length());
    }

    Held held() {
        return held;
    }

    Tails tails() {
        return tails;
    }

    Overflow overflow() {
        return overflow;
    }

    ShareGroups shared() {
        return shared;
    }

    Pages pages() {
        return pages;
    }

    SysTopics sysTopics() {
        return sysTopics;
    }

    FilterNode node(String topicFilter) {
        FilterNode node = index.get(topicFilter);
        if (node == null) {
            node = new FilterNode(topicFilter);
            index.put(topicFilter, node);
        }
        return node;
    }

    void dropIfUnused(FilterNode node) {
        if (node.isUnused()) {
            index.remove(node.topicFilter);
        }
    }

    /** Routes a PUBLISH of a session. Returns what its acknowledgement is to say. */
    ReasonCode publish(Publish packet, long publisher, Turn turn) {
        match(packet.topicName());
        if (matched.isEmpty() && !packet.retain()) {
            return ReasonCode.NO_MATCHING_SUBSCRIBERS;
        }
        if (packet.qos() != QoS.AT_MOST_ONCE && overflow.refuses(matched, turn)) {
            return ReasonCode.QUOTA_EXCEEDED;
        }
        Message message = message(packet, ids.nextSequence(turn), publisher, turn);
        long copies = copiesStored(message);
        boolean noSpace = copies > 0 && diskSpace.refuses(copies * message.storedBytes(), turn);
        if (noSpace && packet.qos() != QoS.AT_MOST_ONCE) {
            return ReasonCode.QUOTA_EXCEEDED;
        }
        if (noSpace) {
            retained.discard(message, turn);
        } else if (message.retain()) {
            retained.publish(message, turn);
        }
        return hand(message, turn) ? ReasonCode.SUCCESS : ReasonCode.NO_MATCHING_SUBSCRIBERS;
    }

    private long copiesStored(Message message) {
        long copies = message.retain() && !Retained.clears(message) ? 1 : 0;
        for (int i = 0; message.qos() != QoS.AT_MOST_ONCE && i < matched.size(); i++) {
            copies += matched.get(i).logs();
        }
        return copies;
    }

    /** Publishes a message that has waited for it: a Will Message, or a delayed one. */
    void publish(Message waiting, Turn turn) {
        match(waiting.topicName());
        turn.setBinding(true);
        Message message = waiting.published(ids.nextSequence(turn), turn.nowMillis());
        if (message.retain()) {
            retained.publish(message, turn);
        }
        hand(message, turn);
        turn.setBinding(false);
    }

    static Message message(Publish packet, long sequence, long publisher, Turn turn) {
        return new Message(sequence, turn.nowMillis(), publisher, packet.qos(), packet.retain(),
                packet.topicName(), forwarded(packet), packet.payload());
    }

    private void match(String topicName) {
        matched.clear();
        index.match(topicName, matched::add);
    }

    /** Publishes a value of the broker's own, of which nothing is kept here. */
    void publishSys(Message value, Turn turn) {
        match(value.topicName());
        hand(value, turn);
    }

    private boolean hand(Message message, Turn turn) {
        routeNumber++;
        boolean delivered = false;
        for (int i = 0; i < matched.size(); i++) {
            FilterNode node = matched.get(i);
            if (message.qos() != QoS.AT_MOST_ONCE && node.log() != null) {
                append(node.log(), message, turn);
                delivered = true;
            }
            collect(node.live(), message);
            delivered |= ShareGroups.publish(node.groups(), message, turn);
        }
        delivered |= !recipients.isEmpty();
        deliverLive(message, turn);
        return delivered;
    }

    /**
     * What is forwarded unchanged [MQTT-3.3.2-4] [MQTT-3.3.2-15] [MQTT-3.3.2-16] [MQTT-3.3.2-17]
     * [MQTT-3.3.2-20].
     */
    private static Properties forwarded(Publish packet) {
        return packet.properties().only(property -> property != Property.TOPIC_ALIAS);
    }

    private void append(FilterLog log, Message message, Turn turn) {
        long ordinal = log.append(message, turn);
        overflow.appended(log);
        List<Cursor> readers = log.readers();
        if (readers.isEmpty()) {
            return;
        }
        tails.keep(log, ordinal, message);
        for (int i = 0; i < readers.size(); i++) {
            Cursor cursor = readers.get(i);
            cursor.session.outgoing.wake(cursor);
        }
    }

    /** Notes which connected sessions get the message other than through a log. */
    private void collect(List<LiveSubscription> live, Message message) {
        for (int i = 0; i < live.size(); i++) {
            LiveSubscription subscription = live.get(i);
            Session session = subscription.session;
            SubscriptionOptions options = subscription.subscription().options();
            if (isOwn(session, options, message) || !session.outgoing.mayRead(message)) {
                continue; // other subscriptions of the session may still match
            }
            if (subscription.hasLog() && message.qos() != QoS.AT_MOST_ONCE) {
                session.match.of(routeNumber).addThroughLog();
            } else if (session.match.of(routeNumber).addLive(message, options)) {
                recipients.add(session);
            }
        }
    }

    /** Whether No Local keeps the message from its own publisher [MQTT-3.8.3-3]. */
    static boolean isOwn(Session session, SubscriptionOptions options, Message message) {
        return options.noLocal() && session.publisher == message.publisher();
    }

    private void deliverLive(Message message, Turn turn) {
        Publish shared = null;
        for (int i = 0; i < recipients.size(); i++) {
            Session session = recipients.get(i);
            RouteMatch match = session.match;
            if (match.throughLog()) {
                continue;
            }
            if (match.qos() != QoS.AT_MOST_ONCE) {
                session.outgoing.enqueue(message, match.qos(), match.retain(), turn);
            } else if (session.usesIdentifiers) {
                session.outgoing.sendLive(
                        session.outgoing.packet(message, QoS.AT_MOST_ONCE, match.retain(), 0, false, turn),
                        turn);
            } else {
                if (shared == null || shared.retain() != match.retain()) {
                    shared = Outgoing.publish(message, QoS.AT_MOST_ONCE, match.retain(), 0, false, turn);
                }
                session.outgoing.sendLive(shared, turn);
            }
        }
        recipients.clear();
    }

    /**
     * Adds a subscription, or replaces the one with the same Topic Filter [MQTT-3.8.4-3], and begins to send
     * the retained messages if that is what its options ask for.
     */
    void subscribe(Session session, String topicFilter, SubscriptionOptions options, int identifier,
            Turn turn) {
        boolean isNew = !session.subscriptions.containsKey(topicFilter);
        Subscription subscription = put(session, topicFilter, options, identifier, turn);
        // What the replaced subscription is still to be sent is not lost [MQTT-3.8.4-4].
        if (options.wantsRetained(isNew) && retained.mayMatch(topicFilter)) {
            session.replays.begin(subscription, ids.lastSequence(), turn);
        }
    }

    private Subscription put(Session session, String topicFilter, SubscriptionOptions options, int identifier,
            Turn turn) {
        LiveSubscription existing = session.subscriptions.get(topicFilter);
        FilterNode node = node(topicFilter);
        boolean needsLog = session.durable && options.qos() != QoS.AT_MOST_ONCE;
        boolean hasLog = existing != null && existing.hasLog();
        if (needsLog && !hasLog && node.log() == null) {
            FilterLog log = new FilterLog(ids.nextLogId(turn), topicFilter);
            add(log);
            node.setLog(log);
        }
        // A subscription that once had a log keeps it, so that a lowered QoS loses nothing that is queued.
        long logId = needsLog || hasLog ? node.log().id : Subscription.NO_LOG;
        Subscription subscription = new Subscription(topicFilter, options, identifier, logId);
        session.usesIdentifiers |= identifier != 0;
        if (existing == null) {
            addLive(session, node, subscription);
        } else {
            existing.replace(subscription);
        }
        if (session.durable) {
            turn.change(new Change.SubscriptionPut(session.id, subscription));
        }
        if (logId != Subscription.NO_LOG) {
            subscribeCursor(session, node.log(), subscription, turn);
        }
        return subscription;
    }

    void forget(FilterLog log) {
        tails.forget(log);
        logs.remove(log.id);
        held.add(-Held.SUBSCRIPTION_BYTES - log.topicFilter.length());
        passed.remove(log);
        overflow.forget(log);
    }

    private static void addLive(Session session, FilterNode node, Subscription subscription) {
        LiveSubscription live = new LiveSubscription(session, node, null, subscription);
        session.usesIdentifiers |= subscription.identifier() != 0;
        session.subscriptions.put(subscription.topicFilter(), live);
        session.hold(Held.SUBSCRIPTION_BYTES + subscription.topicFilter().length());
        node.add(live);
    }

    private static void subscribeCursor(Session session, FilterLog log, Subscription subscription,
            Turn turn) {
        Cursor cursor = session.cursors.get(log.id);
        if (cursor == null) {
            cursor = new Cursor(session, log, subscription,
                    new Change.CursorPut(log.id, session.id, log.next(), log.next()));
            session.cursors.put(log.id, cursor);
            log.cursorBegins(turn);
            log.attach(cursor);
        } else {
            cursor.subscribe(subscription);
        }
        turn.change(cursor.row());
    }

    /** Removes a subscription. Returns whether there was one. */
    boolean unsubscribe(Session session, String topicFilter, Turn turn) {
        LiveSubscription live = session.subscriptions.remove(topicFilter);
        if (live == null) {
            return false;
        }
        session.hold(-Held.SUBSCRIPTION_BYTES - topicFilter.length());
        session.replays.end(topicFilter, turn);
        if (session.durable) {
            turn.change(new Change.SubscriptionRemoved(session.id, topicFilter));
        }
        if (live.group != null) {
            session.memberships.remove(live);
            shared.leave(live);
            if (live.hasLog()) {
                live.group.end(session.durable, turn);
            }
            return true;
        }
        live.node.remove(live);
        if (live.hasLog()) {
            Cursor cursor = session.cursors.get(live.subscription().logId());
            if (cursor.unsubscribe()) {
                endCursor(cursor, turn);
            }
        }
        dropIfUnused(live.node);
        return true;
    }

    /**
     * Adds a copy of a message to the log that only this session reads. Its Topic Filter is one that no
     * client can name and no Topic Name matches; in all else it is a log like any other.
     */
    void appendToOwnLog(Session session, Message message, QoS qos, Turn turn) {
        if (!session.subscriptions.containsKey(session.ownTopicFilter)) {
            put(session, session.ownTopicFilter, OWN_LOG, 0, turn);
        }
        FilterLog log = session.subscriptions.get(session.ownTopicFilter).node.log();
        append(log, message.copied(ids.nextSequence(turn), qos), turn);
    }

    /** Ends that log, if there is one and everything in it has been sent. */
    void endOwnLog(Session session, Turn turn) {
        unsubscribe(session, session.ownTopicFilter, turn);
    }

    /** Whether the session has everything in its own log behind it. */
    static boolean isOwnLogPassed(Session session) {
        LiveSubscription own = session.subscriptions.get(session.ownTopicFilter);
        return own == null || !session.cursors.get(own.subscription().logId()).isBehind();
    }

    /** Ends the cursor of a connected session. */
    void endCursor(Cursor cursor, Turn turn) {
        cursor.session.cursors.remove(cursor.log.id);
        detach(cursor);
        turn.change(new Change.CursorRemoved(cursor.log.id, cursor.session.id));
        cursorEnded(cursor.log, turn);
    }

    /** Ends a cursor that is in the store only. */
    void endCursor(Change.CursorPut row, Turn turn) {
        turn.change(new Change.CursorRemoved(row.logId(), row.sessionId()));
        cursorEnded(logs.get(row.logId()), turn);
    }

    private void cursorEnded(FilterLog log, Turn turn) {
        if (log.cursorEnds(turn)) {
            forget(log);
            FilterNode node = index.get(log.topicFilter);
            node.setLog(null);
            dropIfUnused(node);
        } else {
            passed.add(log);
        }
    }

    /** Brings the subscriptions and cursors of a stored session into memory, with its client. */
    void attach(Session session, StoredSession stored) {
        for (Subscription subscription : stored.subscriptions()) {
            if (Topics.isShared(subscription.topicFilter())) {
                shared.attach(session, subscription);
            } else {
                addLive(session, node(subscription.topicFilter()), subscription);
            }
        }
        for (Change.CursorPut row : stored.cursors()) {
            FilterLog log = logs.get(row.logId());
            LiveSubscription live = session.subscriptions.get(log.topicFilter);
            Subscription subscription = live != null && live.hasLog() ? live.subscription() : null;
            Cursor cursor = new Cursor(session, log, subscription, row);
            session.cursors.put(log.id, cursor);
        }
        for (InFlight delivery : session.window.deliveries()) {
            restore(session, delivery);
        }
        for (Cursor cursor : session.cursors.values()) {
            cursor.log.attach(cursor);
            passed.add(cursor.log); // what it had passed before a crash may not have been trimmed
        }
    }

    private void restore(Session session, InFlight delivery) {
        Cursor cursor = session.cursors.get(delivery.logId());
        if (cursor != null) {
            cursor.deliveryRestored();
        } else if (!delivery.released() && !shared.holderIsBack(delivery, session)) {
            session.window.remove(delivery.packetId()); // another member has it now
        }
    }

    /** Takes the subscriptions and cursors of a session out of memory. */
    void detach(Session session, Turn turn) {
        shared.holderLeft(session);
        for (Cursor cursor : session.cursors.values()) {
            detach(cursor);
            passed.add(cursor.log);
        }
        for (LiveSubscription live : session.subscriptions.values()) {
            if (live.group != null) {
                shared.detach(live, turn);
            } else {
                live.node.remove(live);
                dropIfUnused(live.node);
            }
        }
    }

    private void detach(Cursor cursor) {
        cursor.log.detach(cursor);
        if (cursor.log.readers().isEmpty()) {
            tails.drop(cursor.log);
        }
    }

    /** Entries of the log may be of no more use to anybody. */
    void passed(FilterLog log) {
        passed.add(log);
    }

    /** At the end of a turn: lets go of what the connected sessions have passed, and of what is too much. */
    void finish(Turn turn) {
        tails.dropPassed(log -> {
            ShareGroup group = shared.of(log.id);
            return group == null ? log.passedByReaders() : group.next();
        });
        overflow.finish(turn);
    }

    /** Removes what no session needs any more, in the logs where that may have changed. */
    void trim(Turn turn) {
        passed.forEach(log -> overflow.trim(log, turn));
        passed.clear();
        overflow.sweep(logs.keySet(), turn);
    }
}
