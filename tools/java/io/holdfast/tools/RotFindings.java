package io.holdfast.tools;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** What clients find after a rot: what has to be told of, and what nothing excuses. */
final class RotFindings {
    private long messages;
    private long sessions;
    private long subscriptions;
    private long retained;
    private long doubled;
    private long old;
    private final List<String> wrong = new ArrayList<>();

    void messagesLost(long count) {
        messages += count;
    }

    void sessionLost() {
        sessions++;
    }

    void subscriptionLost() {
        subscriptions++;
    }

    void retainedLost() {
        retained++;
    }

    /** A message of QoS 2 comes again that was taken in an earlier life. */
    void doubled() {
        doubled++;
    }

    /** A retained message comes that was replaced or removed. */
    void oldRetained() {
        old++;
    }

    void wrong(String what) {
        wrong.add(what);
    }

    List<String> wrong() {
        return wrong;
    }

    /** What has to be told of. */
    long costs() {
        return messages + sessions + subscriptions + retained + doubled + old;
    }

    void add(RotFindings other) {
        messages += other.messages;
        sessions += other.sessions;
        subscriptions += other.subscriptions;
        retained += other.retained;
        doubled += other.doubled;
        old += other.old;
        wrong.addAll(other.wrong);
    }

    @Override
    public String toString() {
        StringJoiner told = new StringJoiner(", ").setEmptyValue("nothing");
        add(told, messages, "messages");
        add(told, sessions, "sessions");
        add(told, subscriptions, "subscriptions");
        add(told, retained, "retained messages");
        String lost = "lost: " + told;
        return lost + (doubled == 0 ? "" : ", doubled at QoS 2: %,d".formatted(doubled))
                + (old == 0 ? "" : ", old ones retained: %,d".formatted(old));
    }

    private static void add(StringJoiner told, long count, String what) {
        if (count > 0) {
            told.add("%,d %s".formatted(count, what));
        }
    }
}
