package io.holdfast.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Broker;
import io.holdfast.broker.Change;
import io.holdfast.broker.Effect;
import io.holdfast.broker.Input;
import io.holdfast.broker.Message;
import io.holdfast.broker.Turn;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.SubscriptionOptions;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The real core in a simulated world: clock, network, store and clients follow one seed, and any step may be
 * the last before a crash. Invariants are checked at every packet a client gets and every commit; at the end
 * faults stop, every durable client comes back, and nothing acknowledged may be missing.
 *
 * <p>A crash loses what a {@code kill -9} or a power cut loses: inputs not handled, turns not committed,
 * effects not done, packets on the network. A turn is committed whole or not at all.
 */
public final class Simulation {
    static final String[] TOPICS = {"a/1", "a/2", "b/1", "b/2/c"};
    /** Only the members of one Shared Subscription get what is published here: no other filter matches it. */
    static final String SHARED_TOPIC = "$shared/1";
    static final String SHARED_FILTER = "$share/group/$shared/+";
    static final String[] FILTERS = {"a/1", "a/2", "a/+", "#", "b/#", "+/1", "b/2/c", SHARED_FILTER};
    /** Of messages, and of sessions that end. */
    static final int EXPIRY_SECONDS = 2;
    static final int CLIENTS_MAX = 5;
    private static final int STEPS_TO_SETTLE_MAX = 200_000;

    private final Dice random;
    private final Sabotage sabotage;
    private final BitSet absent;
    private final Story story;
    private final States states;
    private final SimulatedStore store = new SimulatedStore();
    private final Operator operator;
    private final Ledger ledger;
    private final Acts acts;
    private final List<SimulatedClient> clients = new ArrayList<>();
    private final Map<Long, Link> links = new LinkedHashMap<>();
    private final Deque<Input> inputs = new ArrayDeque<>();
    private final Deque<Turn> decided = new ArrayDeque<>();
    private final Deque<Turn> committed = new ArrayDeque<>();
    private final SimulatedAuthenticator authenticator;
    private final SimulatedReaders reads;
    private Broker broker;
    private final SimulatedMachine machine;
    private long step;
    private long turnNumber;
    private long releasedThrough;
    /** When something was synced last. */
    private long syncedAt;
    private long lastLinkId;
    private int crashes;

    private Simulation(Plan plan, Story story, States states) {
        this.story = story;
        this.states = states;
        random = new Dice(plan.seed());
        sabotage = plan.sabotage();
        absent = plan.absent();
        authenticator = new SimulatedAuthenticator(random.nextBoolean(), random, sabotage, links);
        reads = new SimulatedReaders(store, random, sabotage, authenticator);
        machine = new SimulatedMachine(random, store);
        operator = new Operator(random);
        ledger = new Ledger(operator.settings(), machine.fillsDisk());
        if (ledger.dropsOldest()) {
            store.expectDroppedOldest();
        }
        acts = new Acts(random, ledger);
        int count = 2 + random.nextInt(CLIENTS_MAX - 1);
        for (int i = 0; i < count; i++) {
            clients.add(acts.client(i, authenticator));
        }
    }

    /** What a run has done, for reports. */
    public record Outcome(long steps, int crashes, int messages) {}

    /**
     * Runs one seed.
     *
     * @param steps before faults stop
     * @throws AssertionError naming seed and step, if an invariant does not hold
     */
    public static Outcome run(long seed, int steps, Sabotage sabotage) {
        return run(Plan.all(seed, steps, sabotage), Story.UNTOLD, States.UNCOUNTED);
    }

