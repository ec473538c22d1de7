package io.holdfast.topic;

/**
 * What the two tables share: open addressing with linear probing in a power of two of slots, of which at most
 * three quarters are taken. A removal moves later entries of the run up, so there are no tombstones, and a
 * table that has become almost empty shrinks: memory follows the number of entries in both directions.
 */
abstract class OpenAddressing {
    static final int SLOTS_MIN = 16;

    /** The number of slots, less one. */
    int mask;
    private int size;

    /** Replaces the arrays by empty ones of so many slots. */
    abstract void allocate(int slots);

    /** Allocates, and then takes every entry over from the arrays before. */
    abstract void resize(int slots);

    abstract boolean isFree(int slot);

    /** Where the search for the slot's entry begins. */
    abstract int home(int slot);

    abstract void move(int from, int to);

    abstract void free(int slot);

    final int size() {
        return size;
    }

    final int slots() {
        return mask + 1;
    }

    /** To be called before an entry is added, as it may move all others. */
    final void makeRoom() {
        if (size >= slots() / 4 * 3) {
            resize(slots() * 2);
        }
        size++;
    }

    /** Frees the slot, and closes the gap in the run of entries after it. */
    final void removeAt(int slot) {
        int gap = slot;
        for (int i = next(gap); !isFree(i); i = next(i)) {
            boolean reachableFromGap = ((i - home(i)) & mask) >= ((i - gap) & mask);
            if (reachableFromGap) {
                move(i, gap);
                gap = i;
            }
        }
        free(gap);
        size--;
        if (slots() > SLOTS_MIN && size < slots() / 8) {
            resize(slots() / 2);
        }
    }

    final int next(int slot) {
        return (slot + 1) & mask;
    }
}
