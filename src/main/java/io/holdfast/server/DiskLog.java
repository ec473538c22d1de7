package io.holdfast.server;

import io.holdfast.broker.Counters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the operator when the disk becomes short of space, and when there is enough again. */
final class DiskLog {
    private static final Logger LOG = LoggerFactory.getLogger(DiskLog.class);

    private final Counters counters;
    private boolean wasShort;
    private long refusedBefore;

    DiskLog(Counters counters) {
        this.counters = counters;
    }

    /** Looks at the counters; for the owner of the broker. */
    void check() {
        if (counters.isDiskShort() == wasShort) {
            return;
        }
        wasShort = counters.isDiskShort();
        if (wasShort) {
            refusedBefore = counters.refusedForSpace();
            LOG.warn("THE DISK OF THE STORE IS SHORT OF SPACE: {} bytes were free. Messages that would be"
                    + " stored are refused until there is space again; see disk-reserve-bytes in"
                    + " `--settings`", counters.diskFreeBytes());
        } else {
            LOG.warn("There is space on the disk of the store again: {} bytes are free. Messages are taken"
                    + " over again; {} have been refused, or were not retained", counters.diskFreeBytes(),
                    counters.refusedForSpace() - refusedBefore);
        }
    }
}
