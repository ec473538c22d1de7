package io.holdfast.simulation;

import java.util.random.RandomGenerator;

/**
 * What a simulated broker runs on. In some worlds the wall clock is set, back and forth, a little and by
 * hours: the broker's clock, which starts with it, does not notice before the next start. In some the disk
 * fills up and is emptied. In all a commit may wait for the disk, and the machine may sleep for an hour.
 */
final class SimulatedMachine {
    /** Less than this is short: see {@link Limits}. */
    static final long RESERVE_BYTES = 8_000;

    private static final int HOUR_MILLIS = 3_600_000;

    private final RandomGenerator random;
    private final SimulatedStore store;
    private final boolean setsClock;
    private final boolean fillsDisk;
    private long wallMillis = 1_700_000_000_000L;
    private long nowMillis = wallMillis;
    private long latestMillis = wallMillis;
    /** Of ten commits that could happen, how many wait: other things overtake a slow disk. */
    private int diskSlowness;

    SimulatedMachine(RandomGenerator random, SimulatedStore store) {
        this.random = random;
        this.store = store;
        setsClock = random.nextInt(3) == 0;
        fillsDisk = random.nextInt(3) == 0;
        diskSlowness = random.nextInt(10);
    }

    /** The broker's clock. */
    long nowMillis() {
        return nowMillis;
    }

    boolean fillsDisk() {
        return fillsDisk;
    }

    boolean diskIsSlow() {
        return random.nextInt(10) < diskSlowness;
    }

    /** The broker is down for a while, and its next life begins with what the wall clock says then. */
    void restart() {
        nowMillis = wallMillis;
        pass(random.nextInt(20_000));
    }

    void pass(long millis) {
        wallMillis += millis;
        nowMillis += millis;
        latestMillis = Math.max(latestMillis, nowMillis);
    }

    /** Time passes, and something else may happen. */
    void goOn() {
        pass(random.nextInt(100) == 0 ? HOUR_MILLIS : random.nextInt(1_500));
        if (setsClock) {
            int most = random.nextBoolean() ? 2_000 : 3 * HOUR_MILLIS;
            wallMillis += random.nextInt(-most, most);
        }
        if (fillsDisk) {
            store.setFreeBytes(random.nextLong(2 * RESERVE_BYTES));
        }
    }

    /** Nothing happens to the machine any more, its disk has room, and it is as late as it ever was. */
    void calm() {
        diskSlowness = 0;
        pass(latestMillis - nowMillis);
        wallMillis = nowMillis;
        store.setFreeBytes(Long.MAX_VALUE);
    }
}
