package io.holdfast.tools.bench;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.PacketType;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ProtocolVersion;
import java.nio.ByteBuffer;

/**
 * What a client remembers and does over its connections, one at a time. It is told what comes, on the event
 * loop; what it writes is flushed when it has been told all that one read of the socket brought.
 */
abstract class Client {
    final String clientId;
    /** The present connection, or null. */
    Connection connection;
    /** When it last began to connect. */
    long connectNanos;
    /** When what it is told of was read from the socket. */
    long readNanos;
    private Runnable ready = () -> { };

    Client(String clientId) {
        this.clientId = clientId;
    }

    /** Whether its next connection is to begin with a new session, which ends with it. */
    abstract boolean isClean();

    /** What it says first; null if it will see. */
    Packet.Connect connect(ProtocolVersion version) {
        Properties properties = isClean() || !version.hasProperties()
                ? Properties.NONE
                : Properties.of(Property.SESSION_EXPIRY_INTERVAL, Connection.NEVER_EXPIRES);
        return new Packet.Connect(version, isClean(), 0, properties, clientId, null, null, null);
    }

    /** CONNACK, SUBACK, PUBACK, PUBREC or DISCONNECT has come with a Reason Code that is an error. */
    void refused(PacketType type, int reason) {
        throw unexpected("%s with 0x%02X".formatted(type, reason));
    }

    /** Its connection has ended, or none was made. Whether that is what it expected; else the run fails. */
    boolean lost(Throwable cause) {
        return false;
    }

    /** CONNACK has come. */
    abstract void connected(boolean sessionPresent);

    void subscribed() {
        throw unexpected("SUBACK");
    }

    /** @param payloadAt where in the buffer it begins; its end is {@code payloadEnd} */
    void published(int qos, int packetId, ByteBuffer in, int payloadAt, int payloadEnd) {
        throw unexpected("PUBLISH");
    }

    /** PUBACK, PUBREC, PUBREL or PUBCOMP has come; {@code refused} if with a Reason Code that is an error. */
    void acknowledged(PacketType type, int packetId, boolean refused) {
        throw unexpected(type.name());
    }

    /** What was sent has left, after much had waited. */
    void writable() {}

    /** All packets of one read have been told. */
    void readCompleted() {
        connection.flush();
    }

    /** Runs that once, when the client has done what it connects for. */
    final void whenReady(Runnable task) {
        ready = task;
    }

    final void ready() {
        Runnable task = ready;
        ready = () -> { };
        task.run();
    }

    /** Says goodbye. */
    final void leave() {
        Connection left = connection;
        connection = null;
        left.disconnect();
    }

    /** Closes its connection without a word, if it has one. */
    final void drop() {
        if (connection != null) {
            connection.drop();
            connection = null;
        }
    }

    final IllegalStateException unexpected(String what) {
        return new IllegalStateException("client " + clientId + " did not expect " + what);
    }
}
