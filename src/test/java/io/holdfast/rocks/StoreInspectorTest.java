package io.holdfast.rocks;

import static io.holdfast.rocks.Rows.commit;
import static io.holdfast.rocks.Rows.inFlight;
import static io.holdfast.rocks.Rows.message;
import static io.holdfast.rocks.Rows.session;
import static io.holdfast.rocks.Rows.subscription;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Change;
import io.holdfast.broker.Change.SessionPut;
import io.holdfast.broker.Message;
import io.holdfast.mqtt.QoS;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StoreInspectorTest {
    @TempDir
    Path folder;

    /** A client that is there, with one delivery in flight and two entries waiting; another that is away. */
    private void create() {
        try (RocksStore store = RocksStore.open(folder)) {
            commit(store, new Change.IdsReserved(100, 100, 1_000_000), new Change.SessionsCounted(2),
                    new Change.LogPut(1, "log/1", 2), entry(0), entry(1), entry(2),
                    session("c", 7), new Change.DuePut(SessionPut.NOT_DUE, "c"), subscription(7, "log/1", 1),
                    new Change.CursorPut(1, 7, 1, 0),
                    new Change.InFlightPut(7, 0, List.of(inFlight(1, 1, 0))),
                    new SessionPut("d", 8, 60, 5, 1_000), new Change.DuePut(6_000, "d"),
                    new Change.WillPut(8, message(0, "w", "off")), subscription(8, "log/1", 1),
                    new Change.CursorPut(1, 8, 0, 0), new Change.RetainedPut(message(5, "r/1", "on")));
            commit(store, new Change.LogPut(2, "$share/g/s", 1), subscription(8, "$share/g/s", 2),
                    new Change.CursorPut(2, 0, 1, 1), new Change.LeasePut(2, 0, 8, QoS.AT_LEAST_ONCE),
                    new Change.MessageAppended(2, 0, 3, message(50, "s", "hi")),
                    new Change.InFlightPut(8, 0, List.of(inFlight(3, 2, 0))));
        }
    }

    private static Change.MessageAppended entry(long ordinal) {
        return new Change.MessageAppended(1, ordinal, 12 * (ordinal + 1), message(1_000 + ordinal, "log/1",
                "entry " + ordinal));
    }

    private List<String> verify() {
        List<String> lines = new ArrayList<>();
        try (StoreInspector store = StoreInspector.open(folder)) {
            boolean sound = store.verify(lines::add);
            assertEquals(sound, lines.getLast().endsWith("the store is sound"), lines.toString());
        }
        return lines;
    }

    /** What is found, without the summary. */
    private List<String> findings() {
        List<String> lines = verify();
        return lines.subList(0, lines.size() - 1);
    }

    @Test
    void aSoundStoreIsFoundSoundAndIsNotChanged() throws IOException {
        create();
        Map<String, String> before = content();

        assertEquals(List.of("24 rows of 777 bytes were read: the store is sound"), verify());
        assertEquals(before, content());
        try (RocksStore store = RocksStore.open(folder)) {
            assertEquals(2, store.recover().logs().size());
        }
    }

    /** All files but that of the lock, which holds the process id. */
    private Map<String, String> content() throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!file.endsWith(StoreFolder.LOCK_FILE)) {
                    content.put(file.toString(), HexFormat.of().formatHex(Files.readAllBytes(file)));
                }
            }
        }
        return content;
    }

    @Test
    void eachDamagedRowIsNamedAndTheOthersAreRead() throws Exception {
        create();
        try (Database database = Database.open(folder.resolve("db"))) {
            put(database, RowKind.ENTRY, Keys.entry(1, 1), "02" + "00".repeat(60));
            put(database, RowKind.LOG, new byte[] {'l', 1}, "00");
            put(database, RowKind.SESSION, Keys.of(Keys.SESSION, "x"), "ff");
            put(database, RowKind.SUBSCRIPTION, Keys.of(Keys.SUBSCRIPTION, 7, "q"), "0803");
            put(database, RowKind.COMMIT, new byte[] {'!'}, "00");
            put(database, RowKind.RETAINED, Keys.text("r/2"), "0101" + "00".repeat(32) + "0001" + "61"
                    + "00000000");
        }
        assertEquals(List.of("damaged row: entry 1 of log 1: format 2, this build reads 1",
                "damaged row: 21: of no known kind",
                "damaged row: subscription row of session 7, q: QoS 3",
                "damaged row: log row with the key 6c01: a key of 2 bytes, 9 expected",
                "damaged row: session row of client x: While parsing a protocol message, the input ended",
                "damaged row: retained message of r/2: its Topic Name is a"),
                findings().stream().map(line -> line.replaceFirst(" unexpectedly.*", "")).toList());
    }

    private static void put(Database database, RowKind kind, byte[] key, String value) throws Exception {
        database.rocks.put(kind.family(database), key, HexFormat.of().parseHex(value));
    }

    static Stream<Arguments> contradictions() {
        return Stream.concat(ofSessions().stream(), ofLogs().stream());
    }

    private static List<Arguments> ofSessions() {
        return List.of(
                Arguments.of(new Change.CursorPut(1, 8, 4, 0),
                        "cursor row of log 1, session 8: next 4 is beyond the log's next entry, 3"),
                Arguments.of(new Change.CursorPut(1, 8, 1, 2),
                        "cursor row of log 1, session 8: low 2 is above next 1"),
                Arguments.of(new Change.CursorPut(1, 7, 1, 1), "in-flight row of session 7, block 0: Packet"
                        + " Identifier 1, entry 0 of log 1: the cursor does not need it"),
                Arguments.of(new Change.CursorPut(1, 8, 1, 0, 2, 9), "cursor row of log 1, session 8: what"
                        + " it leaves out, 2 to 9, is not in the log"),
                Arguments.of(new Change.CursorPut(9, 8, 0, 0),
                        "cursor row of log 9, session 8: there is no such log"),
                Arguments.of(new Change.SubscriptionRemoved(8, "log/1"), "cursor row of log 1, session 8:"
                        + " neither a subscription nor a delivery in flight needs it"),
                Arguments.of(subscription(8, "x", 9),
                        "subscription row of session 8, x: there is no log 9"),
                Arguments.of(subscription(8, "x", 1),
                        "subscription row of session 8, x: log 1 is that of log/1"),
                Arguments.of(new Change.EntriesRemoved(1, 1, 2),
                        "cursor row of log 1, session 7: its next entry, 1, is missing"),
                Arguments.of(new Change.EntriesRemoved(2, 0, 1), "lease row of log 2, entry 0: the log's next"
                        + " entry is 0"),
                Arguments.of(new Change.InFlightPut(8, 1, List.of(inFlight(32, 1, 2))), "in-flight row of"
                        + " session 8, block 1: Packet Identifier 32, entry 2 of log 1: the cursor has not"
                        + " come to it"),
                Arguments.of(new Change.ReceivedPut(9, 0, 2),
                        "received row of session 9, block 0: there is no session 9"),
                Arguments.of(new Change.ReplayPut(7, "q", "", 1),
                        "replay row of session 7, q: there is no such subscription"));
    }

    private static List<Arguments> ofLogs() {
        return List.of(
                Arguments.of(new Change.LogPut(1, "log/1", 3),
                        "log row of log 1: it counts 3 cursors, and there are 2"),
                Arguments.of(new Change.LogPut(2, "$share/g/s", 2),
                        "log row of log 2: it counts 2 durable subscriptions, and there are 1"),
                Arguments.of(new Change.CursorRemoved(2, 0),
                        "log row of log 2: it is that of a Shared Subscription and has no cursor"),
                Arguments.of(new Change.MessageAppended(5, 3, 3, message(60, "a", "b")),
                        "log row of log 5: missing, though there are entries 3 to 3"),
                Arguments.of(new Change.MessageAppended(1, 3, 40, message(2_000, "a", "b")),
                        "entry 3 of log 1: its byte total is 40, 38 expected"),
                Arguments.of(new Change.MessageAppended(1, 3, 38, message(1_000, "a", "b")),
                        "entry 3 of log 1: its sequence 1000 is not above 1002 of the entry before it"),
                Arguments.of(new Change.LogTrimmed(1, 3, 3), "trimmed row of log 1: entries below 3 are gone,"
                        + " and the last one, which always stays, is 2"),
                Arguments.of(new Change.SessionsCounted(3),
                        "sessions row: it counts 3 sessions, and there are 2"),
                Arguments.of(new Change.DueRemoved(6_000, "d"),
                        "session row of client d: it is not in the list of what is due, at 6000"),
                Arguments.of(new Change.DuePut(7_000, "d"),
                        "due row of client d: it is listed at 7000, and due at 6000"),
                Arguments.of(new Change.DuePut(7_000, "e"), "due row of client e: there is no such session"),
                Arguments.of(new Change.WillRemoved(8),
                        "session row of client d: its Will Message is missing"),
                Arguments.of(new Change.IdsReserved(100, 1, 1_000_000),
                        "ids row: log ids are reserved through 1, and 2 is in use"),
                Arguments.of(new Change.IdsReserved(100, 100, 1_001),
                        "ids row: sequences are reserved through 1001, and 1002 is in use"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("contradictions")
    void aRowThatContradictsAnotherIsNamed(Change change, String expected) {
        create();
        try (RocksStore store = RocksStore.open(folder)) {
            commit(store, change);
        }
        List<String> findings = findings();
        assertTrue(findings.contains("inconsistent row: " + expected), findings.toString());
    }

    @Test
    void entriesThatOverflowHasRemovedAreNotedAndAreNoDamage() {
        create();
        try (RocksStore store = RocksStore.open(folder)) {
            commit(store, new Change.CursorPut(1, 7, 2, 0), new Change.EntriesRemoved(1, 1, 2));
        }
        assertEquals(List.of("1 entries are missing between others; overflow=drop-newest removes such ones"),
                findings());
    }

    @Test
    void aCommitThatTheMarkNamesAndTheDatabaseLacksIsLost() {
        create();
        try (CommitMark mark = CommitMark.open(folder.resolve("COMMITTED"))) {
            mark.write(5);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        assertEquals(List.of("inconsistent row: commit row: the last commit is 2, but commit 5 was on disk:"
                + " acknowledged messages are lost"), findings());
    }

    /** Payloads that do not compress, in a table of many blocks; the last log has a damaged row besides. */
    private Path createLarge() throws Exception {
        create();
        Random random = new Random(1);
        try (RocksStore store = RocksStore.open(folder)) {
            commit(store, new Change.LogPut(3, "log/3", 1), new Change.LogPut(4, "log/4", 1),
                    subscription(7, "log/3", 3), new Change.CursorPut(3, 7, 0, 0),
                    subscription(7, "log/4", 4), new Change.CursorPut(4, 7, 0, 0));
            for (int i = 0; i < 400; i++) {
                byte[] payload = new byte[1_000];
                random.nextBytes(payload);
                Message message = message(2_000 + i, "a", payload);
                commit(store, new Change.MessageAppended(3, i, message.bytes() * (i + 1), message));
            }
        }
        try (Database database = Database.open(folder.resolve("db"))) {
            put(database, RowKind.ENTRY, Keys.entry(4, 0), "00");
            database.flush();
        }
        try (Stream<Path> files = Files.list(folder.resolve("db"))) {
            return files.filter(file -> file.toString().endsWith(".sst"))
                    .max(Comparator.comparing(file -> file.toFile().length())).orElseThrow();
        }
    }

    @Test
    void aBlockThatWentBadIsNamedWithItsFileAndWhatIsBehindItIsRead() throws Exception {
        Path table = createLarge();
        try (RandomAccessFile file = new RandomAccessFile(table.toFile(), "rw")) {
            file.seek(200_000);
            int old = file.read();
            file.seek(200_000);
            file.write(old ^ 1);
        }
        List<String> findings = findings();
        assertTrue(findings.getFirst().startsWith("damaged file: " + folder.toRealPath().resolve("db")),
                findings.toString());
        assertTrue(findings.get(1).matches("unreadable rows: after entry 1\\d\\d of log 3, before entry"
                + " [12]\\d\\d of log 3: .*" + table.getFileName() + ".*"), findings.toString());
        assertEquals("damaged row: entry 0 of log 4: 1 bytes, at least 40 expected", findings.get(2));
        assertEquals(3, findings.size(), findings.toString());
    }

    @Test
    void aTableThatIsCutShortIsNamedAndTheRestIsRead() throws Exception {
        Path table = createLarge();
        try (RandomAccessFile file = new RandomAccessFile(table.toFile(), "rw")) {
            file.setLength(file.length() / 2);
        }
        List<String> findings = findings();
        assertTrue(findings.getFirst().startsWith("damaged file: "), findings.toString());
        assertTrue(findings.getFirst().contains(table.getFileName().toString()), findings.toString());
        assertTrue(findings.stream().anyMatch(line -> line.contains("cannot be opened")
                && line.contains(table.getFileName().toString())), findings.toString());
        assertTrue(findings.stream().anyMatch(line -> line.startsWith("unreadable rows: ")),
                findings.toString());
        assertTrue(verify().getLast().matches("\\d+ rows of .* findings"), verify().toString());
    }

    @Test
    void aMissingTableIsNamed() throws Exception {
        Path table = createLarge();
        Files.delete(table);

        List<String> findings = findings();
        assertTrue(findings.getFirst().contains(table.getFileName().toString()), findings.toString());
    }

    private String refusal(Path path) {
        return assertThrows(StoreException.class, () -> StoreInspector.open(path).close()).getMessage();
    }

    @Test
    void whatIsNoStoreIsRefusedAndNoneIsCreated() throws IOException {
        assertEquals("the folder " + folder + " holds no store", refusal(folder));
        assertEquals("there is no folder " + folder.resolve("x"), refusal(folder.resolve("x")));
        assertEquals(Map.of(), content());
        Files.writeString(folder.resolve("FORMAT"), "holdfast store 2\n");
        assertEquals("the store " + folder.toRealPath() + " has format version 2, and this build of Holdfast"
                + " understands versions up to 1", refusal(folder));
        assertFalse(Files.exists(folder.resolve("db")));
    }

    @Test
    void aStoreInUseIsVerifiedAsItWasWhenThatBegan() {
        create();
        try (RocksStore store = RocksStore.open(folder)) {
            assertEquals(List.of("24 rows of 777 bytes were read: the store is sound"), verify());
            commit(store, new Change.RetainedPut(message(6, "r/2", "on")));
            assertEquals(List.of("25 rows of 825 bytes were read: the store is sound"), verify());
            commit(store, new Change.LogPut(1, "log/1", 3));
            assertEquals(List.of("inconsistent row: log row of log 1: it counts 3 cursors, and there are 2"),
                    findings());
        }
    }

    @Test
    void aStoreInUseIsNotRepaired() throws IOException {
        try (RocksStore _ = RocksStore.open(folder)) {
            assertEquals("the store " + folder.toRealPath() + " is already open in this process",
                    assertThrows(StoreException.class, () -> StoreInspector.repair(folder, _ -> { }))
                            .getMessage());
        }
    }

    @Test
    void aStoreWithoutADatabaseIsNewUnlessSomethingWasCommitted() throws IOException {
        Files.writeString(folder.resolve("FORMAT"), "holdfast store 1\n");
        assertEquals(List.of("0 rows of 0 bytes were read: the store is sound"), verify());
        try (CommitMark mark = CommitMark.open(folder.resolve("COMMITTED"))) {
            mark.write(5);
        }
        assertEquals(List.of("the database is missing, but commit 5 was on disk"), findings());
    }

    private List<String> dump(String kind, long limit, String topicFilter, String clientId, boolean asJson) {
        List<String> lines = new ArrayList<>();
        try (StoreInspector store = StoreInspector.open(folder)) {
            assertTrue(store.dump(new DumpRequest(kind, limit, topicFilter, clientId, asJson), lines::add));
        }
        return lines;
    }

    @Test
    void aDumpTellsWhatRowsMean() {
        create();
        assertEquals(List.of("CursorPut[logId=1, sessionId=7, next=1, low=0, gapFrom=0, gapBelow=0]",
                "CursorPut[logId=1, sessionId=8, next=0, low=0, gapFrom=0, gapBelow=0]"),
                dump("cursor", 2, null, null, false));
        assertEquals("MessageAppended[logId=1, ordinal=0, bytesThrough=12, message=Message[sequence=1000,"
                + " arrivedMillis=1700000001000, publisher=9, qos=AT_LEAST_ONCE, retain=false,"
                + " topicName=log/1, properties=[], payload=7 bytes 'entry 0']]",
                dump("entry", 1, null, null, false).getFirst());
        assertEquals("{\"kind\":\"in-flight\",\"means\":\"InFlightPut\",\"sessionId\":7,\"block\":0,"
                + "\"deliveries\":[{\"type\":\"InFlight\",\"packetId\":1,\"logId\":1,\"ordinal\":0,"
                + "\"sequence\":1,\"qos\":\"AT_LEAST_ONCE\",\"retain\":true,\"released\":false}]}",
                dump("in-flight", 1, null, null, true).getFirst());
        assertTrue(dump("retained", 1, null, null, true).getFirst().endsWith("\"topicName\":\"r/1\","
                + "\"properties\":[],\"payload\":{\"bytes\":2,\"text\":\"on\"}}}"));
        assertEquals(24, dump(null, Long.MAX_VALUE, null, null, false).size());
    }

    @Test
    void aDumpIsOfOneTopicFilterOrOfOneClient() {
        create();
        assertEquals(List.of("SessionPut", "DuePut", "SubscriptionPut", "CursorPut", "InFlightPut"),
                kinds(dump(null, 99, null, "c", false)).stream().sorted(Comparator.comparing(kind ->
                        List.of("SessionPut", "DuePut", "SubscriptionPut", "CursorPut", "InFlightPut")
                                .indexOf(kind))).toList());
        assertEquals(List.of("MessageAppended", "LogPut", "CursorPut", "LeasePut", "SubscriptionPut",
                "InFlightPut"), kinds(dump(null, 99, "$share/g/s", null, false)));
        assertEquals(List.of("RetainedPut"), kinds(dump(null, 99, "r/+", null, false)));
        assertEquals("there is no session of client nobody", assertThrows(StoreException.class, () ->
                dump(null, 99, null, "nobody", false)).getMessage());
        assertTrue(assertThrows(IllegalArgumentException.class, () -> dump("rows", 99, null, null, false))
                .getMessage().startsWith("there are no rows of the kind rows; expected one of entry, ids, "));
    }

    private static List<String> kinds(List<String> lines) {
        return lines.stream().map(line -> line.substring(0, line.indexOf('['))).toList();
    }

    private List<String> backlog(int max) {
        List<String> lines = new ArrayList<>();
        try (StoreInspector store = StoreInspector.open(folder)) {
            store.backlog(1_700_000_011_000L, max, lines::add);
        }
        return lines;
    }

    @Test
    void theLongestBacklogsAreToldWithTheirClients() {
        create();
        List<String> lines = backlog(10);
        assertEquals(List.of("messages", "bytes", "oldest", "for", "s", "for"),
                List.of(lines.getFirst().strip().split(" +")));
        assertEquals(List.of(
                "3 36 10 client d, away, filter log/1", "2 24 9 client c, connected, filter log/1"),
                lines.subList(1, lines.size()).stream().map(line -> line.strip().replaceAll(" +", " "))
                        .toList());
        assertEquals(lines.subList(0, 2), backlog(1));
        try (RocksStore store = RocksStore.open(folder)) {
            commit(store, new Change.MessageAppended(2, 1, 6, message(60, "s", "hi")),
                    new Change.LogTrimmed(1, 0, 1), // of the oldest, d's is dropped
                    new Change.SubscriptionRemoved(7, "log/1")); // what is in flight to c stays
            assertEquals(List.of("2 24 9 client d, away, filter log/1",
                    "1 3 10 a Shared Subscription, filter $share/g/s"),
                    backlog(10).stream().skip(1).map(line -> line.strip().replaceAll(" +", " ")).toList(),
                    "beside a store in use");
        }
    }

    @Test
    void whereNothingWaitsNoBacklogIsTold() {
        RocksStore.open(folder).close();
        assertEquals(List.of("no messages wait for anybody"), backlog(10));
    }

    @Test
    void statsCountRowsLogsAndSessions() {
        create();
        List<String> lines = new ArrayList<>();
        try (StoreInspector store = StoreInspector.open(folder)) {
            store.stats(100_000, lines::add);
        }
        assertEquals("format version 1, commit mark 2", lines.get(0));
        assertEquals("last commit 2", lines.get(1));
        assertTrue(lines.get(2).startsWith("rows of kind entry: 4, "), lines.toString());
        int logs = lines.indexOf("logs with entries: 2; the longest:");
        assertTrue(lines.get(logs + 1).matches("  log 1, log/1: 3 entries, [\\d,]+ bytes; the slowest cursor"
                + " needs entries from 0 on and is that of client [cd]"), lines.toString());
        assertTrue(lines.get(logs + 2).endsWith("is the Shared Subscription's"), lines.toString());
        assertTrue(lines.contains("sessions: 1 connected when the broker ended, 1 away, and 1 of these"
                + " expired and not yet removed"), lines.toString());
        assertTrue(lines.stream().anyMatch(line -> line.matches(
                "tables \\(SST\\): [1-9]\\d* files, [\\d,]+ bytes")), lines.toString());
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("write-ahead logs: ")), lines.toString());
    }
}
