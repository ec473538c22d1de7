package io.holdfast.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PasswordHashTest {
    /** By mosquitto_passwd 2.0.11, with and without -H sha512. */
    private static final String MOSQUITTO_7 = "$7$101$EKtjbURqjWmv4lmu$6ILdYbFIzcpPJSNrMbQEitSHK3DoWqPFoulwX"
            + "XMZ4ppoBk5eim7WTaajVEqfa2GMYF0MLjafi35boUnKhnZ6nA==";
    private static final String MOSQUITTO_6 = "$6$/55IX3RP3InfdZNA$QofDiGPd3GhzMKqgJ6jmsaw4PKS9ba+4Hrx30tmri"
            + "tCZ6lTK+VzQuLNh31Pk3xR45bVZS+slyr+xbLIX1rBQpg==";
    private static final String PASSWORD = "p@ss w\u00F6rd";

    /** The last ones are of the reference implementation of Argon2, and of jBCrypt. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(textBlock = """
            $argon2id$v=19$m=256\\,t=2\\,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4, password
            $2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe, a
            """, delimiterString = ", ")
    void hashesOfOthersAreRecognised(String text, String password) {
        PasswordHash hash = PasswordHash.parse(text.replace("\\", ""));
        assertTrue(hash.isOf(password.getBytes(UTF_8)));
        assertFalse(hash.isOf((password + "x").getBytes(UTF_8)));
        assertFalse(hash.isOf(new byte[0]));
    }

    @Test
    void thoseOfMosquittoAreRecognisedAndWrittenAsTheyWere() {
        for (String text : new String[] {MOSQUITTO_7, MOSQUITTO_6}) {
            PasswordHash hash = PasswordHash.parse(text);
            assertTrue(hash.isOf(PASSWORD.getBytes(UTF_8)));
            assertFalse(hash.isOf("p@ss word".getBytes(UTF_8)));
            assertFalse(hash.isOf(new byte[] {-1}));
            assertEquals(text, hash.toString());
        }
    }

    @Test
    void bcryptKnowsNoLongerPasswordThan72Bytes() {
        PasswordHash hash =
                PasswordHash.parse("$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe");
        assertFalse(hash.isOf("a".repeat(73).getBytes(UTF_8)));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            $1$salt$hash                                     | what follows the user name is no credential
            $6$c2FsdA==$eA==                                 | the hash has 1 bytes; expected 64
            $6$!$eA==                                        | there is !; expected Base64
            $7$0$c2FsdA==$eA==                               | there are 0 iterations; expected 1 to
            $argon2id$v=19$m=9999999,t=2,p=1$c29tc2FsdA$eA   | there are 9999999 KiB of memory; expected 8 to
            $argon2id$v=19$m=256,t=0,p=1$c29tc2FsdA$eA       | there are 0 passes; expected 1 to 64
            $argon2id$v=19$m=256,t=1,p=99$c29tc2FsdA$eA      | there are 99 lanes; expected 1 to 16
            $2a$99$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMf | what follows the user name is no credential
            """)
    void whatIsNoHashIsToldWithWhatWasExpected(String text, String why) {
        String told = assertThrows(IllegalArgumentException.class, () -> PasswordHash.parse(text))
                .getMessage();
        assertTrue(told.startsWith(why), told);
        assertTrue(told.contains("expected"), told);
    }

    @Test
    void usersOfAllKindsAreInOneFileAndAStrangerIsNone(@TempDir Path folder) throws Exception {
        Path path = Files.writeString(folder.resolve("users"), "seven:" + MOSQUITTO_7 + "\nsix:" + MOSQUITTO_6
                + "\n");
        UsersFile file = new UsersFile(path);
        file.put("argon", PASSWORD, Set.of());
        file.put("scram", PASSWORD, Set.of(Mechanism.SCRAM_SHA_256));
        Users users = file.read();
        assertEquals(Set.of("seven", "six", "argon", "scram"), users.names());
        for (String user : users.names()) {
            assertTrue(users.isPassword(user, PASSWORD.getBytes(UTF_8), PASSWORD), user);
            assertFalse(users.isPassword(user, "guess".getBytes(UTF_8), "guess"), user);
        }
        for (int i = 0; i < 20; i++) { // who does not exist is worked for as for one who does
            assertFalse(users.isPassword("nobody" + i, PASSWORD.getBytes(UTF_8), PASSWORD));
        }
        assertFalse(users.credential(Mechanism.SCRAM_SHA_256, "argon").isOf(PASSWORD));
        Files.writeString(path, "a:" + MOSQUITTO_6 + "\na:" + MOSQUITTO_7 + "\n");
        String told = assertThrows(BadFileException.class, file::read).getMessage();
        assertTrue(told.contains("line 2: a has another line with a hash; expected one at most"), told);
    }
}
