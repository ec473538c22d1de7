package io.holdfast.broker;

/**
 * What happens when a session has all that may wait for one of its subscriptions, and a further message
 * matches. Whatever is dropped is counted in {@link Counters}.
 */
public enum OverflowPolicy {
    /** The publisher is refused with 0x97 (Quota exceeded), and nobody gets the message. */
    REJECT,
    /** What has waited longest goes. */
    DROP_OLDEST,
    /** The message does not join what waits for that session. */
    DROP_NEWEST,
    /** The session ends with all that waits for it; a connected client is told with 0x97. */
    DISCONNECT
}
