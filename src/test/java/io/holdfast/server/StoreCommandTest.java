package io.holdfast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.rocks.RocksStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreCommandTest {
    @TempDir
    Path folder;

    private final List<String> lines = new ArrayList<>();

    private int run(String... arguments) throws StoreCommand.RefusedException {
        lines.clear();
        return StoreCommand.run(Arrays.asList(arguments), lines::add);
    }

    private String refusal(String... arguments) {
        return assertThrows(StoreCommand.RefusedException.class, () -> run(arguments)).getMessage();
    }

    @Test
    void theStatusTellsASoundStoreFromADamagedOne() throws Exception {
        RocksStore.open(folder).close();
        assertEquals(0, run("verify", "--data", folder.toString()));
        assertEquals(List.of("0 rows of 0 bytes were read: the store is sound"), lines);
        assertEquals(0, run("stats", "--data", folder.toString()));
        assertEquals("format version 1, commit mark 0", lines.getFirst());
        assertEquals(0, run("dump", "--data", folder.toString(), "--json", "--limit", "3"));
        assertEquals(List.of(), lines);

        Files.writeString(folder.resolve("db").resolve("CURRENT"), "MANIFEST-999999\n");
        assertEquals(1, run("verify", "--data", folder.toString()));
        assertTrue(lines.getFirst().contains("MANIFEST-999999"), lines.toString());
        assertTrue(refusal("stats", "--data", folder.toString()).contains("cannot be opened: "));
        assertEquals(1, run("repair", "--dry-run", "--data", folder.toString()));
        assertTrue(lines.get(1).startsWith("repair would put the database together anew"), lines.toString());
        assertEquals(0, run("repair", "--yes", "--data", folder.toString()));
        assertEquals(0, run("verify", "--data", folder.toString()));
    }

    @Test
    void aStoreInUseIsLookedIntoAndNotRepaired() throws Exception {
        try (RocksStore _ = RocksStore.open(folder)) {
            assertEquals(0, run("verify", "--data", folder.toString()));
            assertTrue(refusal("repair", "--yes", "--data", folder.toString())
                    .startsWith("--data: the store "));
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {
        "mend: expected verify, stats, backlog, dump or repair",
        "repair: repair changes the store; expected --dry-run, to be told how, or --yes",
        "verify --yes: unknown option --yes",
        "verify --kind log: unknown option --kind",
        "dump --data: --data needs a value",
        "backlog --kind log: unknown option --kind",
        "dump --limit many: --limit is many; expected a whole number",
        "dump --limit 9999999999999999999: --limit is 9999999999999999999; expected at most",
        "dump --kind rows: --kind: there are no rows of the kind rows",
        "stats --data no-such-folder: --data: there is no folder no-such-folder"
    })
    void aWrongArgumentIsRefused(String argumentsAndAnswer) {
        String[] parts = argumentsAndAnswer.split(": ", 2);
        String told = refusal(parts[0].split(" "));
        assertTrue(told.startsWith(parts[1]), told);
    }
}
