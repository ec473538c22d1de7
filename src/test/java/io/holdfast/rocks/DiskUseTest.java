package io.holdfast.rocks;

import static io.holdfast.rocks.Rows.commit;
import static io.holdfast.rocks.Rows.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Change;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

/** What the store takes on its disk, and gives back. */
class DiskUseTest {
    private static final int ENTRY_BYTES = 1 << 20;
    private static final int ENTRIES = 40;

    @TempDir
    Path folder;
    private RocksStore store;

    @BeforeEach
    void open() {
        store = RocksStore.open(folder);
    }

    @AfterEach
    void close() {
        store.close();
    }

    /** Entries that nothing can compress. */
    private void append(long logId) {
        SplittableRandom random = new SplittableRandom(logId);
        for (int ordinal = 0; ordinal < ENTRIES; ordinal++) {
            byte[] payload = new byte[ENTRY_BYTES];
            random.nextBytes(payload);
            commit(store, new Change.MessageAppended(logId, ordinal, (ordinal + 1L) * ENTRY_BYTES,
                    message(ordinal, "log/" + logId, payload)));
        }
    }

    private long usedBytes() throws IOException {
        try (Stream<Path> tree = Files.walk(folder)) {
            return tree.filter(Files::isRegularFile).mapToLong(DiskUseTest::bytes).sum();
        }
    }

    private static long bytes(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whatWasTrimmedIsGivenBackAndWhatWasNotIsStillThere() throws IOException {
        append(1);
        append(2);
        commit(store, new Change.LogTrimmed(1, 0, ENTRIES - 1));
        long before = usedBytes();
        store.reclaim();
        long after = usedBytes();
        assertTrue(before - after > (long) (ENTRIES - 2) * ENTRY_BYTES, () -> before + " to " + after);
        assertTrue(after < (long) (ENTRIES + 8) * ENTRY_BYTES, () -> before + " to " + after);
        assertEquals(1, store.readLog(1, ENTRIES - 1, ENTRIES, Long.MAX_VALUE).size());
        assertEquals(ENTRIES, store.readLog(2, 0, ENTRIES, Long.MAX_VALUE).size());
    }

    @Test
    void aLogThatHasEndedIsGivenBack() throws IOException {
        append(1);
        commit(store, new Change.LogRemoved(1, 0, ENTRIES));
        store.reclaim();
        assertTrue(usedBytes() < 4L * ENTRY_BYTES, () -> folder.toString());
    }

    @Test
    void aStoreThatIsHardlyWrittenToLeavesLittleToReplay() throws Exception {
        try (Database database = Database.open(folder.resolve("beside"))) {
            DiskUse diskUse = new DiskUse(database, Files.getFileStore(folder));
            for (long row = 0; row <= DiskUse.ROWS_REPLAYED; row++) {
                database.rocks.put(database.state, Keys.of(Keys.LOG, row), new byte[1]);
            }
            diskUse.freeBytes();
            assertEquals(DiskUse.ROWS_REPLAYED + 1, rowsToReplay(database), "while much is written");
            diskUse.freeBytes();
            assertEquals(0, rowsToReplay(database), "while nothing is written");
        }
    }

    private static long rowsToReplay(Database database) throws RocksDBException {
        return database.rocks.getAggregatedLongProperty("rocksdb.num-entries-active-mem-table");
    }

    @Test
    void whatIsFreeIsThatOfTheDiskOfTheFolder() throws IOException {
        long free = store.freeBytes();
        long total = Files.getFileStore(folder).getTotalSpace();
        assertTrue(free > 0 && free <= total, () -> free + " of " + total);
    }
}
