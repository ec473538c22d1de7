package io.holdfast.rocks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.rocksdb.RocksDBException;

/**
 * Looks into a store while no broker runs on it: it holds the folder's lock, opens the database to be read
 * only, and changes nothing in it. What it finds it tells line by line.
 */
public final class StoreInspector implements AutoCloseable {
    private final StoreFolder folder;
    private final boolean isNew;

    private StoreInspector(StoreFolder folder) {
        this.folder = folder;
        this.isNew = !Files.exists(folder.database());
    }

    /**
     * Takes the store in that folder.
     *
     * @throws StoreException if there is none, if it is in use, or if its format is not understood
     */
    public static StoreInspector open(Path folder) {
        return new StoreInspector(StoreFolder.openExisting(folder));
    }

    /**
     * Reads every row, and compares rows with each other. Ends with a summary.
     *
     * @return whether nothing is damaged, unreadable or inconsistent
     */
    public boolean verify(Consumer<String> lines) {
        Findings findings = new Findings(lines);
        long marked = marked();
        SstFiles.verify(folder.database(), findings);
        try (Database database = isNew ? null : openForVerification(findings)) {
            if (database != null) {
                new Verification(database, findings).run(marked);
            } else if (isNew && marked > 0) {
                findings.found("the database is missing, but commit " + marked + " was on disk");
            }
        } catch (RocksDBException e) {
            throw failed(e);
        }
        return findings.summarize();
    }

    private Database openForVerification(Findings findings) {
        try {
            return Database.openReadOnly(folder.database());
        } catch (StoreException e) {
            findings.found(e.getMessage());
        }
        try {
            return Database.openWhatIsLeft(folder.database());
        } catch (StoreException _) { // for the reason that was found first
            return null;
        }
    }

    /** Tells how much there is of what. */
    public void stats(long nowMillis, Consumer<String> lines) {
        lines.accept("format version " + StoreFolder.VERSION + ", commit mark " + marked());
        if (isNew) {
            lines.accept("a new store: there is no database yet");
            return;
        }
        try (Database database = Database.openReadOnly(folder.database())) {
            new StoreStats(database, nowMillis).tell(lines);
            SstFiles.tell(database, folder, lines);
        } catch (RocksDBException | IOException e) {
            throw failed(e);
        }
    }

    /**
     * Tells what rows mean, in the words of {@code storage-format.md}.
     *
     * @return whether all rows could be read
     */
    public boolean dump(DumpRequest request, Consumer<String> lines) {
        if (isNew) {
            return true;
        }
        try (Database database = Database.openReadOnly(folder.database())) {
            return new Dump(database, request, lines).run();
        } catch (RocksDBException e) {
            throw failed(e);
        }
    }

    private long marked() {
        if (!Files.exists(folder.commitMark())) {
            return 0;
        }
        try (CommitMark mark = CommitMark.open(folder.commitMark())) {
            return mark.read();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private StoreException failed(Exception e) {
        return new StoreException("the store " + folder + " cannot be read: " + e.getMessage(), e);
    }

    @Override
    public void close() {
        folder.close();
    }
}
