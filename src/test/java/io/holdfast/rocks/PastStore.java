package io.holdfast.rocks;

import static io.holdfast.rocks.Rows.commit;
import static io.holdfast.rocks.Rows.inFlight;
import static io.holdfast.rocks.Rows.message;

import io.holdfast.broker.Change;
import io.holdfast.broker.Change.SessionPut;
import io.holdfast.mqtt.QoS;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.rocksdb.RocksDBException;

/**
 * Small stores that builds of the past have written, one for each version of the format, as test resources:
 * the folder in {@code store-1.zip}, and what its rows meant to the build that wrote it in {@code
 * store-1.txt}. They are never made again. When the format gets a new version, this makes a store of it:
 *
 * <pre>
 *   java -cp "target/test-classes:target/classes:$(cat target/test-classpath)" io.holdfast.rocks.PastStore
 * </pre>
 */
final class PastStore {
    private static final Path RESOURCES = Path.of("src/test/resources/io/holdfast/rocks");

    private PastStore() {}

    public static void main(String... arguments) throws Exception {
        String name = "store-" + StoreFolder.VERSION;
        Path folder = Files.createTempDirectory(name);
        Path archive = RESOURCES.toAbsolutePath().resolve(name + ".zip");
        write(folder);
        try (FileSystem zip = FileSystems.newFileSystem(URI.create("jar:" + archive.toUri()),
                Map.of("create", "true")); Stream<Path> tree = Files.walk(folder)) {
            for (Path file : tree.filter(PastStore::isContent).toList()) {
                Path to = zip.getPath(folder.relativize(file).toString());
                if (to.getParent() != null) {
                    Files.createDirectories(to.getParent());
                }
                Files.copy(file, to);
            }
        }
        Files.write(RESOURCES.resolve(name + ".txt"), dump(folder));
    }

    /** RocksDB's text log and options are nothing that it reads. */
    private static boolean isContent(Path file) {
        String name = file.getFileName().toString();
        return Files.isRegularFile(file) && !name.startsWith("LOG") && !name.startsWith("OPTIONS");
    }

    /** Unpacks the store of that version. */
    static void unpack(int version, Path folder) throws IOException {
        try (InputStream resource = PastStore.class.getResourceAsStream("store-" + version + ".zip");
                ZipInputStream zip = new ZipInputStream(resource)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path to = folder.resolve(entry.getName());
                if (!entry.isDirectory()) {
                    Files.createDirectories(to.getParent());
                    Files.copy(zip, to);
                }
            }
        }
    }

    /** What the rows of the store of that version meant when it was made. */
    static List<String> meaning(int version) throws IOException {
        return Files.readAllLines(RESOURCES.resolve("store-" + version + ".txt"));
    }

    /** What all rows of a store mean. */
    static List<String> dump(Path folder) {
        List<String> lines = new ArrayList<>();
        try (StoreInspector store = StoreInspector.open(folder)) {
            store.dump(new DumpRequest(null, Long.MAX_VALUE, null, null, false), lines::add);
        }
        return lines;
    }

    /**
     * Rows of all kinds, most of them in a file of RocksDB's, and the last ones in its write-ahead log only:
     * of a client that is there, of one that is away, and of a Shared Subscription.
     */
    private static void write(Path folder) {
        try (RocksStore store = RocksStore.open(folder)) {
            commit(store, new Change.IdsReserved(100, 100, 1_000_000), new Change.SessionsCounted(2),
                    new Change.LogPut(1, "log/1", 2), entry(1), entry(2), entry(3),
                    new Change.LogTrimmed(1, 0, 1),
                    Rows.session("meter", 7), new Change.DuePut(SessionPut.NOT_DUE, "meter"),
                    Rows.subscription(7, "log/1", 1), new Change.CursorPut(1, 7, 2, 1),
                    new Change.InFlightPut(7, 0, List.of(inFlight(1, 1, 1))),
                    new Change.ReceivedPut(7, 2, 5), new Change.ReplayPut(7, "log/1", "log/0", 900),
                    new SessionPut("gauge", 8, 60, 5, 1_000), new Change.DuePut(6_000, "gauge"),
                    new Change.WillPut(8, message(0, "state/gauge", "off")),
                    Rows.subscription(8, "log/1", 1), new Change.CursorPut(1, 8, 1, 1, 2, 3));
            flush(store);
            commit(store, new Change.LogPut(2, "$share/g/s", 1), Rows.subscription(8, "$share/g/s", 2),
                    new Change.CursorPut(2, 0, 1, 1), new Change.LeasePut(2, 0, 8, QoS.AT_LEAST_ONCE),
                    new Change.MessageAppended(2, 0, 3, message(50, "s", "hi")),
                    new Change.InFlightPut(8, 0, List.of(inFlight(3, 2, 0))),
                    new Change.RetainedPut(message(5, "state/meter", "on")),
                    new Change.DelayedPut(2_000_000_000_000L, message(51, "log/1", "later")));
        }
    }

    private static Change.MessageAppended entry(long ordinal) {
        return new Change.MessageAppended(1, ordinal, 12 * (ordinal + 1),
                message(1_000 + ordinal, "log/1", "entry " + ordinal));
    }

    private static void flush(RocksStore store) {
        try {
            store.database.flush();
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }
}
