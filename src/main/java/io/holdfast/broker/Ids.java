package io.holdfast.broker;

import io.holdfast.broker.Change.IdsReserved;

/**
 * Gives numbers that are never given twice, over restarts too: they are reserved durably, many at a time.
 * What was reserved and not given when the broker ended is skipped.
 */
final class Ids {
    private static final long RESERVE = 1_000;
    private static final long RESERVE_SEQUENCES = 1 << 20;

    private IdsReserved reserved;
    private long lastSessionId;
    private long lastLogId;
    private long lastSequence;

    Ids(IdsReserved reserved) {
        this.reserved = reserved;
        lastSessionId = reserved.sessionIdsThrough();
        lastLogId = reserved.logIdsThrough();
        lastSequence = reserved.sequencesThrough();
    }

    long nextSessionId(Turn turn) {
        if (++lastSessionId > reserved.sessionIdsThrough()) {
            reserve(new IdsReserved(lastSessionId + RESERVE, reserved.logIdsThrough(),
                    reserved.sequencesThrough()), turn);
        }
        return lastSessionId;
    }

    long nextLogId(Turn turn) {
        if (++lastLogId > reserved.logIdsThrough()) {
            reserve(new IdsReserved(reserved.sessionIdsThrough(), lastLogId + RESERVE,
                    reserved.sequencesThrough()), turn);
        }
        return lastLogId;
    }

    /** See {@link Message#sequence()}. */
    long nextSequence(Turn turn) {
        if (++lastSequence > reserved.sequencesThrough()) {
            reserve(new IdsReserved(reserved.sessionIdsThrough(), reserved.logIdsThrough(),
                    lastSequence + RESERVE_SEQUENCES), turn);
        }
        return lastSequence;
    }

    /** The newest sequence that has been given: all later messages have greater ones. */
    long lastSequence() {
        return lastSequence;
    }

    /** Writes what is reserved once more: a change that changes nothing, and makes all before it durable. */
    void repeat(Turn turn) {
        turn.change(reserved);
    }

    private void reserve(IdsReserved more, Turn turn) {
        reserved = more;
        turn.change(more);
    }
}
