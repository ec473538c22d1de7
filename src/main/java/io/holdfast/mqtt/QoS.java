package io.holdfast.mqtt;

/** Quality of Service levels (MQTT 5.0, section 4.3); the ordinal is the value on the wire. */
public enum QoS {
    AT_MOST_ONCE,
    AT_LEAST_ONCE,
    EXACTLY_ONCE;

    private static final QoS[] BY_VALUE = values();

    /** The level with that value on the wire, 0 to 2. */
    public static QoS of(int value) {
        return BY_VALUE[value];
    }

    /** The value on the wire, 0 to 2. */
    public int value() {
        return ordinal();
    }

    /** The QoS of a delivery: the lower of the published and the granted one [MQTT-3.8.4-8]. */
    public QoS atMost(QoS granted) {
        return compareTo(granted) <= 0 ? this : granted;
    }
}
