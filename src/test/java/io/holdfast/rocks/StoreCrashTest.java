package io.holdfast.rocks;

import static io.holdfast.rocks.Rows.appended;
import static io.holdfast.rocks.Rows.commit;
import static io.holdfast.rocks.Rows.log;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Store.Recovered;
import io.holdfast.broker.Sync;
import io.holdfast.broker.Turns;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreCrashTest {
    private static final int COMMITS = 200;

    @TempDir
    Path folder;

    @Test
    void whatWasCommittedSurvivesKillingTheProcess() throws Exception {
        Random random = new Random(20_261_123);
        long acknowledged = -1;
        for (int round = 0; round < 4; round++) {
            acknowledged = commitAndKill(acknowledged + 1 + random.nextInt(300));
            assertSound();
            try (RocksStore store = RocksStore.open(folder)) {
                Recovered.Log log = store.recover().logs().getFirst();
                assertTrue(log.next() > acknowledged, log + " after " + acknowledged);
                int entries = store.readLog(1, 0, Integer.MAX_VALUE, Long.MAX_VALUE).size();
                assertEquals(log.next(), entries);
                acknowledged = entries - 1;
            }
            assertFalse(Files.exists(folder.resolve("lost")));
        }
    }

    private void assertSound() {
        List<String> lines = new ArrayList<>();
        try (StoreInspector store = StoreInspector.open(folder)) {
            assertTrue(store.verify(lines::add), lines::toString);
        }
    }

    /** Lets a child commit until it tells of that entry, kills it, and returns the last entry it told of. */
    private long commitAndKill(long until) throws Exception {
        Process child = ForkedJvm.start(CommittingChild.class, List.of(), folder);
        try (BufferedReader lines = child.inputReader()) {
            long committed = -1;
            ForkedJvm.await(lines, "open");
            while (committed < until) {
                committed = Long.parseLong(ForkedJvm.await(lines, "committed"));
            }
            child.toHandle().destroyForcibly(); // Process.destroyForcibly would close what is yet to be read
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.matches("committed \\d+")) {
                    committed = Math.max(committed, Long.parseLong(line.substring("committed ".length())));
                }
            }
            return committed;
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    @Test
    void aTornTailThatWasNeverAcknowledgedIsDroppedQuietly() throws IOException {
        Path crashed = crashed("torn");
        truncate(newestWal(crashed), 3);
        try (CommitMark mark = CommitMark.open(crashed.resolve("COMMITTED"))) {
            mark.write(COMMITS);
        }

        assertEquals(COMMITS - 1, recoveredNext(crashed));
        assertTrue(lost(crashed).isEmpty());
        assertEquals(COMMITS - 1, recoveredNext(crashed));
    }

    @Test
    void aTornTailThatWasAcknowledgedIsReportedAndKept() throws IOException {
        Path crashed = crashed("torn");
        truncate(newestWal(crashed), 3);

        assertEquals(COMMITS - 1, recoveredNext(crashed));
        assertEquals(1, lost(crashed).size());
    }

    @Test
    void whatNeededNoSyncIsThereAfterACrashAndIsNotMissedAfterAPowerCut() throws IOException {
        Path crashed = crashed("torn", Sync.OS);
        assertEquals(COMMITS, recoveredNext(crashed));

        Path cut = crashed("cut", Sync.OS);
        truncate(newestWal(cut), 3);
        assertEquals(COMMITS - 1, recoveredNext(cut));
        assertTrue(lost(cut).isEmpty());
    }

    @Test
    void aByteThatWentBadInTheMiddleOfTheLogIsReportedAndTheLogIsKept() throws IOException {
        Path crashed = crashed("flipped");
        Path wal = newestWal(crashed);
        byte[] before = flip(wal, Files.size(wal) / 2);

        long next = recoveredNext(crashed);

        assertTrue(next > COMMITS / 4 && next < COMMITS * 3 / 4, "recovered up to " + next);
        Path kept = lost(crashed).getFirst();
        String name = kept.getFileName().toString();
        assertTrue(name.startsWith("after-commit-" + (next + 1) + "-at-"), name);
        assertEquals(before.length, Files.size(kept.resolve(wal.getFileName())));
        try (RocksStore store = RocksStore.open(crashed)) {
            commit(store, appended(1, next));
        }
        assertEquals(next + 1, recoveredNext(crashed));
        assertEquals(1, lost(crashed).size(), "it is reported once");
    }

    @Test
    void aMissingLogIsReportedAndTheStoreGoesOnWithoutIt() throws IOException {
        Path crashed = crashed("missing");
        Files.delete(newestWal(crashed));

        try (RocksStore store = RocksStore.open(crashed)) {
            assertEquals(List.of(), store.recover().logs());
            commit(store, log(1), appended(1, 0));
        }
        assertEquals(1, recoveredNext(crashed));
    }

    /** A copy of a store that has made so many commits, as a crash would leave it. */
    private Path crashed(String name) throws IOException {
        return crashed(name, Sync.COMMIT);
    }

    private Path crashed(String name, Sync sync) throws IOException {
        Path running = folder.resolve("running-" + name);
        Path copy = folder.resolve(name);
        try (RocksStore store = RocksStore.open(running)) {
            commit(store, log(1));
            for (int i = 0; i < COMMITS; i++) {
                store.commit(List.of(Turns.of(sync, appended(1, i))));
            }
            try (Stream<Path> files = Files.walk(running)) {
                for (Path file : files.sorted().toList()) {
                    Files.copy(file, copy.resolve(running.relativize(file).toString()));
                }
            }
        }
        return copy;
    }

    private static Path newestWal(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("db"))) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .max(Comparator.comparing(Path::toString)).orElseThrow();
        }
    }

    private static void truncate(Path file, int bytes) throws IOException {
        try (RandomAccessFile wal = new RandomAccessFile(file.toFile(), "rw")) {
            wal.setLength(wal.length() - bytes);
        }
    }

    private static byte[] flip(Path file, long at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) at] ^= 1;
        Files.write(file, bytes);
        return bytes;
    }

    private static long recoveredNext(Path folder) {
        try (RocksStore store = RocksStore.open(folder)) {
            return store.recover().logs().getFirst().next();
        }
    }

    private static List<Path> lost(Path folder) throws IOException {
        Path lost = folder.resolve("lost");
        if (!Files.exists(lost)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(lost)) {
            return files.toList();
        }
    }
}
