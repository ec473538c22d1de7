package io.holdfast.rocks;

import static io.holdfast.rocks.Rows.commit;
import static io.holdfast.rocks.Rows.inFlight;
import static io.holdfast.rocks.Rows.message;
import static io.holdfast.rocks.Rows.payloads;
import static io.holdfast.rocks.Rows.subscription;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Change;
import io.holdfast.broker.Change.SessionPut;
import io.holdfast.broker.DamagePolicy;
import io.holdfast.broker.Effect;
import io.holdfast.broker.Message;
import io.holdfast.broker.Store.Recovered;
import io.holdfast.mqtt.QoS;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.RocksDBException;

/** A store whose files or rows went bad opens, names what is damaged, and serves everything else. */
class RotTest {
    private static final int ENTRIES = 100;
    private static final int PAYLOAD_BYTES = 2_000;

    @TempDir
    Path folder;
    @TempDir
    Path elsewhere;

    /**
     * Two sessions that are away, each with a log of its own and a whole backlog in it, and a Shared
     * Subscription of the second; each row in a table.
     */
    @BeforeEach
    void create() {
        try (RocksStore store = RocksStore.open(folder)) {
            commit(store, new Change.IdsReserved(100, 100, 1_000_000), new Change.SessionsCounted(2),
                    away("c", 7), new Change.DuePut(3_601_000, "c"), subscription(7, "log/1", 1),
                    new Change.LogPut(1, "log/1", 1), new Change.CursorPut(1, 7, 0, 0),
                    away("d", 8), new Change.DuePut(3_601_000, "d"), subscription(8, "log/2", 2),
                    new Change.LogPut(2, "log/2", 1), new Change.CursorPut(2, 8, 1, 0),
                    new Change.InFlightPut(8, 0, List.of(inFlight(1, 2, 0))),
                    new Change.LogPut(3, "$share/g/s", 1), subscription(8, "$share/g/s", 3),
                    new Change.CursorPut(3, 0, 1, 1), new Change.LeasePut(3, 0, 8, QoS.AT_LEAST_ONCE),
                    new Change.MessageAppended(3, 0, 3, message(50, "s", "hi")),
                    new Change.RetainedPut(message(5, "r/1", "on")));
            Random random = new Random(1);
            for (int i = 0; i < ENTRIES; i++) {
                commit(store, entry(1, i, random), entry(2, i, random));
            }
        }
    }

    private static SessionPut away(String clientId, long id) {
        return new SessionPut(clientId, id, 3_600, SessionPut.NO_WILL, 1_000);
    }

    private static Change.MessageAppended entry(long logId, int ordinal, Random random) {
        byte[] payload = new byte[PAYLOAD_BYTES];
        random.nextBytes(payload);
        Message message = message(1_000 * logId + ordinal, "log/" + logId, payload);
        return new Change.MessageAppended(logId, ordinal, message.bytes() * (ordinal + 1), message);
    }

    /** The table of a column family. */
    private Path table(String family) throws Exception {
        try (Database database = Database.openReadOnly(folder.resolve("db"))) {
            return database.rocks.getLiveFilesMetaData().stream()
                    .filter(table -> new String(table.columnFamilyName()).equals(family))
                    .map(table -> SstFiles.path(folder.resolve("db"), table))
                    .max(Comparator.comparing(table -> table.toFile().length())).orElseThrow();
        }
    }

