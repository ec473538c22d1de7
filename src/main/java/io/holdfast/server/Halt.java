package io.holdfast.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the process, without any cleaning up, when one of its threads has failed: the next start recovers. */
final class Halt implements Thread.UncaughtExceptionHandler {
    /** The exit status of a broker that failed. */
    static final int STATUS = 70;

    private static final Logger LOG = LoggerFactory.getLogger(Halt.class);

    @Override
    public void uncaughtException(Thread thread, Throwable failure) {
        try {
            LOG.error("thread {} failed, and Holdfast ends at once; what it acknowledged is on disk: {}",
                    thread.getName(), failure.getMessage(), failure);
        } finally {
            Runtime.getRuntime().halt(STATUS);
        }
    }
}
