package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code tools/holdfast disk}, in small. It mounts file systems: only root may. */
@Tag("root")
@Timeout(300)
class DiskIT {
    @Test
    void nothingIsLostWhenTheDiskIsFullOrFails() throws Exception {
        Process disk = BrokerProcess.launch("disk", "--size", "300", "--reserve", "160");
        String output = disk.inputReader().readAllAsString();
        assertEquals(0, disk.waitFor(), output);
        assertEquals(2, output.lines().filter(line -> line.endsWith("due: 0 lost")).count(), output);
        assertTrue(output.contains("publishing went on by itself"), output);
    }
}
