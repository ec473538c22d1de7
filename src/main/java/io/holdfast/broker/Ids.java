package io.holdfast.broker;

import io.holdfast.broker.Change.IdsReserved;

/** Gives ids that are never given twice, over restarts too: they are reserved durably, many at a time. */
final class Ids {
    private static final long RESERVE = 1_000;

    private IdsReserved reserved;
    private long lastSessionId;
    private long lastLogId;

    Ids(IdsReserved reserved) {
        this.reserved = reserved;
        lastSessionId = reserved.sessionIdsThrough();
        lastLogId = reserved.logIdsThrough();
    }

    long nextSessionId(Turn turn) {
        if (++lastSessionId > reserved.sessionIdsThrough()) {
            reserve(new IdsReserved(lastSessionId + RESERVE, reserved.logIdsThrough()), turn);
        }
        return lastSessionId;
    }

    long nextLogId(Turn turn) {
        if (++lastLogId > reserved.logIdsThrough()) {
            reserve(new IdsReserved(reserved.sessionIdsThrough(), lastLogId + RESERVE), turn);
        }
        return lastLogId;
    }

    private void reserve(IdsReserved more, Turn turn) {
        reserved = more;
        turn.change(more);
    }
}