    /** Runs a part of a seed, tells its story, and notes the states that it comes through. */
    public static Outcome run(Plan plan, Story story, States states) {
        Simulation simulation = new Simulation(plan, story, states);
        try {
            simulation.start();
            for (int i = 0; i < plan.steps(); i++) {
                simulation.begin(i + 1);
                if (!plan.leftOut().get(i)) {
                    simulation.anyStep();
                }
            }
            simulation.settle();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "seed " + plan.seed() + ", step " + simulation.step + ": " + e.getMessage(), e);
        }
        return new Outcome(simulation.step, simulation.crashes, simulation.ledger.all().size());
    }

    private void begin(long number) {
        step = number;
        random.begin(step);
    }

    private void start() {
        broker = new Broker(operator.settings(), authenticator.isAsked, store.recover(), random.nextLong(),
                machine.nowMillis());
        turn(List.of());
    }

    private void crash() {
        crashes++;
        tell(() -> "the broker is killed"
                + (decided.isEmpty() ? "" : ", and what it decided last is not on disk"));
        if (random.nextBoolean() && store.cutPower()) {
            tell(() -> "the power is cut");
            ledger.powerCut(syncedAt);
        }
        inputs.clear();
        decided.clear();
        committed.clear();
        reads.clear();
        turnNumber = 0;
        releasedThrough = 0;
        clients.forEach(client -> client.brokerKilled(step));
        links.clear();
        machine.restart();
        start();
    }

    private void anyStep() {
        int dice = random.nextInt(1_000);
        if (dice < 4) {
            crash();
        } else if (dice < 60) {
            faultOfNetwork();
        } else if (dice < 80) {
            machine.goOn();
            tell(() -> "time passes");
        } else if (dice < 82) {
            inputs.add(operator.changeLimits(ledger));
            tell(operator::told);
        } else if (dice < 400) {
            clientActs(random.pick(clients));
        } else {
            work();
        }
        states.count(() -> States.of(clients, store, inputs, decided, committed));
    }

    private void tell(Supplier<String> line) {
        story.tell(step, line);
    }

    private void tellInside(Supplier<String> line) {
        story.tellInside(step, line);
    }

    private void clientActs(SimulatedClient client) {
        if (absent.get(client.index)) {
            return;
        }
        if (client.link == null) {
            open(client, acts.cleanStart(client));
        } else {
            acts.act(client, step);
        }
    }

    /** Of the subscriptions to a Topic Filter, of all clients. */
    static long identifier(String topicFilter) {
        return List.of(FILTERS).indexOf(topicFilter) + 1;
    }

    private void open(SimulatedClient client, boolean cleanStart) {
        Link link = new Link(++lastLinkId, client);
        links.put(link.id, link);
        inputs.add(link.opened());
        acts.connect(client, link, cleanStart, step);
    }

    /** A connection breaks, is left without a word, or its buffer fills or empties. */
    private void faultOfNetwork() {
        if (links.isEmpty()) {
            return;
        }
        Link link = random.pick(List.copyOf(links.values()));
        switch (random.nextInt(5)) {
            case 0 -> {
                tell(() -> link.client.clientId + " loses its connection");
                link.closedByClient = true;
                link.toClient.clear();
                link.breakOff(random);
                link.lost(step);
            }
            case 1 -> {
                tell(() -> link.client.clientId + " loses its connection, and the broker is not told");
                link.lost(step); // half open, until the client connects again and takes over
            }
            case 2, 3 -> inputs.add(new Input.WritabilityChanged(link.id, true));
            default -> inputs.add(new Input.WritabilityChanged(link.id, false));
        }
    }

    /** Something that is under way goes one step on. Returns whether there was anything. */
    private boolean work() {
        int first = random.nextInt(6);
        for (int i = 0; i < 6; i++) {
            boolean done = switch ((first + i) % 6) {
                case 0 -> packetsReachBroker();
                case 1 -> packetsReachClient();
                case 2 -> turn();
                case 3 -> commit();
                case 4 -> release();
                default -> read();
            };
            if (done) {
                return true;
            }
        }
        return false;
    }

    private boolean packetsReachBroker() {
        for (Link link : List.copyOf(links.values())) {
            if (!link.toBroker.isEmpty() && !link.reportedClosed) {
                List<Packet> packets = new ArrayList<>();
                for (int n = 1 + random.nextInt(link.toBroker.size()); n > 0; n--) {
                    packets.add(link.toBroker.remove());
                }
                packets.forEach(packet ->
                        tell(() -> link.client.clientId + " sends " + Story.told(packet)));
                inputs.add(new Input.PacketsReceived(link.id, packets));
                links.remove(link.id);
                links.put(link.id, link); // round robin
                return true;
            }
            if (link.closedByClient || link.closedByBroker && link.toClient.isEmpty()) {
                close(link);
                return true;
            }
        }
        return false;
    }

    private void close(Link link) {
        if (!link.reportedClosed) {
            link.reportedClosed = true;
            inputs.add(new Input.ConnectionClosed(link.id));
        }
        link.lost(step);
        links.remove(link.id);
    }

    private boolean packetsReachClient() {
        for (Link link : List.copyOf(links.values())) {
            if (!link.toClient.isEmpty()) {
                for (int n = 1 + random.nextInt(link.toClient.size()); n > 0; n--) {
                    Packet packet = link.toClient.remove();
                    if (link.client.link == link) {
                        tell(() -> link.client.clientId + " gets " + Story.told(packet));
                        link.client.receive(packet, step);
                    }
                }
                return true;
            }
        }
        return false;
    }

    private boolean turn() {
        boolean timePassed = broker.nextDeadlineMillis() <= machine.nowMillis();
        if (inputs.isEmpty() && !timePassed) {
            return false;
        }
        List<Input> batch = new ArrayList<>();
        for (int n = random.nextInt(inputs.size() + 1); n > 0; n--) {
            batch.add(inputs.remove());
        }
        if (timePassed) {
            batch.add(new Input.TimePassed());
        }
        turn(batch);
        return true;
    }

    private void turn(List<Input> batch) {
        Turn turn = new Turn(++turnNumber, releasedThrough);
        for (Input input : batch) {
            tellInside(() -> "turn " + turn.number() + " <- " + input);
            broker.handle(input, machine.nowMillis(), turn);
        }
        broker.finish(machine.nowMillis(), turn);
        turn.effects().forEach(this::decide);
        if (broker.counters().damaged() > 0) {
            throw new AssertionError("a log lacks an entry that somebody needs");
        }
        turn.changes().forEach(change -> tellInside(() -> "turn " + turn.number() + " -> " + change));
        turn.unbound().forEach(this::happen);
        turn.effects().stream().filter(sabotage::isEarly).forEach(this::happen);
        turn.effects().removeIf(sabotage::isEarly);
        decided.add(turn);
    }

    /** Group commit: all turns that wait, or some of them, become durable at once. */
    private boolean commit() {
        if (decided.isEmpty() || machine.diskIsSlow()) {
            return false;
        }
        for (int n = 1 + random.nextInt(decided.size()); n > 0; n--) {
            Turn turn = decided.remove();
            for (Change change : turn.changes()) {
                Change stored = sabotage.onItsWay(change);
                if (stored != null) {
                    tellInside(() -> "stored " + stored);
                    store.apply(stored);
                }
            }
            committed.add(turn);
            if (sabotage.isSynced(turn)) {
                store.sync();
                syncedAt = step;
            }
        }
        store.checkRows();
        return true;
    }

    /** Some effects of the oldest committed turn happen. */
    private boolean release() {
        Turn turn = committed.peek();
        if (turn == null) {
            return false;
        }
        for (int n = 1 + random.nextInt(turn.effects().size() + 1); n > 0 && !turn.effects().isEmpty(); n--) {
            happen(turn.effects().removeFirst());
        }
        if (turn.effects().isEmpty()) {
            committed.remove();
            releasedThrough = turn.number();
        }
        return true;
    }

    private void decide(Effect effect) {
        if (effect instanceof Effect.Close(long id, _) && links.get(id) instanceof Link link) {
            link.closing = true;
        }
    }

    private void happen(Effect effect) {
        switch (effect) {
            case Effect.Send(long connectionId, Packet packet) -> {
                Link link = links.get(connectionId);
                if (link != null && !link.closedByBroker) {
                    link.toClient.add(packet);
                }
            }
            case Effect.Close close -> {
                Link link = links.get(close.connectionId());
                if (link != null) {
                    link.closeByBroker();
                }
            }
            case Effect.Report _, Effect.SessionEnded _ -> { } // for the log alone
            case Effect.Authenticate _, Effect.ReadSession _, Effect.ReadLog _, Effect.ReadEntries _,
                    Effect.ReadDue _, Effect.MeasureLog _, Effect.ReadRetained _,
                    Effect.ReadExpiredRetained _, Effect.ReadDelayed _, Effect.MeasureDisk _,
                    Effect.ReclaimSpace _ ->
                reads.add(effect);
        }
    }

    private boolean read() {
        Input answer = reads.next();
        return answer != null && inputs.add(answer);
    }

    /** Faults stop; durable clients come back; everything under way arrives; then nothing may be missing. */
    private void settle() {
        tell(() -> "faults stop");
        machine.calm();
        authenticator.refuseNobody();
        links.values().forEach(link -> inputs.add(new Input.WritabilityChanged(link.id, true)));
        rest();
        checkRetained();
        checkRetainedOverCrash();
        clients.stream().filter(SimulatedClient::isDurable).forEach(SimulatedClient::checkNothingIsMissing);
        String undelivered = ledger.undelivered(clients);
        Breach.LOST.unless(undelivered == null, () -> undelivered);
        store.checkNothingIsLeft();
    }

    private void rest() {
        long last = step + STEPS_TO_SETTLE_MAX;
        int quietTicks = 0;
        while (quietTicks < 5) {
            begin(step + 1);
            if (step > last) {
                throw new AssertionError("does not come to rest");
            }
            if (!work()) {
                comeBack();
                machine.pass(1_000);
                quietTicks = links.values().stream().allMatch(link -> link.client.link == link)
                        && clients.stream().noneMatch(SimulatedClient::hasExpected) ? quietTicks + 1 : 0;
            }
        }
    }

    /**
     * A client that subscribes to everything is sent what is retained, once each, and that is what may be.
     */
    private void checkRetained() {
        SimulatedClient reader = reader(0);
        rest();
        List<String> retained = new ArrayList<>();
        for (String topicName : TOPICS) {
            Message message = store.retained(topicName, machine.nowMillis());
            Ledger.Published last = message == null ? null
                    : ledger.find(ByteBuffer.wrap(message.payload()).getInt());
            assertTrue(store.hasExpired(topicName, machine.nowMillis())
                            || ledger.mayBeRetained(topicName, last),
                    () -> topicName + " has retained " + last);
            if (message != null) {
                retained.add(topicName + " " + last.number);
            }
        }
        assertEquals(retained, reader.replayed().stream().sorted().toList());
    }

    /** The same for one whose session is durable, while the broker is killed: what is above QoS 0 arrives. */
    private void checkRetainedOverCrash() {
        SimulatedClient reader = reader(0xFFFF_FFFFL);
        while (reader.grantedFilters().isEmpty()) {
            work();
        }
        for (int n = random.nextInt(60); n > 0; n--) {
            work();
        }
        crash();
        rest();
        for (String topicName : TOPICS) {
            Message message = store.retained(topicName, machine.nowMillis());
            Ledger.Published last = message == null || message.qos() == QoS.AT_MOST_ONCE ? null
                    : ledger.find(ByteBuffer.wrap(message.payload()).getInt());
            // A will that the crash has published came live.
            assertTrue(last == null || last.willOf != null
                    || reader.replayed().contains(topicName + " " + last.number),
                    () -> "retained, but not sent after a crash: " + last);
        }
    }

    /** A new client, whose SUBSCRIBE to everything is under way. */
    private SimulatedClient reader(long expirySeconds) {
        SimulatedClient reader = new SimulatedClient(clients.size(), ProtocolVersion.MQTT_5, expirySeconds, 3,
                ledger, authenticator);
        clients.add(reader);
        open(reader, true);
        rest();
        reader.subscribe("#", SubscriptionOptions.of(QoS.EXACTLY_ONCE), (int) identifier("#"));
        return reader;
    }

    private void comeBack() {
        for (SimulatedClient client : clients) {
            if (client.link == null && !absent.get(client.index)) {
                open(client, false);
            }
        }
    }
}
