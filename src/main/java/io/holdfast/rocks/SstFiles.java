package io.holdfast.rocks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
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
     */
    static void verify(Path database, Findings findings) {
        NativeLibrary.load();
        for (Path table : files(database, ".sst")) {
            try (Options options = new Options(); SstFileReader reader = new SstFileReader(options)) {
                reader.open(table.toString());
                reader.verifyChecksum();
            } catch (RocksDBException e) {
                findings.found("damaged file: " + table + ": " + e.getMessage());
            }
        }
    }

    static void tell(Database database, StoreFolder folder, Consumer<String> lines) throws IOException {
        List<LiveFileMetaData> tables = database.rocks.getLiveFilesMetaData();
        lines.accept("tables (SST): %,d files, %,d bytes".formatted(tables.size(),
                tables.stream().mapToLong(LiveFileMetaData::size).sum()));
        List<Path> logs = files(folder.database(), ".log");
        long bytes = 0;
        for (Path log : logs) {
            bytes += Files.size(log);
        }
        lines.accept("write-ahead logs: %,d files, %,d bytes".formatted(logs.size(), bytes));
        if (Files.exists(folder.lost())) {
            lines.accept("write-ahead logs that could not be read to their end are in " + folder.lost());
        }
    }

    private static List<Path> files(Path database, String ending) {
        if (!Files.exists(database)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(database)) {
            return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        } catch (IOException e) {
            throw new StoreException("the database " + database + " cannot be read: " + e, e);
        }
    }
}
