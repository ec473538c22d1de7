package io.holdfast.wire;

import io.holdfast.mqtt.ReasonCode;

/**
 * Bytes that are no packet of the connection's version: the peer's fault, and the end of its connection
 * [MQTT-4.13.1-1]. It has no stack trace, because a peer can cause as many as it likes.
 */
public final class MalformedPacketException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ReasonCode reason;

    public MalformedPacketException(ReasonCode reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    /** The code for the DISCONNECT or CONNACK, where the version and the moment allow one. */
    public ReasonCode reason() {
        return reason;
    }

    /** Bytes that cannot be parsed (section 1.2, Malformed Packet). */
    static MalformedPacketException malformed(String message) {
        return new MalformedPacketException(ReasonCode.MALFORMED_PACKET, message);
    }

    /** Bytes that can be parsed to something that the standard forbids (section 1.2, Protocol Error). */
    static MalformedPacketException protocolError(String message) {
        return new MalformedPacketException(ReasonCode.PROTOCOL_ERROR, message);
    }
}
