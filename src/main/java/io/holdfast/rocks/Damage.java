package io.holdfast.rocks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is found damaged in a store, once each: named, counted, and, if it is met by a reader, noted for the
 * next start, which then looks at everything and sets aside what is damaged. Until then a reader passes over
 * it.
 */
final class Damage {
    /** So many are named in the log of the process; all are counted. */
    private static final int NAMED_MAX = 100;
    /** So many are known again when they are met again. */
    private static final int KNOWN_MAX = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(Damage.class);

    private final StoreFolder folder;
    private final long namedMax;
    private final Consumer<String> names;
    private final Set<String> known = new HashSet<>();
    private long found;
    private long met;

    /** Names what it finds in the log of the process. */
    Damage(StoreFolder folder) {
        this(folder, NAMED_MAX, what -> LOG.error("DAMAGED in {}: {}", folder, what));
    }

    Damage(StoreFolder folder, long namedMax, Consumer<String> names) {
        this.folder = folder;
        this.namedMax = namedMax;
        this.names = names;
    }

    /** Whether a failure says that what is on disk is not what was written. */
    static boolean isDamage(RocksDBException e) {
        return e.getStatus() != null && e.getStatus().getCode() == Status.Code.Corruption;
    }

    synchronized long found() {
        return found;
    }

    /** How often readers have met something, be it known or not. */
    synchronized long met() {
        return met;
    }

    /** It is found by a start, or a repair, which deals with it. */
    void found(String what) {
        found(what, what);
    }

    private synchronized void found(String what, String identity) {
        if (!known.contains(identity)) {
            if (known.size() < KNOWN_MAX) {
                known.add(identity);
            }
            if (++found <= namedMax) {
                names.accept(what);
            }
            if (found == namedMax) {
                names.accept("there is more, which is counted and not named here");
            }
        }
    }

    /** A reader has met it, and passes over it. */
    void met(String what) {
        met(what, what);
    }

    /** The same for a block: its failure tells which it is, from wherever it was met. */
    void met(String what, RocksDBException why) {
        met(what + why.getMessage(), why.getMessage());
    }

    private synchronized void met(String what, String identity) {
        met++;
        long before = found;
        found(what, identity);
        if (found > before && found <= namedMax) {
            note(what);
        }
    }

    /** Has the next start look at everything. */
    void note(String what) {
        try {
            Files.writeString(folder.damaged(), what + "\n", StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            LOG.error("{} cannot be written, so the next start may not find what is damaged: {}",
                    folder.damaged(), e.toString());
        }
    }
}
