package io.holdfast.rocks;

import io.holdfast.broker.Change;
import io.holdfast.broker.Effect;
import io.holdfast.broker.LogMeasure;
import io.holdfast.broker.Message;
import io.holdfast.broker.Store;
import io.holdfast.broker.Turn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The durable state on disk, in RocksDB. A commit is one batch and one sync, for however many turns; the rows
 * are described in {@code storage-format.md}.
 *
 * <p>Whoever uses the store, commit or read, holds the read side of a lock, and closing takes the write side:
 * so closing waits for them, and nobody comes after it. A commit that fails closes the store to everyone in
 * the same way, but at once.
 */
public final class RocksStore implements Store {
    /** Tests of this package weaken it. */
    final Database database;
    private final StoreFolder folder;
    private final CommitMark mark;
    private final RowReader reader;
    private final RetainedReader retained;
    private final DiskUse diskUse;
    private final ReadWriteLock use = new ReentrantReadWriteLock();
    private volatile String refusal;
    private boolean closed;
    private long lastCommit;

    private RocksStore(StoreFolder folder, Database database, CommitMark mark) {
        this.diskUse = new DiskUse(database, folder.disk());
        this.folder = folder;
        this.database = database;
        this.mark = mark;
        this.reader = new RowReader(database);
        this.retained = new RetainedReader(database);
    }

    /**
     * Opens the store in that folder, and creates it if the folder is missing or empty.
     *
     * @throws StoreException if the folder cannot be used; the message says why, for the operator
     */
    public static RocksStore open(Path path) {
        StoreFolder folder = StoreFolder.open(path);
        Database database = null;
        CommitMark mark = null;
        RocksStore store = null;
        try {
            mark = CommitMark.open(folder.commitMark());
            WalGuard guard = WalGuard.keep(folder);
            database = Database.open(folder.database());
            RocksStore opened = new RocksStore(folder, database, mark);
            opened.checkLastCommit(guard);
            store = opened;
            return store;
        } finally {
            if (store == null) {
                close(database, mark, folder);
            }
        }
    }

    private void checkLastCommit(WalGuard guard) {
        try {
            byte[] key = Keys.of(Keys.COMMIT);
            byte[] value = reader.get(key);
            lastCommit = value == null ? 0 : StateRows.toNumber(key, value);
            guard.settle(lastCommit, mark.read());
            mark.write(lastCommit);
        } catch (RocksDBException | IOException e) {
            throw failed("find its last commit", e);
        }
    }

    @Override
    public Recovered recover() {
        return read("recover", () -> new Recovery(database).recover());
    }

    @Override
    public void commit(List<Turn> turns) {
        use.readLock().lock();
        try {
            requireUsable();
            commitOrRefuse(turns);
        } finally {
            use.readLock().unlock();
        }
    }

    private void commitOrRefuse(List<Turn> turns) {
        try {
            commitAll(turns);
        } catch (RocksDBException | IOException | RuntimeException | Error e) {
            refusal = "a commit failed, and nobody knows what is on disk";
            throw failed("commit", e);
        }
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
                database.rocks.write(database.synced, batch);
                lastCommit++;
                mark.write(lastCommit);
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
