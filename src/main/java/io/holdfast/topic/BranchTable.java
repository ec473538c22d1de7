package io.holdfast.topic;

/**
 * The branches: for the hash of each beginning of a filter that ends in {@code +}, the {@link Edges} that
 * lead on from there. The beginnings themselves are not kept: should two share a hash, they share their
 * edges, and what is found along the wrong ones is refused when its filter is compared.
 */
final class BranchTable extends OpenAddressing {
    private long[] hashes;
    /** The slot's edges, or null for a free slot. */
    private int[][] edges;

    BranchTable() {
        allocate(SLOTS_MIN);
    }

    /** The edges of the branch; {@link Edges#NONE} if there is no such branch. */
    int[] get(long hash) {
        int[] found = edges[find(hash)];
        return found == null ? Edges.NONE : found;
    }

    /** Sets the edges of the branch; with {@link Edges#NONE} the branch ends to be. */
    void put(long hash, int[] newEdges) {
        int slot = find(hash);
        if (newEdges.length == 0) {
            removeAt(slot);
            return;
        }
        if (edges[slot] == null) {
            makeRoom();
            slot = find(hash);
        }
        hashes[slot] = hash;
        edges[slot] = newEdges;
    }

    /** The slot of the branch, or the free one where it belongs. */
    private int find(long hash) {
        int slot = (int) hash & mask;
        while (edges[slot] != null && hashes[slot] != hash) {
            slot = next(slot);
        }
        return slot;
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
            if (oldEdges[i] != null) {
                int slot = find(oldHashes[i]);
                hashes[slot] = oldHashes[i];
                edges[slot] = oldEdges[i];
            }
        }
    }

    @Override
    boolean isFree(int slot) {
        return edges[slot] == null;
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
        edges[slot] = null;
    }
}
