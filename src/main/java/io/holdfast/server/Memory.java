package io.holdfast.server;

import io.holdfast.broker.Setting;

/**
 * How the memory that the process may take is divided: half is the Java heap, an eighth is for network
 * buffers, an eighth is for the store, and the rest is what cannot be told beforehand: code, threads, what a
 * TLS connection takes outside of the heap, and what allocators keep. In the heap, the core and the edge have
 * shares of their own for what clients make them hold.
 *
 * <p>The heap is the launcher's to limit; see {@code tools/holdfast}.
 *
 * @param directBytes for the buffers of network connections, which are outside of the heap
 * @param storeBytes for blocks read, and for what is written and not in a file yet
 */
record Memory(long totalBytes, long heapBytes, long directBytes, long storeBytes) {
    /** With less, the Java virtual machine alone would be too much. */
    static final long TOTAL_BYTES_MIN = 256L << 20;

    /** More brings nothing: what is not found in it is found in the system's own cache of files. */
    static final long STORE_BYTES_MAX = 128L << 20;

    private static final double MEBIBYTE = 1 << 20;

    /**
     * Divides what was asked for.
     *
     * @param askedBytes 0 for as much as suits the heap
     * @param heapBytesMax what the heap may grow to
     * @throws IllegalArgumentException if it cannot be kept to
     */
    static Memory of(long askedBytes, long heapBytesMax) {
        long total = askedBytes == 0 ? Math.max(2 * heapBytesMax, TOTAL_BYTES_MIN) : askedBytes;
        if (total < TOTAL_BYTES_MIN) {
            throw bad(askedBytes, "; expected 0, or " + TOTAL_BYTES_MIN + " or more");
        }
        if (heapBytesMax > total / 2) {
            throw bad(askedBytes, ", half of which is for the Java heap, and that may grow to " + heapBytesMax
                    + " bytes; expected twice as much, or a smaller -Xmx");
        }
        return new Memory(total, total / 2, total / 8, Math.min(total / 8, STORE_BYTES_MAX));
    }

    private static IllegalArgumentException bad(long askedBytes, String what) {
        return new IllegalArgumentException(Setting.MEMORY_BYTES.key() + " is " + askedBytes + what);
    }

    /** In the heap: for packets on their way out to all connections. */
    long outboundBytes() {
        return totalBytes / 16;
    }

    /** In the heap: for inputs on their way to the core. */
    long intakeBytes() {
        return totalBytes / 32;
    }

    /** In words, for the operator. */
    @Override
    public String toString() {
        return "%,.0f MiB of memory: heap %,.0f, network buffers %,.0f, store %,.0f, else %,.0f".formatted(
                totalBytes / MEBIBYTE, heapBytes / MEBIBYTE, directBytes / MEBIBYTE, storeBytes / MEBIBYTE,
                (totalBytes - heapBytes - directBytes - storeBytes) / MEBIBYTE);
    }
}
