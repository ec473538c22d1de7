package io.holdfast.broker;

import io.holdfast.mqtt.Packet;
import java.util.List;

/**
 * What is to happen outside the core: a packet to send, a connection to close, rows to read, a client
 * to authenticate.
 */
public sealed interface Effect {

    /** Packets of one connection leave in the order of their effects. */
    record Send(long connectionId, Packet packet) implements Effect {}

    /**
     * Close the connection once everything sent before has left; nothing is read from it any more.
     *
     * @param byPeer whether the peer has said that it closes it, and is to be waited for a moment: a client
     *     that sees the end of the stream while it says goodbye may take it for a failure
     * @param why one clause for the log, with the values that led to it
     */
    record Close(long connectionId, boolean byPeer, String why) implements Effect {}

    /**
     * Find out who the client of a connection is. Answered by {@link Input.Authenticated}, before the next
     * one about the same connection.
     */
    record Authenticate(long connectionId, Authentication.Request request) implements Effect {}

    /** Answered by {@link Input.SessionRead}. */
    record ReadSession(String clientId) implements Effect {}

    /**
     * Read entries of a log from an ordinal on: at most {@code messagesMax}, and no further one once
     * {@code bytesMax} is reached. Answered by {@link Input.LogRead}.
     */
    record ReadLog(long connectionId, long logId, long from, int messagesMax, long bytesMax)
            implements Effect {}

    /** Read single entries of logs, to send them again. Answered by {@link Input.EntriesRead}. */
    record ReadEntries(long connectionId, List<Position> positions) implements Effect {}

    /** Read up to {@code max} sessions that are due, earliest first. Answered by {@link Input.DueRead}. */
    record ReadDue(long throughMillis, int max) implements Effect {}

    /** Read the lowest {@code low} of all cursors of a log. Answered by {@link Input.LowestCursorRead}. */
    record ReadLowestCursor(long logId) implements Effect {}

    /**
     * Read retained messages that match a Topic Filter: at most {@code messagesMax}, and no further one once
     * {@code bytesMax} is reached; fewer, even none, when many that do not match had to be passed over.
     * Answered by {@link Input.RetainedRead}.
     *
     * @param replay names the request
     * @param after the Topic Name after which to go on, in the store's order; empty for the beginning
     */
    record ReadRetained(long connectionId, long replay, String topicFilter, String after, int messagesMax,
            long bytesMax) implements Effect {}

    /**
     * Look for retained messages that have expired, in at most {@code rowsMax} of them. Answered by
     * {@link Input.ExpiredRetainedRead}.
     */
    record ReadExpiredRetained(String after, int rowsMax, long nowMillis) implements Effect {}

    /**
     * Read messages that are due for publication, earliest first: at most {@code messagesMax}, and no further
     * one once {@code bytesMax} is reached. Answered by {@link Input.DelayedRead}.
     */
    record ReadDelayed(long throughMillis, int messagesMax, long bytesMax) implements Effect {}

    /** Names an entry of a log. */
    record Position(long logId, long ordinal) {}
}
