package io.holdfast.topic;

/**
 * The branches: for the hash of each beginning of a filter that ends in {@code +}, the {@link Edges} that
 * lead on from there. The beginnings themselves are not kept: should two share a hash, they share their
 * edges, and what is found along the wrong ones is refused when its filter is compared.
 */
final class BranchTable extends OpenAddressing {
    /** The hash of the slot's branch, or 0 for a free slot: most probes end here. */
    private long[] hashes;
    private int[][] edges;

    BranchTable() {
        allocate(SLOTS_MIN);
    }

    /** The edges of the branch; {@link Edges#NONE} if there is no such branch. */
    int[] get(long hash) {
        int slot = find(nonZero(hash));
        return isFree(slot) ? Edges.NONE : edges[slot];
    }

    /** False if there is no branch of this hash, true if there may be: one read. */
    boolean isHomeTaken(long hash) {
        return hashes[(int) nonZero(hash) & mask] != 0;
    }

    /** Sets the edges of the branch; with {@link Edges#NONE} the branch ends to be. */
    void put(long hash, int[] newEdges) {
        int slot = find(nonZero(hash));
        if (newEdges.length == 0) {
            removeAt(slot);
            return;
        }
        if (isFree(slot)) {
            makeRoom();
            slot = find(nonZero(hash));
        }
        hashes[slot] = nonZero(hash);
        edges[slot] = newEdges;
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
        edges = new int[slots][];
    }

    @Override
    void resize(int slots) {
        long[] oldHashes = hashes;
        int[][] oldEdges = edges;
        allocate(slots);
        for (int i = 0; i < oldHashes.length; i++) {
            if (oldHashes[i] != 0) {
                int slot = find(oldHashes[i]);
                hashes[slot] = oldHashes[i];
                edges[slot] = oldEdges[i];
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
        edges[to] = edges[from];
    }

    @Override
    void free(int slot) {
        hashes[slot] = 0;
        edges[slot] = null;
    }
}
