package io.holdfast.broker;

import io.holdfast.mqtt.QoS;

/**
 * An outgoing PUBLISH of QoS 1 or 2 whose handshake is not complete.
 *
 * @param packetId 1 to 65,535
 * @param logId with {@code ordinal}, the log entry that it delivers; {@link Subscription#NO_LOG} if it was in
 *     memory only
 * @param sequence the {@link Message#sequence()} of that entry: deliveries are repeated in this order
 * @param qos the QoS of the delivery: 1 or 2
 * @param retain the RETAIN flag of the delivery
 * @param released whether PUBREC has come, so that PUBREL is what is sent (again) and the message is no
 *     longer needed
 */
public record InFlight(int packetId, long logId, long ordinal, long sequence, QoS qos, boolean retain,
        boolean released) {
    public InFlight {
        if (packetId < 1 || packetId > 65_535 || qos == QoS.AT_MOST_ONCE) {
            throw new IllegalArgumentException("not in flight: packet identifier " + packetId + ", " + qos);
        }
    }

    InFlight release() {
        return new InFlight(packetId, logId, ordinal, sequence, qos, retain, true);
    }
}
