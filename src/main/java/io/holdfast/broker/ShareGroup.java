package io.holdfast.broker;

import io.holdfast.broker.Change.CursorPut;
import io.holdfast.broker.Change.LeasePut;
import io.holdfast.broker.Change.LeaseRemoved;
import io.holdfast.mqtt.QoS;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The members of one Shared Subscription, {@code $share/{ShareName}/{filter}} (section 4.8.2), and their
 * common queue: a log of the group's own with one cursor. Messages of QoS 0 go to a member that is connected,
 * or nowhere.
 *
 * <p><b>Leases.</b> What a member was sent and has not acknowledged is leased to it. If its client goes away,
 * a delivery of QoS 1 is free for the next member to take; one of QoS 2 stays with its receiver
 * [MQTT-4.8.2-4], and is gone if that session ends [MQTT-4.8.2-5]. So a session that comes back may find that
 * some of what it had in flight has become another's. A lease ends with PUBACK, PUBREC or an error in it. QoS
 * 2 to a session that ends with its connection needs no lease: nobody else may ever have it.
 *
 * <p><b>Life.</b> The log begins with the first member above QoS 0, and ends when no such member and no lease
 * is left.
 */
final class ShareGroup {
    static final int PAGE_MESSAGES_MAX = 256;
    static final long PAGE_BYTES_MAX = 256 * 1024;
    /** What the group may hand out in one turn; the rest goes into the next. */
    static final long TURN_BYTES_MAX = 256 * 1024;

    /** Effects and inputs of a group carry this in place of a connection's id. */
    static final long NO_CONNECTION = 0;
    /** The cursor of a group stands in its log under this in place of a session's id. */
    static final long NO_SESSION = 0;

    /** @param durable whether the session outlives its connection, and so may come back for it */
    private record Lease(long sessionId, boolean durable, QoS qos) {}

    final String topicFilter;
    final FilterNode node;
    boolean awake;

    private final Routing routing;
    private final ShareGroups groups;
    private final List<LiveSubscription> members = new ArrayList<>();
    private final NavigableMap<Long, Lease> leases = new TreeMap<>();
    /** Those of them that another member may take. */
    private final NavigableSet<Long> free = new TreeSet<>();
    private FilterLog log;
    /** Members above QoS 0: those with durable sessions, be they connected or not, and the others. */
    private long durableMembers;
    private long passingMembers;
    private long next;
    private boolean changed;
    private int turnOf;
    private boolean reading;
    private long pageFrom;
    /** All entries below were on disk when the page was asked for. */
    private long pageBelow;
    private List<Message> page = List.of();

    ShareGroup(String topicFilter, FilterNode node, Routing routing, ShareGroups groups) {
        this.groups = groups;
        this.topicFilter = topicFilter;
        this.node = node;
        this.routing = routing;
    }

    /** What the store knows: the log, where the cursor stands, and what was leased when the broker ended. */
    void recover(FilterLog recovered, long members, long cursorNext) {
        log = recovered;
        durableMembers = members;
        next = cursorNext;
    }

    /** A lease that the store knows; nobody is connected yet. */
    void recover(LeasePut row) {
        boolean durable = row.sessionId() != NO_SESSION;
        leases.put(row.ordinal(), new Lease(row.sessionId(), durable, row.qos()));
        if (row.qos() == QoS.AT_LEAST_ONCE) {
            free.add(row.ordinal());
        }
    }

    FilterLog log() {
        return log;
    }

    boolean isUnused() {
        return members.isEmpty() && log == null;
    }

    /** A member begins, above QoS 0: returns the log. */
    FilterLog begin(Session session, Turn turn) {
        if (log == null) {
            log = groups.newLog(this, turn);
            next = 0;
            changed = true;
        }
        if (session.durable) {
            durableMembers++;
        } else {
            passingMembers++;
        }
        log.count(durableMembers, turn);
        groups.wake(this);
        return log;
    }

    /** A member above QoS 0 ends: it unsubscribes, or its session ends. */
    void end(boolean durable, Turn turn) {
        if (durable) {
            durableMembers--;
            log.count(durableMembers, turn);
        } else {
            passingMembers--;
        }
        if (isNobodys()) {
            next = log.next();
            changed = true;
            routing.passed(log); // unless it ends, because nobody comes in the same turn
        }
        groups.wake(this);
    }

