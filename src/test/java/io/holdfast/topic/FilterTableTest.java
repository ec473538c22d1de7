package io.holdfast.topic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FilterTableTest {
    private final FilterTable<String> table = new FilterTable<>();

    @Test
    void filtersOfOneHashAreToldApart() {
        for (String filter : new String[] {"a", "b", "c"}) {
            table.add(-5, filter, filter + " value");
        }
        assertEquals("b value", table.value(table.find(-5, "b")));
        table.removeAt(table.find(-5, "b"));
        assertEquals("c value", table.value(table.find(-5, "c")));
        assertEquals(-1, table.find(-5, "b"));
        assertEquals(-1, table.find(4, "a"));
    }

    /** Hashes from a small range make long runs, also across the end of the arrays. */
    @Test
    void removalsLeaveEveryOtherFilterWhereItIsFound() {
        Random random = new Random(3);
        TreeMap<String, Integer> model = new TreeMap<>();
        for (int step = 0; step < 50_000; step++) {
            String filter = Integer.toString(random.nextInt(200));
            int hash = -1 - Integer.parseInt(filter) % 13;
            int slot = table.find(hash, filter);
            assertEquals(model.containsKey(filter), slot >= 0, filter);
            if (slot >= 0) {
                table.removeAt(slot);
                model.remove(filter);
            } else {
                table.add(hash, filter, filter);
                model.put(filter, hash);
            }
        }
        assertEquals(model.size(), table.size());
        model.forEach((filter, hash) -> assertEquals(filter, table.value(table.find(hash, filter))));
        model.forEach((filter, hash) -> table.removeAt(table.find(hash, filter)));
        assertTrue(table.slots() <= 2 * OpenAddressing.SLOTS_MIN, "slots: " + table.slots());
    }
}
