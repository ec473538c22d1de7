package io.holdfast.rocks;

import io.holdfast.broker.Change.MessageAppended;
import java.util.Map;
import org.rocksdb.RocksDBException;

/** Reads all log entries, one after the other, and compares each with the one before it. */
final class EntryChecks implements RowWalk.Visitor {
    private final Findings findings;
    private final Map<Long, LogFacts> logs;
    private final ReservedIds ids;
    private MessageAppended before;
    /** The entry before this one cannot be told of, because it is damaged or cannot be read. */
    private boolean beforeIsUnknown;

    EntryChecks(Findings findings, Map<Long, LogFacts> logs, ReservedIds ids) {
        this.findings = findings;
        this.logs = logs;
        this.ids = ids;
    }

    @Override
    public boolean row(byte[] key, byte[] value) {
        findings.read(key, value);
        try {
            MessageAppended entry = (MessageAppended) RowKind.ENTRY.decode(key, value);
            beforeIsUnknown = !check(key, entry);
            before = entry;
        } catch (StoreException e) {
            findings.damaged(RowKind.ENTRY, key, e.getMessage());
            beforeIsUnknown = true;
        }
        if (key.length == 2 * Long.BYTES) {
            extend(Keys.number(key, 0), Keys.number(key, Long.BYTES));
        }
        return true;
    }

    private void extend(long logId, long ordinal) {
        LogFacts log = logs.computeIfAbsent(logId, _ -> new LogFacts());
        log.first = log.hasEntries() ? log.first : ordinal;
        log.last = ordinal;
    }

    /** Returns whether it goes with the one before it. */
    private boolean check(byte[] key, MessageAppended entry) {
        ids.sequence(entry.message().sequence());
        if (before == null || before.logId() != entry.logId() || beforeIsUnknown) {
            return true;
        }
        long missing = entry.ordinal() - before.ordinal() - 1;
        findings.missing(missing);
        if (entry.message().sequence() <= before.message().sequence()) {
            findings.inconsistent(RowKind.ENTRY, key, "its sequence " + entry.message().sequence()
                    + " is not above " + before.message().sequence() + " of the entry before it");
            return false;
        }
        long bytes = before.bytesThrough() + entry.message().bytes();
        if (missing == 0 ? entry.bytesThrough() != bytes : entry.bytesThrough() < bytes) {
            findings.inconsistent(RowKind.ENTRY, key, "its byte total is " + entry.bytesThrough() + ", "
                    + bytes + (missing == 0 ? "" : " or more") + " expected");
            return false;
        }
        return true;
    }

    @Override
    public void unreadable(byte[] after, byte[] readable, RocksDBException why) {
        findings.found(RowWalk.describe(RowKind.ENTRY, after, readable, why));
        beforeIsUnknown = true;
    }
}
