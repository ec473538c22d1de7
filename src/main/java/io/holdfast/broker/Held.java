package io.holdfast.broker;

/**
 * The memory that the core uses for what clients have it keep: subscriptions, Will Messages, Topic Aliases,
 * messages that wait in memory, and deliveries in flight. Each of them has a limit for one client; this is
 * the limit for all clients together. Sizes are those of texts and payloads and a round figure for the rest.
 *
 * <p>When it gets <em>scarce</em>, sessions go on with little of it, and who has more than a fair share is
 * refused more. When it is <em>full</em>, everybody is, and clients that connect are told that the broker is
 * busy. What is on disk is none of this.
 */
final class Held {
    /** What a subscription or a log takes beside its Topic Filter. */
    static final long SUBSCRIPTION_BYTES = 512;
    /** What a message takes beside its Topic Name and payload, and a delivery in flight. */
    static final long MESSAGE_BYTES = 96;

    /** Of the memory that the process may take; half of that is the heap. */
    private static final int SHARE = 8;

    private final long bytesMax;
    private long bytes;
    private int sessions;

    Held(Settings settings) {
        long memoryBytes = settings.get(Setting.MEMORY_BYTES);
        bytesMax = memoryBytes == 0 ? Long.MAX_VALUE : memoryBytes / SHARE;
    }

    /** Takes so many bytes more, or gives them back. */
    void add(long more) {
        bytes += more;
    }

    /** So many sessions more, or fewer, share it. */
    void share(int more) {
        sessions += more;
    }

    /**
     * Whether a session that has so much may have no more. What its subscriptions have led to is not all
     * counted as its own: so a fair part of half of what is left when memory gets scarce.
     */
    boolean refuses(long ownBytes) {
        return isFull() || isScarce() && ownBytes > bytesMax / 4 / Math.max(1, sessions);
    }

    long bytes() {
        return bytes;
    }

    boolean isScarce() {
        return bytes > bytesMax / 2;
    }

    boolean isFull() {
        return bytes > bytesMax;
    }

    static long of(Message message) {
        return message == null ? 0 : message.bytes() + MESSAGE_BYTES;
    }
}
