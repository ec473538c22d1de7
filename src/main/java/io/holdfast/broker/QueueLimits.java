package io.holdfast.broker;

/**
 * How much may wait for one subscription of a session, or for a Shared Subscription: the same for all, so
 * that it can be told from a log and the place of a cursor in it, for sessions that are not in memory too.
 *
 * @param messagesMax messages, from the oldest that is not acknowledged
 * @param bytesMax {@link Message#bytes()} of them
 * @param ageMillisMax how long each may wait; {@link Long#MAX_VALUE} for ever
 */
record QueueLimits(long messagesMax, long bytesMax, long ageMillisMax, OverflowPolicy policy) {
    static QueueLimits of(Settings settings) {
        long seconds = settings.get(Setting.QUEUED_SECONDS_MAX);
        return new QueueLimits(settings.get(Setting.QUEUED_MESSAGES_MAX),
                settings.get(Setting.QUEUED_BYTES_MAX),
                seconds == 0 ? Long.MAX_VALUE : seconds * 1_000, settings.overflow());
    }

    /** Whether what has waited longest is what goes. */
    boolean dropsOldest() {
        return policy == OverflowPolicy.DROP_OLDEST || policy == OverflowPolicy.DISCONNECT;
    }

    /** When what is still young enough may have arrived at the earliest. */
    long youngSinceMillis(long nowMillis) {
        return ageMillisMax == Long.MAX_VALUE ? Long.MIN_VALUE : nowMillis - ageMillisMax;
    }
}
