package io.holdfast.tools.bench;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.SubscriptionOptions;
import io.holdfast.tools.bench.Flooder.Flood;
import io.holdfast.wire.PacketEncoder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The floods that a broker is to survive.
 *
 * @param name as in {@code --scenario}
 * @param clients that make it, with {@code --clients 10000}; others in proportion
 * @param reads whether they read what they are sent
 * @param tls whether they come by TLS
 * @param expected what some of them must have been told; empty if that may be anything
 */
record Floods(String name, int clients, boolean reads, boolean tls, Flood flood, String... expected) {
    private static final long DRIP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LARGEST = 10_000;
    private static final int PACKET_BYTES = 1 << 20;
    private static final int FILTERS_AT_ONCE = 500;
    private static final int LEVELS_MAX = 1_024;
    private static final int WILDCARD_LEVELS = 10;
    private static final String TOPIC = "flood/";

    /** All of them. */
    static List<Floods> all() {
        return List.of(
                new Floods("none", 0, true, false, new Silence()),
                new Floods("connections", 10_000, true, false, new Silence(), "closed"),
                new Floods("slow-connect", 2_000, true, false, new Drip(), "closed"),
                new Floods("deaf-subscribers", 1_000, false, false, new Deaf(), "accepted"),
                new Floods("publishers", 50, true, false, new Publishing(QoS.AT_LEAST_ONCE, 1_000),
                        "PUBACK"),
                new Floods("in-flight", 200, false, false, new Deaf(), "accepted"),
                new Floods("unreleased", 200, true, false, new Publishing(QoS.EXACTLY_ONCE, 16),
                        "PUBREC"),
                new Floods("large-packets", 500, true, false, new Large(), "DISCONNECT 0x97", "accepted"),
                new Floods("subscriptions", 100, true, false, new Subscribing(), "SUBACK"),
                new Floods("deep-topics", 50, true, false, new Deep(), "DISCONNECT 0x90"),
                new Floods("wildcards", 100, false, false, new Wildcards(), "accepted"),
                new Floods("retained", 100, true, false, new Retaining(), "PUBACK"),
                new Floods("return", 10_000, true, false, new Returning(), "accepted"),
                new Floods("return-tls", 10_000, true, true, new Returning(), "accepted"));
    }

    /** Connects and says nothing, for ever. */
    record Silence() implements Flood {
        @Override
        public Packet.Connect connect(Flooder client, ProtocolVersion version) {
            return null;
        }

        @Override
        public void begin(Flooder client) {
            // That is all.
        }
    }

    /** Says its CONNECT byte by byte. */
    record Drip() implements Flood {
        @Override
        public Packet.Connect connect(Flooder client, ProtocolVersion version) {
            return null;
        }

        @Override
        public void begin(Flooder client) {
            client.sent = 0;
            Packet.Connect connect = Flooder.durable(client, ProtocolVersion.MQTT_5);
            drip(client, client.connection, bytes(connect));
        }

        /** All but the last one. */
        private static void drip(Flooder client, Connection connection, byte[] bytes) {
            if (client.connection == connection && client.sent < bytes.length - 1) {
                client.sendBytes(ByteBuffer.wrap(bytes, client.sent, 1));
                client.connection.flush();
                client.fleet.after(10 * DRIP_NANOS, () -> drip(client, connection, bytes));
            }
        }
    }

    /** What one in ten clients of a flood publishes to those that do not read. */
    private static boolean isPublisher(Flooder client) {
        return client.clientId.endsWith("0");
    }

    /** Subscribes, and neither reads nor acknowledges; one in ten publishes instead. */
    record Deaf() implements Flood {
        private static final byte[] PAYLOAD = new byte[10_000];

        @Override
        public Packet.Connect connect(Flooder client, ProtocolVersion version) {
            return isPublisher(client) ? Flooder.passing(client, version) : Flooder.durable(client, version);
        }

        @Override
        public void begin(Flooder client) {
            if (!isPublisher(client)) {
                client.send(subscribe(List.of(TOPIC + "#", TOPIC + client.clientId)));
            }
        }

        @Override
        public boolean more(Flooder client) {
            if (isPublisher(client)) {
                client.send(publish(client.sent % 2 == 0 ? QoS.AT_MOST_ONCE : QoS.AT_LEAST_ONCE,
                        client.sent % 1_000 + 1, TOPIC + client.sent % 7, false, PAYLOAD));
            }
            return isPublisher(client);
        }
    }

    /** Publishes as fast as it is taken, and, at QoS 2, releases nothing. */
    record Publishing(QoS qos, int bytes) implements Flood {
        @Override
        public Packet.Connect connect(Flooder client, ProtocolVersion version) {
            return Flooder.durable(client, version);
        }

        @Override
        public void begin(Flooder client) {
            if (qos == QoS.AT_LEAST_ONCE) { // else nobody would have it stored
                client.send(subscribe(List.of("stored/" + client.clientId)));
            }
        }

        @Override
        public boolean more(Flooder client) {
            client.send(publish(qos, client.sent % 65_535 + 1, "stored/" + client.clientId, false,
                    new byte[bytes]));
            return true;
        }
    }

    /** Sends all of the largest packet but its end. */
    record Large() implements Flood {
        private static final int PART_BYTES = 32 << 10;
        private static final byte[] LARGE = bytes(publish(QoS.AT_MOST_ONCE, 0, TOPIC + "large", false,
                new byte[PACKET_BYTES - 100]));

        @Override
        public void begin(Flooder client) {
            // What is to be said is said for as long as it is taken.
        }

