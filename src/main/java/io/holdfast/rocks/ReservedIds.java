package io.holdfast.rocks;

import io.holdfast.broker.Change;

/** The greatest ids that rows use: none may be above what has been reserved, or it would be used twice. */
final class ReservedIds {
    private long sessionId;
    private long logId;
    private long sequence;

    void session(long used) {
        sessionId = Math.max(sessionId, used);
    }

    void log(long used) {
        logId = Math.max(logId, used);
    }

    void sequence(long used) {
        sequence = Math.max(sequence, used);
    }

    void check(Change.IdsReserved reserved, Findings findings) {
        check("session ids", sessionId, reserved.sessionIdsThrough(), findings);
        check("log ids", logId, reserved.logIdsThrough(), findings);
        check("sequences", sequence, reserved.sequencesThrough(), findings);
    }

    private static void check(String what, long used, long through, Findings findings) {
        if (used > through) {
            findings.inconsistent(RowKind.IDS, Keys.of(Keys.IDS), what + " are reserved through " + through
                    + ", and " + used + " is in use");
        }
    }
}
