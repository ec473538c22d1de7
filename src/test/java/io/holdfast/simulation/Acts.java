package io.holdfast.simulation;

import io.holdfast.broker.Sync;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.SubscriptionOptions;
import java.util.List;
import java.util.random.RandomGenerator;

/** What a client does next, as the dice say: connects, subscribes, publishes, leaves. */
final class Acts {
    private final RandomGenerator random;
    private final Ledger ledger;

    Acts(RandomGenerator random, Ledger ledger) {
        this.random = random;
        this.ledger = ledger;
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    /** A client of any kind. */
    SimulatedClient client(int index, SimulatedAuthenticator authenticator) {
        boolean isOld = random.nextInt(3) == 0 && !ledger.mayEndSessions();
        ProtocolVersion version = isOld ? ProtocolVersion.MQTT_3_1_1 : ProtocolVersion.MQTT_5;
        long expirySeconds = switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> Simulation.EXPIRY_SECONDS;
            default -> SimulatedClient.NEVER;
        };
        SimulatedClient client = new SimulatedClient(index, version, expirySeconds, 1 + random.nextInt(6),
                ledger, authenticator);
        client.sync = Sync.values()[Math.min(random.nextInt(6), Sync.COMMIT.ordinal())];
        return client;
    }

    /** Whether it asks for a Clean Start when it connects. */
    boolean cleanStart(SimulatedClient client) {
        return client.isDurable() ? random.nextInt(30) == 0 : random.nextBoolean();
    }

    /** Its CONNECT, with or without a Will Message. */
    void connect(SimulatedClient client, Link link, boolean cleanStart, long step) {
        Ledger.Published will = random.nextInt(3) == 0 ? will(client, link, step) : null;
        client.connect(link, cleanStart, will, random.nextInt(3));
    }

    private Ledger.Published will(SimulatedClient client, Link link, long step) {
        Ledger.Published message =
                ledger.publish(client.index, topicName(), QoS.of(random.nextInt(3)), step);
        message.retain = random.nextInt(4) == 0;
        message.willOf = link;
        return message;
    }

    private String topicName() {
        return pick(List.of(Simulation.TOPICS));
    }

    /** Something that a connected client does, if it may do anything now. */
    void act(SimulatedClient client, long step) {
        if (!client.mayPublish()) {
            return;
        }
        int dice = random.nextInt(20);
        if (dice < 3) {
            String filter = pick(List.of(Simulation.FILTERS));
            boolean shared = filter.equals(Simulation.SHARED_FILTER);
            QoS qos = QoS.of(shared ? 1 + random.nextInt(2) : random.nextInt(3));
            client.subscribe(filter, new SubscriptionOptions(qos, false, false, random.nextInt(3)),
                    (int) Simulation.identifier(filter));
        } else if (dice == 3 && !client.grantedFilters().isEmpty()) {
            client.unsubscribe(pick(client.grantedFilters()));
        } else if (dice == 4 && random.nextInt(4) == 0) {
            client.disconnect();
        } else if (dice == 5 && client.mayAuthenticate()) {
            client.authenticate();
        } else {
            client.publish(message(client, step));
        }
    }

    private Ledger.Published message(SimulatedClient client, long step) {
        boolean shared = random.nextInt(5) == 0;
        Ledger.Published message = ledger.publish(client.index,
                shared ? Simulation.SHARED_TOPIC : topicName(), QoS.of(random.nextInt(3)), step);
        message.retain = !shared && random.nextInt(4) == 0;
        message.clears = message.retain && random.nextInt(4) == 0;
        message.expires = client.version == ProtocolVersion.MQTT_5 && !message.clears
                && random.nextInt(10) == 0;
        message.isWeak = client.sync != Sync.COMMIT;
        // When one is published that leaves nothing retained, now or later, nobody could tell.
        message.delaySeconds = !message.leavesNothing() && random.nextInt(10) == 0 ? random.nextInt(2)
                : Ledger.NOT_DELAYED;
        return message;
    }
}
