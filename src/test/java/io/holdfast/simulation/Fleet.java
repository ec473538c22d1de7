package io.holdfast.simulation;

import io.holdfast.broker.Settings;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.SubscriptionOptions;
import java.io.IOException;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * The clients of the simulation on real sockets, against a real broker that is killed again and again: they
 * do there what they do in the simulation, and hold the broker to the same.
 *
 * <p>One more client, the witness, has subscribed to everything and only reads: so every acknowledged message
 * is due to somebody. In each life of the broker some clients stay away.
 *
 * <p>All of it is one thread. A step is what happens between two looks at the sockets, so steps tell which of
 * two things a client knew first, as they do in the simulation.
 */
public final class Fleet implements AutoCloseable {
    private static final int CLIENTS = 6;
    /** A broker that has not sent anything for so long will not. */
    private static final long SILENCE_MILLIS_MAX = 20_000;
    /** Behind all others, so that it comes last of what is retained. */
    static final String MARKER_TOPIC = "z";

    private final SplittableRandom random;
    private final Ledger ledger = new Ledger(Settings.DEFAULT, false);
    private final Acts acts;
    private final SimulatedAuthenticator authenticator;
    private final List<SimulatedClient> clients = new ArrayList<>();
    private final List<Wire> wires = new ArrayList<>();
    private final Selector selector;
    private final SimulatedClient witness;
    private int port;
    private long step;
    private long lastLinkId;
    private long packetsHeard;

    /**
     * What a fleet has done.
     *
     * @param acknowledged messages that the broker has taken over
     * @param delivered deliveries, of all QoS
     */
    public record Outcome(long acknowledged, long delivered) {}

