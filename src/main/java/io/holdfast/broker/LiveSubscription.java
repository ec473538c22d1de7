package io.holdfast.broker;

import io.holdfast.mqtt.QoS;

/** A subscription of a connected session, as routing meets it. */
final class LiveSubscription {
    final Session session;
    final FilterNode node;
    /** The group, if it is a member of a Shared Subscription, or null. */
    final ShareGroup group;
    /** Its place among the node's live subscriptions, or among the group's members. */
    int index;
    /** Whether it is shared, and the client may not read all of it any more, and so is handed nothing. */
    boolean withheld;

    private Subscription subscription;

    LiveSubscription(Session session, FilterNode node, ShareGroup group, Subscription subscription) {
        this.session = session;
        this.node = node;
        this.group = group;
        this.subscription = subscription;
    }

    Subscription subscription() {
        return subscription;
    }

    void replace(Subscription replacement) {
        subscription = replacement;
    }

    /** Whether it is shared, and the session can be handed a message of that QoS now. */
    boolean takes(QoS qos) {
        return !withheld && session.outgoing.takes(qos.atMost(subscription.options().qos()));
    }

    /** Whether messages of QoS 1 and 2 reach the session through a log. */
    boolean hasLog() {
        return subscription.logId() != Subscription.NO_LOG;
    }
}
