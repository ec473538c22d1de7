package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code tools/holdfast flood}, in small: floods are told what they should be, and who behaves is served. */
@Timeout(300)
class FloodIT {
    /** A row of its table: the flood, the memory, and the latencies of the client that behaves. */
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| ([a-z-]+) +\\| +(\\d+) \\| +([\\d.]+) \\| +([\\d.]+) \\| .*");
    /** Ample for a machine that builds at the same time. */
    private static final double P99_MILLIS_MAX = 20_000;

    @Test
    void floodsTakeNoMoreMemoryThanTheBrokerMayAndNobodyElsesMessages() throws Exception {
        Process tool = BrokerProcess.launch("flood", "--clients", "400", "--seconds", "2", "--set",
                "connect-millis-max=400", "--scenario",
                "slow-connect,deaf-subscribers,large-packets,return-tls");
        String output = tool.inputReader().readAllAsString();
        assertTrue(tool.waitFor(60, TimeUnit.SECONDS), output);
        assertEquals(0, tool.exitValue(), output);
        Matcher rows = ROW.matcher(output);
        int count = 0;
        while (rows.find()) {
            count++;
            assertTrue(Double.parseDouble(rows.group(4)) < P99_MILLIS_MAX, rows.group());
        }
        assertEquals(4, count, output);
    }
}
