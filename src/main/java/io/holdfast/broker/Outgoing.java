package io.holdfast.broker;

import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.Packet.Pubrel;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.mqtt.SubscriptionOptions;
import io.holdfast.mqtt.Topics;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * What one connected session has to send: first again what was in flight when its client went away, then what
 * its cursors have not passed.
 *
 * <p><b>Merging.</b> A session with several subscriptions meets the entries of their logs in the order of
 * their sequence numbers. A message that is next in several logs is delivered once. To know the lowest
 * sequence number the next entry of every cursor that is behind must be in memory; while one is being read,
 * nothing is sent.
 *
 * <p><b>Flow.</b> The send quota (section 4.9) bounds the messages in flight, and a client that does not read
 * stops the cursors: being slow, offline and far behind are one state.
 *
 * <p>A session that is not durable has no cursors but a bounded queue in memory.
 */
final class Outgoing {
    /**
     * What one session may send in one turn, so that no turn grows without bound; the rest goes into the
     * next.
     */
    static final long TURN_BYTES_MAX = 256 * 1024;
    static final int RESEND_PAGE = 32;
    /** What a session may have in flight while memory is scarce. */
    static final int SCARCE_QUOTA = 16;

    /**
     * @param quota messages in flight that the client allows, and the broker
     * @param queuedMax messages waiting in memory, for sessions that are not durable
     */
    record Limits(int quota, int queuedMax) {}

    private record Queued(Message message, QoS qos, boolean retain, boolean replayed) {}

    private final Session session;
    private final Connection connection;
    private final Routing routing;
    private final Counters counters;
    private final Limits limits;
    private final List<Cursor> behind = new ArrayList<>(1);
    private final Deque<Queued> queue = new ArrayDeque<>(1);
    private final Deque<InFlight> resends = new ArrayDeque<>(1);
    private int queuedReplayed;
    private boolean readingResends;
    private int quota;

    Outgoing(Session session, Limits limits, Routing routing, Counters counters) {
        this.session = session;
        this.connection = session.connection;
        this.limits = limits;
        this.quota = limits.quota();
        this.routing = routing;
        this.counters = counters;
    }

    /** There are entries that the cursor has not passed. */
    void wake(Cursor cursor) {
        if (cursor.isBehind() && cursor.listBehind()) {
            behind.add(cursor);
        }
        session.wake();
    }

    /** Messages waiting in memory. */
    int queued() {
        return queue.size();
    }

    /** Cursors that have entries before them, and share what the session may have read at once. */
    int cursorsBehind() {
        return behind.size();
    }

    /**
     * Puts all that is in flight up for being sent again, in the original order [MQTT-4.4.0-1]
     * [MQTT-4.6.0-1].
     */
    void resume() {
        List<InFlight> deliveries = session.window.deliveries();
        deliveries.sort(Comparator.comparingLong(InFlight::sequence));
        resends.addAll(deliveries);
        // A handshake that goes on with PUBREL holds its place in the quota until PUBCOMP returns it.
        quota -= (int) deliveries.stream().filter(InFlight::released).count();
        session.cursors.values().forEach(cursor -> {
            routing.overflow().limit(cursor); // as it would have been, had it been here
            wake(cursor);
        });
        session.wake();
    }

    /** Delivers live to a session without durable state; above QoS 0 it waits for its turn in memory. */
    void enqueue(Message message, QoS qos, boolean retain, Turn turn) {
        if (session.isRefusedMemory()) {
            counters.queueFull++;
            return;
        }
        if (queue.size() - queuedReplayed >= limits.queuedMax() && !makeRoom()) {
            return;
        }
        if (turn.isBinding()) {
            connection.bind(turn);
        }
        queue.add(new Queued(message, qos, retain, false));
        session.hold(Held.of(message));
        session.wake();
    }

    /**
     * Nobody can be told to wait for a session of which nothing outlives its connection: so REJECT drops
     * here.
     */
    private boolean makeRoom() {
        switch (routing.overflow().policy()) {
            case DROP_OLDEST -> {
                Queued oldest = queue.stream().filter(queued -> !queued.replayed).findFirst().orElseThrow();
                queue.remove(oldest);
                session.hold(-Held.of(oldest.message));
                counters.droppedOldest++;
                return true;
            }
            case DISCONNECT -> {
                session.overflowed = true;
                session.wake();
            }
            case REJECT, DROP_NEWEST -> counters.queueFull++;
        }
        return false;
    }

