package io.holdfast.broker;

/** A subscription of a connected session, as routing meets it. */
final class LiveSubscription {
    final Session session;
    final FilterNode node;
    /** Its place among the node's live subscriptions. */
    int index;

    private Subscription subscription;

    LiveSubscription(Session session, FilterNode node, Subscription subscription) {
        this.session = session;
        this.node = node;
        this.subscription = subscription;
    }

    Subscription subscription() {
        return subscription;
    }

    void replace(Subscription replacement) {
        subscription = replacement;
    }

    /** Whether messages of QoS 1 and 2 reach the session through a log. */
    boolean hasLog() {
        return subscription.logId() != Subscription.NO_LOG;
    }
}
