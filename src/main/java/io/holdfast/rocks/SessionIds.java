package io.holdfast.rocks;

import java.util.Arrays;

/** The ids of all sessions, in eight bytes each. */
final class SessionIds {
    private long[] ids = new long[1_024];
    private int size;

    void add(long id) {
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, size + size / 2);
        }
        ids[size++] = id;
    }

    /** To be called after the last was added. Returns one that was added twice, or 0. */
    long sort() {
        Arrays.sort(ids, 0, size);
        for (int i = 1; i < size; i++) {
            if (ids[i] == ids[i - 1]) {
                return ids[i];
            }
        }
        return 0;
    }

    boolean contains(long id) {
        return Arrays.binarySearch(ids, 0, size, id) >= 0;
    }

    int size() {
        return size;
    }
}
