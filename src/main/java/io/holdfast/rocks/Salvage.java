package io.holdfast.rocks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;

/**
 * Puts a database together out of what can be read of one with damaged files, beside it, and then in its
 * place. No file of the damaged one is changed; what is not part of the new one goes into the quarantine.
 *
 * <p><b>How.</b> The new one begins with links to all tables and logs, out of which RocksDB makes a new
 * manifest ({@link NativeRepair}). That leaves out whole tables. Of a table that has damaged blocks and else
 * can be read, the range of its keys is read in the damaged database, block by block, and takes the place of
 * what the new one has there: so nothing is lost but the rows of the damaged blocks, and no older row comes
 * back in place of one of the table's.
 *
 * <p><b>What may be old.</b> If a table is missing, cut short, or damaged where it says what is in it, its
 * rows are gone, and those that it had replaced or deleted in older tables come back.
 *
 * <p><b>A crash meanwhile</b> leaves the damaged database where it was, or the new one complete: {@link
 * #finish} tells.
 */
final class Salvage {
    private static final long BATCH_BYTES = 1 << 20;
    private static final String LOST = "lost";
    private static final String NAMES = "names";
    private static final Pattern NUMBERED = Pattern.compile("(?:[A-Z]+-)?(\\d{1,18})(?:\\.[a-z]+)?");
    /** Deleted, so that there is something in a table: no row has it. */
    private static final byte[] NO_KEY = {0};

    private final StoreFolder folder;
    private final Damage damage;
    private final long memoryBytes;
    private final Path into;

    /**
     * @param quarantine the folder for the files that are not used any more
     * @param memoryBytes that the old and the new database may take together
     */
    Salvage(StoreFolder folder, Damage damage, Path quarantine, long memoryBytes) {
        this.memoryBytes = memoryBytes;
        this.folder = folder;
        this.damage = damage;
        this.into = quarantine.resolve("db");
    }

    /** Ends what a crash has cut short; to be called before the database is opened. */
    static void finish(StoreFolder folder) throws IOException {
        if (Files.exists(folder.mending()) && Files.exists(folder.database())) {
            Folders.delete(folder.mending());
        } else if (Files.exists(folder.mending())) {
            Files.move(folder.mending(), folder.database());
            folder.sync();
        }
    }

    /** @param tables the damaged ones, with what is wrong with them */
    void run(Map<Path, String> tables) throws IOException, RocksDBException {
        tables.values().forEach(damage::found);
        Folders.delete(folder.mending());
        Files.createDirectories(folder.mending());
        for (Path file : Folders.files(folder.database(), "")) {
            if (Files.isRegularFile(file) && !tables.containsKey(file)
                    && !file.getFileName().toString().equals("LOCK")) {
                Files.createLink(folder.mending().resolve(file.getFileName()), file);
            }
        }
        nameFamilies();
        NativeRepair.repair(folder.mending());
        Folders.delete(folder.mending().resolve(LOST));
        List<String> kept = Folders.files(folder.mending(), ".sst").stream()
                .map(file -> file.getFileName().toString()).toList();
        refill(tables);
        swap(kept);
    }

    /**
     * Adds a table for each column family that has none. RocksDB's repair knows of a column family by its
     * tables, and leaves out what a write-ahead log has for others.
     */
    private void nameFamilies() throws IOException, RocksDBException {
        Set<String> named = new HashSet<>();
        for (Path table : Folders.files(folder.mending(), ".sst")) {
            named.add(SstFiles.family(table));
        }
        long number = highestNumber();
        Path names = folder.mending().resolve(NAMES);
        try (Database empty = Database.open(names, memoryBytes / 2)) {
            for (RowKind kind : List.of(RowKind.SESSION, RowKind.ENTRY, RowKind.RETAINED)) {
                empty.rocks.delete(kind.family(empty), empty.synced, NO_KEY);
            }
            empty.flush();
        }
        for (Path table : Folders.files(names, ".sst")) {
            if (!named.contains(SstFiles.family(table))) {
                Files.createLink(folder.mending().resolve("%06d.sst".formatted(++number)), table);
            }
        }
        Folders.delete(names);
    }

    /** Of all files of the damaged database. */
    private long highestNumber() throws IOException {
        return Folders.files(folder.database(), "").stream()
                .map(file -> NUMBERED.matcher(file.getFileName().toString())).filter(Matcher::matches)
                .mapToLong(name -> Long.parseLong(name.group(1))).max().orElse(0);
    }

    private void refill(Map<Path, String> tables) throws RocksDBException {
        try (Database damaged = readable();
                Database mended = Database.open(folder.mending(), memoryBytes / 2)) {
            List<LiveFileMetaData> all = damaged == null ? List.of() : damaged.rocks.getLiveFilesMetaData();
            for (LiveFileMetaData table : all) {
                Path path = SstFiles.path(folder.database(), table);
                if (tables.containsKey(path) && SstFiles.canBeOpened(path)) {
                    refill(damaged, mended, table);
                }
            }
            mended.flush();
        }
    }

    /** Null if it cannot be opened, because of other files than damaged tables. */
    private Database readable() {
        try {
            return Database.openReadOnly(folder.database(), memoryBytes / 2);
        } catch (StoreException e) {
            damage.found(e.getMessage());
            return null;
        }
    }

    private void refill(Database damaged, Database mended, LiveFileMetaData table) throws RocksDBException {
        RowKind any = kind(new String(table.columnFamilyName()));
        ColumnFamilyHandle family = any.family(mended);
        byte[] from = table.smallestKey();
        byte[] end = Arrays.copyOf(table.largestKey(), table.largestKey().length + 1); // the next key
        mended.rocks.deleteRange(family, mended.synced, from, end);
        try (Slice lower = new Slice(from);
                Slice upper = new Slice(end);
                ReadOptions reading = new ReadOptions(damaged.reading).setFillCache(false)
                        .setIterateLowerBound(lower).setIterateUpperBound(upper);
                WriteBatch batch = new WriteBatch()) {
            RowWalk.from(from, damaged, any.family(damaged), reading, new RowWalk.Visitor() {
                @Override
                public boolean row(byte[] key, byte[] value) throws RocksDBException {
                    batch.put(family, key, value);
                    if (batch.getDataSize() > BATCH_BYTES) {
                        mended.rocks.write(mended.synced, batch);
                        batch.clear();
                    }
                    return true;
                }

                @Override
                public void unreadable(byte[] after, byte[] before, RocksDBException why) {
                    damage.found(RowWalk.describe(any, after, before, why));
                }
            });
            mended.rocks.write(mended.synced, batch);
        }
    }

    /** A kind of the column family of that name. */
    private static RowKind kind(String family) {
        return switch (family) {
            case "log" -> RowKind.ENTRY;
            case "retained" -> RowKind.RETAINED;
            default -> RowKind.SESSION;
        };
    }

    /** @param kept tables that the new database shares with the damaged one */
    private void swap(List<String> kept) throws IOException {
        damage.note("the database was put together out of what could be read");
        Files.createDirectories(into.getParent());
        Files.move(folder.database(), into);
        finish(folder);
        for (String name : kept) {
            Files.deleteIfExists(into.resolve(name));
        }
    }
}
