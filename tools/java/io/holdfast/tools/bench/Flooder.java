package io.holdfast.tools.bench;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.PacketType;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ProtocolVersion;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A client that does a broker no good, over and over: it connects, sends what its flood has it send, as fast
 * as it is taken, and comes back a while after its connection has ended.
 */
final class Flooder extends Client {
    private static final int QUOTA = 0xFFFF;
    /** So many packets, and then it is the turn of others. */
    private static final int AT_ONCE = 50;
    private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** What the clients of one flood do. */
    interface Flood {
        /** CONNECT, or null to say nothing; if nothing else is said, for a session that ends with it. */
        default Packet.Connect connect(Flooder client, ProtocolVersion version) {
            return passing(client, version);
        }

        /** The client is connected, or has to say something before CONNECT. */
        void begin(Flooder client);

        /** There is room in the socket: sends one more packet. Returns whether there was one to send. */
        default boolean more(Flooder client) {
            return false;
        }
    }

    /** What the clients of a flood are told; of their event loop. */
    static final class Tally {
        private final Map<String, Integer> counts = new TreeMap<>();

        void count(String what) {
            counts.merge(what, 1, Integer::sum);
        }

        boolean has(String what) {
            return counts.keySet().stream().anyMatch(one -> one.startsWith(what));
        }

        @Override
        public String toString() {
            return counts.toString().replaceAll("[{}]", "");
        }
    }

    final Fleet fleet;
    /** Counts what it has sent, for its flood to choose what is next. */
    int sent;
    private final Flood flood;
    private final Tally tally;
    private final boolean reads;
    private boolean accepted;
    private boolean sending;
    private boolean awaitsTurn;
    private boolean ended;

    Flooder(String clientId, Flood flood, boolean reads, Fleet fleet, Tally tally) {
        super(clientId);
        this.flood = flood;
        this.reads = reads;
        this.fleet = fleet;
        this.tally = tally;
    }

    @Override
    boolean isClean() {
        return false;
    }

    @Override
    Packet.Connect connect(ProtocolVersion version) {
        tally.count("connections");
        Packet.Connect connect = flood.connect(this, version);
        if (connect == null) {
            flood.begin(this);
            ready();
        }
        return connect;
    }

    /** A CONNECT for a session that lasts, with a Receive Maximum. */
    static Packet.Connect durable(Flooder client, ProtocolVersion version) {
        Properties properties = Properties.of(Property.SESSION_EXPIRY_INTERVAL, 3_600)
                .with(Property.RECEIVE_MAXIMUM, QUOTA);
        return new Packet.Connect(version, false, 0, properties, client.clientId, null, null, null);
    }

    /** A CONNECT for a session that ends with the connection. */
    static Packet.Connect passing(Flooder client, ProtocolVersion version) {
        return new Packet.Connect(version, true, 0, Properties.NONE, client.clientId, null, null, null);
    }

    @Override
    void connected(boolean sessionPresent) {
        tally.count("accepted");
        if (!reads) {
            connection.stopReading();
        }
        sent = 0;
        accepted = true;
        flood.begin(this);
        writable();
        ready();
    }

    @Override
    void writable() {
        if (sending) {
            return; // what is being sent made room
        }
        sending = true;
        boolean more = true;
        for (int i = 0; i < AT_ONCE && more; i++) {
            more = takes() && flood.more(this);
        }
        if (connection != null) {
            connection.flush();
        }
        sending = false;
        if (more && !awaitsTurn) {
            awaitsTurn = true;
            fleet.after(TURN_NANOS, () -> {
                awaitsTurn = false;
                writable();
            });
        }
    }

    /** Whether the socket takes more. */
    boolean takes() {
        return accepted && !ended && connection.isWritable();
    }

    void send(Packet packet) {
        connection.send(packet);
        sent++;
    }

    void sendBytes(ByteBuffer bytes) {
        ByteBuf room = connection.room(bytes.remaining());
        room.writeBytes(bytes);
        sent++;
    }

    @Override
    void subscribed() {
        tally.count("SUBACK");
        writable();
    }

    @Override
    void published(int qos, int packetId, ByteBuffer in, int payloadAt, int payloadEnd) {
        tally.count("PUBLISH");
    }

    @Override
    void acknowledged(PacketType type, int packetId, boolean refused) {
        tally.count(type + (refused ? " with an error" : ""));
        writable();
    }

    @Override
    void refused(PacketType type, int reason) {
        tally.count("%s 0x%02X".formatted(type, reason));
        if (type == PacketType.SUBACK) {
            writable();
        }
    }

    @Override
    void readCompleted() {
        if (connection != null) {
            connection.flush();
        }
    }

    @Override
    boolean lost(Throwable cause) {
        connection = null;
        accepted = false;
        if (!ended) {
            tally.count("closed");
            ready();
            fleet.after(AGAIN_NANOS, () -> {
                if (!ended) {
                    fleet.open(List.of(this).iterator(), 1, _ -> { });
                }
            });
        }
        return true;
    }

    /** Goes away for good. */
    void end() {
        ended = true;
        drop();
    }
}
