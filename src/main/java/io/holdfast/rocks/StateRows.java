package io.holdfast.rocks;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.holdfast.broker.Change;
import io.holdfast.broker.InFlight;
import io.holdfast.broker.Subscription;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.SubscriptionOptions;
import io.holdfast.rocks.rows.LogRow;
import io.holdfast.rocks.rows.SessionRow;
import io.holdfast.rocks.rows.SubscriptionRow;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The values of all rows but log entries. What may grow fields is protobuf (rows.proto); what is written with
 * every message is a fixed layout, big-endian:
 *
 * <pre>
 * ids        sessionIdsThrough u64 | logIdsThrough u64 | sequencesThrough u64
 * commit     number u64
 * trimmed    below u64
 * cursor     next u64 | low u64
 * lease      sessionId u64 | qos u8
 * due        (nothing: the key says it all)
 * received   bits u64
 * replay     throughSequence u64 | afterTopicName UTF-8
 * delayed    as a log entry, with bytesThrough 0
 * will       as a log entry, with sequence, arrivedMillis and bytesThrough 0
 * in flight  delivery*, by ascending Packet Identifier
 *
 *  0      1       9         17         25     delivery; slot: bits 0-4 Packet Identifier modulo 32,
 * +------+-------+---------+----------+           bit 5 QoS 2, bit 6 released, bit 7 RETAIN
 * | slot | logId | ordinal | sequence |
 * | u8   | u64   | u64     | u64      |
 * +------+-------+---------+----------+
 * </pre>
 */
final class StateRows {
    private static final int DELIVERY_BYTES = 1 + 3 * Long.BYTES;
    private static final int LEASE_BYTES = Long.BYTES + 1;
    private static final int SLOT_MASK = Change.InFlightPut.IN_FLIGHT_BLOCK - 1;
    private static final int EXACTLY_ONCE = 0x20;
    private static final int RELEASED = 0x40;
    private static final int RETAIN = 0x80;

    private StateRows() {}

    static byte[] pair(long first, long second) {
        return ByteBuffer.allocate(2 * Long.BYTES).putLong(first).putLong(second).array();
    }

    static byte[] ids(Change.IdsReserved ids) {
        return ByteBuffer.allocate(3 * Long.BYTES).putLong(ids.sessionIdsThrough())
                .putLong(ids.logIdsThrough()).putLong(ids.sequencesThrough()).array();
    }

    static byte[] replay(Change.ReplayPut replay) {
        byte[] after = Keys.text(replay.afterTopicName());
        return ByteBuffer.allocate(Long.BYTES
                + after.length).putLong(replay.throughSequence()).put(after).array();
    }

