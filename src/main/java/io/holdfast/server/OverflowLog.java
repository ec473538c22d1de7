package io.holdfast.server;

import io.holdfast.broker.Counters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the operator, at most once a minute, that more waits for sessions than may. */
final class OverflowLog {
    private static final long QUIET_MILLIS = 60_000;

    private static final Logger LOG = LoggerFactory.getLogger(OverflowLog.class);

    private final Counters counters;
    private long told;
    private long quietUntilMillis = Long.MIN_VALUE;

    OverflowLog(Counters counters) {
        this.counters = counters;
    }

    /** Looks at the counters; for the owner of the broker. */
    void check(long nowMillis) {
        if (counters.overflowed() == told || nowMillis < quietUntilMillis) {
            return;
        }
        told = counters.overflowed();
        quietUntilMillis = nowMillis + QUIET_MILLIS;
        LOG.warn("More waits for some sessions than may. Since the start: {} messages refused to their"
                + " publishers, {} oldest, {} newest and {} too old ones dropped, {} left out of queues in"
                + " memory, {} sessions ended. See overflow in `--settings`", counters.rejected(),
                counters.droppedOldest(), counters.droppedNewest(), counters.tooOld(), counters.queueFull(),
                counters.sessionsOverflowed());
    }
}
