package io.holdfast.rocks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches over one opening of the database: whether recovery came as far as {@link CommitMark} says it must,
 * and that what it could not read is not deleted.
 *
 * <p>RocksDB deletes its write-ahead logs once recovered, whatever part of them it skipped. So they get a
 * second name (a hard link, no copy) in {@code lost/pending} first. If recovery came far enough those are
 * removed again; if not, the folder is renamed and stays for whoever wants to save what is in it, and a
 * warning gives the figures.
 */
final class WalGuard {
    private static final Logger LOG = LoggerFactory.getLogger(WalGuard.class);

    private final StoreFolder folder;
    private final Path pending;

    private WalGuard(StoreFolder folder) {
        this.folder = folder;
        this.pending = folder.lost().resolve("pending");
    }

    /** To be called before the database is opened. */
    static WalGuard keep(StoreFolder folder) {
        WalGuard guard = new WalGuard(folder);
        try {
            guard.link();
        } catch (IOException | UnsupportedOperationException e) {
            LOG.warn("The write-ahead logs of {} cannot be linked, so what recovery does not read will be"
                    + " gone ({})", folder, e.toString());
        }
        return guard;
    }

    private void link() throws IOException {
        List<Path> logs = Files.isDirectory(folder.database()) ? files(folder.database()) : List.of();
        for (Path log : logs) {
            Path link = pending.resolve(log.getFileName());
            if (log.toString().endsWith(".log") && !Files.exists(link)) {
                Files.createDirectories(pending);
                Files.createLink(link, log);
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
        if (recovered >= marked) {
            for (Path link : Files.isDirectory(pending) ? files(pending) : List.<Path>of()) {
                Files.delete(link);
            }
            Files.deleteIfExists(pending);
            deleteIfEmpty(folder.lost());
            return;
        }
        Path kept = folder.lost().resolve("after-commit-" + recovered + "-at-" + System.currentTimeMillis());
        boolean any = Files.isDirectory(pending);
        if (any) {
            Files.move(pending, kept);
        }
        damage.found("ACKNOWLEDGED MESSAGES ARE LOST: recovery ended at commit " + recovered + ", but commit "
                + marked + " was on disk; the last " + (marked - recovered) + " commits are gone. A"
                + " write-ahead log is damaged or missing. "
                + (any ? "The logs are kept in " + kept : "No log was found"));
    }

    private static void deleteIfEmpty(Path folder) throws IOException {
        if (Files.isDirectory(folder) && files(folder).isEmpty()) {
            Files.delete(folder);
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
