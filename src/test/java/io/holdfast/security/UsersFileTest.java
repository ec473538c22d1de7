package io.holdfast.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.security.BadFileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsersFileTest {
    /** The keys of the exchange in RFC 7677, as PostgreSQL would store them. */
    private static final String PENCIL = "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$"
            + "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";
    private static final Set<Mechanism> ALL = EnumSet.allOf(Mechanism.class);

    @TempDir
    Path folder;

    private Path write(String text) throws Exception {
        return Files.writeString(folder.resolve("users"), text);
    }

    @Test
    void usersOfPostgresAreRead() throws Exception {
        Path path = write("# our devices\n\nuser:" + PENCIL + "\n");
        Users users = new UsersFile(path).read();
        assertEquals(1, users.count());
        assertTrue(users.credential("user").isOf("pencil"));
        assertFalse(users.credential("user").isOf("pencils"));
        assertFalse(users.credential("nobody").isOf("pencil"));
        assertEquals(PENCIL, users.credential("user").toString());
    }

    @Test
    void aNewUserHasALineForEachMechanismAndTheFileIsForItsOwnerAlone() throws Exception {
        Path path = folder.resolve("users");
        new UsersFile(path).put("ada", "lovelace", ALL);
        Users users = new UsersFile(path).read();
        for (Mechanism mechanism : Mechanism.values()) {
            assertTrue(users.credential(mechanism, "ada").isOf("lovelace"), mechanism.saslName());
        }
        assertEquals(2, Files.readAllLines(path).size());
        assertEquals(List.of(path), files());
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void theFileIsReadableForItsOwnerAloneWhateverItWasBefore() throws Exception {
        Path path = write("# mine\n");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
        UsersFile file = new UsersFile(path);
        assertTrue(file.isReadableByOthers());
        file.put("ada", "lovelace", ALL);
        assertFalse(file.isReadableByOthers());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
    }

    @Test
    void aNewPasswordLeavesNoneOfTheOldOnesBehind() throws Exception {
        Path path = write("# ours\nuser:" + PENCIL + "\nuser2:" + PENCIL);
        UsersFile file = new UsersFile(path);
        file.put("user", "crayon", EnumSet.of(Mechanism.SCRAM_SHA_512));
        Users users = file.read();
        assertTrue(users.credential("user").isOf("crayon"));
        assertFalse(users.credential(Mechanism.SCRAM_SHA_256, "user").isOf("pencil"));
        assertTrue(users.credential("user2").isOf("pencil"));
        assertEquals("# ours", Files.readAllLines(path).getFirst());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            user                                      | line 2: there is no colon; expected name:SCRAM-SHA
            :KEYS                                     | line 2: the user name is ""; expected one without
            a\u200Db:KEYS                             | line 2: the user name is "a
            user:secret                               | line 2: what follows the user name is no credential
            user:SCRAM-SHA-1$4096:c2FsdA==$eA==:eA==  | line 2: what follows the user name is no credential
            user:SCRAM-SHA-256$12:c2FsdA==$eA==:eA==  | line 2: there are 12 iterations; expected 4096
            user:SCRAM-SHA-256$4096:!$eA==:eA==       | line 2: the salt is !; expected Base64
            u:SCRAM-SHA-256$4096:c2FsdA==$eA==:eA==   | line 2: the StoredKey has 1 bytes; expected 32 for
            u:SCRAM-SHA-512$4096:c2FsdA==$eA==:eA==   | line 2: the StoredKey has 1 bytes; expected 64 for
            """)
    void aBadLineIsToldWithFileAndLineAndWhatWasExpected(String line, String why) throws Exception {
        Path path = write("good:" + PENCIL + "\n" + line.replace("KEYS", PENCIL) + "\n");
        assertRefused(path, path + ", " + why);
    }

    @Test
    void aSecondLineForAMechanismAndAFileWithoutUsersAreRefused() throws Exception {
        assertRefused(write("a:" + PENCIL + "\na:" + PENCIL), folder.resolve("users")
                + ", line 2: a has another line for SCRAM-SHA-256; expected one at most");
        assertRefused(write("# nobody yet\n"), folder.resolve("users") + " names no user; expected a line");
        assertRefused(folder.resolve("none"), folder.resolve("none") + " does not exist; expected a text");
        Files.write(folder.resolve("users"), new byte[] {(byte) 0xFF});
        assertRefused(folder.resolve("users"), folder.resolve("users") + " is not UTF-8; expected a text");
        assertRefused(folder, folder + " cannot be read (");
    }

    @Test
    void whatCannotBeANameOrAPasswordIsRefusedAndNothingIsWritten() throws Exception {
        UsersFile file = new UsersFile(folder.resolve("users"));
        for (String name : new String[] {"", "#a", "a:b", "a\nb"}) {
            assertThrows(IllegalArgumentException.class, () -> file.put(name, "lovelace", ALL));
        }
        assertThrows(IllegalArgumentException.class, () -> file.put("ada", "", ALL));
        assertThrows(IllegalArgumentException.class, () -> file.put("ada", "a\tb", ALL));
        assertEquals(List.of(), files());
    }

    private static void assertRefused(Path path, String why) {
        String message =
                assertThrows(BadFileException.class, () -> new UsersFile(path).read()).getMessage();
        assertTrue(message.startsWith(why), message);
        assertTrue(message.contains("expected"), message);
    }

    private List<Path> files() throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
