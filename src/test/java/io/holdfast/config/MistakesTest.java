package io.holdfast.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.security.Mechanism;
import io.holdfast.security.UsersFile;
import io.holdfast.system.TestCertificates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The table of mistakes in {@code src/site/markdown/mistakes.md}: each file gets the message that stands
 * there. In the table, {@code ⏎} ends a line of the file, and {@code ~} is the folder of the files.
 */
class MistakesTest {
    private static final Path TABLE = Path.of("src/site/markdown/mistakes.md");
    private static final int ROWS_MIN = 40;

    @TempDir
    private static Path folder;

    private record Row(String file, String message) {}

    @BeforeAll
    static void writeFiles() throws Exception {
        TestCertificates certificates = new TestCertificates();
        TestCertificates.write(certificates.server, folder, "server");
        TestCertificates.write(certificates.client, folder, "other");
        TestCertificates.write(certificates.authority(), folder, "ca");
        Files.writeString(folder.resolve("empty.pem"), "");
        Files.writeString(folder.resolve("old.key"),
                "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n");
        Files.writeString(folder.resolve("damaged.pem"),
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        Files.writeString(folder.resolve("damaged-users"), "ada:secret\n");
        Files.writeString(folder.resolve("no-users"), "# nobody\n");
        new UsersFile(folder.resolve("users")).put("ada", "secret", EnumSet.allOf(Mechanism.class));
    }

    static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        try (Stream<String> lines = Files.lines(TABLE)) {
            lines.filter(line -> line.startsWith("| `")).forEach(line -> {
                String[] cells = line.split(" \\| ");
                rows.add(new Row(cells[0].replaceAll("^\\| `|`$", "").replaceAll(" ?⏎ ?", "\n"),
                        cells[1].replaceAll(" \\|$", "")));
            });
        }
        return rows;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void eachMistakeGetsItsMessage(Row row) throws IOException {
        Path file = Files.writeString(folder.resolve("holdfast.yaml"), unindented(row.file));
        List<String> said = refused(file);
        assertEquals(1, said.size(), () -> String.join("\n", said));
        String message = said.getFirst().replace(folder.toString(), "~");
        assertTrue(message.startsWith(row.message), () -> message + " is not " + row.message);
        assertTrue(message.contains("expected "), message);
    }

    /** In the table, {@code ·} is a space at the beginning of a line. */
    private static String unindented(String text) {
        return text.replace('·', ' ');
    }

    @Test
    void theTableIsLong() throws IOException {
        assertTrue(rows().size() >= ROWS_MIN, "rows of " + TABLE);
    }

    @Test
    void allMistakesAreToldAtOnceBeTheyOfFlagsVariablesOrTheFile() throws IOException {
        Path file = Files.writeString(folder.resolve("many.yaml"), """
                dta: here
                limits:
                  overflow: never
                  overflow: reject
                listeners:
                  - url: mqtts://127.0.0.1:8883
                    cert: none.pem
                    key: server.key
                    client-auth: maybe
                """);
        String said = assertThrows(BadConfigException.class, () -> new ConfigReader(
                List.of("--port", "x", "--config", file.toString(), "--set", "maximum-qos=3"),
                Map.of("HOLDFAST_LIMITS_SESSIONS_MAX", "none", "HOLDFAST_DAT", "here"),
                file).read()).getMessage();
        for (String part : List.of("--port is x", "maximum-qos is 3", "HOLDFAST_LIMITS_SESSIONS_MAX is none",
                "HOLDFAST_DAT is unknown", "did you mean HOLDFAST_DATA?", "many.yaml:1:1: dta is unknown",
                "many.yaml:3:13: limits.overflow is never",
                "many.yaml:4:3: limits.overflow is in line 3 already",
                "many.yaml:9:18: listeners[0].client-auth is maybe")) {
            assertTrue(said.contains(part), () -> part + " is missing in\n" + said);
        }
        assertTrue(said.startsWith("8 mistakes:\n  "), said);
    }

    @Test
    void aFileThatIsNamedMustBeThereAndOneOfTextInUtf8() throws IOException {
        String missing = refused(folder.resolve("none.yaml")).getFirst();
        assertTrue(missing.contains("none.yaml does not exist; expected"), missing);
        Path latin = Files.write(folder.resolve("latin.yaml"),
                "data: K\u00F6ln".getBytes(StandardCharsets.ISO_8859_1));
        assertTrue(refused(latin).getFirst().contains("latin.yaml is not UTF-8; expected"));
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 60})
    void aliasesDoNotMakeASmallFileLarge(int aliases) throws IOException {
        Path file = Files.writeString(folder.resolve("laughs.yaml"),
                "a: &a [" + "*a, ".repeat(aliases) + "1]\n");
        String said = refused(file).getFirst();
        assertTrue(said.contains("laughs.yaml is no YAML: ") && said.contains("aliases"), said);
    }

    @Test
    void depthDoesNotOverflowTheStack() throws IOException {
        Path file = Files.writeString(folder.resolve("deep.yaml"), "[".repeat(200_000));
        String said = refused(file).getFirst();
        assertTrue(said.contains("deep.yaml is no YAML: it is too deep; expected"), said);
    }

    private static List<String> refused(Path file) {
        String said = assertThrows(BadConfigException.class, () ->
                new ConfigReader(List.of("--config", file.toString()), Map.of(), file).read()).getMessage();
        String[] lines = said.split("\n  ");
        return List.of(lines).subList(lines.length > 1 ? 1 : 0, lines.length);
    }
}
