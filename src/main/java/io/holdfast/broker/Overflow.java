package io.holdfast.broker;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps what waits for sessions within its {@link QueueLimits}, and removes from logs what nobody needs.
 *
 * <p><b>Sessions that are away are not looked at.</b> A backlog is the distance of a cursor from the head of
 * its log, so it is the slowest cursor that tells whether a log is too long. Where the oldest messages go,
 * the log is trimmed to its newest ones, and a session finds out when it comes to what is gone. Where the
 * newest go, a session that is away has as much as may wait after its cursor, whatever comes later, and what
 * comes later and is nobody's else can be removed from the middle of the log. Where publishers are refused,
 * the exact place of the slowest cursor is needed, and the store is asked for it.
 *
 * <p><b>Bytes and ages</b> are in the entries, which are on disk. The log knows an upper bound of its bytes;
 * when that is too much, the store is asked for the truth. Until it has answered more may be taken in.
 */
final class Overflow {
    /**
     * What a limit in messages may be exceeded by on disk, as a fraction: so that logs are not trimmed one by
     * one.
     */
    private static final int SLACK = 16;
    /** Logs that are looked at in a second for messages that are too old. */
    private static final int SWEPT_LOGS_MAX = 100;

    private final Counters counters;
    private final Routing routing;
    private final Set<FilterLog> grown = new LinkedHashSet<>();
    /** Logs that the store is asked about, and the limits that it is asked for. */
    private final Map<Long, QueueLimits> measuring = new HashMap<>();
    private Iterator<Long> swept = List.<Long>of().iterator();
    private QueueLimits limits;
    /** Whether fewer messages may have waited once than may wait now. */
    private boolean raised;

    /** @param foundLogs whether there are logs of earlier starts, whose limits may have been lower */
    Overflow(QueueLimits limits, boolean foundLogs, Counters counters, Routing routing) {
        this.limits = limits;
        raised = foundLogs;
        this.counters = counters;
        this.routing = routing;
    }

    /** From now on, these limits hold, for what waits already, too. */
    void limit(QueueLimits changed) {
        raised |= changed.messagesMax() > limits.messagesMax();
        limits = changed;
    }

    OverflowPolicy policy() {
        return limits.policy();
    }

    /**
     * Whether a message may not be taken over, because a session that it is for has all that may wait for it.
     */
    boolean refuses(List<FilterNode> matched, Turn turn) {
        if (limits.policy() != OverflowPolicy.REJECT) {
            return false;
        }
        for (int i = 0; i < matched.size(); i++) {
            FilterNode node = matched.get(i);
            boolean full = node.log() != null && isFull(node.log(), turn);
            for (int j = 0; !full && j < node.groups().size(); j++) {
                FilterLog log = node.groups().get(j).log();
                full = log != null && isFull(log, turn);
            }
            if (full) {
                counters.rejected++;
                return true;
            }
        }
        return false;
    }

    private boolean isFull(FilterLog log, Turn turn) {
        if (!log.mayExceed(limits)) {
            return false;
        }
        if (log.trimmedInTurn() != turn.number()) {
            trim(log, turn);
        }
        FilterLog.Fullness fullness = log.fullness(limits);
        if (fullness == FilterLog.Fullness.UNKNOWN) {
            measure(log, turn);
        }
        return fullness == FilterLog.Fullness.FULL;
    }

    /** An entry has been added. */
    void appended(FilterLog log) {
        if (limits.policy() != OverflowPolicy.REJECT && log.mayExceed(limits)) {
            grown.add(log);
        }
    }

    /** At the end of a turn, when what can be sent has been: drops what is too much. */
    void finish(Turn turn) {
        for (FilterLog log : grown) {
            boolean tooLong = log.length() > limits.messagesMax() + limits.messagesMax() / SLACK;
            if (limits.dropsOldest() && tooLong) {
                log.trim(log.next() - limits.messagesMax(), turn);
            }
            if (limits.dropsOldest() ? log.exceedsBytes(limits) : tooLong
                    && log.hasGrown(limits.messagesMax() / SLACK)) {
                measure(log, turn);
            }
        }
        grown.clear();
    }

    /** Removes from a log what nobody needs any more, as far as that is known. */
    void trim(FilterLog log, Turn turn) {
        ShareGroup group = routing.shared().of(log.id);
        if (group != null) {
            log.trimShared(group.low(), turn);
        } else if (log.trim(turn) == FilterLog.Trimmed.BOUND_IS_OLD) {
            measure(log, turn);
        }
    }

    private void measure(FilterLog log, Turn turn) {
        if (measuring.putIfAbsent(log.id, limits) == null) {
            turn.effect(log.measure(limits, turn.nowMillis()));
        }
    }

