package io.holdfast.broker;

/**
 * Whether the disk of the store has space for further messages. Messages are refused to their publishers
 * while there is enough left for everything else: deliveries and their acknowledgements, sessions,
 * subscriptions and Will Messages, and for what the store needs to put itself in order. That is the reserve.
 *
 * <p><b>Never later than the reserve.</b> The disk is looked at every second, and whenever so much has been
 * taken over; what has been taken over since the last look is counted as if it had been written already. So
 * the core does not depend on the look being in time. What the store sets aside before it writes, some 25
 * MiB for each write-ahead log that it begins, the reserve has to bear.
 *
 * <p><b>Back by itself.</b> Messages are taken over again when there is somewhat more than the reserve: when
 * somebody has made room, or what subscribers have taken was given back. The store is asked to give back what
 * was removed from it as soon as space is short, and again for what is removed meanwhile.
 */
final class DiskSpace {
    /** What is taken over is written into the write-ahead log, and later again into a table. */
    static final int WRITTEN_BYTES_PER_BYTE = 2;
    /** What is taken over until the disk is looked at again. */
    static final long TAKEN_BYTES_MAX = 8L << 20;
    /** There is space again when there is that fraction of the reserve more. */
    static final int ROOM = 8;

    private final Counters counters;
    private long freeBytes = Long.MAX_VALUE;
    /** Since the last look. */
    private long takenBytes;
    /** Of those, before the look that is under way. */
    private long takenBeforeBytes;
    private boolean measured;
    private boolean measuring;
    private boolean isShort;
    private boolean reclaiming;
    private boolean removed;
    private long reserveBytes;

    DiskSpace(Settings settings, Counters counters) {
        reserveBytes = settings.get(Setting.DISK_RESERVE_BYTES);
        this.counters = counters;
    }

    /** From now on, that is the reserve. */
    void reserve(long bytes) {
        reserveBytes = bytes;
    }

    /** Whether messages are refused at present. */
    boolean isShort() {
        return isShort;
    }

    /** Whether what would be stored in so many bytes may not be; it is counted then. */
    boolean refuses(long bytes, Turn turn) {
        if (!isShort && reserveBytes > 0 && leftBytes(turn.messageBytes() + bytes) < reserveBytes) {
            setShort(true);
        }
        counters.refusedForSpace += isShort ? 1 : 0;
        return isShort;
    }

    private long leftBytes(long moreBytes) {
        return freeBytes - WRITTEN_BYTES_PER_BYTE * (takenBytes + moreBytes);
    }

    private void setShort(boolean now) {
        removed |= now && !isShort; // earlier, for all that is known
        isShort = now;
        counters.diskIsShort = now;
    }

    /** Once a second: looks at the disk. */
    void timePassed(Turn turn) {
        measure(turn);
        if (isShort && removed && !reclaiming) {
            removed = false;
            reclaiming = true;
            turn.effect(new Effect.ReclaimSpace());
        }
    }

    /** At the end of a turn: counts what it stores. */
    void finish(Turn turn) {
        takenBytes += turn.messageBytes();
        if (!measured || takenBytes - takenBeforeBytes > TAKEN_BYTES_MAX) {
            measure(turn);
        }
        for (int i = 0; isShort && !removed && i < turn.changes().size(); i++) {
            removed = turn.changes().get(i).removesMessages();
        }
    }

    private void measure(Turn turn) {
        if (!measuring) {
            measuring = true;
            measured = true;
            takenBeforeBytes = takenBytes;
            turn.effect(new Effect.MeasureDisk());
        }
    }

    void diskMeasured(long bytes) {
        measuring = false;
        freeBytes = bytes;
        takenBytes -= takenBeforeBytes;
        takenBeforeBytes = 0;
        counters.diskFreeBytes = bytes;
        if (leftBytes(0) < reserveBytes && reserveBytes > 0) {
            setShort(true);
        } else if (reserveBytes == 0 || leftBytes(0) >= reserveBytes + reserveBytes / ROOM) {
            setShort(false);
        }
    }

    void spaceReclaimed() {
        reclaiming = false;
    }
}
