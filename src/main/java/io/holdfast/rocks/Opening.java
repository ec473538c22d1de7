package io.holdfast.rocks;

import io.holdfast.broker.DamagePolicy;
import io.holdfast.broker.Store.Recovered;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One opening of the database of a store: it finds out whether the database can be opened, whether readers
 * have met something damaged since the last time, and whether the core can be told what it must know first;
 * and it brings an older store to the present version of the format, for all that comes after.
 * Where one of these fails because of damage, the store is mended, or, if that is the policy, refused.
 */
final class Opening implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Opening.class);

    private final StoreFolder folder;
    private final DamagePolicy policy;
    private final long memoryBytes;
    private final Damage damage;
    private final CommitMark mark;
    private final Mending mending;
    private Database database;
    private Recovered recovered;
    private long lastCommit;

    Opening(StoreFolder folder, DamagePolicy policy, long memoryBytes, Damage damage, CommitMark mark) {
        this.folder = folder;
        this.memoryBytes = memoryBytes;
        this.policy = policy;
        this.damage = damage;
        this.mark = mark;
        this.mending = new Mending(folder, damage, memoryBytes);
    }

    Recovered recovered() {
        return recovered;
    }

    long lastCommit() {
        return lastCommit;
    }

    /** @param everything whether all is looked at, be there a sign of damage or not */
    void run(boolean everything) throws IOException, RocksDBException {
        Salvage.finish(folder);
        if (policy == DamagePolicy.REFUSE && Files.exists(folder.damaged())) {
            throw refused(folder.damaged() + " names what was met that is damaged", null);
        }
        meet(folder.formatDamage());
        meet(mark.damage());
        folder.completeFormat();
        RecoveryGuard guard = RecoveryGuard.keep(folder);
        boolean isMarked = !mark.isEmpty();
        long marked = mark.read();
        if (Files.exists(folder.damaged())) {
            LOG.warn("{} names what was met that is damaged: now everything is looked at", folder.damaged());
        }
        boolean salvaged = openDatabase() || restoreTables(guard, marked);
        Migration.run(Migration.STEPS, folder, database);
        if (everything || salvaged || Files.exists(folder.damaged())) {
            mend(marked);
        }
        try {
            readFirst();
        } catch (RocksDBException | RuntimeException e) {
            if (policy == DamagePolicy.REFUSE || e instanceof RocksDBException r && !Damage.isDamage(r)) {
                throw refused(e.getMessage(), e);
            }
            damage.found(e.getMessage());
            mend(marked);
            readFirst();
        }
        if (policy == DamagePolicy.REFUSE && lastCommit < marked) {
            throw refused("recovery ended at commit " + lastCommit + ", but commit " + marked
                    + " was on disk: a write-ahead log is damaged or missing", null);
        }
        meet(isMarked || lastCommit == 0 ? null
                : "damaged file: COMMITTED: it is missing or empty, so it does not tell what was on disk");
        guard.settle(lastCommit, marked, damage);
        if (damage.found() > 0) {
            String kept = Files.exists(mending.quarantine())
                    ? "What was taken out is kept in " + mending.quarantine() : "Nothing was taken out";
            LOG.error("The store {} was damaged, see above ({} findings). Everything else is served. {}",
                    folder, damage.found(), kept);
        }
    }

    /** Deals with what is damaged in a file of the folder, if anything is: it is told, or refused. */
    private void meet(String what) {
        if (what != null && policy == DamagePolicy.REFUSE) {
            throw refused(what, null);
        }
        if (what != null) {
            damage.found(what);
        }
    }

    /** Returns whether it had to be put together out of what could be read. */
    private boolean openDatabase() {
        try {
            if (lacksManifest()) {
                throw new StoreException("the database " + folder.database() + " cannot be opened: the file"
                        + " CURRENT, or the manifest that it names, is missing");
            }
            requireFamilies();
            database = Database.open(folder.database(), memoryBytes);
            return false;
        } catch (StoreException e) {
            boolean isDamage = !(e.getCause() instanceof RocksDBException cause) || Damage.isDamage(cause);
            if (policy == DamagePolicy.REFUSE || !isDamage) {
                throw e;
            }
            damage.found(e.getMessage());
            database = mending.openSalvaged(damagedTables());
            return true;
        }
    }

    /**
     * A manifest that is cut short is that of an earlier database, which opens; but RocksDB deletes all
     * tables that came later.
     *
     * @param marked 0 if nobody knows what was on disk
     * @return whether there were such, and the database was put together out of all
     */
    private boolean restoreTables(RecoveryGuard guard, long marked) throws IOException, RocksDBException {
        boolean isAllThere = marked > 0 && lastCommitIfSound() >= marked;
        if (isAllThere || !guard.missesTables()) {
            return false;
        }
        database.close();
        database = null;
        guard.restore();
        meet("damaged file: the manifest of " + folder.database() + " is cut short: it does not name tables"
                + " that are there");
        database = mending.openSalvaged(damagedTables());
        return true;
    }

    private long lastCommitIfSound() throws RocksDBException {
        try {
            return lastCommit(database);
        } catch (StoreException _) { // told when it is read again
            return 0;
        } catch (RocksDBException e) {
            if (Damage.isDamage(e)) {
                return 0;
            }
            throw e;
        }
    }

    private static long lastCommit(Database database) throws RocksDBException {
        byte[] key = Keys.of(Keys.COMMIT);
        byte[] value = new RowReader(database).get(key);
        return value == null ? 0 : StateRows.toNumber(key, value);
    }

    /** RocksDB refuses to open it then, or makes a new database, and deletes all tables. */
    private boolean lacksManifest() {
        try {
            Path current = folder.database().resolve("CURRENT");
            if (!Files.exists(current)) {
                return !Folders.files(folder.database(), ".sst").isEmpty()
                        || !Folders.files(folder.database(), ".log").isEmpty();
            }
            String manifest = Files.readString(current, StandardCharsets.ISO_8859_1).strip();
            return !manifest.matches("MANIFEST-\\d+") || !Files.exists(folder.database().resolve(manifest));
        } catch (IOException e) {
            throw new StoreException("the database " + folder.database() + " cannot be read: " + e, e);
        }
    }

    /** RocksDB makes a column family that its manifest lacks, and passes over what a log has for it. */
    private void requireFamilies() {
        try {
            boolean isEmpty = Folders.files(folder.database(), ".sst").isEmpty();
            for (Path log : Folders.files(folder.database(), ".log")) {
                isEmpty &= Files.size(log) == 0;
            }
            if (!isEmpty && !Database.hasAllFamilies(folder.database())) {
                throw new StoreException("the database " + folder.database() + " cannot be opened: its"
                        + " manifest is cut short, and does not name all column families");
            }
        } catch (IOException e) {
            throw new StoreException("the database " + folder.database() + " cannot be read: " + e, e);
        }
    }

    private Map<Path, String> damagedTables() {
        try {
            return SstFiles.damaged(folder.database());
        } catch (IOException e) {
            throw new StoreException("the database " + folder.database() + " cannot be read: " + e, e);
        }
    }

    private void mend(long marked) {
        Map<Path, String> tables = damagedTables();
        if (!tables.isEmpty()) {
            database.close();
            database = null;
            database = mending.openSalvaged(tables);
        }
        mending.mendRows(database, marked);
    }

    private void readFirst() throws RocksDBException {
        lastCommit = lastCommit(database);
        recovered = new Recovery(database).recover();
    }

    private StoreException refused(String why, Exception cause) {
        return new StoreException("the store " + folder + " is damaged: " + why + ". `holdfast store verify`"
                + " names everything that is; `--set damaged-rows=quarantine` starts without it", cause);
    }

    /** Gives the database away. */
    Database take() {
        Database taken = database;
        database = null;
        return taken;
    }

    /** Closes the database, unless it was given away. */
    @Override
    public void close() {
        if (database != null) {
            database.close();
        }
    }
}
