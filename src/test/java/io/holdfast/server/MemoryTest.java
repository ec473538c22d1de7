package io.holdfast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryTest {
    private static final long MEBIBYTE = 1 << 20;

    @ParameterizedTest
    @CsvSource({"512, 228, 512, 256, 64, 64", "8192, 3000, 8192, 4096, 1024, 128",
            "0, 500, 1000, 500, 125, 125", "0, 64, 256, 128, 32, 32"})
    void halfIsTheHeapAndTheOthersHaveTheirShares(long asked, long heapMax, long total, long heap,
            long direct, long store) {
        assertEquals(new Memory(total * MEBIBYTE, heap * MEBIBYTE, direct * MEBIBYTE, store * MEBIBYTE),
                Memory.of(asked * MEBIBYTE, heapMax * MEBIBYTE));
    }

    @Test
    void sharesThatAreToldAddUpToTheWhole() {
        assertEquals("1,024 MiB of memory: heap 512, network buffers 128, store 128, else 256",
                Memory.of(1_024 * MEBIBYTE, 512 * MEBIBYTE).toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "512 | 257 | memory-bytes is 536870912, half of which is for the Java heap, and that may grow to 269",
        "255 | 100 | memory-bytes is 267386880; expected 0, or 268435456 or more"})
    void whatCannotBeKeptToIsRefused(long asked, long heapMax, String why) {
        String message = assertThrows(IllegalArgumentException.class,
                () -> Memory.of(asked * MEBIBYTE, heapMax * MEBIBYTE)).getMessage();
        assertTrue(message.startsWith(why), message);
    }
}