        @Override
        public boolean more(Flooder client) {
            int from = client.sent * PART_BYTES;
            if (from < LARGE.length - 1) {
                client.sendBytes(ByteBuffer.wrap(LARGE, from, Math.min(PART_BYTES, LARGE.length - 1 - from)));
            }
            return from < LARGE.length - 1;
        }
    }

    /** Subscribes to ever more, of long names. */
    record Subscribing() implements Flood {
        @Override
        public Packet.Connect connect(Flooder client, ProtocolVersion version) {
            return Flooder.durable(client, version);
        }

        @Override
        public void begin(Flooder client) {
            // What is to be said is said for as long as it is taken.
        }

        @Override
        public boolean more(Flooder client) {
            List<String> filters = new ArrayList<>();
            for (int i = 0; i < FILTERS_AT_ONCE; i++) {
                filters.add(TOPIC + client.clientId + "/" + "x".repeat(200)
                        + (client.sent * FILTERS_AT_ONCE + i));
            }
            client.send(subscribe(filters));
            return true;
        }
    }

    /** Publishes and subscribes to topics of as many levels as there may be, and then of more. */
    record Deep() implements Flood {
        @Override
        public void begin(Flooder client) {
            client.send(subscribe(List.of("+/".repeat(LEVELS_MAX - 1) + "+",
                    "a/".repeat(LEVELS_MAX - 1) + "#",
                    "a/".repeat(LEVELS_MAX - 2) + "+/" + client.clientId)));
        }

        @Override
        public boolean more(Flooder client) {
            int levels = client.sent == 200 ? LEVELS_MAX + 1 : LEVELS_MAX;
            client.send(publish(QoS.AT_LEAST_ONCE, client.sent % 1_000 + 1,
                    "a/".repeat(levels - 1) + client.clientId, false, new byte[16]));
            return true;
        }
    }

    /** Subscribes to all that matches one topic, and publishes to it. */
    record Wildcards() implements Flood {
        @Override
        public void begin(Flooder client) {
            List<String> filters = new ArrayList<>();
            for (int mask = 0; mask < 1 << WILDCARD_LEVELS; mask++) {
                StringBuilder filter = new StringBuilder();
                for (int level = 0; level < WILDCARD_LEVELS; level++) {
                    filter.append(level == 0 ? "" : "/").append((mask >> level & 1) == 0 ? "a" : "+");
                }
                filters.add(filter.toString());
            }
            client.send(subscribe(filters));
        }

        @Override
        public boolean more(Flooder client) {
            if (isPublisher(client)) {
                client.send(publish(QoS.AT_MOST_ONCE, 0, "a/".repeat(WILDCARD_LEVELS - 1) + "a", false,
                        new byte[100]));
            }
            return isPublisher(client);
        }
    }

    /** Publishes ever more retained messages; the others subscribe to all of them, again and again. */
    record Retaining() implements Flood {
        @Override
        public void begin(Flooder client) {
            subscribeAgain(client, client.connection);
        }

        private static void subscribeAgain(Flooder client, Connection connection) {
            if (!isPublisher(client) && client.connection == connection) {
                client.send(subscribe(List.of(TOPIC + "#")));
                client.connection.flush();
                client.fleet.after(DRIP_NANOS, () -> subscribeAgain(client, connection));
            }
        }

        @Override
        public boolean more(Flooder client) {
            if (isPublisher(client)) {
                client.send(publish(QoS.AT_LEAST_ONCE, client.sent % 1_000 + 1,
                        TOPIC + client.clientId + "/" + client.sent % 20_000, true, new byte[200]));
            }
            return isPublisher(client);
        }
    }

    /** Is there, with a subscription, until the connection is lost; then all come back at once. */
    record Returning() implements Flood {
        @Override
        public Packet.Connect connect(Flooder client, ProtocolVersion version) {
            return Flooder.durable(client, version);
        }

        @Override
        public void begin(Flooder client) {
            client.send(subscribe(List.of(TOPIC + client.clientId)));
        }
    }

    private static byte[] bytes(Packet packet) {
        ByteBuffer bytes = ByteBuffer.allocate(PacketEncoder.size(packet, ProtocolVersion.MQTT_5));
        PacketEncoder.write(packet, ProtocolVersion.MQTT_5, bytes);
        return bytes.array();
    }

    private static Packet.Subscribe subscribe(List<String> topicFilters) {
        SubscriptionOptions options = SubscriptionOptions.of(QoS.AT_LEAST_ONCE);
        return new Packet.Subscribe(1, Properties.NONE, topicFilters.stream()
                .map(filter -> new Packet.Subscribe.Requested(filter, options)).toList());
    }

    private static Packet.Publish publish(QoS qos, int packetId, String topicName, boolean retain,
            byte[] payload) {
        return new Packet.Publish(false, qos, retain, topicName, qos == QoS.AT_MOST_ONCE ? 0 : packetId,
                Properties.NONE, payload);
    }

    /** Whether some of its clients were told what they should be. */
    List<String> missing(Flooder.Tally tally) {
        List<String> missing = new ArrayList<>();
        for (String one : expected) {
            if (!tally.has(one)) {
                missing.add(one);
            }
        }
        return missing;
    }

    /** How many clients make it where the largest floods have so many. */
    int clients(int largest) {
        return (int) Math.ceilDiv((long) clients * largest, LARGEST);
    }

    Flooder client(int number, Fleet fleet, Flooder.Tally tally) {
        return new Flooder(name + "-" + number, flood, reads, fleet, tally);
    }
}
