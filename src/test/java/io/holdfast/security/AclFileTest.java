package io.holdfast.security;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.access.AccessRules;
import io.holdfast.access.Permissions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AclFileTest {
    @TempDir
    private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("acl"), text);
    }

    @Test
    void aFileOfMosquittoIsUnderstood() throws Exception {
        AccessRules rules = AclFile.read(file("""
                # Clients without a name
                topic read public/#

                user ada
                topic ada/both
                topic readwrite ada/two words
                  topic\twrite   ada/write
                topic deny ada/write/no
                topic write ada/write/#
                # everybody
                pattern read down/%c/#
                pattern up/%u
                user the second
                topic read second
                """));
        Permissions ada = rules.permissions("meter", "ada");
        assertTrue(ada.mayRead("ada/both") && ada.mayWrite("ada/both"));
        assertTrue(ada.mayRead("ada/two words") && ada.mayWrite("ada/two words"));
        assertTrue(ada.mayWrite("ada/write/x") && !ada.mayRead("ada/write/x"));
        assertFalse(ada.mayWrite("ada/write/no") || ada.mayRead("public/x"));
        assertTrue(ada.mayRead("down/meter/x") && ada.mayRead("up/ada") && ada.mayWrite("up/ada"));
        assertTrue(rules.permissions("meter", null).mayRead("public/x"));
        assertTrue(rules.permissions("meter", "the second").mayRead("second"));
    }

    @Test
    void anEmptyFilePermitsNothing() throws Exception {
        Permissions ada = AclFile.read(file("")).permissions("meter", "ada");
        assertFalse(ada.mayRead("a") || ada.mayWrite("a") || ada.maySubscribe("#"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            topics read a      | line 2: it begins with topics; expected user NAME, topic [read|
            user               | line 2: there is no name after user; expected user NAME
            topic all a        | line 2: what is permitted is all; expected read, write, readwrite or deny
            topic              | line 2: the Topic Filter is ""; expected levels
            topic read a/#/b   | line 2: the Topic Filter is "a/#/b"; expected levels
            pattern write %u#  | line 2: the Topic Filter is "%u#"; expected levels
            topic $share/g/a   | line 2: the Topic Filter is "$share/g/a"; expected levels
            """)
    void aMistakeIsNamedWithFileAndLineAndWhatWasExpected(String line, String message) throws Exception {
        Path file = file("# comment\n" + line + "\n");
        String told = assertThrows(BadFileException.class, () -> AclFile.read(file)).getMessage();
        assertTrue(told.startsWith(file + ", " + message), told);
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        Path file = folder.resolve("none");
        String told = assertThrows(BadFileException.class, () -> AclFile.read(file)).getMessage();
        assertTrue(told.startsWith(file + " does not exist; expected a text file of access rules"), told);
    }
}