    static byte[] number(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    static byte[] session(Change.SessionPut session) {
        SessionRow.Builder row = SessionRow.newBuilder()
                .setSessionId(session.sessionId())
                .setExpirySeconds((int) session.expirySeconds())
                .setWill(session.willDelaySeconds() != Change.SessionPut.NO_WILL)
                .setWillDelaySeconds(session.willDelaySeconds() == Change.SessionPut.NO_WILL
                        ? 0 : (int) session.willDelaySeconds())
                .setAwaySinceMillis(session.isConnected() ? 0 : session.awaySinceMillis())
                .setGranted(session.granted());
        return (session.owner() == null ? row : row.setOwner(session.owner())).build().toByteArray();
    }

    static byte[] subscription(Subscription subscription) {
        SubscriptionOptions options = subscription.options();
        return SubscriptionRow.newBuilder()
                .setQos(options.qos().value())
                .setNoLocal(options.noLocal())
                .setRetainAsPublished(options.retainAsPublished())
                .setRetainHandling(options.retainHandling())
                .setLogId(subscription.logId())
                .setIdentifier(subscription.identifier())
                .build().toByteArray();
    }

    static byte[] log(Change.LogPut log) {
        return LogRow.newBuilder()
                .setTopicFilter(log.topicFilter())
                .setCursors(log.cursors())
                .build().toByteArray();
    }

    static byte[] inFlight(Change.InFlightPut block) {
        ByteBuffer to = ByteBuffer.allocate(block.deliveries().size() * DELIVERY_BYTES);
        for (InFlight delivery : block.deliveries()) {
            if (delivery.packetId() / Change.InFlightPut.IN_FLIGHT_BLOCK != block.block()) {
                throw new IllegalArgumentException("packet identifier " + delivery.packetId()
                        + " is not of block " + block.block() + " (session " + block.sessionId() + ")");
            }
            int slot = delivery.packetId() & SLOT_MASK;
            slot |= delivery.qos() == QoS.EXACTLY_ONCE ? EXACTLY_ONCE : 0;
            slot |= delivery.released() ? RELEASED : 0;
            slot |= delivery.retain() ? RETAIN : 0;
            to.put((byte) slot);
            to.putLong(delivery.logId()).putLong(delivery.ordinal()).putLong(delivery.sequence());
        }
        return to.array();
    }

    static Change.IdsReserved toIds(byte[] key, byte[] value) {
        ByteBuffer from = sized(key, value, 3 * Long.BYTES);
        return new Change.IdsReserved(from.getLong(), from.getLong(), from.getLong());
    }

    static long toNumber(byte[] key, byte[] value) {
        return sized(key, value, Long.BYTES).getLong();
    }

    static Change.LogPut toLog(byte[] key, byte[] value) {
        LogRow row = parse(key, value, LogRow.getDefaultInstance());
        require(key, !row.getTopicFilter().isEmpty(), "no Topic Filter");
        return new Change.LogPut(Keys.number(key, 1), row.getTopicFilter(), row.getCursors());
    }

    static Change.SessionPut toSession(byte[] key, byte[] value) {
        SessionRow row = parse(key, value, SessionRow.getDefaultInstance());
        require(key, row.getSessionId() != 0, "no session id");
        return new Change.SessionPut(Keys.text(key, 1), row.getSessionId(),
                Integer.toUnsignedLong(row.getExpirySeconds()),
                row.getWill() ? Integer.toUnsignedLong(row.getWillDelaySeconds()) : Change.SessionPut.NO_WILL,
                row.getAwaySinceMillis() == 0 ? Change.SessionPut.CONNECTED : row.getAwaySinceMillis(),
                row.hasOwner() ? row.getOwner() : null, row.getGranted());
    }

    static Change.SubscriptionPut toSubscription(byte[] key, byte[] value) {
        SubscriptionRow row = parse(key, value, SubscriptionRow.getDefaultInstance());
        require(key, row.getQos() >= 0 && row.getQos() <= 2, "QoS " + row.getQos());
        int handling = row.getRetainHandling();
        require(key, handling >= 0 && handling <= 2, "Retain Handling " + handling);
        SubscriptionOptions options = new SubscriptionOptions(QoS.of(row.getQos()), row.getNoLocal(),
                row.getRetainAsPublished(), handling);
        return new Change.SubscriptionPut(Keys.number(key, 1),
                new Subscription(Keys.text(key, Keys.TEXT_AT), options, row.getIdentifier(), row.getLogId()));
    }

    static byte[] cursor(Change.CursorPut row) {
        ByteBuffer to = ByteBuffer.allocate((row.hasGap() ? 4
                : 2) * Long.BYTES).putLong(row.next()).putLong(row.low());
        return (row.hasGap() ? to.putLong(row.gapFrom()).putLong(row.gapBelow()) : to).array();
    }

    static Change.CursorPut toCursor(byte[] key, byte[] value) {
        boolean hasGap = value.length > 2 * Long.BYTES;
        ByteBuffer from = sized(key, value, (hasGap ? 4 : 2) * Long.BYTES);
        return new Change.CursorPut(Keys.number(key, 1), Keys.number(key, 1 + Long.BYTES), from.getLong(),
                from.getLong(), hasGap ? from.getLong() : 0, hasGap ? from.getLong() : 0);
    }

    static Change.InFlightPut toInFlight(byte[] key, byte[] value) {
        require(key, value.length > 0 && value.length % DELIVERY_BYTES == 0,
                value.length + " bytes, a multiple of " + DELIVERY_BYTES + " expected");
        int block = Keys.block(key);
        ByteBuffer from = ByteBuffer.wrap(value);
        List<InFlight> deliveries = new ArrayList<>();
        while (from.hasRemaining()) {
            int slot = Byte.toUnsignedInt(from.get());
            int packetId = block * Change.InFlightPut.IN_FLIGHT_BLOCK + (slot & SLOT_MASK);
            require(key, packetId > 0 && packetId <= 65_535, "slot " + slot);
            QoS qos = (slot & EXACTLY_ONCE) == 0 ? QoS.AT_LEAST_ONCE : QoS.EXACTLY_ONCE;
            boolean released = (slot & RELEASED) != 0;
            long logId = from.getLong();
            long ordinal = from.getLong();
            boolean retain = (slot & RETAIN) != 0;
            deliveries.add(new InFlight(packetId, logId, ordinal, from.getLong(), qos, retain, released));
        }
        return new Change.InFlightPut(Keys.number(key, 1), block, List.copyOf(deliveries));
    }

    static Change.ReceivedPut toReceived(byte[] key, byte[] value) {
        return new Change.ReceivedPut(Keys.number(key, 1), Keys.block(key), toNumber(key, value));
    }

    static byte[] lease(Change.LeasePut lease) {
        return ByteBuffer.allocate(LEASE_BYTES).putLong(lease.sessionId()).put((byte) lease.qos().value())
                .array();
    }

    static Change.LeasePut toLease(byte[] key, byte[] value) {
        ByteBuffer from = sized(key, value, LEASE_BYTES);
        long sessionId = from.getLong();
        int qos = from.get();
        require(key, qos == 1 || qos == 2, "QoS " + qos);
        return new Change.LeasePut(Keys.number(key, 1), Keys.number(key, 1 + Long.BYTES), sessionId,
                QoS.of(qos));
    }

    static Change.ReplayPut toReplay(byte[] key, byte[] value) {
        require(key, value.length >= Long.BYTES, value.length + " bytes, at least 8 expected");
        return new Change.ReplayPut(Keys.number(key, 1), Keys.text(key, Keys.TEXT_AT),
                Keys.text(value, Long.BYTES), ByteBuffer.wrap(value).getLong());
    }

    static Change.DelayedPut toDelayed(byte[] key, byte[] value) {
        return new Change.DelayedPut(Keys.number(key, 1), LogEntryCodec.decode(Keys.describe(key), value));
    }

    static Change.WillPut toWill(byte[] key, byte[] value) {
        return new Change.WillPut(Keys.number(key, 1), LogEntryCodec.decode(Keys.describe(key), value));
    }

    private static ByteBuffer sized(byte[] key, byte[] value, int bytes) {
        require(key, value.length == bytes, value.length + " bytes, " + bytes + " expected");
        return ByteBuffer.wrap(value);
    }

    @SuppressWarnings("unchecked") // the parser of a row gives rows of its kind
    private static <T extends MessageLite> T parse(byte[] key, byte[] value, T row) {
        try {
            return (T) row.getParserForType().parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw new StoreException("damaged row: " + Keys.describe(key) + ": " + e.getMessage(), e);
        }
    }

    private static void require(byte[] key, boolean sound, String what) {
        if (!sound) {
            throw new StoreException("damaged row: " + Keys.describe(key) + ": " + what);
        }
    }
}
