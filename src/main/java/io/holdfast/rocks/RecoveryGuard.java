package io.holdfast.rocks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches over one opening of the database: whether recovery came as far as {@link CommitMark} says it must,
 * and that what it could not read is not deleted.
 *
 * <p>RocksDB deletes its write-ahead logs once recovered, whatever part of them it skipped, and tables that
 * its manifest does not name, which are the later ones if that was cut short. So they get a second name (a
 * hard link, no copy) in {@code lost/pending} first. If recovery came far enough those are removed again. If
 * not, tables that were deleted can be put back ({@link #restore}). If that does not help either, the folder
 * is renamed, and stays with the logs for whoever wants to save what is in them, and a warning gives the
 * figures.
 */
final class RecoveryGuard {
    private static final String TABLE = ".sst";
    private static final Logger LOG = LoggerFactory.getLogger(RecoveryGuard.class);

    private final StoreFolder folder;
    private final Path pending;

    private RecoveryGuard(StoreFolder folder) {
        this.folder = folder;
        this.pending = folder.lost().resolve("pending");
    }

    /** To be called before the database is opened. */
    static RecoveryGuard keep(StoreFolder folder) {
        RecoveryGuard guard = new RecoveryGuard(folder);
        try {
            guard.link();
        } catch (IOException | UnsupportedOperationException e) {
            LOG.warn("The files of {} cannot be linked, so what recovery does not read will be"
                    + " gone ({})", folder, e.toString());
        }
        return guard;
    }

    private void link() throws IOException {
        List<Path> files = new ArrayList<>(Folders.files(folder.database(), ".log"));
        files.addAll(Folders.files(folder.database(), TABLE));
        for (Path file : files) {
            Path link = pending.resolve(file.getFileName());
            if (!Files.exists(link)) {
                Files.createDirectories(pending);
                Files.createLink(link, file);
            }
        }
    }

    /** Whether there are tables that were there before the opening, and are not any more. */
    boolean missesTables() throws IOException {
        return Folders.files(pending, TABLE).stream().anyMatch(link -> !Files.exists(original(link)));
    }

    private Path original(Path link) {
        return folder.database().resolve(link.getFileName());
    }

    /** Puts everything back; to be called while the database is closed. */
    void restore() throws IOException {
        for (Path link : Folders.files(pending, "")) {
            if (!Files.exists(original(link))) {
                Files.createLink(original(link), link);
            }
        }
    }

    /**
     * To be called once recovery is over.
     *
     * @param recovered the last commit that recovery found
     * @param marked the last commit known to have been on disk
     * @param damage is told what is lost
     */
    void settle(long recovered, long marked, Damage damage) throws IOException {
        for (Path link : Folders.files(pending, recovered >= marked ? "" : TABLE)) {
            Files.delete(link);
        }
        if (recovered >= marked) {
            Files.deleteIfExists(pending);
            deleteIfEmpty(folder.lost());
            return;
        }
        Path kept = folder.lost().resolve("after-commit-" + recovered + "-at-" + System.currentTimeMillis());
        boolean any = !Folders.files(pending, "").isEmpty();
        if (any) {
            Files.move(pending, kept);
        }
        damage.found("ACKNOWLEDGED MESSAGES ARE LOST: recovery ended at commit " + recovered + ", but commit "
                + marked + " was on disk; the last " + (marked - recovered) + " commits are gone. A"
                + " write-ahead log is damaged or missing. "
                + (any ? "The logs are kept in " + kept : "No log was found"));
    }

    private static void deleteIfEmpty(Path folder) throws IOException {
        if (Files.isDirectory(folder) && Folders.files(folder, "").isEmpty()) {
            Files.delete(folder);
        }
    }
}
