package io.holdfast.broker;

import io.holdfast.mqtt.QoS;
import java.util.List;

/**
 * A durable fact: the new value of one row of the store, or its end. A later change with the same key
 * replaces the earlier one, so the rows of the store are a compacted log of changes, and reading a row gives
 * the change back. The format of the rows on disk is the store's concern; the keys are those named here.
 */
public sealed interface Change {

    /** What it stores of a message, see {@link Message#storedBytes()}. */
    default long messageBytes() {
        return 0;
    }

    /** Whether it removes messages, so that there may be space to give back. */
    default boolean removesMessages() {
        return false;
    }

    /**
     * Key: none. Session ids, log ids and sequences up to these have been reserved; after a restart the next
     * are used.
     */
    record IdsReserved(long sessionIdsThrough, long logIdsThrough, long sequencesThrough)
            implements Change {}

    /**
     * Key: logId. There is a log for the Topic Filter, with that many cursors, closing ones included.
     * A log ends with its last cursor. That of a Shared Subscription has one cursor, and the durable sessions
     * subscribed to it above QoS 0 are what is counted.
     */
    record LogPut(long logId, String topicFilter, long cursors) implements Change {
        /** How the Topic Filter of a log begins that holds what is for one session alone. */
        static final String OF_SESSION = "\0";

        /** Whether a log with that Topic Filter holds what is for one session alone. */
        public static boolean isOfSession(String topicFilter) {
            return topicFilter.startsWith(OF_SESSION);
        }
    }

    /**
     * Key: logId. The log, and all its entries, from ordinal {@code from} to below {@code next}, are gone.
     */
    record LogRemoved(long logId, long from, long next) implements Change {
        @Override
        public boolean removesMessages() {
            return true;
        }
    }

    /**
     * Key: logId, ordinal. Ordinals are dense and start at 0; {@code bytesThrough} totals {@link
     * Message#bytes()} of all entries that the log ever had, up to and including this one.
     */
    record MessageAppended(long logId, long ordinal, long bytesThrough, Message message)
            implements Change {
        @Override
        public long messageBytes() {
            return message.storedBytes();
        }
    }

    /** The entries {@code from} to below {@code below} are gone; the last entry of a log is never trimmed. */
    record LogTrimmed(long logId, long from, long below) implements Change {
        @Override
        public boolean removesMessages() {
            return true;
        }
    }

    /** The same from the middle of a log: there are entries before them that some session needs. */
    record EntriesRemoved(long logId, long from, long below) implements Change {
        @Override
        public boolean removesMessages() {
            return true;
        }
    }

    /** Key: none. The number of sessions that there are rows of. */
    record SessionsCounted(long sessions) implements Change {}

    /**
     * Key: clientId. The session of that Client Identifier.
     *
     * @param expirySeconds the Session Expiry Interval; {@link #NEVER_EXPIRES} for ever
     * @param willDelaySeconds the Will Delay Interval of the Will Message that is to be published, in a row
     *     of its own; {@link #NO_WILL} if there is none
     * @param awaySinceMillis when its client was lost; {@link #CONNECTED} while it is there, and until a
     *     restart notes that it was cut off
     * @param owner the user that it belongs to, or that came last where sessions have no owners; null if it
     *     is anybody's
     * @param granted whether the authenticator has said what its client may do, not the operator's rules
     */
    record SessionPut(String clientId, long sessionId, long expirySeconds, long willDelaySeconds,
            long awaySinceMillis, String owner, boolean granted) implements Change {
        public static final long NEVER_EXPIRES = 0xFFFF_FFFFL;
        public static final long NO_WILL = -1;
        public static final long CONNECTED = Long.MAX_VALUE;

        /** Where connected sessions are in the list of what is due, and what never is would be. */
        public static final long NOT_DUE = Long.MAX_VALUE;

        /** One that belongs to nobody in particular. */
        public SessionPut(String clientId, long sessionId, long expirySeconds, long willDelaySeconds,
                long awaySinceMillis) {
            this(clientId, sessionId, expirySeconds, willDelaySeconds, awaySinceMillis, null, false);
        }

        public boolean isConnected() {
            return awaySinceMillis == CONNECTED;
        }

        /** When it ends unless its client comes back, in milliseconds since 1970, or {@link #NOT_DUE}. */
        public long endsAtMillis() {
            return isConnected() || expirySeconds == NEVER_EXPIRES
                    ? NOT_DUE : awaySinceMillis + expirySeconds * 1_000;
        }

        /** When its Will Message is published unless its client comes back, or {@link #NOT_DUE}. */
        public long willAtMillis() {
            return isConnected() || willDelaySeconds == NO_WILL
                    ? NOT_DUE : Math.min(awaySinceMillis + willDelaySeconds * 1_000, endsAtMillis());
        }

        /** When something is to be done about it. */
        public long dueAtMillis() {
            return Math.min(endsAtMillis(), willAtMillis());
        }

        /** Whether it is in the list of what is due, at {@link #dueAtMillis}. */
        public boolean isListed() {
            return isConnected() || dueAtMillis() != NOT_DUE;
        }

        SessionPut awaySince(long millis) {
            return new SessionPut(clientId, sessionId, expirySeconds, willDelaySeconds, millis, owner,
                    granted);
        }

        SessionPut expiringAfter(long seconds) {
            return new SessionPut(clientId, sessionId, seconds, willDelaySeconds, awaySinceMillis, owner,
                    granted);
        }

        public SessionPut withoutWill() {
            return new SessionPut(clientId, sessionId, expirySeconds, NO_WILL, awaySinceMillis, owner,
                    granted);
        }
    }

