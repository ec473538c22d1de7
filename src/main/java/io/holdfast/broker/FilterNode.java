package io.holdfast.broker;

import java.util.ArrayList;
import java.util.List;

/**
 * What hangs on one distinct Topic Filter: its log, if it has one, and the subscriptions of connected
 * sessions.
 */
final class FilterNode {
    final String topicFilter;

    private FilterLog log;
    private final List<LiveSubscription> live = new ArrayList<>(0);
    private final List<ShareGroup> groups = new ArrayList<>(0);

    FilterNode(String topicFilter) {
        this.topicFilter = topicFilter;
    }

    /** The log, or null while no durable session has had a subscription above QoS 0. */
    FilterLog log() {
        return log;
    }

    void setLog(FilterLog log) {
        this.log = log;
    }

    List<LiveSubscription> live() {
        return live;
    }

    void add(LiveSubscription subscription) {
        subscription.index = live.size();
        live.add(subscription);
    }

    void remove(LiveSubscription subscription) {
        LiveSubscription last = live.removeLast();
        if (last != subscription) {
            live.set(subscription.index, last);
            last.index = subscription.index;
        }
    }

    /** The Shared Subscriptions to it. */
    List<ShareGroup> groups() {
        return groups;
    }

    boolean isUnused() {
        return log == null && live.isEmpty() && groups.isEmpty();
    }
}
