package io.holdfast.simulation;

import io.holdfast.broker.Authentication;
import io.holdfast.broker.Change;
import io.holdfast.broker.Change.CursorPut;
import io.holdfast.broker.Change.InFlightPut;
import io.holdfast.broker.Change.LogTrimmed;
import io.holdfast.broker.Change.ReceivedPut;
import io.holdfast.broker.Effect;
import io.holdfast.broker.InFlight;
import io.holdfast.broker.Sync;
import io.holdfast.broker.Turn;
import io.holdfast.mqtt.Packet;
import java.util.List;

/**
 * The classic bugs, planted between the core and the rest of the simulated broker, where decisions are data:
 * what the core would do wrong is done wrong on its way to the store or to the network. The simulation must
 * find each.
 */
public enum Sabotage {
    NONE,
    /** Acknowledgements leave before the changes they rest on are durable. */
    ACKNOWLEDGE_EARLY,
    /** Outgoing PUBLISH packets leave before their Packet Identifiers are durable. */
    PUBLISH_EARLY,
    /** The identifiers of incoming QoS 2 messages are not stored. */
    FORGET_RECEIVED,
    /** That PUBREC came is not stored, and so not that PUBREL is due. */
    FORGET_PUBREL,
    /** After a reconnect the entry beside the right one is sent again. */
    RESEND_WRONG_ENTRY,
    /** Cursors are stored one entry too far. */
    CURSOR_TOO_FAR,
    /** One entry too many is trimmed. */
    TRIM_TOO_MUCH,
    /** A Will Message stays in the store when it was published or taken back. */
    KEEP_WILL,
    /** What a Shared Subscription has handed out is stored as leased to a session that will not come back. */
    LEASE_TO_NOBODY,
    /** How far a replay of retained messages has come is stored one topic too far. */
    REPLAY_TOO_FAR,
    /** A retained message is not stored as such, but for the one that ends the crash tool's reading. */
    FORGET_RETAINED,
    /** A session is stored as one that ends with its connection. */
    FORGET_EXPIRY,
    /** A client is let in though the authenticator refused it. */
    LET_IN_REFUSED,
    /** What a client may read is forgotten on the way from the authenticator to the core. */
    FORGET_PERMISSIONS,
    /** What is committed is not synced, and a power cut takes it. */
    FORGET_SYNC;

    /** The change as it reaches the store, or null for not at all. */
    public Change onItsWay(Change change) {
        return switch (change) {
            case ReceivedPut _ when this == FORGET_RECEIVED -> null;
            case CursorPut put when this == CURSOR_TOO_FAR && put.next() > 0 ->
                new CursorPut(put.logId(), put.sessionId(), put.next() + 1, put.low(), put.gapFrom(),
                        put.gapBelow());
            case LogTrimmed trimmed when this == TRIM_TOO_MUCH ->
                new LogTrimmed(trimmed.logId(), trimmed.from(), trimmed.below() + 1);
            case InFlightPut put when this == FORGET_PUBREL ->
                new InFlightPut(put.sessionId(), put.block(),
                        put.deliveries().stream().map(this::unreleased).toList());
            case Change.WillRemoved _ when this == KEEP_WILL -> null;
            case Change.LeasePut put when this == LEASE_TO_NOBODY ->
                new Change.LeasePut(put.logId(), put.ordinal(), 0, put.qos());
            case Change.ReplayPut put when this == REPLAY_TOO_FAR ->
                new Change.ReplayPut(put.sessionId(), put.topicFilter(),
                        topicAfter(put.afterTopicName()), put.throughSequence());
            case Change.RetainedPut put when this == FORGET_RETAINED
                    && !put.message().topicName().equals(Fleet.MARKER_TOPIC) -> null;
            case Change.SessionPut put when this == FORGET_EXPIRY ->
                new Change.SessionPut(put.clientId(), put.sessionId(), 0, put.willDelaySeconds(),
                        put.awaySinceMillis());
            default -> change;
        };
    }

    /** Whether it is planted on the way to the store, so that it can be planted in a real broker. */
    public boolean isOfStore() {
        return switch (this) {
            case FORGET_RECEIVED, FORGET_PUBREL, CURSOR_TOO_FAR, TRIM_TOO_MUCH, KEEP_WILL, LEASE_TO_NOBODY,
                    FORGET_RETAINED, FORGET_EXPIRY -> true;
            case NONE, ACKNOWLEDGE_EARLY, PUBLISH_EARLY, RESEND_WRONG_ENTRY, REPLAY_TOO_FAR,
                    LET_IN_REFUSED, FORGET_PERMISSIONS, FORGET_SYNC -> false;
        };
    }

    /** The Topic Name after this one, in the store's order; the first after none. */
    private static String topicAfter(String topicName) {
        int at = topicName.isEmpty() ? -1 : List.of(Simulation.TOPICS).indexOf(topicName);
        return Simulation.TOPICS[Math.min(at + 1, Simulation.TOPICS.length - 1)];
    }

    /** The authenticator's answer as it reaches the core. */
    Authentication.Step onItsWay(Authentication.Step step) {
        return switch (step) {
            case Authentication.Refused _ when this == LET_IN_REFUSED ->
                new Authentication.Accepted(null, null);
            case Authentication.Accepted accepted when this == FORGET_PERMISSIONS ->
                new Authentication.Accepted(accepted.userName(), accepted.data());
            default -> step;
        };
    }

    private InFlight unreleased(InFlight delivery) {
        return new InFlight(delivery.packetId(), delivery.logId(), delivery.ordinal(), delivery.sequence(),
                delivery.qos(), delivery.retain(), false);
    }

    /** Whether the turn's commit, and all before it, survive a power cut. */
    boolean isSynced(Turn turn) {
        return turn.sync() == Sync.COMMIT && this != FORGET_SYNC;
    }

    /** Whether the effect happens before the commit. */
    boolean isEarly(Effect effect) {
        return effect instanceof Effect.Send(long _, Packet packet) && switch (packet) {
            case Packet.Puback _, Packet.Pubrec _, Packet.Pubcomp _ -> this == ACKNOWLEDGE_EARLY;
            case Packet.Publish _ -> this == PUBLISH_EARLY;
            default -> false;
        };
    }

    Effect.Position onItsWay(Effect.Position position) {
        return this == RESEND_WRONG_ENTRY && position.ordinal() > 0
                ? new Effect.Position(position.logId(), position.ordinal() - 1) : position;
    }
}
