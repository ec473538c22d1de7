package io.holdfast.rocks;

import static io.holdfast.rocks.Rows.appended;
import static io.holdfast.rocks.Rows.commit;
import static io.holdfast.rocks.Rows.log;
import static io.holdfast.rocks.Rows.session;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Change;
import io.holdfast.broker.DamagePolicy;
import io.holdfast.broker.Effect;
import io.holdfast.broker.Effect.Position;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rows that some other program, or an error of ours, wrote, where damage is refused: what RocksDB's checksums
 * do not find.
 */
class DamagedRowsTest {
    @TempDir
    Path folder;

    @BeforeEach
    void create() {
        try (RocksStore store = RocksStore.open(folder)) {
            commit(store, log(1), appended(1, 0), session("c", 7),
                    new Change.DuePut(Change.SessionPut.NOT_DUE, "c"));
        }
    }

    private String message(byte[] key, String value, Consumer<RocksStore> use) throws Exception {
        try (Database database = Database.open(folder.resolve("db"))) {
            database.rocks.put(key[0] == 0 ? database.log : database.state, key,
                    HexFormat.of().parseHex(value));
        }
        String refusal = assertThrows(StoreException.class, () -> {
            try (RocksStore store = RocksStore.open(folder, DamagePolicy.REFUSE, Database.MEMORY_BYTES)) {
                use.accept(store);
            }
        }).getMessage();
        return refusal.replaceFirst("the store .* is damaged: ", "").replaceFirst("\\. `holdfast .*", "");
    }

    @Test
    void aLogEntryOfAnUnknownFormatIsNamed() throws Exception {
        assertEquals("damaged row: entry 0 of log 1: format 2, this build reads 1",
                message(Keys.entry(1, 0), "02" + "00".repeat(60), store -> store.readLog(1, 0, 1, 1)));
    }

    @Test
    void aLogEntryThatIsCutShortIsNamed() throws Exception {
        assertEquals("damaged row: entry 0 of log 1: 3 bytes, at least 40 expected",
                message(Keys.entry(1, 0), "010000", RocksStore::recover));
        String noRoomForItsTopic = "0101" + "00".repeat(32) + "ffff" + "00".repeat(20);
        assertTrue(message(Keys.entry(1, 0), noRoomForItsTopic, store -> store.readEntries(
                List.of(new Position(1, 0)))).startsWith("damaged row: entry 0 of log 1: "));
    }

    @Test
    void aLogEntryWithPropertiesThatAreNoneIsNamed() throws Exception {
        String value = "0101" + "00".repeat(32) + "000174" + "00000001ff" + "70";
        assertTrue(message(Keys.entry(1, 0), value, store -> store.readLog(1, 0, 1, 1))
                .startsWith("damaged row: entry 0 of log 1: "));
    }

    @Test
    void aSessionThatIsNotOneIsNamed() throws Exception {
        assertTrue(message(Keys.of(Keys.SESSION, "c"), "ff", store -> store.readSession("c"))
                .startsWith("damaged row: session row of client c: "));
        assertEquals("damaged row: session row of client c: no session id",
                message(Keys.of(Keys.SESSION, "c"), "", RocksStore::recover));
    }

    @Test
    void rowsOfASessionAreNamed() throws Exception {
        assertEquals("damaged row: subscription row of session 7, a/b: QoS 3",
                message(Keys.of(Keys.SUBSCRIPTION, 7, "a/b"), "0803", store -> store.readSession("c")));
        assertEquals(0, healed(new Change.SubscriptionRemoved(7, "a/b")));
        byte[] last = Keys.block(Keys.IN_FLIGHT, 7, 2_047);
        assertEquals("damaged row: in-flight row of session 7, block 2047: 16 bytes,"
                + " a multiple of 25 expected",
                message(last, "00".repeat(16), store -> store.readSession("c")));
        assertEquals("damaged row: in-flight row of session 7, block 0: slot 0",
                message(Keys.block(Keys.IN_FLIGHT, 7, 0), "00".repeat(25), store -> store.readSession("c")));
        assertEquals(0, healed(new Change.InFlightPut(7, 0, List.of()),
                new Change.InFlightPut(7, 2_047, List.of())));
        assertEquals("damaged row: received row of session 7, block 1: 1 bytes, 8 expected",
                message(Keys.block(Keys.RECEIVED, 7, 1), "00", store -> store.readSession("c")));
    }

    private int healed(Change... changes) {
        try (RocksStore store = RocksStore.open(folder)) {
            commit(store, changes);
            return store.readSession("c").size() - 1;
        }
    }

    @Test
    void rowsOfALogAreNamed() throws Exception {
        assertEquals("damaged row: cursor row of log 1, session 7: 3 bytes, 16 expected",
                message(Keys.cursor(1, 7), "000000", store ->
                store.measureLog(new Effect.MeasureLog(1, 0, 0, 0,
                        Set.of(), 1, 1, 0))));
        assertEquals("damaged row: log row of log 1: no Topic Filter",
                message(Keys.of(Keys.LOG, 1), "", RocksStore::recover));
        assertEquals("damaged row: trimmed row of log 1: 3 bytes, 8 expected",
                message(Keys.of(Keys.TRIMMED, 1), "000000", RocksStore::recover));
    }

    @Test
    void otherRowsAreNamed() throws Exception {
        assertEquals("damaged row: ids row: 0 bytes, 24 expected",
                message(Keys.of(Keys.IDS), "", RocksStore::recover));
        RocksStore.open(folder).close(); // which mends it
        assertEquals("damaged row: session row of client gone: missing, though listed as connected",
                message(Keys.of(Keys.DUE, Change.SessionPut.NOT_DUE, "gone"), "",
                        RocksStore::recover));
    }
}