    /** The same for a retained message: there is one page of them, and it takes no live message's place. */
    void enqueueReplayed(Message message, QoS qos) {
        session.overflowed |= routing.held().isFull();
        session.hold(Held.of(message));
        queue.add(new Queued(message, qos, true, true));
        queuedReplayed++;
        session.wake();
    }

    /**
     * Whether retained messages that the session was to be sent have been, so that there is room for more.
     */
    boolean hasSentReplayed() {
        return session.durable ? Routing.isOwnLogPassed(session) : queue.isEmpty();
    }

    /** The message of a delivery of QoS 2 is not needed any more: from now on PUBREL is what is sent. */
    void release(InFlight delivery, Turn turn) {
        session.acknowledged(turn.nowMillis());
        session.window.put(delivery.release());
        Cursor cursor = session.cursors.get(delivery.logId());
        if (cursor != null) {
            routing.passed(cursor.log);
        } else {
            routing.shared().leaseEnds(delivery, session.id, turn);
        }
        session.wake();
    }

    /** The handshake of a delivery is complete. */
    void complete(InFlight delivery, Turn turn) {
        session.acknowledged(turn.nowMillis());
        session.window.remove(delivery.packetId());
        quota = Math.min(quota + 1, limits.quota());
        session.wake();
        Cursor cursor = session.cursors.get(delivery.logId());
        if (cursor == null) {
            routing.shared().leaseEnds(delivery, session.id, turn);
        } else if (cursor.deliveryEnds()) {
            routing.endCursor(cursor, turn);
        } else {
            routing.passed(cursor.log);
        }
    }

    /** Whether a Shared Subscription may hand out a delivery of that QoS to this session now. */
    boolean takes(QoS qos) {
        return connection.writable && resends.isEmpty() && (hasQuota() || qos == QoS.AT_MOST_ONCE);
    }

    /** Sends a message of QoS 0 that a Shared Subscription hands out, at once. */
    void sendShared(Message message, LiveSubscription member, Turn turn) {
        Subscription subscription = member.subscription();
        sendLive(shared(message, QoS.AT_MOST_ONCE, subscription, keepsRetain(message, subscription), 0,
                false, turn), turn);
    }

    /**
     * Begins the delivery of an entry that a Shared Subscription hands out.
     *
     * @return the QoS of the delivery, 0 if there is nothing to wait for
     */
    QoS sendShared(Message message, FilterLog log, long ordinal, LiveSubscription member, Turn turn) {
        QoS qos = message.qos().atMost(member.subscription().options().qos());
        int packetId = qos == QoS.AT_MOST_ONCE ? 0 : session.window.nextPacketId();
        boolean retain = keepsRetain(message, member.subscription());
        Publish packet = shared(message, qos, member.subscription(), retain, packetId, false, turn);
        if (isExpired(message, turn) || routing.overflow().isTooOld(message, turn) || isTooLarge(packet)) {
            return QoS.AT_MOST_ONCE;
        }
        begin(packet, log.id, ordinal, message.sequence(), turn);
        session.wake();
        return qos;
    }

    private static boolean keepsRetain(Message message, Subscription subscription) {
        return message.retain() && subscription.options().retainAsPublished(); // [MQTT-3.3.1-12..13]
    }

    private static Publish shared(Message message, QoS qos, Subscription subscription, boolean retain,
            int packetId, boolean dup, Turn turn) {
        Publish packet = publish(message, qos, retain, packetId, dup, turn);
        return subscription.identifier() == 0 ? packet : packet.with(packet.properties()
                .with(Property.SUBSCRIPTION_IDENTIFIER, subscription.identifier()));
    }

    void pump(Turn turn) {
        resend(turn);
        send(turn);
        boolean yields = routing.held().isScarce() && !(connection.writable && hasQuota());
        for (int i = 0; i < behind.size(); i++) {
            Cursor cursor = behind.get(i);
            routing.overflow().limit(cursor);
            if (yields) {
                cursor.forgetPage();
            }
        }
    }

    private boolean hasQuota() {
        return quota > 0 && (!routing.held().isScarce() || limits.quota() - quota < SCARCE_QUOTA);
    }

    private void send(Turn turn) {
        behind.forEach(routing.overflow()::passLost); // no log is trimmed while this goes on
        long bytes = TURN_BYTES_MAX;
        while (resends.isEmpty() && connection.writable) {
            if (bytes <= 0) {
                session.wake();
                return;
            }
            long sent = session.durable ? sendFromLogs(turn) : sendFromQueue(turn);
            if (sent == 0) {
                return;
            }
            bytes -= sent;
        }
    }

