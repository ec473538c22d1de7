package io.holdfast.broker;

import io.holdfast.mqtt.SubscriptionOptions;

/**
 * What a session asked for and was granted for one Topic Filter.
 *
 * @param options with the granted maximum QoS
 * @param identifier the Subscription Identifier, 1 to 268,435,455, or 0 for none
 * @param logId the log that the session's cursor stands in, or {@link #NO_LOG}
 */
public record Subscription(String topicFilter, SubscriptionOptions options, int identifier, long logId) {
    /**
     * For subscriptions that are fed live only: QoS 0, and those of sessions that end with their connection.
     */
    public static final long NO_LOG = 0;
}
