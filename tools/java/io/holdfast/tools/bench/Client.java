package io.holdfast.tools.bench;

import io.holdfast.mqtt.PacketType;
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
