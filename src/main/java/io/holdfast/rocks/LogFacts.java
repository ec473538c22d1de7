package io.holdfast.rocks;

import io.holdfast.broker.Change;
import io.holdfast.mqtt.Topics;

/** What a verification has read of one log: its row, and from where to where its entries go. */
final class LogFacts {
    static final LogFacts NONE = new LogFacts();

    /** Null while there is no row. */
    Change.LogPut row;
    /** Entries below are gone. */
    long trimmedBelow;
    long first = -1;
    long last = -1;
    /** Rows that are there of what the log's row counts. */
    long cursors;
    long sharedSubscriptions;

    boolean exists() {
        return row != null;
    }

    boolean isShared() {
        return exists() && Topics.isShared(row.topicFilter());
    }

    boolean hasEntries() {
        return last >= 0;
    }

    /** The ordinal that the next entry gets. */
    long next() {
        return last + 1;
    }
}
