package io.holdfast.topic;

import java.util.function.Consumer;

/**
 * All filters with their values: a slot is 12 bytes, four of the filter's hash and two references. The hash
 * is there so that a search looks at no text but that of its filter, and so that growing reads no text at
 * all.
 */
final class FilterTable<T> extends OpenAddressing {
    /** The hash of the slot's filter, or 0 for a free slot. */
    private int[] hashes;
    /** The slot's filter at {@code 2 * slot}, its value after it. */
    private Object[] entries;

    FilterTable() {
        allocate(SLOTS_MIN);
    }

    /** What is kept of a 64-bit hash: never 0. */
    static int shorten(long hash) {
        int half = (int) (hash ^ hash >>> 32);
        return half == 0 ? 1 : half;
    }

    /** The first slot that may hold a filter of this hash, or -1; see {@link #findAfter}. */
    int find(int hash) {
        return probe(hash, hash & mask);
    }

    /** The next slot after this one that may hold a filter of this hash, or -1. */
    int findAfter(int hash, int slot) {
        return probe(hash, next(slot));
    }

    /** False if there is no filter of this hash, true if there may be: one read. */
    boolean isHomeTaken(int hash) {
        return hashes[hash & mask] != 0;
    }

    private int probe(int hash, int from) {
        for (int slot = from;; slot = next(slot)) {
            int found = hashes[slot];
            if (found == hash) {
                return slot;
            }
            if (found == 0) {
                return -1;
            }
        }
    }

    /** The slot of the filter, or -1. */
    int find(int hash, String filter) {
        int slot = find(hash);
        while (slot >= 0 && !filter.equals(entries[2 * slot])) {
            slot = findAfter(hash, slot);
        }
        return slot;
    }

    /** Adds a filter that is not in the table. */
    void add(int hash, String filter, T value) {
        makeRoom();
        store(hash, filter, value);
    }

    private void store(int hash, Object filter, Object value) {
        int slot = hash & mask;
        while (hashes[slot] != 0) {
            slot = next(slot);
        }
        hashes[slot] = hash;
        entries[2 * slot] = filter;
        entries[2 * slot + 1] = value;
    }

    String filter(int slot) {
        return (String) entries[2 * slot];
    }

    @SuppressWarnings("unchecked") // only add and replace write there
    T value(int slot) {
        return (T) entries[2 * slot + 1];
    }

    void replace(int slot, T value) {
        entries[2 * slot + 1] = value;
    }

    void forEach(Consumer<? super T> each) {
        for (int slot = 0; slot < hashes.length; slot++) {
            if (hashes[slot] != 0) {
                each.accept(value(slot));
            }
        }
    }

    @Override
    void allocate(int slots) {
        mask = slots - 1;
        hashes = new int[slots];
        entries = new Object[2 * slots];
    }

    @Override
    void resize(int slots) {
        int[] oldHashes = hashes;
        Object[] oldEntries = entries;
        allocate(slots);
        for (int i = 0; i < oldHashes.length; i++) {
            if (oldHashes[i] != 0) {
                store(oldHashes[i], oldEntries[2 * i], oldEntries[2 * i + 1]);
            }
        }
    }

    @Override
    boolean isFree(int slot) {
        return hashes[slot] == 0;
    }

    @Override
    int home(int slot) {
        return hashes[slot] & mask;
    }

    @Override
    void move(int from, int to) {
        hashes[to] = hashes[from];
        entries[2 * to] = entries[2 * from];
        entries[2 * to + 1] = entries[2 * from + 1];
    }

    @Override
    void free(int slot) {
        hashes[slot] = 0;
        entries[2 * slot] = null;
        entries[2 * slot + 1] = null;
    }
}
