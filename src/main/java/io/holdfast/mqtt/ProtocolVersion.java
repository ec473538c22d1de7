package io.holdfast.mqtt;

/** The versions of MQTT, by the Protocol Name and Protocol Level (5.0: Protocol Version) of CONNECT. */
public enum ProtocolVersion {
    MQTT_3_1("MQIsdp", 3, "3.1"),
    MQTT_3_1_1("MQTT", 4, "3.1.1"),
    MQTT_5("MQTT", 5, "5.0");

    private final String protocolName;
    private final int level;
    private final String number;

    ProtocolVersion(String protocolName, int level, String number) {
        this.protocolName = protocolName;
        this.level = level;
        this.number = number;
    }

    public String protocolName() {
        return protocolName;
    }

    /** The Protocol Level byte of CONNECT: 3, 4 or 5. */
    public int level() {
        return level;
    }

    /** As people write it: 3.1, 3.1.1 or 5.0. */
    public String number() {
        return number;
    }

    /** Whether packets of this version carry Properties and Reason Codes: MQTT 5.0 only. */
    public boolean hasProperties() {
        return this == MQTT_5;
    }
}
