package io.holdfast.broker;

import io.holdfast.access.AccessRules;
import io.holdfast.access.Banned;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.ReasonCode;
import java.util.List;
import java.util.Set;

/**
 * What the core is told. Connection ids are chosen by the edge, never used twice by one process, and known to
 * the core from {@link ConnectionOpened} to {@link ConnectionClosed}; inputs about others are ignored.
 */
public sealed interface Input {
    /** The Topic Name of a PUBLISH that the edge has refused; no client can send one with U+0000 in it. */
    String REFUSED_TOPIC = "\0refused";

    /**
     * A network connection exists.
     *
     * @param assignedClientId the Client Identifier that its client gets if it brings none: unique and
     *     unguessable
     * @param sync what is to have happened to the messages that its client publishes when it is told so
     */
    record ConnectionOpened(long connectionId, String assignedClientId, Authentication.Origin origin,
            Sync sync) implements Input {
        public ConnectionOpened(long connectionId, String assignedClientId) {
            this(connectionId, assignedClientId, Authentication.Origin.UNKNOWN, Sync.COMMIT);
        }
    }

    /** Packets arrived, in order. */
    record PacketsReceived(long connectionId, List<Packet> packets) implements Input {}

    /**
     * Bytes arrived that are no packet the peer may send. Nothing more will be read from the connection.
     *
     * @param version the version to answer in, as far as it is known, or null
     * @param description who did what and what was expected, for Reason String and log
     */
    record PacketRefused(long connectionId, ProtocolVersion version, ReasonCode reason, String description)
            implements Input {}

    /** What has been found out about the client of a connection, so far. */
    record Authenticated(long connectionId, Authentication.Step step) implements Input {}

    /**
     * The operator's rules for what clients may do are these from now on, for connected clients too, and who
     * is banned has to go.
     */
    record AccessChanged(AccessRules rules, Banned banned) implements Input {}

    /** These users exist no more: their clients have to go. */
    record UsersRemoved(Set<String> userNames) implements Input {}

    /** The network connection is gone, whoever ended it. */
    record ConnectionClosed(long connectionId) implements Input {}

    /** The connection's outbound buffer is full (do not send what can wait), or no longer so. */
    record WritabilityChanged(long connectionId, boolean writable) implements Input {}

    /** The edge has stopped reading the connection because the broker has too much to do, or goes on. */
    record ReadingChanged(long connectionId, boolean reading) implements Input {}

    /**
     * The rows of the session with that Client Identifier: {@link Change.SessionPut} first, then its {@link
     * Change.SubscriptionPut}, {@link Change.CursorPut}, {@link Change.InFlightPut}, {@link
     * Change.ReceivedPut}, {@link Change.ReplayPut} and {@link Change.WillPut} in any order; or none if there
     * is no such session.
     */
    record SessionRead(String clientId, List<Change> rows) implements Input {}

    /**
     * The entries from {@code from} on, dense, at least one unless there is none. There is none, either, if
     * those below {@code readable} are damaged or missing, for which {@code from} is what it is otherwise.
     */
    record LogRead(long connectionId, long logId, long from, long readable, List<Message> messages)
            implements Input {
        /** Of a log that is whole. */
        public LogRead(long connectionId, long logId, long from, List<Message> messages) {
            this(connectionId, logId, from, from, messages);
        }
    }

    /** The entries asked for, in the order of the positions; null where there is none (any more). */
    record EntriesRead(long connectionId, List<Message> messages) implements Input {}

    /** Client Identifiers of sessions that are due. */
    record DueRead(List<String> clientIds) implements Input {}

    record LogMeasured(long logId, LogMeasure measure) implements Input {}

    /** The retained messages asked for; {@code replay} is that of the request. */
    record RetainedRead(long connectionId, long replay, Store.RetainedPage page) implements Input {}

    /** The retained messages that have expired. */
    record ExpiredRetainedRead(Store.ExpiredPage page) implements Input {}

    /** Messages that are due for publication, earliest first. */
    record DelayedRead(List<Change.DelayedPut> due) implements Input {}

    /** There are so many bytes free on the disk of the store. */
    record DiskMeasured(long freeBytes) implements Input {}

    /** What was removed from the store has been given back to its disk, as far as it could be. */
    record SpaceReclaimed() implements Input {}

    /**
     * What the edges have counted since the process began.
     *
     * @param connections network connections that came as far as MQTT
     * @param bytesReceived bytes of MQTT, as {@code bytesSent}: without what TLS and WebSocket add
     * @param heapBytes of the Java heap that are in use now
     * @param directBytes that network buffers take now
     * @param storeBytes that the store takes in memory now, beside the heap
     * @param damaged see {@link Store#damaged}
     */
    record EdgeCounted(long connections, long bytesReceived, long bytesSent, long heapBytes, long directBytes,
            long storeBytes, long damaged)
            implements Input {}

    /**
     * The operator has changed limits. Connections keep to what was announced to them: to the settings that
     * held when they were opened.
     */
    record SettingsChanged(Settings settings) implements Input {}

    /** The time that the core had named has come. */
    record TimePassed() implements Input {}

    /** The broker is about to stop: clients are told, and their sessions become offline ones. */
    record Stopping() implements Input {}
}
