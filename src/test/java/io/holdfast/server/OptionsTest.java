package io.holdfast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
    @Test
    void withoutFlagsItListensOnLoopbackAndStoresInTheFolderDataOfTheCaller() {
        Options options = Options.parse(List.of());
        assertEquals("127.0.0.1", options.bind().getHostAddress());
        assertEquals(1883, options.port());
        assertEquals(Path.of("data").toAbsolutePath(), options.data());
    }

    @Test
    void aValueFollowsItsKeyOrAnEqualsSign() {
        Options options =
                Options.parse(List.of("--port", "0", "--data=/tmp/some where/./else", "--bind", "::1"));
        assertEquals(0, options.port());
        assertEquals(Path.of("/tmp/some where/else"), options.data());
        assertTrue(options.bind().isLoopbackAddress());
    }

    @Test
    void ofAKeyGivenTwiceTheLastValueCounts() {
        assertEquals(2, Options.parse(List.of("--port", "1", "--port=2")).port());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            --port -1         | --port is -1; expected a whole number from 0 to 65535
            --port 65536      | --port is 65536; expected a whole number from 0 to 65535
            --port mqtt       | --port is mqtt; expected a whole number from 0 to 65535
            --port            | --port has no value; expected one after it
            --data=           | --data has no value; expected one after it
            --bind 0.0.0.0    | --bind is 0.0.0.0, which other machines may reach, and Holdfast
            --bind 192.0.2.7  | --bind is 192.0.2.7, which other machines may reach, and Holdfast
            --bind ::         | --bind is ::, which other machines may reach, and Holdfast cannot authenticate
            --bind no.invalid | --bind is no.invalid, which is neither an IP address nor a known host
            --prot 1883       | unknown option --prot; expected --bind, --port, --data, --help or --version
            1883              | unknown option 1883; expected --bind, --port, --data, --help or --version
            """)
    void aBadValueIsRefusedWithKeyAndValueAndWhatWasExpected(String flags, String message) {
        List<String> arguments = List.of(flags.split(" "));
        String refusal =
                assertThrows(Options.BadOptionException.class, () -> Options.parse(arguments)).getMessage();
        assertTrue(refusal.startsWith(message), refusal);
        assertTrue(refusal.contains("expected"), refusal);
    }

    @Test
    void aPathThatTheFileSystemCannotNameIsRefused() {
        String refusal = assertThrows(Options.BadOptionException.class,
                () -> Options.parse(List.of("--data", "a\0b"))).getMessage();
        assertTrue(refusal.contains("; expected a path of this file system"), refusal);
    }
}
