package io.holdfast.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.mqtt.QoS;
import java.util.ArrayList;
import java.util.List;

/** All that was ever published in a simulation, as its publishers saw it. */
final class Ledger {
    /** One message. Its number is its payload; numbers rise with time over all publishers. */
    static final class Published {
        final int number;
        final int publisher;
        final String topicName;
        final QoS qos;
        final long sentAt;
        boolean acknowledged;
        boolean repeated;

        Published(int number, int publisher, String topicName, QoS qos, long sentAt) {
            this.number = number;
            this.publisher = publisher;
            this.topicName = topicName;
            this.qos = qos;
            this.sentAt = sentAt;
        }

        @Override
        public String toString() {
            return "message " + number + " of client " + publisher + " to " + topicName + " at " + qos
                    + (acknowledged ? ", acknowledged" : "");
        }
    }

    private final List<Published> all = new ArrayList<>();

    Published publish(int publisher, String topicName, QoS qos, long step) {
        Published published = new Published(all.size(), publisher, topicName, qos, step);
        all.add(published);
        return published;
    }

    Published find(int number) {
        assertTrue(number >= 0 && number < all.size(), () -> "delivered, but never published: " + number);
        return all.get(number);
    }

    List<Published> all() {
        return all;
    }
}