    /** @param seed chooses what the clients do; when they do it, chance decides */
    public Fleet(long seed) throws IOException {
        selector = Selector.open();
        random = new SplittableRandom(seed);
        acts = new Acts(random, ledger);
        authenticator = new SimulatedAuthenticator(false, random, Sabotage.NONE, Map.of());
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(acts.client(i, authenticator));
        }
        witness = newClient(SimulatedClient.NEVER);
    }

    private SimulatedClient newClient(long expirySeconds) {
        SimulatedClient client = new SimulatedClient(clients.size(), ProtocolVersion.MQTT_5, expirySeconds,
                10, ledger, authenticator);
        clients.add(client);
        return client;
    }

    /**
     * Clients connect and act, until they have been sent that many packets.
     *
     * @throws AssertionError if the broker does what it must not do; a {@link Breach.Found} where there is a
     *     name for it
     */
    public void play(int brokerPort, int packets) throws IOException {
        port = brokerPort;
        if (witness.grantedFilters().isEmpty()) {
            awaitAnswers();
            subscribeToAll(witness);
            awaitAnswers();
        }
        SimulatedClient one = clients.get(random.nextInt(CLIENTS)); // not the witness, which does nothing
        List<SimulatedClient> there = clients.stream()
                .filter(client -> client == one || random.nextInt(4) > 0).toList();
        long end = packetsHeard + packets;
        long lastNanos = System.nanoTime();
        while (packetsHeard < end) {
            step++;
            if (random.nextInt(100) == 0) {
                faultOfNetwork();
            } else {
                act(pick(there));
            }
            lastNanos = move() ? System.nanoTime() : lastNanos;
            require(!isSilent(lastNanos), () -> "the broker has fallen silent");
        }
    }

    private static boolean isSilent(long sinceNanos) {
        return System.nanoTime() - sinceNanos > SILENCE_MILLIS_MAX * 1_000_000;
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private void act(SimulatedClient client) throws IOException {
        if (client.link == null) {
            open(client, client != witness && acts.cleanStart(client));
        } else if (client != witness) {
            acts.act(client, step);
        }
    }

    private void open(SimulatedClient client, boolean cleanStart) throws IOException {
        Link link = new Link(++lastLinkId, client);
        wires.add(new Wire(link, port, selector));
        acts.connect(client, link, cleanStart, step);
    }

    private static void subscribeToAll(SimulatedClient client) {
        client.subscribe("#", SubscriptionOptions.of(QoS.EXACTLY_ONCE), (int) Simulation.identifier("#"));
    }

    /**
     * A connection breaks, or is left without a word, until its client comes back and takes over. None does
     * so before its CONNACK: two CONNECT packets of one client that are under way at once may arrive in any
     * order, and then nobody knows which connection is the one that stays.
     */
    private void faultOfNetwork() {
        List<Wire> answered = wires.stream().filter(wire -> wire.link.last != null).toList();
        if (answered.isEmpty()) {
            return;
        }
        Link link = pick(answered).link;
        if (random.nextBoolean()) {
            link.closedByClient = true;
            link.breakOff(random);
        }
        if (link.client.link == link) {
            link.client.lost(step);
        }
    }

    /** Packets go to and fro; where none came, it waits for one, but not long. Returns whether any came. */
    private boolean move() throws IOException {
        boolean moved = false;
        for (Wire wire : List.copyOf(wires)) {
            wire.send();
            if (wire.isOpen()) {
                moved |= wire.receive();
                hear(wire.link);
            }
            if (wire.link.closedByBroker || !wire.isOpen()) {
                wire.close();
                wires.remove(wire);
                SimulatedClient client = wire.link.client;
                require(client.link != wire.link, () ->
                        client.clientId + " was disconnected, the last that came was " + wire.link.last);
            }
        }
        if (!moved) {
            selector.select(1);
            selector.selectedKeys().clear();
        }
        return moved;
    }

    private void hear(Link link) {
        for (Packet packet = link.toClient.poll(); packet != null; packet = link.toClient.poll()) {
            packetsHeard++;
            link.last = packet;
            if (link.client.link == link) {
                link.client.receive(packet, ++step);
            }
        }
    }

    /** Its last words may still reach the clients, or get lost. */
    public void brokerKilled() throws IOException {
        step++;
        for (Wire wire : wires) {
            if (random.nextBoolean()) {
                wire.receive();
                hear(wire.link);
            }
            wire.close();
        }
        wires.clear();
        selector.selectNow();
        clients.forEach(client -> client.brokerKilled(step));
    }

    /**
     * Faults stop; everybody comes back, completes what is unfinished, and publishes once more to each topic:
     * where that has come, and a message before it has not, that one is lost. At last a new client asks for
     * what is retained.
     */
    public void settle(int brokerPort) throws IOException {
        port = brokerPort;
        awaitAnswers();
        clients.forEach(this::publishLast);
        awaitAnswers();
        await(Breach.LOST, () -> clients.stream().filter(SimulatedClient::isDurable)
                .map(SimulatedClient::missing).filter(text -> text != null).findFirst().orElse(null));
        await(Breach.LOST, () -> ledger.undelivered(clients));
        checkRetained();
    }

    private void publishLast(SimulatedClient client) {
        List<String> topicNames = new ArrayList<>(List.of(Simulation.TOPICS));
        topicNames.add(Simulation.SHARED_TOPIC);
        for (String topicName : topicNames) {
            for (QoS qos : List.of(QoS.AT_LEAST_ONCE, QoS.EXACTLY_ONCE)) {
                client.publish(ledger.publish(client.index, topicName, qos, step));
            }
        }
    }

    private void awaitAnswers() throws IOException {
        await(null, () -> clients.stream().filter(client -> !client.isOpen || client.hasExpected())
                .map(client -> client.clientId + " is not answered").findFirst().orElse(null));
    }

    /** Whoever is away comes back, until there is nothing to say against it any more. */
    private void await(Breach breach, Supplier<String> unmet) throws IOException {
        long lastNanos = System.nanoTime();
        for (;;) {
            step++;
            for (SimulatedClient client : clients) {
                if (client.link == null) {
                    open(client, false);
                }
            }
            if (move()) {
                lastNanos = System.nanoTime();
                continue;
            }
            String why = unmet.get();
            if (why == null) {
                return;
            }
            if (isSilent(lastNanos)) {
                if (breach != null) {
                    breach.unless(false, () -> why);
                }
                throw new AssertionError(why);
            }
        }
    }

    private void checkRetained() throws IOException {
        SimulatedClient reader = newClient(0);
        awaitAnswers();
        Ledger.Published marker = ledger.publish(reader.index, MARKER_TOPIC, QoS.AT_LEAST_ONCE, step);
        marker.retain = true;
        reader.publish(marker);
        awaitAnswers();
        subscribeToAll(reader);
        await(Breach.WRONG_RETAINED, () ->
                reader.replayed().stream().anyMatch(one -> one.startsWith(MARKER_TOPIC)) ? null
                        : "a retained message did not come");
        for (String topicName : Simulation.TOPICS) {
            String prefix = topicName + " ";
            List<Ledger.Published> retained = reader.replayed().stream()
                    .filter(one -> one.startsWith(prefix))
                    .map(one -> ledger.find(Integer.parseInt(one.substring(prefix.length())))).toList();
            Breach.WRONG_RETAINED.unless(retained.size() < 2, () -> "retained are " + retained);
            Ledger.Published last = retained.isEmpty() ? null : retained.getFirst();
            Breach.WRONG_RETAINED.unless(ledger.mayBeRetained(topicName, last),
                    () -> topicName + " has retained " + last);
        }
    }

    private static void require(boolean condition, Supplier<String> otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise.get());
        }
    }

    public Outcome outcome() {
        return new Outcome(ledger.all().stream().filter(message -> message.willOf == null
                && message.isAcknowledged()).count(), ledger.delivered);
    }

    @Override
    public void close() throws IOException {
        for (Wire wire : wires) {
            wire.close();
        }
        selector.close();
    }
}