    /** A member's client is connected. */
    void attach(LiveSubscription member) {
        member.index = members.size();
        members.add(member);
        groups.wake(this);
    }

    void detach(LiveSubscription member) {
        LiveSubscription last = members.removeLast();
        if (last != member) {
            members.set(member.index, last);
            last.index = member.index;
        }
    }

    /** Takes a message of QoS 1 or 2. Returns whether there is a log for it. */
    boolean append(Message message, Turn turn) {
        if (log == null || isNobodys()) {
            return false;
        }
        if (routing.overflow().leavesOut(log.next() - next)) {
            return true; // for this group it is dealt with
        }
        long ordinal = log.append(message, turn);
        routing.overflow().appended(log);
        if (!members.isEmpty()) {
            routing.tails().keep(log, ordinal, message);
            groups.wake(this);
        }
        return true;
    }

    /** Sends a message at QoS 0 to one of the members. Returns whether there is any. */
    boolean sendLive(Message message, Turn turn) {
        LiveSubscription member = nextMember(message.qos());
        if (member != null) {
            member.session.outgoing.sendShared(message, member, turn);
        } else if (!members.isEmpty()) {
            members.getFirst().session.outgoing.countNotTaken();
        }
        return !members.isEmpty();
    }

    /** The next member, in turn, that can take a delivery now, or null. */
    private LiveSubscription nextMember(QoS qos) {
        for (int i = 0; i < members.size(); i++) {
            turnOf = (turnOf + 1) % members.size();
            LiveSubscription member = members.get(turnOf);
            if (member.takes(qos)) {
                return member;
            }
        }
        return null;
    }

    /**
     * At the end of a turn: hands out what there is to members that can take it. Returns whether there is
     * more.
     */
    boolean pump(Turn turn) {
        if (log == null) {
            return false;
        }
        if (isNobodys()) {
            endOrphanedLeases(turn);
        }
        passLost(false, turn);
        long bytes = 0;
        LiveSubscription member = null;
        for (Long ordinal = first(); ordinal != null; ordinal = first()) {
            Message message = peek(ordinal, turn);
            member = message == null || bytes > TURN_BYTES_MAX ? null : nextMember(message.qos());
            if (member == null) {
                break;
            }
            handOut(ordinal, message, member, turn);
            bytes += message.bytes() + 1;
        }
        passLost(bytes <= TURN_BYTES_MAX, turn);
        takeChanges(turn);
        return bytes > TURN_BYTES_MAX;
    }

    /** Passes what is gone from the log, and, if nothing can be handed out now, what is too much. */
    private void passLost(boolean isBlocked, Turn turn) {
        long floor = routing.overflow().floor(log, isBlocked);
        long lost = Math.max(0, floor - next);
        next += lost;
        changed |= lost > 0;
        while (!free.isEmpty() && free.first() < log.first()) {
            endLease(free.first(), turn);
            lost++;
        }
        if (lost > 0) {
            routing.overflow().dropped(lost);
            routing.passed(log);
        }
    }

    /** The ordinal that is to be handed out next: what came back goes first; null if there is none. */
    private Long first() {
        if (isNobodys()) {
            return null;
        }
        if (!free.isEmpty()) {
            return free.first();
        }
        return next < log.next() ? next : null;
    }

    private Message peek(long ordinal, Turn turn) {
        Message message = log.tail().get(ordinal);
        long index = ordinal - pageFrom;
        if (message == null && index >= 0 && index < page.size()) {
            message = page.get((int) index);
        }
        if (message == null && !reading && !members.isEmpty()) {
            reading = true;
            pageBelow = log.next();
            turn.effect(new Effect.ReadLog(NO_CONNECTION, log.id, ordinal, PAGE_MESSAGES_MAX,
                    PAGE_BYTES_MAX));
        }
        return message;
    }

    void pageRead(Input.LogRead read, Turn turn) {
        reading = false;
        pageFrom = read.from();
        page = read.messages();
        if (page.isEmpty() && read.readable() > pageFrom && pageFrom >= log.first()) {
            passDamaged(Math.min(read.readable(), pageBelow), turn);
        }
        groups.wake(this);
    }

