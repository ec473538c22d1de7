package io.holdfast.rocks;

import io.holdfast.broker.Change;
import java.io.IOException;
import java.nio.file.FileStore;
import java.util.HashMap;
import java.util.Map;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the database takes on its disk, and what is left there.
 *
 * <p><b>Giving back.</b> RocksDB removes by adding: what was trimmed stays in its files until they are merged
 * with the files that say so, and they may not be for as long as nothing is written. So when space is short
 * the memtables are written out, after which the write-ahead logs go, and the ranges that were trimmed since
 * the last time are compacted, and nothing else.
 *
 * <p><b>Idle moments.</b> What is in memtables is replayed from the write-ahead log after a kill, which takes
 * a third of a start with many sessions. So while little is written the memtables are written out.
 *
 * <p><b>What fails in the background</b> fails nobody who waits for it. Where RocksDB can go on without it,
 * it does, and tries again: it is told here. Where it cannot, it refuses all that is written from then on: a
 * write of nothing, at most a second later, finds that out.
 */
final class DiskUse {
    /** Logs of which ranges are noted; the rest is given back by the compactions that come by themselves. */
    private static final int RANGES_MAX = 4_096;
    /** Rows written since the last look, up to which that is little: some for each message. */
    private static final long ROWS_IDLE = 1_024;
    /** Rows in memtables that are left there: a start replays them in a twentieth of a second. */
    static final long ROWS_REPLAYED = 16_384;
    private static final String MEMTABLE_ROWS = "rocksdb.num-entries-active-mem-table";
    private static final String BACKGROUND_ERRORS = "rocksdb.background-errors";

    private static final Logger LOG = LoggerFactory.getLogger(DiskUse.class);

    /** Ordinals of entries that were removed, and perhaps of some between them that were not. */
    private record Range(long from, long below) {
        Range and(Range other) {
            return new Range(Math.min(from, other.from), Math.max(below, other.below));
        }
    }

    private final Database database;
    private final FileStore disk;
    private Map<Long, Range> removed = new HashMap<>();
    private volatile long backgroundErrors;
    private long rowsEver;

    DiskUse(Database database, FileStore disk) {
        this.database = database;
        this.disk = disk;
    }

    /** Notes what a change removes. */
    void note(Change change) {
        if (change instanceof Change.LogTrimmed(long logId, long from, long below)) {
            note(logId, new Range(from, below));
        } else if (change instanceof Change.EntriesRemoved(long logId, long from, long below)) {
            note(logId, new Range(from, below));
        } else if (change instanceof Change.LogRemoved(long logId, long from, long next)) {
            note(logId, new Range(from, next));
        }
    }

    private synchronized void note(long logId, Range range) {
        if (removed.size() < RANGES_MAX || removed.containsKey(logId)) {
            removed.merge(logId, range, Range::and);
        }
    }

    private synchronized Map<Long, Range> takeRemoved() {
        Map<Long, Range> taken = removed;
        removed = new HashMap<>();
        return taken;
    }

    /** What may still be written to the disk, in bytes. */
    long freeBytes() throws RocksDBException, IOException {
        checkBackground();
        writeOutIfIdle();
        return disk.getUsableSpace();
    }

    private synchronized void writeOutIfIdle() throws RocksDBException {
        long rows = database.rocks.getLatestSequenceNumber();
        boolean isIdle = rows - rowsEver < ROWS_IDLE;
        rowsEver = rows;
        if (isIdle && database.rocks.getAggregatedLongProperty(MEMTABLE_ROWS) > ROWS_REPLAYED) {
            database.beginFlush();
        }
    }

    /** Writes in the background that have failed. */
    long backgroundErrors() {
        return backgroundErrors;
    }

    private synchronized void checkBackground() throws RocksDBException {
        long errors = database.rocks.getLongProperty(BACKGROUND_ERRORS);
        if (errors == backgroundErrors) {
            return;
        }
        backgroundErrors = errors;
        try (WriteBatch nothing = new WriteBatch()) {
            database.rocks.write(database.unsynced, nothing);
        } catch (RocksDBException e) {
            leaveIfDamage(e);
            return;
        }
        LOG.warn("RocksDB could not write in the background, and tries again; so far {} times."
                + " Its own log, db/LOG, says why", errors);
    }

    /** Gives back what was removed. */
    void reclaim() throws RocksDBException {
        try {
            database.flush();
            for (Map.Entry<Long, Range> entry : takeRemoved().entrySet()) {
                Range range = entry.getValue();
                database.rocks.compactRange(database.log, Keys.entry(entry.getKey(), range.from()),
                        Keys.entry(entry.getKey(), range.below()));
            }
        } catch (RocksDBException e) {
            leaveIfDamage(e);
        }
    }

    /** What is damaged is met by the next commit, too, which knows what to do about it. */
    private static void leaveIfDamage(RocksDBException e) throws RocksDBException {
        if (!Damage.isDamage(e)) {
            throw e;
        }
    }
}
