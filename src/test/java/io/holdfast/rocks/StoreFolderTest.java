package io.holdfast.rocks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.DamagePolicy;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreFolderTest {
    @TempDir
    Path folder;

    private static String refusal(Path path) {
        return assertThrows(StoreException.class, () -> RocksStore.open(path).close()).getMessage();
    }

    @Test
    void aMissingFolderIsCreatedAndMarked() throws IOException {
        Path path = folder.resolve("new");
        RocksStore.open(path).close();

        assertEquals("holdfast store 1\n", Files.readString(path.resolve("FORMAT")));
        RocksStore.open(path).close();
    }

    @Test
    void anEmptyFolderAndAFreshFileSystemAreTaken() throws IOException {
        Files.createDirectory(folder.resolve("lost+found"));
        RocksStore.open(folder).close();

        assertTrue(Files.exists(folder.resolve("FORMAT")));
    }

    @Test
    void aStartThatWasCutShortBeforeTheFormatWasWrittenIsRepeated() throws IOException {
        Files.writeString(folder.resolve("LOCK.holdfast"), "1\n");
        Files.writeString(folder.resolve("FORMAT.new"), "holdf");
        RocksStore.open(folder).close();

        assertEquals("holdfast store 1\n", Files.readString(folder.resolve("FORMAT")));
    }

    @Test
    void aStoreOfANewerFormatIsRefusedUntouched() throws IOException {
        Files.writeString(folder.resolve("FORMAT"), "holdfast store 2\n");

        assertEquals("the store " + folder.toRealPath() + " has format version 2, and this build of Holdfast"
                + " understands versions up to 1", refusal(folder));
        assertEquals(List.of("FORMAT"), content());
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"holdfast ztore 1\n", "holdfast store 3\n", ""})
    void aFormatFileThatIsDamagedOrMissingIsWrittenAnewFromItsCopy(String damaged) throws IOException {
        RocksStore.open(folder).close();
        Files.delete(folder.resolve("FORMAT"));
        if (!damaged.isEmpty()) {
            Files.writeString(folder.resolve("FORMAT"), damaged);
        }
        assertTrue(assertThrows(StoreException.class, () -> RocksStore.open(folder, DamagePolicy.REFUSE,
                Database.MEMORY_BYTES).close()).getMessage().contains("damaged file: FORMAT: "));
        try (RocksStore store = RocksStore.open(folder)) {
            assertEquals(1, store.damaged());
        }
        assertEquals("holdfast store 1\n", Files.readString(folder.resolve("FORMAT")));
        assertOpensSoundly();
    }

    private void assertOpensSoundly() {
        try (RocksStore store = RocksStore.open(folder)) {
            assertEquals(0, store.damaged());
        }
    }

    @Test
    void aDamagedCopyOfTheFormatIsWrittenAnewAndSoIsOneThatAnOlderBuildDidNotWrite() throws IOException {
        RocksStore.open(folder).close();
        String copy = Files.readString(folder.resolve("FORMAT.copy"));
        Files.writeString(folder.resolve("FORMAT.copy"), copy.replace('1', '2'));
        try (RocksStore store = RocksStore.open(folder)) {
            assertEquals(1, store.damaged());
        }
        assertEquals(copy, Files.readString(folder.resolve("FORMAT.copy")));
        Files.delete(folder.resolve("FORMAT.copy"));
        assertOpensSoundly();
        assertEquals(copy, Files.readString(folder.resolve("FORMAT.copy")));
    }

    @Test
    void aStoreThatDoesNotTellItsFormatIsRefusedWithWhatToDo() throws IOException {
        RocksStore.open(folder).close();
        Files.delete(folder.resolve("FORMAT.copy"));
        for (String damaged : List.of("holdfast ztore 1", "")) {
            Files.delete(folder.resolve("FORMAT"));
            if (!damaged.isEmpty()) {
                Files.writeString(folder.resolve("FORMAT"), damaged);
            }
            String refusal = refusal(folder);
            assertTrue(refusal.endsWith(": write \"holdfast store 1\" into " + folder.toRealPath()
                    + "/FORMAT if that was the version"), refusal);
            Files.writeString(folder.resolve("FORMAT"), "holdfast store 1");
        }
        assertOpensSoundly();
    }

    @Test
    void aFolderOfSomethingElseIsRefusedUntouched() throws IOException {
        Files.writeString(folder.resolve("letter.txt"), "Dear");

        assertTrue(refusal(folder).endsWith("not a store of Holdfast, nor is it empty: it holds letter.txt"));
        assertEquals(List.of("letter.txt"), content());
    }

    @Test
    void aFormatFileOfSomethingElseIsRefused() throws IOException {
        Files.writeString(folder.resolve("FORMAT"), "png");

        assertTrue(refusal(folder).contains("is not a store of Holdfast"));
    }

    private List<String> content() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void aFileIsRefused() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertEquals("the store " + file + " is a file, a folder is expected", refusal(file));
    }

    @Test
    void aMissingParentIsNamed() {
        Path path = folder.resolve("missing").resolve("store");

        assertEquals("the store " + path + " cannot be created: there is no folder " + path.getParent(),
                refusal(path));
    }

    @Test
    void aSecondStoreInTheSameProcessIsRefusedAndDoesNotBreakTheLock() throws Exception {
        try (RocksStore _ = RocksStore.open(folder)) {
            assertEquals("the store " + folder.toRealPath() + " is already open in this process",
                    refusal(folder));
            assertTrue(outcomeOfAnotherProcess().startsWith("refused"));
        }
        assertEquals("open", outcomeOfAnotherProcess());
    }

    @Test
    void aSecondBrokerIsToldWhoHasTheStore() throws Exception {
        try (RocksStore _ = RocksStore.open(folder)) {
            assertEquals("refused the store " + folder.toRealPath() + " is in use by another broker (process "
                    + ProcessHandle.current().pid() + ")", outcomeOfAnotherProcess());
        }
    }

    @Test
    void aProcessThatEndedWithoutClosingLeavesNoLockBehind() throws Exception {
        assertEquals("open", outcomeOfAnotherProcess());

        try (RocksStore store = RocksStore.open(folder)) {
            assertEquals(1, store.recover().logs().size());
        }
    }

    @Test
    void theNativeLibraryIsUnpackedOnceAndNothingIsLeftInTheFolderForTemporaryFiles() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("temporary"));
        Path libraries = folder.resolve("libraries");
        List<String> options = List.of("-Djava.io.tmpdir=" + temporary, "-Dholdfast.native=" + libraries);
        assertEquals("open", outcomeOfAnotherProcess(folder.resolve("store"), options));
        Path library = files(libraries).getFirst();
        Object unpacked = Files.getLastModifiedTime(library);
        byte[] whole = Files.readAllBytes(library);

        assertEquals("open", outcomeOfAnotherProcess(folder.resolve("store"), options));
        assertEquals(List.of(library), files(libraries));
        assertEquals(unpacked, Files.getLastModifiedTime(library));
        Files.write(library, new byte[whole.length]);
        assertEquals("open", outcomeOfAnotherProcess(folder.resolve("store"), options));
        assertEquals(-1, Files.mismatch(library, Files.write(folder.resolve("whole"), whole)));
        assertFalse(files(temporary).stream().anyMatch(file -> file.toString().contains("rocksdb")));
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private String outcomeOfAnotherProcess() throws Exception {
        return outcomeOfAnotherProcess(folder, List.of());
    }

    private static String outcomeOfAnotherProcess(Path store, List<String> options) throws Exception {
        Process child = ForkedJvm.start(LockingChild.class, options, store);
        try (BufferedReader lines = child.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("open") || line.startsWith("refused")) {
                    return line;
                }
            }
            return "nothing";
        } finally {
            child.waitFor();
        }
    }
}
