package io.holdfast.mqtt;

/** The versions of MQTT, by the Protocol Name and Protocol Level (5.0: Protocol Version) of CONNECT. */
public enum ProtocolVersion {
    MQTT_3_1("MQIsdp", 3),
    MQTT_3_1_1("MQTT", 4),
    MQTT_5("MQTT", 5);

    private final String protocolName;
    private final int level;

    ProtocolVersion(String protocolName, int level) {
        this.protocolName = protocolName;
        this.level = level;
    }

    public String protocolName() {
        return protocolName;
    }

    /** The Protocol Level byte of CONNECT: 3, 4 or 5. */
    public int level() {
        return level;
    }

    /** Whether packets of this version carry Properties and Reason Codes: MQTT 5.0 only. */
    public boolean hasProperties() {
        return this == MQTT_5;
    }
}
