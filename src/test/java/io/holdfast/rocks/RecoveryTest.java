package io.holdfast.rocks;

import static io.holdfast.rocks.Rows.appended;
import static io.holdfast.rocks.Rows.log;
import static io.holdfast.rocks.Rows.turn;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.holdfast.broker.Change;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecoveryTest {
    private static final int LOGS = 1_000;
    private static final int NOT_EMPTY = 7;

    @TempDir
    Path folder;

    @Test
    void emptyLogsCostNoSeekAndMessagesDoNotEither() throws Exception {
        List<Change> changes = new ArrayList<>();
        for (long logId = 1; logId <= LOGS; logId++) {
            changes.add(log(logId));
        }
        for (long logId = 1; logId <= NOT_EMPTY; logId++) {
            for (int ordinal = 0; ordinal < 500; ordinal++) {
                changes.add(appended(100 * logId, ordinal));
            }
        }
        try (RocksStore store = RocksStore.open(folder)) {
            store.commit(List.of(turn(changes.toArray(Change[]::new))));
        }
        try (Database database = Database.open(folder.resolve("db"))) {
            Recovery recovery = new Recovery(database);
            assertEquals(LOGS, recovery.recover().logs().size());
            assertEquals(NOT_EMPTY + 1, recovery.seeks());
        }
    }
}
