package io.holdfast.rocks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.rocksdb.PerfContext;
import org.rocksdb.PerfLevel;
import org.rocksdb.RocksDBException;

/**
 * What a start costs on a store that nobody has open, in figures that are the same on every machine.
 *
 * @param walBytes write-ahead logs that are replayed
 * @param rows read by the recovery after that: found by a seek, stepped to, or skipped on the way
 * @param blocks that had to be read from the disk for that
 */
public record RecoveryCost(long walBytes, long rows, long blocks) {
    /** Whatever is queued, no more than that is replayed, and what was written while it was reached. */
    public static final long WAL_BYTES_MAX = Database.WAL_BYTES_MAX
            + (long) (Database.MEMORY_BYTES * Database.LOG_MEMTABLE);

    /** Measures a store that a broker left behind. */
    public static RecoveryCost of(Path store) throws IOException {
        long walBytes = walBytes(store.resolve("db"));
        try (Database database = Database.open(store.resolve("db"))) {
            database.rocks.setPerfLevel(PerfLevel.ENABLE_COUNT);
            try (PerfContext cost = database.rocks.getPerfContext()) {
                cost.reset();
                new Recovery(database).recover();
                long rows = cost.getSeekOnMemtableCount() + cost.getSeekChildSeekCount()
                        + cost.getNextOnMemtableCount() + cost.getPrevOnMemtableCount()
                        + cost.getInternalKeySkippedCount() + cost.getInternalDeleteSkippedCount();
                return new RecoveryCost(walBytes, rows, cost.getBlockReadCount());
            } finally {
                database.rocks.setPerfLevel(PerfLevel.DISABLE);
            }
        } catch (RocksDBException e) {
            throw new StoreException("cannot measure the recovery of " + store + ": " + e.getMessage(), e);
        }
    }

    private static long walBytes(Path database) throws IOException {
        try (Stream<Path> files = Files.list(database)) {
            List<Path> logs = files.filter(file -> file.toString().endsWith(".log")).toList();
            long bytes = 0;
            for (Path log : logs) {
                bytes += Files.size(log);
            }
            return bytes;
        }
    }
}
