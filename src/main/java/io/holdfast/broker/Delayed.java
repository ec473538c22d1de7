package io.holdfast.broker;

import io.holdfast.broker.Change.DelayedPut;
import io.holdfast.broker.Change.DelayedRemoved;
import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.ReasonCode;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Messages that are to be published later: a PUBLISH to {@code $delayed/{seconds}/{topic}} is one to {@code
 * topic}, made that many seconds after it arrived. Until then it is a row and nothing in memory; its
 * acknowledgement means, as always, that it is on disk. A Message Expiry Interval counts from the
 * publication.
 */
final class Delayed {
    static final String PREFIX = "$delayed/";
    /** A year. */
    static final long DELAY_SECONDS_MAX = 366 * 86_400L;
    /** Published in one turn; and no further one once they have so many bytes. */
    static final int MESSAGES_MAX = 256;
    static final long BYTES_MAX = 256 * 1024;

    private static final Pattern SHAPE = Pattern.compile("\\$delayed/[0-9]{1,9}/.+", Pattern.DOTALL);

    private final Routing routing;
    private final Ids ids;
    private final DiskSpace diskSpace;
    private boolean reading;

    Delayed(Routing routing, Ids ids, DiskSpace diskSpace) {
        this.diskSpace = diskSpace;
        this.routing = routing;
        this.ids = ids;
    }

    static boolean isDelayed(String topicName) {
        return topicName.startsWith(PREFIX);
    }

    /** Whether a Topic Name with the prefix goes on as it must. */
    static boolean isWellFormed(String topicName) {
        return SHAPE.matcher(topicName).matches() && seconds(topicName) <= DELAY_SECONDS_MAX;
    }

    /** Where a PUBLISH goes in the end. */
    static String target(String topicName) {
        return isDelayed(topicName)
                ? topicName.substring(topicName.indexOf('/', PREFIX.length()) + 1) : topicName;
    }

    private static long seconds(String topicName) {
        return Long.parseLong(topicName, PREFIX.length(), topicName.indexOf('/', PREFIX.length()), 10);
    }

    /** Takes a PUBLISH over whose Topic Name is well-formed. Returns what its acknowledgement is to say. */
    ReasonCode accept(Publish packet, long publisher, Turn turn) {
        long dueAtMillis = turn.nowMillis() + seconds(packet.topicName()) * 1_000;
        Publish later = packet.to(target(packet.topicName()));
        DelayedPut row = new DelayedPut(dueAtMillis,
                Routing.message(later, ids.nextSequence(turn), publisher, turn));
        if (diskSpace.refuses(row.messageBytes(), turn)) {
            return ReasonCode.QUOTA_EXCEEDED;
        }
        turn.change(row);
        return ReasonCode.SUCCESS;
    }

    /** Looks for messages whose time has come; while the disk is short of space they wait where they are. */
    void requestDue(Turn turn) {
        if (!reading && !diskSpace.isShort()) {
            reading = true;
            turn.effect(new Effect.ReadDelayed(turn.nowMillis(), MESSAGES_MAX, BYTES_MAX));
        }
    }

    void dueRead(List<DelayedPut> due, Turn turn) {
        reading = false;
        for (DelayedPut row : due) {
            routing.publish(row.message(), turn);
            turn.change(new DelayedRemoved(row.dueAtMillis(), row.message().sequence()));
        }
        if (!due.isEmpty()) {
            requestDue(turn);
        }
    }
}
