package io.holdfast.rocks;

import io.holdfast.broker.Change;
import java.util.List;

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
        Change.IdsReserved all = new Change.IdsReserved(Math.max(sessionId, reserved.sessionIdsThrough()),
                Math.max(logId, reserved.logIdsThrough()), Math.max(sequence, reserved.sequencesThrough()));
        check("session ids", sessionId, reserved.sessionIdsThrough(), all, findings);
        check("log ids", logId, reserved.logIdsThrough(), all, findings);
        check("sequences", sequence, reserved.sequencesThrough(), all, findings);
    }

    private static void check(String what, long used, long through, Change.IdsReserved all,
            Findings findings) {
        if (used > through) {
            findings.inconsistent(RowKind.IDS, Keys.of(Keys.IDS), what + " are reserved through " + through
                    + ", and " + used + " is in use", List.of(all));
        }
    }
}
