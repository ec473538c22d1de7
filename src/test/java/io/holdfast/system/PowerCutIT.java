package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code tools/holdfast powercut}, in small. It mounts file systems, which only root may. */
@Tag("root")
@Timeout(600)
class PowerCutIT {
    /** Messages, or a whole session. */
    private static final Pattern LOSSES = Pattern.compile("[1-9][0-9,]* lost|sessionPresent=false");

    /** At QoS 1 and at QoS 2, while messages are published, and while the sessions take them. */
    @Test
    void whatWasAcknowledgedSurvivesPowerCuts() throws Exception {
        Process cut = BrokerProcess.launch("powercut", "--sessions", "20");
        String output = cut.inputReader().readAllAsString();
        assertEquals(0, cut.waitFor(), output);
        assertTrue(output.contains("2 rounds, 4 power cuts, 20,080 deliveries due: 0 lost"), output);
    }

    /**
     * Without that, the other test would show nothing. The seed cuts the power early in the publishing: when
     * it ends, the DISCONNECTs of the publishers are synced, and all that came before.
     */
    @Test
    void aBrokerThatDoesNotSyncIsFoundOut() throws Exception {
        Process cut = BrokerProcess.launch("powercut", "--sessions", "20", "--rounds", "1",
                "--messages", "60000", "--seed", "10", "--no-sync");
        String output = cut.inputReader().readAllAsString();
        assertEquals(1, cut.waitFor(), output);
        assertTrue(LOSSES.matcher(output).find(), output);
    }
}
