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
    /** These two are immutable while they are empty, as they mostly are: then they take no memory. */
    private List<LiveSubscription> live = List.of();
    private List<ShareGroup> groups = List.of();

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
        if (live.isEmpty()) {
            live = new ArrayList<>(1);
        }
        subscription.index = live.size();
        live.add(subscription);
    }

    void remove(LiveSubscription subscription) {
        LiveSubscription last = live.removeLast();
        if (last != subscription) {
            live.set(subscription.index, last);
            last.index = subscription.index;
        }
        if (live.isEmpty()) {
            live = List.of();
        }
    }

    /** The Shared Subscriptions to it. */
    List<ShareGroup> groups() {
        return groups;
    }

    void add(ShareGroup group) {
        if (groups.isEmpty()) {
            groups = new ArrayList<>(1);
        }
        groups.add(group);
    }

    void remove(ShareGroup group) {
        groups.remove(group);
        if (groups.isEmpty()) {
            groups = List.of();
        }
    }

    /** How many logs a message that matches goes to, its own and those of Shared Subscriptions. */
    int logs() {
        int logs = log == null ? 0 : 1;
        for (int i = 0; i < groups.size(); i++) {
            logs += groups.get(i).log() == null ? 0 : 1;
        }
        return logs;
    }

    boolean isUnused() {
        return log == null && live.isEmpty() && groups.isEmpty();
    }
}