    /** Passes the entries from the one that was to be read to below an ordinal. */
    private void passDamaged(long below, Turn turn) {
        long lost = 0;
        for (Long ordinal : List.copyOf(free.subSet(pageFrom, below))) {
            endLease(ordinal, turn);
            lost++;
        }
        if (next >= pageFrom && next < below) {
            lost += below - next;
            next = below;
            changed = true;
        }
        routing.overflow().damaged(lost, log);
    }

    private void handOut(long ordinal, Message message, LiveSubscription member, Turn turn) {
        if (ordinal == next) {
            next++;
            changed = true;
        }
        routing.passed(log);
        Session session = member.session;
        QoS qos = session.outgoing.sendShared(message, log, ordinal, member, turn);
        boolean isLeased = qos == QoS.AT_LEAST_ONCE || qos == QoS.EXACTLY_ONCE && session.durable;
        if (isLeased) {
            leases.put(ordinal, new Lease(session.id, session.durable, qos));
            free.remove(ordinal);
            turn.change(new LeasePut(log.id, ordinal, session.durable ? session.id : NO_SESSION, qos));
        } else {
            endLease(ordinal, turn);
        }
    }

    /** Ends the leases that nobody will take and no session will come back for. */
    private void endOrphanedLeases(Turn turn) {
        List<Long> orphaned = new ArrayList<>();
        for (Long ordinal : free) {
            if (!leases.get(ordinal).durable) {
                orphaned.add(ordinal);
            }
        }
        orphaned.forEach(ordinal -> endLease(ordinal, turn));
    }

    /** Whether there is nobody to hand anything out to. */
    private boolean isNobodys() {
        return durableMembers + passingMembers == 0;
    }

    private void endLease(long ordinal, Turn turn) {
        if (leases.remove(ordinal) != null) {
            free.remove(ordinal);
            turn.change(new LeaseRemoved(log.id, ordinal));
            routing.passed(log);
        }
    }

    /** A delivery to a session needs its entry no more. */
    void acknowledged(long ordinal, long sessionId, Turn turn) {
        Lease lease = leases.get(ordinal);
        if (lease != null && lease.sessionId == sessionId) {
            endLease(ordinal, turn);
            groups.wake(this);
        }
    }

    /** A member's client is gone: what was in flight to it at QoS 1 is free. */
    void holderLeft(long ordinal, long sessionId) {
        Lease lease = leases.get(ordinal);
        if (lease != null && lease.sessionId == sessionId && lease.qos == QoS.AT_LEAST_ONCE) {
            free.add(ordinal);
            groups.wake(this);
        }
    }

    /** A member's client is back. Returns whether what it had in flight is still its own. */
    boolean holderIsBack(long ordinal, long sessionId) {
        Lease lease = leases.get(ordinal);
        if (lease == null || lease.sessionId != sessionId) {
            return false;
        }
        free.remove(ordinal);
        return true;
    }

    /** The session of a member has ended: it will not come back for what was in flight to it. */
    void holderEnded(long ordinal, long sessionId, Turn turn) {
        Lease lease = leases.get(ordinal);
        if (lease == null || lease.sessionId != sessionId) {
            return;
        }
        if (lease.qos == QoS.EXACTLY_ONCE) {
            endLease(ordinal, turn); // [MQTT-4.8.2-5]
        } else {
            leases.put(ordinal, new Lease(sessionId, false, lease.qos));
            free.add(ordinal);
            turn.change(new LeasePut(log.id, ordinal, NO_SESSION, lease.qos));
        }
        groups.wake(this);
    }

    /** Whether the log is of no more use. */
    boolean isOver() {
        return log != null && isNobodys() && leases.isEmpty();
    }

    void forgetLog() {
        log = null;
        page = List.of();
        reading = false; // the answer is for a log that nobody knows any more
    }

    /** The first ordinal that is still needed. */
    long low() {
        return leases.isEmpty() ? next : Math.min(next, leases.firstKey());
    }

    long next() {
        return next;
    }

    /** Whether the client of any member is connected. */
    boolean hasMembers() {
        return !members.isEmpty();
    }

    private void takeChanges(Turn turn) {
        if (changed) {
            changed = false;
            turn.change(new CursorPut(log.id, NO_SESSION, next, next));
        }
    }
}
