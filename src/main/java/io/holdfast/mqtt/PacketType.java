package io.holdfast.mqtt;

/** The MQTT Control Packet types (MQTT 5.0, table 2-1); the ordinal plus one is the value on the wire. */
public enum PacketType {
    CONNECT,
    CONNACK,
    PUBLISH,
    PUBACK,
    PUBREC,
    PUBREL,
    PUBCOMP,
    SUBSCRIBE,
    SUBACK,
    UNSUBSCRIBE,
    UNSUBACK,
    PINGREQ,
    PINGRESP,
    DISCONNECT,
    AUTH;

    /** The upper four bits of the first byte, 1 to 15. */
    public int value() {
        return ordinal() + 1;
    }
}