    private void resend(Turn turn) {
        while (!resends.isEmpty() && resends.peek().released() && connection.writable) {
            InFlight released = resends.remove();
            if (!released.equals(session.window.get(released.packetId()))) {
                continue;
            }
            connection.send(new Pubrel(released.packetId(), ReasonCode.SUCCESS, Properties.NONE), turn);
        }
        if (resends.isEmpty() || readingResends || quota <= 0 || !connection.writable) {
            return;
        }
        List<Effect.Position> positions = new ArrayList<>();
        for (InFlight delivery : resends) {
            if (delivery.released() || positions.size() == Math.min(RESEND_PAGE, quota)) {
                break;
            }
            positions.add(new Effect.Position(delivery.logId(), delivery.ordinal()));
        }
        readingResends = true;
        turn.effect(new Effect.ReadEntries(connection.id, positions));
    }

    /** The messages to be sent again have been read: always the first ones of those that wait. */
    void resendsRead(List<Message> messages, Turn turn) {
        readingResends = false;
        for (Message message : messages) {
            InFlight delivery = resends.remove();
            if (!delivery.equals(session.window.get(delivery.packetId()))) {
                continue; // acknowledged meanwhile, though not sent on this connection
            }
            quota--;
            if (message == null) {
                routing.overflow().lost(delivery, session);
                if (!session.overflowed) {
                    giveUp(delivery, turn);
                }
                continue;
            }
            // The expiry of a message ends with its first delivery [MQTT-4.3.3-7].
            Publish packet = repeated(message, delivery, turn);
            if (!mayRead(message) || isTooLarge(packet)) { // for this connection, if not for the one before
                giveUp(delivery, turn);
            } else {
                connection.send(packet, turn);
            }
        }
        session.wake();
    }

    private Publish repeated(Message message, InFlight delivery, Turn turn) {
        boolean isShared = session.durable && !session.cursors.containsKey(delivery.logId());
        LiveSubscription member =
                isShared ? session.subscriptions.get(routing.shared().topicFilter(delivery.logId())) : null;
        return member == null
                ? packet(message, delivery.qos(), delivery.retain(), delivery.packetId(), true, turn)
                : shared(message, delivery.qos(), member.subscription(), delivery.retain(),
                        delivery.packetId(), true, turn);
    }

    /** Goes on as if the client had acknowledged the message, which it may have had and may not. */
    private void giveUp(InFlight delivery, Turn turn) {
        if (delivery.qos() == QoS.EXACTLY_ONCE) {
            release(delivery, turn);
            connection.send(new Pubrel(delivery.packetId(), ReasonCode.SUCCESS, Properties.NONE), turn);
        } else {
            complete(delivery, turn);
        }
    }

    private long sendFromQueue(Turn turn) {
        Queued head = queue.peek();
        if (head == null || !hasQuota()) {
            return 0;
        }
        queue.remove();
        session.hold(-Held.of(head.message));
        queuedReplayed -= head.replayed ? 1 : 0;
        if (isExpired(head.message, turn) || !mayRead(head.message)) {
            return 1;
        }
        int packetId = session.window.nextPacketId();
        Publish packet = packet(head.message, head.qos, head.retain, packetId, false, turn);
        if (isTooLarge(packet)) {
            return 1;
        }
        long sequence = head.message.sequence();
        session.window.put(new InFlight(packetId, Subscription.NO_LOG, 0, sequence, head.qos, head.retain,
                false));
        quota--;
        connection.sendUnbound(packet, turn);
        return 1 + head.message.bytes();
    }

    /** Returns the bytes sent, at least 1 if a cursor moved, or 0 if nothing can be sent now. */
    private long sendFromLogs(Turn turn) {
        for (int i = behind.size() - 1; i >= 0; i--) {
            if (isCaughtUp(behind.get(i))) {
                behind.remove(i);
            }
        }
        Message first = null;
        boolean isReading = false;
        for (Cursor cursor : behind) {
            if (mayMove(cursor)) {
                Message message = cursor.peek();
                if (message == null) {
                    isReading = true;
                    routing.pages().want(cursor, turn);
                } else if (first == null || message.sequence() < first.sequence()) {
                    first = message;
                }
            }
        }
        return isReading || first == null ? 0 : deliver(first, turn);
    }

    private boolean isCaughtUp(Cursor cursor) {
        if (cursor.isBehind()) {
            return false;
        }
        cursor.unlistBehind();
        return true;
    }

    /** At quota zero only what is delivered at QoS 0 goes on [MQTT-4.9.0-3]. */
    private boolean mayMove(Cursor cursor) {
        return hasQuota() || cursor.subscription().options().qos() == QoS.AT_MOST_ONCE;
    }

