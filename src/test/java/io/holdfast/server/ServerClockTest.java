package io.holdfast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The machine's clock is looked at once, when the process begins. */
class ServerClockTest {
    private static final long HOUR_MILLIS = 3_600_000;

    private long wallMillis = 1_700_000_000_000L;
    private long nanos = Long.MAX_VALUE - 1; // any beginning will do, and it may overflow

    private final ServerClock clock = new ServerClock(() -> wallMillis, () -> nanos);

    private void pass(long millis) {
        wallMillis += millis;
        nanos += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    void itBeginsWithTheMachinesClockAndGoesOnWithWhatHasElapsed() {
        assertEquals(1_700_000_000_000L, clock.getAsLong());
        pass(1_500);
        assertEquals(1_700_000_001_500L, clock.getAsLong());
    }

    @Test
    void settingTheMachinesClockBackOrForthChangesNothing() {
        wallMillis += HOUR_MILLIS;
        pass(1_000);
        assertEquals(1_700_000_001_000L, clock.getAsLong());
        wallMillis -= 3 * HOUR_MILLIS;
        assertEquals(1_700_000_001_000L, clock.getAsLong());
        pass(1_000);
        assertEquals(1_700_000_002_000L, clock.getAsLong());
    }
}