    /**
     * Key: sessionId. The Will Message of the session; sequence and time of arrival are those of its
     * publication and 0 until then.
     */
    record WillPut(long sessionId, Message will) implements Change {
        @Override
        public long messageBytes() {
            return will.storedBytes();
        }
    }

    /** Key: sessionId. */
    record WillRemoved(long sessionId) implements Change {}

    /** Key: clientId. The session ended; its other rows are removed by changes of their own. */
    record SessionRemoved(String clientId) implements Change {}

    /**
     * Key: dueAtMillis, clientId. The list of sessions by {@link SessionPut#dueAtMillis()}, so that the store
     * can find what is due without looking at every session. Connected sessions are listed at
     * {@link SessionPut#NOT_DUE}.
     */
    record DuePut(long dueAtMillis, String clientId) implements Change {}

    /** Key: dueAtMillis, clientId. */
    record DueRemoved(long dueAtMillis, String clientId) implements Change {}

    /** Key: sessionId, topic filter. */
    record SubscriptionPut(long sessionId, Subscription subscription) implements Change {}

    /** Key: sessionId, topic filter. */
    record SubscriptionRemoved(long sessionId, String topicFilter) implements Change {}

    /**
     * Key: logId, sessionId, which is 0 for a Shared Subscription. Where the session stands in the log:
     * {@code next} is the ordinal of the first entry not yet given a Packet Identifier or passed over;
     * entries below {@code low} are not needed by this session any more. Of what came while too much waited,
     * the entries from {@code gapFrom} to below {@code gapBelow} are left out; equal if there are none.
     */
    record CursorPut(long logId, long sessionId, long next, long low, long gapFrom, long gapBelow)
            implements Change {
        /** Without entries that are left out. */
        public CursorPut(long logId, long sessionId, long next, long low) {
            this(logId, sessionId, next, low, 0, 0);
        }

        public boolean hasGap() {
            return gapFrom < gapBelow;
        }

        /** The ordinal below which the session needs entries if no more than that many may wait for it. */
        long through(long messagesMax) {
            return next + messagesMax + (gapBelow - gapFrom);
        }
    }

    /** Key: logId, sessionId. */
    record CursorRemoved(long logId, long sessionId) implements Change {}

    /**
     * Key: sessionId, block. The deliveries in flight whose Packet Identifiers, divided by {@link
     * #IN_FLIGHT_BLOCK}, give {@code block}; by ascending Packet Identifier. An empty list ends the row.
     */
    record InFlightPut(long sessionId, int block, List<InFlight> deliveries) implements Change {
        public static final int IN_FLIGHT_BLOCK = 32;
    }

    /**
     * Key: sessionId, block. The Packet Identifiers of incoming QoS 2 messages received and not yet released:
     * bit {@code i} stands for identifier {@code block * 64 + i}. Zero ends the row.
     */
    record ReceivedPut(long sessionId, int block, long bits) implements Change {
        public static final int RECEIVED_BLOCK = 64;
    }

    /**
     * Key: logId, ordinal. An entry of the log of a Shared Subscription that was handed out to a session and
     * not acknowledged.
     *
     * @param sessionId 0 if the session ends with its connection, and will not come back for it
     * @param qos of the delivery, 1 or 2
     */
    record LeasePut(long logId, long ordinal, long sessionId, QoS qos) implements Change {}

    /** Key: logId, ordinal. */
    record LeaseRemoved(long logId, long ordinal) implements Change {}

    /** Key: dueAtMillis, sequence of the message. A message that is to be published at that time. */
    record DelayedPut(long dueAtMillis, Message message) implements Change {
        @Override
        public long messageBytes() {
            return message.storedBytes();
        }
    }

    /** Key: dueAtMillis, sequence. */
    record DelayedRemoved(long dueAtMillis, long sequence) implements Change {}

    /** Key: topicName of the message. The retained message of that Topic Name. */
    record RetainedPut(Message message) implements Change {
        @Override
        public long messageBytes() {
            return message.storedBytes();
        }
    }

    /** Key: topicName. */
    record RetainedRemoved(String topicName) implements Change {}

    /**
     * Key: sessionId, topicFilter. The session is being sent the retained messages that match a Topic Filter.
     *
     * @param afterTopicName those up to this Topic Name have been taken, in the store's order; empty at first
     * @param throughSequence the newest message when the subscription was made: later ones come through the
     *     subscription
     */
    record ReplayPut(long sessionId, String topicFilter, String afterTopicName, long throughSequence)
            implements Change {}

    /** Key: sessionId, topicFilter. */
    record ReplayRemoved(long sessionId, String topicFilter) implements Change {}
}