    /** The log has ended. */
    void forget(FilterLog log) {
        grown.remove(log);
    }

    void measured(Input.LogMeasured read, Turn turn) {
        QueueLimits asked = measuring.remove(read.logId());
        FilterLog log = routing.log(read.logId());
        if (log == null) {
            return;
        }
        LogMeasure measure = read.measure();
        log.measured(measure);
        if (limits.equals(asked)) { // else what does not fit is another matter now
            drop(log, measure, turn);
        }
        routing.passed(log);
    }

    private void drop(FilterLog log, LogMeasure measure, Turn turn) {
        if (limits.dropsOldest() || limits.ageMillisMax() != Long.MAX_VALUE) {
            log.trimUnfit(measure, turn);
        }
        if (limits.policy() == OverflowPolicy.DROP_NEWEST) {
            log.removeUnused(measure.unused(), turn);
        }
    }

    /** Once a second: looks for messages that are too old, in some of the logs. */
    void sweep(Set<Long> logIds, Turn turn) {
        if (limits.ageMillisMax() == Long.MAX_VALUE) {
            return;
        }
        if (!swept.hasNext()) {
            swept = List.copyOf(logIds).iterator();
        }
        for (int i = 0; i < SWEPT_LOGS_MAX && swept.hasNext(); i++) {
            FilterLog log = routing.log(swept.next());
            if (log != null && log.isLimited() && log.length() > 0) {
                measure(log, turn);
            }
        }
    }

    /** Whether a message has waited for too long; it is counted then. */
    boolean isTooOld(Message message, Turn turn) {
        boolean tooOld = message.arrivedMillis() < limits.youngSinceMillis(turn.nowMillis());
        counters.tooOld += tooOld ? 1 : 0;
        return tooOld;
    }

    /**
     * Takes what is gone from the log, or is too much, from what waits for a cursor that cannot go on now.
     */
    void limit(Cursor cursor) {
        passLost(cursor, floor(cursor.log, true));
        if (limits.policy() == OverflowPolicy.DROP_NEWEST && cursor.log.isLimited()) {
            counters.droppedNewest += cursor.leaveOut(limits.messagesMax());
        }
    }

    /** Passes what is gone from the log. */
    void passLost(Cursor cursor) {
        passLost(cursor, cursor.log.first());
    }

    private void passLost(Cursor cursor, long floor) {
        if (cursor.next() >= floor || cursor.isClosing()) {
            return;
        }
        if (limits.policy() == OverflowPolicy.DISCONNECT) {
            cursor.session.overflowed = true;
        } else {
            counters.droppedOldest += cursor.passTo(floor);
        }
        routing.passed(cursor.log);
    }

    /** The message of a delivery that is in flight to the session is not in the log any more. */
    void lost(InFlight delivery, Session session) {
        FilterLog log = routing.log(delivery.logId());
        if (log == null || delivery.ordinal() >= log.first()) {
            counters.damaged++;
        } else if (limits.policy() == OverflowPolicy.DISCONNECT) {
            session.overflowed = true;
        } else {
            counters.droppedOldest++;
        }
    }

    /**
     * Where a cursor must stand at least: at what is there, and, if it cannot go on now, at what may wait.
     */
    long floor(FilterLog log, boolean isBlocked) {
        boolean drops = isBlocked && limits.dropsOldest() && log.isLimited();
        return drops ? Math.max(log.first(), log.next() - limits.messagesMax()) : log.first();
    }

    /** Whether a further message for a group is left out. */
    boolean leavesOut(long waiting) {
        boolean full = limits.policy() == OverflowPolicy.DROP_NEWEST && waiting >= limits.messagesMax();
        counters.droppedNewest += full ? 1 : 0;
        return full;
    }

    /** Entries have been passed because they are damaged or missing. */
    void damaged(long entries, FilterLog log) {
        if (raised && limits.policy() == OverflowPolicy.DROP_NEWEST) {
            counters.droppedNewest += entries; // left out when fewer could wait, and nobody's
        } else {
            counters.damaged += entries;
        }
        if (entries > 0) {
            routing.passed(log);
        }
    }

    void dropped(long oldest) {
        counters.droppedOldest += oldest;
    }

    /** Whether a session that is away had more than may wait for it, and must end for that. */
    boolean endsSession(StoredSession stored) {
        if (limits.policy() != OverflowPolicy.DISCONNECT) {
            return false;
        }
        for (Change.CursorPut row : stored.cursors()) {
            FilterLog log = routing.log(row.logId());
            if (log.isLimited() && stored.isSubscribedTo(log)
                    && row.next() < floor(log, true)) {
                counters.sessionsOverflowed++;
                return true;
            }
        }
        return false;
    }
}