    private static void flip(Path path, long at) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.seek(at);
            int old = file.read();
            file.seek(at);
            file.write(old ^ 1);
        }
    }

    private static void cut(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(file.length() / 2);
        }
    }

    /** The ordinals that a reader who passes what is damaged gets. */
    private static List<Long> served(RocksStore store, long logId, long next) {
        List<Long> served = new ArrayList<>();
        for (long at = 0; at < next;) {
            int size = store.readLog(logId, at, 10, Long.MAX_VALUE).size();
            for (int i = 0; i < size; i++) {
                served.add(at++);
            }
            at = size == 0 ? Math.min(next, store.nextEntry(logId, at)) : at;
        }
        return served;
    }

    private static Recovered.Log log(RocksStore store, long logId) {
        return store.recover().logs().stream().filter(log -> log.logId() == logId).findFirst().orElseThrow();
    }

    private void assertIsSound() {
        List<String> lines = new ArrayList<>();
        try (StoreInspector store = StoreInspector.open(folder)) {
            assertTrue(store.verify(lines::add), lines.toString());
        }
    }

    private String refusal() {
        return assertThrows(StoreException.class, () -> openStrictly().close()).getMessage();
    }

    private RocksStore openStrictly() {
        return RocksStore.open(folder, DamagePolicy.REFUSE, Database.MEMORY_BYTES);
    }

    @Test
    void aReaderPassesADamagedBlockAndTheNextOpeningTakesItOutOfTheFiles() throws Exception {
        flip(table("log"), PAYLOAD_BYTES * 30L); // somewhere in log 1
        List<Long> served;
        try (RocksStore store = RocksStore.open(folder)) {
            assertEquals(0, store.damaged());
            served = served(store, 1, ENTRIES);
            assertEquals(1, store.damaged());
            assertTrue(served.size() < ENTRIES && served.size() > ENTRIES - 20, served.toString());
            assertEquals(ENTRIES, served(store, 2, ENTRIES).size());
        }
        assertTrue(refusal().contains("DAMAGED names what was met that is damaged"), refusal());
        try (RocksStore store = RocksStore.open(folder)) {
            assertTrue(store.damaged() > 1, "the file, and the rows");
            assertEquals(served, served(store, 1, ENTRIES));
            assertEquals(ENTRIES, served(store, 2, ENTRIES).size());
            commit(store, entry(1, ENTRIES, new Random(2)));
        }
        assertIsSound();
        try (RocksStore store = openStrictly()) {
            assertEquals(0, store.damaged());
        }
        try (Stream<Path> kept = Files.walk(folder.resolve("quarantine"))) {
            assertEquals(1, kept.filter(file -> file.toString().endsWith(".sst")).count());
        }
    }

    @Test
    void aCommitThatFailsBecauseACompactionMetADamagedTableIsMadeInAMendedDatabase() throws Exception {
        flip(table("log"), PAYLOAD_BYTES * 30L); // somewhere in log 1
        try (RocksStore store = RocksStore.open(folder)) {
            failACompaction(store);
            commit(store, entry(2, ENTRIES + 1, new Random(3)));
            assertTrue(store.damaged() > 0);
            assertEquals(ENTRIES + 2, served(store, 2, ENTRIES + 2).size());
            assertTrue(served(store, 1, ENTRIES).size() > ENTRIES - 20);
        }
        try (RocksStore store = RocksStore.open(folder)) {
            assertEquals(ENTRIES + 2, log(store, 2).next());
        }
        assertIsSound();
    }

    /** Has a compaction meet a damaged table, after which RocksDB takes no more writes. */
    private static void failACompaction(RocksStore store) throws RocksDBException {
        commit(store, entry(2, ENTRIES, new Random(2)));
        store.database.flush();
        assertThrows(RocksDBException.class, () -> store.database.rocks.compactRange(store.database.log,
                null, null, new CompactRangeOptions().setBottommostLevelCompaction(
                        CompactRangeOptions.BottommostLevelCompaction.kForce)));
    }

    @Test
    void aLookAtTheDiskAndGivingBackLeaveADamagedTableToTheNextCommit() throws Exception {
        flip(table("log"), PAYLOAD_BYTES * 30L); // somewhere in log 1
        try (RocksStore store = RocksStore.open(folder)) {
            failACompaction(store);
            assertTrue(store.database.rocks.getLongProperty("rocksdb.background-errors") > 0);
            assertTrue(store.freeBytes() > 0);
            store.reclaim();
            assertEquals(0, store.damaged(), "it is the commit that knows what to do");
            commit(store, entry(2, ENTRIES + 1, new Random(3)));
            assertTrue(store.damaged() > 0);
            assertTrue(store.freeBytes() > 0);
            store.reclaim();
            assertEquals(ENTRIES + 2, served(store, 2, ENTRIES + 2).size());
        }
        assertIsSound();
    }

    @Test
    void aDamagedBlockOfTheStateCostsItsRowsAndNothingElse() throws Exception {
        try (RocksStore store = RocksStore.open(folder)) {
            for (int i = 0; i < 1_000; i++) {
                String clientId = "x%04d-%s".formatted(i, "long".repeat(10));
                commit(store, away(clientId, 10 + i), new Change.DuePut(3_601_000, clientId),
                        new Change.SessionsCounted(3 + i));
            }
        }
        Path table = table("default");
        flip(table, table.toFile().length() / 2);
        List<String> lines = new ArrayList<>();
        assertTrue(StoreInspector.repair(folder, lines::add), lines.toString());
        assertTrue(lines.getFirst().startsWith("damaged file: "), lines.toString());
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("unreadable rows: ")), lines.toString());
        try (RocksStore store = openStrictly()) {
            long sessions = store.recover().sessions();
            assertTrue(sessions > 850 && sessions < 1_002, sessions + " sessions");
            assertEquals(ENTRIES, served(store, 1, ENTRIES).size());
        }
    }

    static Stream<Arguments> files() {
        return Stream.of(Arguments.of("default", "delete"), Arguments.of("default", "cut"),
                Arguments.of("log", "delete"), Arguments.of("log", "cut"),
                Arguments.of("retained", "delete"));
    }

    @ParameterizedTest(name = "{1} a table of {0}")
    @MethodSource("files")
    void withoutATableEverythingElseIsServed(String family, String how) throws Exception {
        Path table = table(family);
        if (how.equals("delete")) {
            Files.delete(table);
        } else {
            cut(table);
        }
        assertTrue(refusal().contains(table.getFileName().toString()), refusal());
        try (RocksStore store = RocksStore.open(folder)) {
            assertTrue(store.damaged() > 0);
            assertEquals(family.equals("default") ? 0 : 3, store.recover().logs().size());
            assertEquals(family.equals("default"), store.readSession("c").isEmpty());
            if (family.equals("retained")) {
                assertEquals(ENTRIES, served(store, 1, ENTRIES).size());
                assertEquals(ENTRIES, served(store, 2, ENTRIES).size());
            }
            if (family.equals("log")) {
                assertEquals(0, log(store, 1).next());
                assertTrue(store.readSession("c").contains(new Change.CursorPut(1, 7, 0, 0)));
            }
        }
        assertIsSound();
    }

    @ParameterizedTest
    @ValueSource(strings = {"CURRENT", "MANIFEST"})
    void withoutTheListOfItsTablesNothingIsLost(String name) throws Exception {
        deleteFiles(folder, name + ".*");
        assertTrue(refusal().contains("cannot be opened"), refusal());
        try (RocksStore store = RocksStore.open(folder)) {
            assertEquals(ENTRIES, served(store, 1, ENTRIES).size());
            assertEquals(3, store.recover().logs().size());
            assertEquals(List.of("c", "d"), store.readDue(Long.MAX_VALUE - 1, 10));
        }
        assertIsSound();
    }

    /** A store as a kill leaves it, with everything in a write-ahead log and nothing in tables. */
    private Path killed() throws IOException {
        Path killed = elsewhere.resolve("killed");
        try (RocksStore store = RocksStore.open(elsewhere.resolve("running"))) {
            commit(store, new Change.LogPut(1, "log/1", 1), away("c", 7), new Change.DuePut(3_601_000, "c"),
                    new Change.SessionsCounted(1), subscription(7, "log/1", 1),
                    new Change.CursorPut(1, 7, 0, 0), new Change.RetainedPut(message(5, "r/1", "on")));
            Random random = new Random(1);
            for (int i = 0; i < ENTRIES; i++) {
                commit(store, entry(1, i, random));
            }
            copy(elsewhere.resolve("running"), killed);
        }
        return killed;
    }

    /** RocksDB's repair leaves out what a write-ahead log has for a column family that has no table. */
    @Test
    void withoutTheManifestNothingIsLostOfWhatIsInAWriteAheadLogAlone() throws Exception {
        Path killed = killed();
        Files.delete(killed.resolve("db/CURRENT"));
        assertServesAll(killed);
    }

    @Test
    void whereAllFilesOfTheContentAreGoneThatIsToldAndTheStoreStartsEmpty() throws Exception {
        Path killed = killed();
        deleteFiles(killed, "MANIFEST.*|.*\\.log");
        for (boolean isFirst : List.of(true, false)) {
            try (RocksStore store = RocksStore.open(killed)) {
                assertEquals(isFirst, store.damaged() > 0);
                assertEquals(List.of(), store.recover().logs());
            }
        }
    }

    private static void deleteFiles(Path data, String names) throws IOException {
        for (Path file : Folders.files(data.resolve("db"), "")) {
            if (file.getFileName().toString().matches(names)) {
                Files.delete(file);
            }
        }
    }

    private static void assertServesAll(Path data) {
        try (RocksStore store = RocksStore.open(data)) {
            assertTrue(store.damaged() > 0);
            assertEquals(ENTRIES, served(store, 1, ENTRIES).size());
            assertEquals(3, store.readSession("c").size());
            assertEquals(List.of("on"), payloads(store.readRetained(
                    new Effect.ReadRetained(1, 1, "#", "", 9, 999)).messages()));
        }
    }

    /** Then it is that of an earlier database, without later tables, which RocksDB deletes, and families. */
    @ParameterizedTest(name = "killed: {0}")
    @ValueSource(booleans = {true, false})
    void whereverTheManifestIsCutShortNothingIsLost(boolean isKilled) throws Exception {
        Path whole = isKilled ? killed() : folder;
        Path manifest = Folders.files(whole.resolve("db"), "").stream()
                .filter(file -> file.getFileName().toString().startsWith("MANIFEST")).findFirst()
                .orElseThrow();
        int step = isKilled ? 40 : 120;
        for (int length = (int) Files.size(manifest) - 10; length > 0; length -= step) {
            Path cut = elsewhere.resolve("cut at " + length);
            copy(whole, cut);
            Path shorter = cut.resolve("db").resolve(manifest.getFileName());
            Files.write(shorter, Arrays.copyOf(Files.readAllBytes(shorter), length));
            assertServesAll(cut);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path file : tree.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"", "too short"})
    void aCommitMarkThatIsMissingOrCutShortIsToldOrRefused(String content) throws Exception {
        Path mark = folder.resolve("COMMITTED");
        if (content.isEmpty()) {
            Files.delete(mark);
        } else {
            Files.writeString(mark, content);
        }
        assertTrue(refusal().contains("damaged file: COMMITTED"), refusal());
        try (RocksStore store = RocksStore.open(folder)) {
            assertEquals(1, store.damaged());
        }
        openStrictly().close();
    }

    @Test
    void aWriteAheadLogThatEndsTooEarlyIsRefusedWhereDamageIs() throws Exception {
        try (CommitMark mark = CommitMark.open(folder.resolve("COMMITTED"))) {
            mark.write(ENTRIES + 3);
        }
        for (int i = 0; i < 2; i++) {
            assertTrue(refusal().contains("recovery ended at commit " + (ENTRIES + 1) + ", but commit "
                    + (ENTRIES + 3) + " was on disk"), refusal());
        }
        try (RocksStore store = RocksStore.open(folder)) {
            assertEquals(1, store.damaged());
        }
        openStrictly().close();
    }

    private void put(RowKind kind, byte[] key, byte... value) throws Exception {
        try (Database database = Database.open(folder.resolve("db"))) {
            database.rocks.put(kind.family(database), key, value);
        }
    }

    @Test
    void aDamagedRowThatTheStartNeedsIsSetAsideAndMadeAnewWhereItCanBe() throws Exception {
        put(RowKind.LOG, Keys.of(Keys.LOG, 1), (byte) 0xFF);
        put(RowKind.IDS, Keys.of(Keys.IDS), (byte) 1);
        put(RowKind.CURSOR, Keys.cursor(3, 0), (byte) 1);
        put(RowKind.SESSIONS, Keys.of(Keys.SESSIONS), (byte) 1);

        try (RocksStore store = RocksStore.open(folder)) {
            assertEquals(new Recovered.Log(1, "log/1", 1, 0, ENTRIES, log(store, 2).bytesThrough()),
                    log(store, 1));
            assertEquals(2, store.recover().sessions());
            assertEquals(List.of(new Change.CursorPut(3, 0, 0, 0)), store.recover().sharedCursors());
            assertTrue(store.recover().ids().logIdsThrough() > 3);
            assertTrue(store.recover().ids().sequencesThrough() > 2_000 + ENTRIES);
            assertTrue(store.readSession("c").contains(new Change.CursorPut(1, 7, 0, 0)));
        }
        assertIsSound();
        Path kept = Folders.files(folder.resolve("quarantine"), "").getFirst().resolve("rows");
        assertTrue(Files.readAllLines(kept).contains("default 69 01"), Files.readString(kept));
    }

    @Test
    void aDamagedRowThatAReaderMeetsIsPassedAndTheNextOpeningSetsItAside() throws Exception {
        put(RowKind.ENTRY, Keys.entry(1, 3), (byte) 9);
        put(RowKind.CURSOR, Keys.cursor(2, 8), (byte) 9);
        put(RowKind.SESSION, Keys.of(Keys.SESSION, "e"), (byte) 9);
        put(RowKind.RETAINED, Keys.text("r/0"), (byte) 9);
        try (Database database = Database.open(folder.resolve("db"))) {
            database.rocks.delete(database.log, Keys.entry(1, 5));
        }
        List<Long> all = IntStream.range(0, ENTRIES).mapToObj(i -> (long) i).filter(i -> i != 3 && i != 5)
                .toList();
        for (int i = 0; i < 2; i++) {
            try (RocksStore store = RocksStore.open(folder)) {
                assertEquals(all, served(store, 1, ENTRIES));
                assertTrue(store.readSession("d").contains(new Change.CursorPut(2, 8, ENTRIES, ENTRIES)));
                assertEquals(List.of(), store.readSession("e"));
                assertEquals(List.of("on"), payloads(store.readRetained(
                        new Effect.ReadRetained(1, 1, "#", "", 9, 999)).messages()));
                assertTrue(store.damaged() > 0);
            }
            assertTrue(i == 1 || Files.exists(folder.resolve("DAMAGED")));
        }
        List<String> lines = new ArrayList<>();
        assertTrue(StoreInspector.repair(folder, lines::add), lines.toString());
        assertFalse(Files.exists(folder.resolve("DAMAGED")));
    }

    @Test
    void whatNoLongerGoesTogetherIsMended() throws Exception {
        try (RocksStore store = RocksStore.open(folder)) {
            commit(store, new Change.SessionRemoved("d"), new Change.CursorPut(1, 7, ENTRIES + 5, 3),
                    new Change.MessageAppended(9, 4, 5, message(60, "a", "b")),
                    new Change.SessionPut("w", 9, 60, 5, 1_000), new Change.ReceivedPut(10, 1, 1));
        }
        List<String> lines = new ArrayList<>();
        try (StoreInspector store = StoreInspector.open(folder)) {
            assertFalse(store.plan(lines::add));
        }
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("repair would take out ")),
                lines.toString());
        lines.clear();
        assertTrue(StoreInspector.repair(folder, lines::add), lines.toString());
        try (RocksStore store = RocksStore.open(folder)) {
            Set<Long> logs = Set.copyOf(store.recover().logs().stream().map(Recovered.Log::logId).toList());
            assertEquals(Set.of(1L, 3L), logs, "the second session had the second log for itself");
            assertTrue(store.readSession("c").contains(new Change.CursorPut(1, 7, ENTRIES, 3)));
            assertEquals(1, store.recover().leases().size());
            assertEquals(0, store.recover().leases().getFirst().sessionId(), "it is free for another");
            assertEquals(List.of(new SessionPut("w", 9, 60, SessionPut.NO_WILL, 1_000)),
                    store.readSession("w"));
            assertEquals(2, store.recover().sessions());
        }
    }

    @Test
    void anOpeningThatIsCutShortBetweenTwoDatabasesEndsWithTheNewOne() throws Exception {
        Files.move(folder.resolve("db"), folder.resolve("db.mending"));
        try (RocksStore store = RocksStore.open(folder)) {
            assertEquals(3, store.recover().logs().size());
        }
        Files.createDirectories(folder.resolve("db.mending"));
        try (RocksStore store = RocksStore.open(folder)) {
            assertEquals(3, store.recover().logs().size());
            assertEquals(0, store.damaged());
        }
        assertFalse(Files.exists(folder.resolve("db.mending")));
    }
}
