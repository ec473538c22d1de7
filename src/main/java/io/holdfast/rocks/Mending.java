package io.holdfast.rocks;

import io.holdfast.broker.Change;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Map;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Makes a damaged store sound, so that {@link Verification} finds nothing any more: files first ({@link
 * Salvage}), then rows.
 *
 * <p><b>Rows.</b> A verification tells what would mend each finding ({@link Remedies}); that is done, and the
 * next verification finds what only came to light thereby, such as the subscriptions of a session that is
 * gone, until there is nothing left. A row that goes is kept as bytes in the quarantine.
 */
final class Mending {
    /** More than any chain of rows that depend on each other is long. */
    private static final int ROUNDS_MAX = 20;
    /** Ids that damaged rows may have used, and that are not used again. */
    private static final long IDS_SPARED = 1L << 32;

    private final StoreFolder folder;
    private final Damage damage;
    private final long memoryBytes;
    private final Path quarantine;

    /** @param memoryBytes that the database may take, see {@link Database#MEMORY_BYTES} */
    Mending(StoreFolder folder, Damage damage, long memoryBytes) {
        this.memoryBytes = memoryBytes;
        this.folder = folder;
        this.damage = damage;
        this.quarantine = folder.quarantine().resolve("at-" + System.currentTimeMillis());
    }

    /** Where what is damaged is kept. */
    Path quarantine() {
        return quarantine;
    }

    /**
     * Makes the files sound, while the database is closed, and opens it.
     *
     * @param tables the damaged ones, with what is wrong with them
     */
    Database openSalvaged(Map<Path, String> tables) {
        try {
            new Salvage(folder, damage, quarantine, memoryBytes).run(tables);
            return Database.open(folder.database(), memoryBytes);
        } catch (IOException | RocksDBException e) {
            throw new StoreException("the store " + folder + " cannot be mended: " + e.getMessage(), e);
        }
    }

    /** Makes the rows sound, and forgets what readers have met. */
    void mendRows(Database database, long marked) {
        try {
            for (int round = 0; round < ROUNDS_MAX && mendOnce(database); round++) {
                continue;
            }
            spareIds(database);
            RowReader reader = new RowReader(database);
            if (reader.get(Keys.of(Keys.COMMIT)) == null && marked > 0) {
                damage.found("damaged row: commit row: missing, so nobody knows how many of the " + marked
                        + " commits that were on disk are gone");
                database.rocks.put(database.state, database.synced, Keys.of(Keys.COMMIT),
                        StateRows.number(marked));
            }
            Files.deleteIfExists(folder.damaged());
        } catch (IOException | RocksDBException e) {
            throw new StoreException("the store " + folder + " cannot be mended: " + e.getMessage(), e);
        }
    }

    /** Returns whether there was anything to mend. */
    private boolean mendOnce(Database database) throws IOException, RocksDBException {
        Findings findings = new Findings(damage::found);
        new Verification(database, findings).run(0);
        Remedies remedies = findings.remedies();
        if (remedies.isEmpty()) {
            return false;
        }
        keep(database, remedies);
        try (WriteBatch batch = new WriteBatch()) {
            for (Remedies.Removed row : remedies.removed()) {
                batch.delete(row.kind().family(database), row.key());
            }
            ChangeWriter writer = new ChangeWriter(database, batch);
            for (Change change : remedies.written()) {
                writer.write(change);
            }
            database.rocks.write(database.synced, batch);
        }
        return true;
    }

    /** Writes the rows that go into the quarantine: column family, key and value, in hex. */
    private void keep(Database database, Remedies remedies) throws IOException, RocksDBException {
        Files.createDirectories(quarantine);
        Path file = quarantine.resolve("rows");
        try (BufferedWriter rows = Files.newBufferedWriter(file, StandardOpenOption.CREATE,
                StandardOpenOption.APPEND)) {
            for (Remedies.Removed row : remedies.removed()) {
                byte[] value = database.rocks.get(row.kind().family(database), database.reading, row.key());
                if (value != null) {
                    keep(rows, row.kind(), row.key(), value);
                }
            }
            for (Change change : remedies.written()) {
                if (change instanceof Change.LogRemoved(long logId, long from, long next)) {
                    keepEntries(rows, database, logId, from, next);
                }
            }
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private static void keepEntries(BufferedWriter rows, Database database, long logId, long from, long next)
            throws RocksDBException {
        try (ReadOptions reading = new ReadOptions(database.reading)) {
            new RowReader(database).scan(database.log, reading, Keys.entry(logId, from),
                    Keys.entry(logId, next), (key, value) -> {
                        keep(rows, RowKind.ENTRY, key, value);
                        return true;
                    });
        }
    }

    private static void keep(BufferedWriter rows, RowKind kind, byte[] key, byte[] value) {
        String family = kind == RowKind.ENTRY ? "log" : kind == RowKind.RETAINED ? "retained" : "default";
        HexFormat hex = HexFormat.of();
        try {
            rows.write(family + " " + hex.formatHex(key) + " " + hex.formatHex(value) + "\n");
        } catch (IOException e) {
            throw new StoreException("what is damaged cannot be set aside: " + e, e);
        }
    }

    /** Rows that are gone may have used ids above those that the rest tells of. */
    private static void spareIds(Database database) throws RocksDBException {
        byte[] key = Keys.of(Keys.IDS);
        byte[] value = new RowReader(database).get(key);
        if (value != null) {
            Change.IdsReserved ids = StateRows.toIds(key, value);
            database.rocks.put(database.state, database.synced, key, StateRows.ids(new Change.IdsReserved(
                    ids.sessionIdsThrough() + IDS_SPARED, ids.logIdsThrough() + IDS_SPARED,
                    ids.sequencesThrough() + IDS_SPARED)));
        }
    }
}
