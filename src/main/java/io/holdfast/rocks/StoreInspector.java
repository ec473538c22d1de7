package io.holdfast.rocks;

import io.holdfast.broker.DamagePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.rocksdb.RocksDBException;

/**
 * Looks into a store, and changes nothing in it: it opens the database to be read only. Where a broker has
 * the store, that is a view of what was on disk when it was opened. What it finds it tells line by line.
 */
public final class StoreInspector implements AutoCloseable {
    /** The broker may delete a table between the moments when it is named and when it is opened. */
    private static final int TRIES_BESIDE_A_BROKER = 5;

    private final StoreFolder folder;
    private final boolean isNew;
    /** What RocksDB writes beside a broker; null if there is nothing. */
    private Path own;

    private StoreInspector(StoreFolder folder) {
        this.folder = folder;
        this.isNew = !Files.exists(folder.database());
    }

    /**
     * Takes the store in that folder.
     *
     * @throws StoreException if there is none, or if its format is not understood
     */
    public static StoreInspector open(Path folder) {
        return new StoreInspector(StoreFolder.openForReading(folder));
    }

    /**
     * Mends a store on which no broker runs: what is damaged or inconsistent is named and set aside, and the
     * rest made to go together again. Ends with what a verification tells then.
     *
     * @return whether nothing is damaged, unreadable or inconsistent any more
     * @throws StoreException if there is no store, if it is in use, or if it cannot be mended
     */
    public static boolean repair(Path path, Consumer<String> lines) {
        StoreFolder folder = StoreFolder.openExisting(path);
        Damage damage = new Damage(folder, Long.MAX_VALUE, lines);
        RocksStore.open(folder, DamagePolicy.QUARANTINE, Database.MEMORY_BYTES, damage, true).close();
        if (damage.found() > 0 && Files.exists(folder.quarantine())) {
            lines.accept("what was taken out is in " + folder.quarantine());
        }
        try (StoreInspector mended = open(path)) {
            return mended.verify(lines);
        }
    }

    /**
     * Reads every row, and compares rows with each other. Ends with a summary.
     *
     * @return whether nothing is damaged, unreadable or inconsistent
     */
    public boolean verify(Consumer<String> lines) {
        Findings findings = new Findings(lines);
        verify(findings);
        return findings.summarize();
    }

    /** The same, and tells what {@link #repair} would do. */
    public boolean plan(Consumer<String> lines) {
        boolean[] files = {false};
        Findings findings = new Findings(line -> {
            files[0] |= !line.startsWith("damaged row") && !line.startsWith("inconsistent row");
            lines.accept(line);
        });
        verify(findings);
        Remedies remedies = findings.remedies();
        if (files[0]) {
            lines.accept("repair would put the database together anew, out of what can be read, and keep the"
                    + " damaged files in " + folder.quarantine());
        }
        if (!remedies.isEmpty()) {
            lines.accept("repair would take out %,d rows and keep them in %s, and write %,d; then it would"
                    .formatted(remedies.removed().size(), folder.quarantine(), remedies.written().size())
                    + " mend what only comes to light thereby");
        }
        return findings.summarize();
    }

    private void verify(Findings findings) {
        if (folder.formatDamage() != null) {
            findings.found(folder.formatDamage());
        }
        long marked = marked();
        try (Database database = isNew ? null : openForVerification(findings)) {
            if (database != null) {
                Map<Path, String> damaged = folder.isInUse() ? SstFiles.damaged(folder.database(), database)
                        : Map.of();
                damaged.values().forEach(findings::found);
                new Verification(database, findings).run(marked);
            } else if (isNew && marked > 0) {
                findings.found("the database is missing, but commit " + marked + " was on disk");
            }
        } catch (RocksDBException e) {
            throw failed(e);
        }
    }

    private Database openForVerification(Findings findings) {
        if (folder.isInUse()) {
            return open();
        }
        try {
            SstFiles.damaged(folder.database()).values().forEach(findings::found);
            return open();
        } catch (StoreException e) {
            findings.found(e.getMessage());
        } catch (IOException e) {
            throw failed(e);
        }
        try {
            return Database.openWhatIsLeft(folder.database());
        } catch (StoreException _) { // for the reason that was found first
            return null;
        }
    }

    private Database open() {
        if (!folder.isInUse()) {
            return Database.openReadOnly(folder.database());
        }
        try {
            own = Files.createTempDirectory("holdfast-store-");
            for (int i = 1; i < TRIES_BESIDE_A_BROKER; i++) {
                try {
                    return Database.openBeside(folder.database(), own);
                } catch (StoreException _) { // once more
                    continue;
                }
            }
            return Database.openBeside(folder.database(), own);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Tells how much there is of what. */
    public void stats(long nowMillis, Consumer<String> lines) {
        lines.accept("format version " + StoreFolder.VERSION + ", commit mark " + marked());
        if (isNew) {
            lines.accept("a new store: there is no database yet");
            return;
        }
        try (Database database = open()) {
            new StoreStats(database, nowMillis).tell(lines);
            SstFiles.tell(database, folder, lines);
        } catch (RocksDBException | IOException e) {
            throw failed(e);
        }
    }

    /** Tells for which subscriptions most messages wait, so many of them. */
    public void backlog(long nowMillis, int max, Consumer<String> lines) {
        if (isNew) {
            return;
        }
        try (Database database = open()) {
            new Backlogs(database, nowMillis, max).tell(lines);
        } catch (RocksDBException e) {
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
        try (Database database = open()) {
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
        try (folder) {
            if (own != null) {
                Folders.delete(own);
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }
}
