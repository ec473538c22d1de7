package io.holdfast.rocks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Change;
import io.holdfast.broker.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rocksdb.RocksDBException;

/** A store of every version that there has been is opened and understood, and becomes one of the present. */
class MigrationTest {
    private static final byte[] KEY = {'z'};

    @TempDir
    Path folder;

    static List<Integer> versions() {
        List<Integer> versions = new ArrayList<>();
        for (int version = 1; version <= StoreFolder.VERSION; version++) {
            versions.add(version);
        }
        return versions;
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aStoreOfEveryVersionHoldsWhatItsBuildHadWritten(int version) throws IOException {
        PastStore.unpack(version, folder);
        try (RocksStore store = RocksStore.open(folder)) {
            assertEquals(2, store.recover().sessions());
            assertEquals(List.of("entry 1", "entry 2", "entry 3"), payloads(store, 1, 1));
            assertEquals(List.of("hi"), payloads(store, 2, 0));
            assertEquals(6, store.readSession("meter").size());
            assertEquals(6, store.readSession("gauge").size());
            assertEquals(7, ((Change.SessionPut) store.readSession("meter").getFirst()).sessionId());
        }
        assertEquals("holdfast store " + StoreFolder.VERSION + "\n", read(StoreFormat.FILE));
        assertEquals(PastStore.meaning(version), PastStore.dump(folder));
        try (StoreInspector store = StoreInspector.open(folder)) {
            List<String> lines = new ArrayList<>();
            assertTrue(store.verify(lines::add), lines::toString);
        }
    }

    private static List<String> payloads(RocksStore store, long logId, long from) {
        List<Message> entries = store.readLog(logId, from, Integer.MAX_VALUE, Long.MAX_VALUE);
        return Rows.payloads(entries);
    }

    /** Else a migration could break rows of that kind unseen. */
    @ParameterizedTest
    @MethodSource("versions")
    void eachOfThemHasRowsOfAllKinds(int version) throws IOException {
        PastStore.unpack(version, folder);
        try (Database database = Database.openReadOnly(folder.resolve("db"))) {
            for (RowKind kind : RowKind.values()) {
                List<String> lines = new ArrayList<>();
                assertTrue(new Dump(database, new DumpRequest(kind.word, 1, null, null, false), lines::add)
                        .run());
                assertEquals(1, lines.size(), "rows of the kind " + kind.word);
            }
        } catch (RocksDBException e) {
            throw new IOException(e);
        }
    }

    /** The steps of a build that understands versions 1 to 3, of which the first fails at first. */
    @Test
    void stepsAreTakenInOrderAndOneThatWasCutShortIsRepeated() throws Exception {
        PastStore.unpack(1, folder);
        List<Integer> taken = new ArrayList<>();
        List<Migration> steps = List.of(database -> {
            taken.add(1);
            database.rocks.put(database.state, database.synced, KEY, new byte[] {2});
            if (taken.size() == 1) {
                throw new RocksDBException("the disk is full");
            }
        }, database -> {
            assertArrayEquals(new byte[] {2}, database.rocks.get(database.state, KEY));
            assertEquals("holdfast store 2\n", read(StoreFormat.FILE));
            taken.add(2);
        });
        assertEquals("the store " + folder.toRealPath()
                + " cannot be brought from format version 1 to the next: the disk is full",
                assertThrows(StoreException.class, () -> migrate(steps)).getMessage());
        assertEquals("holdfast store 1\n", read(StoreFormat.FILE));
        migrate(steps);
        assertEquals(List.of(1, 1, 2), taken);

        // To a build that knows one version, such as this, the folder is one of a newer build.
        assertTrue(assertThrows(StoreException.class, () -> RocksStore.open(folder).close()).getMessage()
                .endsWith("has format version 3, and this build of Holdfast understands versions up to 1"));
    }

    private void migrate(List<Migration> steps) {
        try (StoreFolder opened = StoreFolder.open(folder);
                Database database = Database.open(opened.database())) {
            Migration.run(steps, opened, database);
        }
    }

    private String read(String file) {
        try {
            return Files.readString(folder.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
