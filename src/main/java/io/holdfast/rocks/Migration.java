package io.holdfast.rocks;

import java.util.List;
import org.rocksdb.RocksDBException;

/**
 * How a store of an older version of the format becomes one of the present version, when a broker opens it:
 * one step for each version, in order. The version of a folder is raised after each step, when all that the
 * step wrote is on disk. A start that is cut short repeats the step, so a step must not mind rows that it has
 * written before.
 */
interface Migration {
    /** The step at index i leads from version i + 1 to the next; there is one version so far. */
    List<Migration> STEPS = List.of();

    /** Rewrites what the next version has in another form, with {@link Database#synced}. */
    void run(Database database) throws RocksDBException;

    /** Brings the store to the version that the last step leads to. */
    static void run(List<Migration> steps, StoreFolder folder, Database database) {
        for (int version = folder.version(); version <= steps.size(); version++) {
            try {
                steps.get(version - 1).run(database);
            } catch (RocksDBException e) {
                throw new StoreException("the store " + folder + " cannot be brought from format version "
                        + version + " to the next: " + e.getMessage(), e);
            }
            folder.raiseVersion(version + 1);
        }
    }
}
