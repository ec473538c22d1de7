package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Coverage-guided fuzzing for a moment, by the tool that does it for long: a number of executions, from a
 * fixed seed and the inputs of {@link FuzzTarget#corpus}.
 */
@Timeout(600)
class FuzzIT {
    private static final Pattern ENDED = Pattern.compile(
            "([\\d,]+) executions, (\\d+) branches, (\\d+) inputs\n.*: nothing was found");
    private static final Pattern STORED = Pattern.compile(
            "stored in (\\S+), and to be kept as a .hex file in \\S+: (\\p{XDigit}+)");

    @TempDir
    private Path corpus;

    private record Ended(int status, String output) {}

    @Test
    void theDecoderRefusesWhatItDoesNotUnderstand() throws Exception {
        assertNothingIsFound("codec", 20_000, 700);
    }

    @Test
    void noBytesOnAConnectionHarmAnythingButThatConnection() throws Exception {
        assertNothingIsFound("connection", 3_000, 2_000);
    }

    @Test
    void aPlantedBugIsFound() throws Exception {
        for (byte[] input : FuzzTarget.PLANTED.corpus()) {
            FuzzTarget.PLANTED.test(input); // none of them meets it
        }
        Ended ended = fuzz("planted", 10_000_000);
        assertEquals(1, ended.status, ended.output);
        assertTrue(ended.output.contains("the planted bug"), ended.output);
        Matcher stored = STORED.matcher(ended.output);
        assertTrue(stored.find(), ended.output);
        byte[] input = HexFormat.of().parseHex(stored.group(2));
        assertArrayEquals(input, Files.readAllBytes(Path.of(stored.group(1))));
        assertThrows(IllegalStateException.class, () -> FuzzTarget.PLANTED.test(input));
        FuzzTarget.CODEC.test(input);
    }

    private void assertNothingIsFound(String target, int runs, int branchesMin) throws Exception {
        Ended ended = fuzz(target, runs);
        assertEquals(0, ended.status, ended.output);
        Matcher said = ENDED.matcher(ended.output);
        assertTrue(said.find(), ended.output);
        assertEquals("%,d".formatted(runs), said.group(1), ended.output);
        assertTrue(Integer.parseInt(said.group(2)) >= branchesMin, ended.output);
    }

    private Ended fuzz(String target, int runs) throws Exception {
        Process process = BrokerProcess.launch("fuzz", target, "--runs", Integer.toString(runs),
                "--seed", "2", "--corpus", corpus.toString());
        String output = process.inputReader().readAllAsString();
        return new Ended(process.waitFor(), output);
    }
}
