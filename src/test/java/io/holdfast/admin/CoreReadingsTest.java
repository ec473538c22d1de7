package io.holdfast.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.holdfast.broker.Broker;
import io.holdfast.broker.Change;
import io.holdfast.broker.Settings;
import io.holdfast.broker.Store;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the core counts, as metrics. */
class CoreReadingsTest {
    private static final long FIRST = 1_000;

    @Test
    void whatTheCoreCountsIsAMetricOrFollowsFromOthers() {
        Store.Recovered nothing = new Store.Recovered(List.of(), List.of(), List.of(),
                new Change.IdsReserved(0, 0, 0), 0, List.of());
        Map<String, Long> figures = new LinkedHashMap<>();
        for (String name : new Broker(Settings.DEFAULT, false, nothing, 1, 0).figures().keySet()) {
            figures.put(name, FIRST + figures.size());
        }
        Measured measured = new Measured();
        measured.tell(figures);
        for (Reading reading : CoreReadings.of(measured)) {
            long value = reading.value().getAsLong();
            assertFalse(value == 0, () -> reading.name() + " reads what the core does not count");
            assertEquals(true, figures.values().remove(value), () -> reading.name() + " is read twice");
        }
        assertEquals(new TreeSet<>(CoreReadings.LEFT_OUT), new TreeSet<>(figures.keySet()));
    }
}
