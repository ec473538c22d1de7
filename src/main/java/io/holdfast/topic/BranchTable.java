package io.holdfast.topic;

/**
 * The branches: for the hash of each beginning of a filter that ends in {@code +}, the number of filters that
 * begin so. The beginnings themselves are not kept: should two share a hash, they are counted together, and
 * what is found beyond the wrong one is refused when its filter is compared.
 */
final class BranchTable extends OpenAddressing {
    /** The hash of the slot's branch, or 0 for a free slot. */
    private long[] hashes;
    private int[] filters;

    BranchTable() {
        allocate(SLOTS_MIN);
    }

    boolean contains(long hash) {
        return !isFree(find(nonZero(hash)));
    }

    /** False if there is no branch of this hash, true if there may be: one read. */
    boolean isHomeTaken(long hash) {
        return hashes[(int) nonZero(hash) & mask] != 0;
    }

    /** Counts in one filter that begins so. */
    void add(long hash) {
        int slot = find(nonZero(hash));
        if (isFree(slot)) {
            makeRoom();
            slot = find(nonZero(hash));
            hashes[slot] = nonZero(hash);
        }
        filters[slot]++;
    }

    /** Counts out one filter that begins so. */
    void remove(long hash) {
        int slot = find(nonZero(hash));
        if (--filters[slot] == 0) {
            removeAt(slot);
        }
    }

    /** The slot of the branch, or the free one where it belongs. */
    private int find(long hash) {
        int slot = (int) hash & mask;
        while (hashes[slot] != hash && hashes[slot] != 0) {
            slot = next(slot);
        }
        return slot;
    }

    private static long nonZero(long hash) {
        return hash == 0 ? 1 : hash;
    }

    @Override
    void allocate(int slots) {
        mask = slots - 1;
        hashes = new long[slots];
        filters = new int[slots];
    }

    @Override
    void resize(int slots) {
        long[] oldHashes = hashes;
        int[] oldFilters = filters;
        allocate(slots);
        for (int i = 0; i < oldHashes.length; i++) {
            if (oldHashes[i] != 0) {
                int slot = find(oldHashes[i]);
                hashes[slot] = oldHashes[i];
                filters[slot] = oldFilters[i];
            }
        }
    }

    @Override
    boolean isFree(int slot) {
        return hashes[slot] == 0;
    }

    @Override
    int home(int slot) {
        return (int) hashes[slot] & mask;
    }

    @Override
    void move(int from, int to) {
        hashes[to] = hashes[from];
        filters[to] = filters[from];
    }

    @Override
    void free(int slot) {
        hashes[slot] = 0;
        filters[slot] = 0;
    }
}
