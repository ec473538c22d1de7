package io.holdfast.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.OverflowPolicy;
import io.holdfast.broker.Setting;
import io.holdfast.broker.Settings;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.Topics;
import java.util.ArrayList;
import java.util.List;

/** All that was ever published in a simulation, as its publishers saw it. */
final class Ledger {
    static final int NOT_DELAYED = -1;

    /** One message. Its number is its payload; numbers rise with time over all publishers. */
    static final class Published {
        final int number;
        final int publisher;
        final String topicName;
        final QoS qos;
        final long sentAt;
        /** When its publisher knew that it had been taken over; {@link Long#MAX_VALUE} until then. */
        long acknowledgedAt = Long.MAX_VALUE;
        /** When its publisher knew that it was published or lost, though nobody says so at QoS 0. */
        long overAt = Long.MAX_VALUE;
        boolean repeated;
        int delaySeconds = NOT_DELAYED;
        /** By the members of the group, if it went to that. */
        int takenAtLeastOnce;
        int takenExactlyOnce;
        boolean retain;
        /** Retained, with an empty payload. */
        boolean clears;
        boolean expires;
        /** The connection whose will it is, or null. */
        Link willOf;
        /** Whether its publisher is content with less than that it is on disk. */
        boolean isWeak;

        Published(int number, int publisher, String topicName, QoS qos, long sentAt) {
            this.number = number;
            this.publisher = publisher;
            this.topicName = topicName;
            this.qos = qos;
            this.sentAt = sentAt;
        }

        /** What its publisher writes into the packet. */
        String publishedTo() {
            return delaySeconds == NOT_DELAYED ? topicName : "$delayed/" + delaySeconds + "/" + topicName;
        }

        boolean isAcknowledged() {
            return acknowledgedAt != Long.MAX_VALUE;
        }

        /** Whether it was taken over, or lost, before the other one was sent; of a will nobody knows. */
        boolean isBefore(Published other) {
            return willOf == null && delaySeconds == NOT_DELAYED
                    && Math.min(acknowledgedAt, overAt) < other.sentAt;
        }

        /** Whether its Topic Name has no retained message after it, now or when it has expired. */
        boolean leavesNothing() {
            return retain && (clears || expires);
        }

        @Override
        public String toString() {
            return (willOf == null ? "message " : "will ") + number + " of client " + publisher + " to "
                    + topicName
                    + " at " + qos + (retain ? ", retained" : "")
                    + (isAcknowledged() ? ", acknowledged" : "");
        }
    }

    private final OverflowPolicy policy;
    private final boolean diskFills;
    private final List<Published> all = new ArrayList<>();
    /** To all clients, of all QoS. */
    long delivered;
    /** The fewest that could wait so far. */
    private long messagesMax;

    /** @param diskFills whether the disk may be short of space */
    Ledger(Settings settings, boolean diskFills) {
        this.diskFills = diskFills;
        policy = settings.overflow();
        messagesMax = settings.get(Setting.QUEUED_MESSAGES_MAX);
    }

    /** The operator has set another limit. */
    void limit(long messages) {
        messagesMax = Math.min(messagesMax, messages);
    }

    /** Whether what a session needs may be gone. */
    boolean dropsOldest() {
        return policy == OverflowPolicy.DROP_OLDEST || policy == OverflowPolicy.DISCONNECT;
    }

    /** Whether a session may end because too much waits for it. */
    boolean mayEndSessions() {
        return policy == OverflowPolicy.DISCONNECT;
    }

    /** Whether a message may be left out. */
    boolean drops() {
        return policy == OverflowPolicy.DROP_OLDEST || policy == OverflowPolicy.DROP_NEWEST;
    }

    /** Whether a message may be refused. */
    boolean refuses() {
        return diskFills || policy == OverflowPolicy.REJECT && messagesMax < all.size();
    }

    /** Whether a message may have been left out because enough others waited: some may have come twice. */
    boolean mayBeDropped(String topicFilter) {
        return drops() && all.stream().filter(other -> other.qos != QoS.AT_MOST_ONCE
                        && matches(topicFilter, other.topicName)).count() > messagesMax / 2;
    }

    Published publish(int publisher, String topicName, QoS qos, long step) {
        Published published = new Published(all.size(), publisher, topicName, qos, step);
        all.add(published);
        return published;
    }

    /** Of what was acknowledged since, or said to be, the messages may be gone that may get lost. */
    void powerCut(long syncedAt) {
        all.stream().filter(message -> message.isWeak && message.isAcknowledged()
                && message.acknowledgedAt >= syncedAt)
                .forEach(message -> message.acknowledgedAt = Long.MAX_VALUE);
    }

    Published find(int number) {
        assertTrue(number >= 0 && number < all.size(), () -> "delivered, but never published: " + number);
        return all.get(number);
    }

    /** Any message that clears the retained one of that Topic Name: they all look alike. */
    Published findClearing(String topicName) {
        return all.stream().filter(message ->
                message.clears && message.topicName.equals(topicName)).findFirst()
                .orElseThrow(() -> new AssertionError("nobody cleared " + topicName));
    }

    /** Whether a Topic Name may have that retained message at the end, or none (null). */
    boolean mayBeRetained(String topicName, Published last) {
        return all.stream().filter(message -> message.retain && message.topicName.equals(topicName))
                .filter(Published::isAcknowledged)
                .noneMatch(later -> last == null
                        ? !later.leavesNothing() && !mayBeGone(later) : last.isBefore(later));
    }

    private boolean mayBeGone(Published message) {
        return all.stream().anyMatch(other -> (other.leavesNothing() || mayBeDiscarded(other))
                && other.topicName.equals(message.topicName) && !other.isBefore(message));
    }

    /** Whether it may not be retained though it should be, nor what was retained before. */
    private boolean mayBeDiscarded(Published message) {
        return diskFills && message.retain && message.qos == QoS.AT_MOST_ONCE;
    }

    /**
     * A message to the group that no member got though there was a member for it all the time, or null. What
     * was in flight at QoS 2 to a session that ended is nobody's [MQTT-4.8.2-5].
     */
    String undelivered(List<SimulatedClient> clients) {
        boolean someEnded = mayEndSessions() || clients.stream().anyMatch(SimulatedClient::hasEndedSessions);
        return all.stream().filter(message -> message.topicName.equals(Simulation.SHARED_TOPIC)
                        && message.takenAtLeastOnce + message.takenExactlyOnce == 0
                        && message.isAcknowledged() && !message.expires
                        && (message.qos == QoS.AT_LEAST_ONCE || !someEnded)
                        && clients.stream().anyMatch(client -> client.isMemberSince(message))
                        && !mayBeDropped("$shared/+"))
                .map(message -> "no member got " + message).findFirst().orElse(null);
    }

    /** The rules of section 4.7, level by level: an oracle, not an index. */
    static boolean matches(String topicFilter, String topicName) {
        assertTrue(Topics.isTopicFilter(topicFilter));
        if (topicFilter.startsWith("#") && topicName.startsWith("$")
                || topicFilter.startsWith("+") && topicName.startsWith("$")) {
            return false;
        }
        String[] filter = topicFilter.split("/", -1);
        String[] name = topicName.split("/", -1);
        for (int i = 0; i < filter.length; i++) {
            if (filter[i].equals("#")) {
                return true;
            }
            if (i == name.length || !filter[i].equals("+") && !filter[i].equals(name[i])) {
                return false;
            }
        }
        return filter.length == name.length;
    }

    List<Published> all() {
        return all;
    }
}
