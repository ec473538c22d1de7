package io.holdfast.mqtt;

/**
 * The Subscription Options of one Topic Filter (MQTT 5.0, section 3.8.3.1). Before 5.0 only the maximum QoS
 * exists.
 *
 * @param qos the maximum QoS at which messages are delivered
 * @param noLocal whether messages of the subscribing client itself are left out
 * @param retainAsPublished whether deliveries keep the publisher's RETAIN flag
 * @param retainHandling 0: retained messages on every SUBSCRIBE; 1: on a new subscription only; 2: never
 */
public record SubscriptionOptions(QoS qos, boolean noLocal, boolean retainAsPublished, int retainHandling) {
    public SubscriptionOptions {
        if (retainHandling < 0 || retainHandling > 2) {
            throw new IllegalArgumentException("Retain Handling is 0, 1 or 2, not " + retainHandling);
        }
    }

    /** What a subscription of MQTT 3.1 or 3.1.1 means. */
    public static SubscriptionOptions of(QoS qos) {
        return new SubscriptionOptions(qos, false, false, 0);
    }

    /** Whether a SUBSCRIBE asks for retained messages [MQTT-3.3.1-9] [MQTT-3.3.1-10] [MQTT-3.3.1-11]. */
    public boolean wantsRetained(boolean subscriptionIsNew) {
        return retainHandling == 0 || retainHandling == 1 && subscriptionIsNew;
    }

    /** The same with no more than that maximum QoS. */
    public SubscriptionOptions atMost(QoS max) {
        return qos.compareTo(max) <= 0 ? this
                : new SubscriptionOptions(max, noLocal, retainAsPublished, retainHandling);
    }
}