    /** Delivers the message, once, for all cursors that have it next. */
    private long deliver(Message message, Turn turn) {
        Cursor source = null;
        boolean retain = false;
        for (Cursor cursor : behind) {
            if (mayMove(cursor) && cursor.peek().sequence() == message.sequence()) {
                SubscriptionOptions options = cursor.subscription().options();
                boolean own = Routing.isOwn(session, options, message);
                retain |= !own && options.retainAsPublished() && message.retain();
                source = own || source != null && source.grants(options.qos()) ? source : cursor;
                cursor.advance();
                routing.passed(cursor.log);
            }
        }
        if (source != null && mayRead(message) && !isExpired(message, turn)
                && !routing.overflow().isTooOld(message, turn)) {
            begin(message, source, retain, turn);
        }
        return 1 + message.bytes();
    }

    /** Begins the delivery of the entry that the cursor has just passed. */
    private void begin(Message message, Cursor source, boolean retain, Turn turn) {
        QoS qos = message.qos().atMost(source.subscription().options().qos()); // [MQTT-3.8.4-8]
        int packetId = qos == QoS.AT_MOST_ONCE ? 0 : session.window.nextPacketId();
        Publish packet = packet(message, qos, retain, packetId, false, turn);
        if (isTooLarge(packet)) {
            return;
        }
        long ordinal = source.passed();
        begin(packet, source.log.id, ordinal, message.sequence(), turn);
        if (qos != QoS.AT_MOST_ONCE) {
            source.deliveryBegins(ordinal);
        }
    }

    private void begin(Publish packet, long logId, long ordinal, long sequence, Turn turn) {
        if (packet.qos() == QoS.AT_MOST_ONCE) {
            connection.sendFirst(packet, turn); // what is routed live later keeps its place behind it
            return;
        }
        session.window.put(new InFlight(packet.packetId(), logId, ordinal, sequence, packet.qos(),
                packet.retain(), false));
        quota--;
        connection.send(packet, turn);
    }

    /** Sends a message of QoS 0 to this session, at once, or leaves it out if the client does not read. */
    void sendLive(Publish packet, Turn turn) {
        if (!connection.writable) {
            countNotTaken();
        } else if (!isTooLarge(packet)) {
            connection.sendUnbound(packet, turn);
        }
    }

    /** Counts a message of QoS 0 that the client, or no member of a Shared Subscription, can take now. */
    void countNotTaken() {
        counters.qos0NotWritable++;
    }

    /** Whether the client may read the message. */
    boolean mayRead(Message message) {
        boolean may = session.mayRead(message.topicName());
        counters.notReadable += may ? 0 : 1;
        return may;
    }

    private boolean isTooLarge(Publish packet) {
        boolean tooLarge = !connection.takes(packet);
        counters.packetTooLarge += tooLarge ? 1 : 0;
        return tooLarge; // dropped as if it had been delivered [MQTT-3.1.2-25]
    }

    private boolean isExpired(Message message, Turn turn) {
        boolean expired = message.expiresAtMillis() <= turn.nowMillis();
        counters.expired += expired ? 1 : 0;
        return expired; // [MQTT-3.3.2-5]
    }

    /** A PUBLISH with the Subscription Identifiers of all subscriptions that match [MQTT-3.3.4-3]. */
    Publish packet(Message message, QoS qos, boolean retain, int packetId, boolean dup, Turn turn) {
        Publish packet = publish(message, qos, retain, packetId, dup, turn);
        return session.usesIdentifiers ? withIdentifiers(packet, message) : packet;
    }

    private Publish withIdentifiers(Publish packet, Message message) {
        Properties properties = packet.properties();
        for (LiveSubscription live : session.subscriptions.values()) {
            Subscription subscription = live.subscription();
            if (subscription.identifier() != 0
                    && Topics.matches(subscription.topicFilter(), packet.topicName())
                    && !Routing.isOwn(session, subscription.options(), message)) {
                properties = properties.with(Property.SUBSCRIPTION_IDENTIFIER, subscription.identifier());
            }
        }
        return packet.with(properties);
    }

    /** A PUBLISH that can be shared by sessions without Subscription Identifiers. */
    static Publish publish(Message message, QoS qos, boolean retain, int packetId, boolean dup, Turn turn) {
        Properties properties = message.propertiesAt(turn.nowMillis());
        return new Publish(dup, qos, retain, message.topicName(), packetId, properties, message.payload());
    }
}
