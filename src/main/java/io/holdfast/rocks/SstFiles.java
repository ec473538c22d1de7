package io.holdfast.rocks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.Options;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;

/** The files of a database: tables, and write-ahead logs. */
final class SstFiles {
    private SstFiles() {}

    /**
     * Compares all blocks of all tables with their checksums, also of rows that are deleted: a later
     * compaction would read them.
     *
     * @return the damaged tables, with what is wrong with them
     */
    static Map<Path, String> damaged(Path database) throws IOException {
        return damaged(Folders.files(database, ".sst"));
    }

    /** The same for tables that a database uses, while a broker writes others. */
    static Map<Path, String> damaged(Path path, Database database) {
        return damaged(database.rocks.getLiveFilesMetaData().stream()
                .map(table -> path(path, table)).toList());
    }

    private static Map<Path, String> damaged(List<Path> tables) {
        NativeLibrary.load();
        Map<Path, String> damaged = new LinkedHashMap<>();
        for (Path table : tables) {
            try (Options options = new Options(); SstFileReader reader = new SstFileReader(options)) {
                reader.open(table.toString());
                reader.verifyChecksum();
            } catch (RocksDBException e) {
                if (Files.exists(table)) { // it may have been compacted meanwhile
                    damaged.put(table, "damaged file: " + table + ": " + e.getMessage());
                }
            }
        }
        return damaged;
    }

    /** The file of a table, whose name begins with a slash. */
    static Path path(Path database, LiveFileMetaData table) {
        return database.resolve(table.fileName().substring(1));
    }

    static boolean canBeOpened(Path table) {
        try (Options options = new Options(); SstFileReader reader = new SstFileReader(options)) {
            reader.open(table.toString());
            return true;
        } catch (RocksDBException _) {
            return false;
        }
    }

    /** The name of the column family that a sound table belongs to. */
    static String family(Path table) throws RocksDBException {
        try (Options options = new Options(); SstFileReader reader = new SstFileReader(options)) {
            reader.open(table.toString());
            return new String(reader.getTableProperties().getColumnFamilyName());
        }
    }

    static void tell(Database database, StoreFolder folder, Consumer<String> lines) throws IOException {
        List<LiveFileMetaData> tables = database.rocks.getLiveFilesMetaData();
        lines.accept("tables (SST): %,d files, %,d bytes".formatted(tables.size(),
                tables.stream().mapToLong(LiveFileMetaData::size).sum()));
        List<Path> logs = Folders.files(folder.database(), ".log");
        long bytes = 0;
        for (Path log : logs) {
            bytes += Files.size(log);
        }
        lines.accept("write-ahead logs: %,d files, %,d bytes".formatted(logs.size(), bytes));
        if (Files.exists(folder.lost())) {
            lines.accept("write-ahead logs that could not be read to their end are in " + folder.lost());
        }
        if (Files.exists(folder.quarantine())) {
            lines.accept("what was damaged is in " + folder.quarantine());
        }
    }
}
