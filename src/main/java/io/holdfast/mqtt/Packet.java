package io.holdfast.mqtt;

import java.util.List;

/**
 * An MQTT Control Packet of any version, decoded. The fields are those of MQTT 5.0; what an older version
 * does not have takes its neutral value ({@link Properties#NONE}, {@link ReasonCode#SUCCESS}).
 *
 * <p>Byte arrays in packets are shared and never changed. Packet Identifiers are 1 to 65,535, and 0 in a
 * PUBLISH of QoS 0, which has none.
 */
public sealed interface Packet {
    PacketType type();

    /** Section 3.1. The Client Identifier may be empty; will, userName and password are null where absent. */
    record Connect(ProtocolVersion version, boolean cleanStart, int keepAliveSeconds, Properties properties,
            String clientIdentifier, Will will, String userName, byte[] password) implements Packet {
        @Override
        public PacketType type() {
            return PacketType.CONNECT;
        }
    }

    /** The Will Message inside a CONNECT (section 3.1.3). */
    record Will(QoS qos, boolean retain, Properties properties, String topicName, byte[] payload) {}

    /** Section 3.2. */
    record Connack(boolean sessionPresent, ReasonCode reason, Properties properties) implements Packet {
        @Override
        public PacketType type() {
            return PacketType.CONNACK;
        }
    }

    /** Section 3.3. */
    record Publish(boolean dup, QoS qos, boolean retain, String topicName, int packetId,
            Properties properties, byte[] payload) implements Packet {
        /** The same packet to another topic. */
        public Publish to(String otherName) {
            return new Publish(dup, qos, retain, otherName, packetId, properties, payload);
        }

        /** The same packet with other properties. */
        public Publish with(Properties others) {
            return new Publish(dup, qos, retain, topicName, packetId, others, payload);
        }

        @Override
        public PacketType type() {
            return PacketType.PUBLISH;
        }
    }

    /** Section 3.4. */
    record Puback(int packetId, ReasonCode reason, Properties properties) implements Packet {
        @Override
        public PacketType type() {
            return PacketType.PUBACK;
        }
    }

    /** Section 3.5. */
    record Pubrec(int packetId, ReasonCode reason, Properties properties) implements Packet {
        @Override
        public PacketType type() {
            return PacketType.PUBREC;
        }
    }

    /** Section 3.6. */
    record Pubrel(int packetId, ReasonCode reason, Properties properties) implements Packet {
        @Override
        public PacketType type() {
            return PacketType.PUBREL;
        }
    }

    /** Section 3.7. */
    record Pubcomp(int packetId, ReasonCode reason, Properties properties) implements Packet {
        @Override
        public PacketType type() {
            return PacketType.PUBCOMP;
        }
    }

    /** Section 3.8. */
    record Subscribe(int packetId, Properties properties, List<Requested> subscriptions) implements Packet {
        @Override
        public PacketType type() {
            return PacketType.SUBSCRIBE;
        }

        /** One Topic Filter with its Subscription Options. */
        public record Requested(String topicFilter, SubscriptionOptions options) {}
    }

    /** Section 3.9. One Reason Code for each Topic Filter, in their order. */
    record Suback(int packetId, Properties properties, List<ReasonCode> reasons) implements Packet {
        @Override
        public PacketType type() {
            return PacketType.SUBACK;
        }
    }

    /** Section 3.10. */
    record Unsubscribe(int packetId, Properties properties, List<String> topicFilters) implements Packet {
        @Override
        public PacketType type() {
            return PacketType.UNSUBSCRIBE;
        }
    }

    /** Section 3.11. One Reason Code for each Topic Filter, in their order; none on the wire before 5.0. */
    record Unsuback(int packetId, Properties properties, List<ReasonCode> reasons) implements Packet {
        @Override
        public PacketType type() {
            return PacketType.UNSUBACK;
        }
    }

    /** Section 3.12. */
    record Pingreq() implements Packet {
        @Override
        public PacketType type() {
            return PacketType.PINGREQ;
        }
    }

    /** Section 3.13. */
    record Pingresp() implements Packet {
        @Override
        public PacketType type() {
            return PacketType.PINGRESP;
        }
    }

    /** Section 3.14. */
    record Disconnect(ReasonCode reason, Properties properties) implements Packet {
        @Override
        public PacketType type() {
            return PacketType.DISCONNECT;
        }
    }

    /** Section 3.15; MQTT 5.0 only. */
    record Auth(ReasonCode reason, Properties properties) implements Packet {
        @Override
        public PacketType type() {
            return PacketType.AUTH;
        }
    }
}
