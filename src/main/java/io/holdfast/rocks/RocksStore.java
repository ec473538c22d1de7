package io.holdfast.rocks;

import io.holdfast.broker.Change;
import io.holdfast.broker.DamagePolicy;
import io.holdfast.broker.Effect;
import io.holdfast.broker.LogMeasure;
import io.holdfast.broker.Message;
import io.holdfast.broker.Store;
import io.holdfast.broker.Sync;
import io.holdfast.broker.Turn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The durable state on disk, in RocksDB. A commit is one batch and one sync, for however many turns; the rows
 * are described in {@code storage-format.md}.
 *
 * <p>Whoever uses the store, commit or read, holds the read side of a lock, and closing takes the write side:
 * so closing waits for them, and nobody comes after it; and so does a commit that finds that a table is
 * damaged, to put another database in the place of this one. A commit that fails closes the store to everyone
 * in the same way, but at once.
 */
public final class RocksStore implements Store {
    /** Tests of this package weaken it. */
    Database database;
    private final StoreFolder folder;
    private final CommitMark mark;
    private final Damage damage;
    private final boolean refusesDamage;
    private RowReader reader;
    private RetainedReader retained;
    private DiskUse diskUse;
    private final ReadWriteLock use = new ReentrantReadWriteLock();
    private volatile String refusal;
    private boolean closed;
    private long lastCommit;
    /** What the core is told first; null once it was, or has changed. */
    private volatile Recovered recovered;

    private RocksStore(StoreFolder folder, Opening opening, CommitMark mark, Damage damage, boolean refuses) {
        this.folder = folder;
        this.mark = mark;
        this.damage = damage;
        this.refusesDamage = refuses;
        use(opening.take());
        this.recovered = opening.recovered();
        this.lastCommit = opening.lastCommit();
    }

    private void use(Database opened) {
        database = opened;
        reader = new RowReader(database, refusesDamage ? null : damage);
        retained = new RetainedReader(database, reader);
        diskUse = new DiskUse(database, folder.disk());
    }

    /** The id of the process that has the store in that folder open; -1 if there is none, or no store. */
    public static long holder(Path path) {
        return StoreFolder.holder(path);
    }

    /** Opens the store in that folder, whatever in it is damaged, with memory enough. */
    public static RocksStore open(Path path) {
        return open(path, DamagePolicy.QUARANTINE, Database.MEMORY_BYTES);
    }

    /**
     * Opens the store in that folder, and creates it if the folder is missing or empty.
     *
     * @param memoryBytes that it may take beside the Java heap: what it takes more is short-lived
     * @throws StoreException if the folder cannot be used; the message says why, for the operator
     */
    public static RocksStore open(Path path, DamagePolicy policy, long memoryBytes) {
        StoreFolder folder = StoreFolder.open(path);
        return open(folder, policy, memoryBytes, new Damage(folder), false);
    }

    /** @param everything whether all is looked at, and mended, be there a sign of damage or not */
    static RocksStore open(StoreFolder folder, DamagePolicy policy, long memoryBytes, Damage damage,
            boolean everything) {
        CommitMark mark = null;
        RocksStore store = null;
        try {
            mark = CommitMark.open(folder.commitMark());
            try (Opening opening = new Opening(folder, policy, memoryBytes, damage, mark)) {
                opening.run(everything);
                mark.writeSynced(opening.lastCommit());
                folder.sync();
                store = new RocksStore(folder, opening, mark, damage, policy == DamagePolicy.REFUSE);
            }
            return store;
        } catch (IOException | RocksDBException e) {
            throw new StoreException("the store " + folder + " cannot be opened: " + e.getMessage(), e);
        } finally {
            if (store == null) {
                close(null, mark, folder);
            }
        }
    }

    /** What the opening has read, or, after a commit, what there is then. */
    @Override
    public Recovered recover() {
        Recovered first = recovered;
        recovered = null;
        return first != null ? first : read("recover", () -> new Recovery(database).recover());
    }

    @Override
    public long damaged() {
        return damage.found();
    }

    @Override
    public long backgroundErrors() {
        return diskUse.backgroundErrors();
    }

    @Override
    public long memoryBytes() {
        if (!use.readLock().tryLock()) { // it is being closed, or mended, for which nobody waits
            return 0;
        }
        try {
            return closed ? 0 : database.usedBytes();
        } finally {
            use.readLock().unlock();
        }
    }

    @Override
    public void commit(List<Turn> turns) {
        RocksDBException damaged;
        use.readLock().lock();
        try {
            requireUsable();
            recovered = null;
            damaged = commitUnlessDamaged(turns);
        } finally {
            use.readLock().unlock();
        }
        if (damaged != null) {
            commitAnew(turns, damaged);
        }
    }

    /** Returns why not, if a compaction has met a damaged table: RocksDB takes no more writes then. */
    private RocksDBException commitUnlessDamaged(List<Turn> turns) {
        try {
            commitAll(turns);
            return null;
        } catch (RocksDBException | IOException | RuntimeException | Error e) {
            if (e instanceof RocksDBException failure && Damage.isDamage(failure)) {
                damage.met(e.getMessage());
                if (!refusesDamage) {
                    return failure;
                }
            }
            throw refuse(e);
        }
    }

