package io.holdfast.broker;

/**
 * The newest entries of a log, in memory for the connected sessions that are at its head: a ring of messages
 * with dense ordinals from {@link #from()} on. What is not in it is read from the store.
 */
final class Tail {
    /** Of a log that no connected session reads: nothing is ever added to it. */
    static final Tail NONE = new Tail(0);

    private static final int CAPACITY_MIN = 16;

    private Message[] ring;
    private long from;
    private int size;
    private long bytes;

    Tail() {
        this(CAPACITY_MIN);
    }

    private Tail(int capacity) {
        ring = new Message[capacity];
    }

    long from() {
        return from;
    }

    int size() {
        return size;
    }

    /** The {@link Message#bytes()} of the entries held. */
    long bytes() {
        return bytes;
    }

    /** The entry with that ordinal, or null if it is not held. */
    Message get(long ordinal) {
        long index = ordinal - from;
        return index >= 0 && index < size ? ring[slot(ordinal)] : null;
    }

    /** Adds the entry that follows the last one held; if none is held, any. */
    void add(long ordinal, Message message) {
        if (size == 0) {
            from = ordinal;
        }
        if (size == ring.length) {
            grow();
        }
        ring[slot(ordinal)] = message;
        size++;
        bytes += message.bytes();
    }

    /** Lets go of the entries below an ordinal. */
    void dropBelow(long ordinal) {
        while (size > 0 && from < ordinal) {
            int slot = slot(from);
            bytes -= ring[slot].bytes();
            ring[slot] = null;
            from++;
            size--;
        }
        if (size == 0 && ring.length > CAPACITY_MIN) {
            ring = new Message[CAPACITY_MIN];
        }
    }

    private int slot(long ordinal) {
        return (int) (ordinal & ring.length - 1);
    }

    private void grow() {
        Message[] small = ring;
        ring = new Message[small.length * 2];
        for (long ordinal = from; ordinal < from + size; ordinal++) {
            ring[slot(ordinal)] = small[(int) (ordinal & small.length - 1)];
        }
    }
}