    /**
     * Puts the database together out of what can be read, and commits, unless the commit row says that it is
     * done. The next start mends the rows: the core's are not changed under its feet.
     */
    private void commitAnew(List<Turn> turns, RocksDBException why) {
        use.writeLock().lock();
        try {
            requireUsable();
            Map<Path, String> tables = SstFiles.damaged(folder.database());
            if (tables.isEmpty()) {
                throw why;
            }
            database.close();
            use(new Mending(folder, damage, database.memoryBytes).openSalvaged(tables));
            byte[] key = Keys.of(Keys.COMMIT);
            byte[] value = reader.get(key);
            long found = value == null ? 0 : StateRows.toNumber(key, value);
            if (found == lastCommit) {
                commitAll(turns);
            } else if (found == lastCommit + 1) {
                lastCommit = found;
                mark.write(found);
            } else {
                throw new StoreException("the last commit is " + found + ", and " + lastCommit
                        + " was on disk");
            }
        } catch (RocksDBException | IOException | RuntimeException | Error e) {
            throw refuse(e);
        } finally {
            use.writeLock().unlock();
        }
    }

    private StoreException refuse(Throwable e) {
        refusal = "a commit failed, and nobody knows what is on disk";
        return failed("commit", e);
    }

    private void commitAll(List<Turn> turns) throws RocksDBException, IOException {
        try (WriteBatch batch = new WriteBatch()) {
            ChangeWriter writer = new ChangeWriter(database, batch);
            for (Turn turn : turns) {
                for (Change change : turn.changes()) {
                    writer.write(change);
                    diskUse.note(change);
                }
            }
            if (batch.count() > 0) {
                writer.put(Keys.of(Keys.COMMIT), StateRows.number(lastCommit + 1));
                boolean sync = turns.stream().anyMatch(turn -> turn.sync() == Sync.COMMIT);
                database.rocks.write(sync ? database.synced : database.unsynced, batch);
                lastCommit++;
                if (sync) {
                    mark.write(lastCommit);
                }
            }
        }
    }

    @Override
    public List<Change> readSession(String clientId) {
        return read("read a session", () -> reader.session(clientId));
    }

    @Override
    public List<Message> readLog(long logId, long from, int messagesMax, long bytesMax) {
        return read("read a log", () -> reader.log(logId, from, messagesMax, bytesMax));
    }

    @Override
    public long nextEntry(long logId, long from) {
        return read("read a log", () -> {
            Change.MessageAppended next = reader.nextEntry(logId, from);
            return next == null ? Long.MAX_VALUE : next.ordinal();
        });
    }

    @Override
    public List<Message> readEntries(List<Effect.Position> positions) {
        return read("read entries", () -> reader.entries(positions));
    }

    @Override
    public List<String> readDue(long throughMillis, int max) {
        return read("read what is due", () -> reader.due(0, throughMillis, max));
    }

    @Override
    public RetainedPage readRetained(Effect.ReadRetained read) {
        return read("read retained messages", () -> retained.matching(read));
    }

    @Override
    public ExpiredPage readExpiredRetained(Effect.ReadExpiredRetained read) {
        return read("look for retained messages that have expired", () -> retained.expired(read));
    }

    @Override
    public List<Change.DelayedPut> readDelayed(Effect.ReadDelayed read) {
        return read("read what is due for publication", () -> reader.delayed(read));
    }

    @Override
    public LogMeasure measureLog(Effect.MeasureLog asked) {
        return read("measure a log", () -> reader.measure(asked));
    }

    @Override
    public long freeBytes() {
        return read("write to its disk", diskUse::freeBytes);
    }

    @Override
    public void reclaim() {
        read("give back space", () -> {
            diskUse.reclaim();
            return null;
        });
    }

    /** Waits for whoever uses the store. Does nothing the second time. */
    @Override
    public void close() {
        use.writeLock().lock();
        try {
            if (!closed) {
                boolean sound = refusal == null;
                closed = true;
                refusal = "it is closed";
                flushAndClose(sound);
            }
        } finally {
            use.writeLock().unlock();
        }
    }

    private void flushAndClose(boolean sound) {
        try {
            if (sound) {
                database.flush();
            }
        } catch (RocksDBException e) {
            throw failed("write out its memtables; nothing is lost", e);
        } finally {
            close(database, mark, folder);
        }
    }

    /** Closes what is there, the lock of the folder last, whatever else fails. */
    private static void close(Database database, CommitMark mark, StoreFolder folder) {
        try (folder; mark) {
            if (database != null) {
                database.close();
            }
        }
    }

    private interface Read<T> {
        T read() throws RocksDBException, IOException;
    }

    private <T> T read(String what, Read<T> read) {
        use.readLock().lock();
        try {
            requireUsable();
            return read.read();
        } catch (RocksDBException | IOException e) {
            if (e instanceof RocksDBException failure && Damage.isDamage(failure)) {
                damage.note(e.getMessage());
            }
            throw failed(what, e);
        } finally {
            use.readLock().unlock();
        }
    }

    private void requireUsable() {
        if (refusal != null) {
            throw new IllegalStateException("the store " + folder + " cannot be used: " + refusal);
        }
    }

    private StoreException failed(String what, Throwable cause) {
        return new StoreException("the store " + folder + " failed to " + what + ": " + cause.getMessage(),
                cause);
    }
}
