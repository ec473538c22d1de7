package io.holdfast.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.holdfast.mqtt.Packet.Connack;
import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.simulation.SimulatedStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The real core over the simulated store; the test is its clients and its clock. Whatever is done to it has
 * been decided, committed and answered when the call returns, unless the disk {@linkplain #stall() stalls}.
 */
final class Core {
    final SimulatedStore store = new SimulatedStore();

    private final boolean authenticates;
    private final List<Effect.Authenticate> questions = new ArrayList<>();
    private final List<String> reports = new ArrayList<>();
    private final Map<Long, Client> clients = new HashMap<>();
    private final Deque<Input> inputs = new ArrayDeque<>();
    private final Deque<Turn> uncommitted = new ArrayDeque<>();
    private final List<Effect> reads = new ArrayList<>();
    private Settings settings;
    private Broker broker;
    private long nowMillis = 1_700_000_000_000L;
    private long lastConnectionId;
    private long lastTurn;
    private long committedThrough;
    private boolean stalled;
    private boolean stallsAfterRead;

    Core() {
        this(Settings.DEFAULT);
    }

    Core(Settings settings) {
        this(settings, false);
    }

    /** @param authenticates whether the test answers what is asked about clients */
    Core(Settings settings, boolean authenticates) {
        this.settings = settings;
        if (QueueLimits.of(settings).dropsOldest() || settings.get(Setting.QUEUED_SECONDS_MAX) > 0) {
            store.expectDroppedOldest();
        }
        this.authenticates = authenticates;
        start();
    }

    private void start() {
        broker = new Broker(settings, authenticates, store.recover(), 1, nowMillis);
        turn(List.of());
    }

    /** A network connection without a word on it yet. */
    Client open() {
        return open(Sync.COMMIT);
    }

    /** The same, for a client that is content with less than that its messages are on disk. */
    Client open(Sync sync) {
        long id = ++lastConnectionId;
        Client client = new Client(this, id);
        clients.put(id, client);
        handle(new Input.ConnectionOpened(id, "assigned-" + id, Authentication.Origin.UNKNOWN, sync));
        return client;
    }

    /** A client whose CONNECT was accepted, and its CONNACK taken note of. */
    Client connect(Connect connect) {
        Client client = open().send(connect);
        assertEquals(ReasonCode.SUCCESS, ((Connack) client.take()).reason());
        return client;
    }

    void passMillis(long millis) {
        nowMillis += millis;
        work();
    }

    void passSeconds(long seconds) {
        passMillis(seconds * 1_000);
    }

    /** From now on turns are decided but not committed. */
    void stall() {
        stalled = true;
    }

    /** The same, once the next read has been answered. */
    void stallAfterRead() {
        stallsAfterRead = true;
    }

    /** Commits the turns that wait, and all that follow. */
    void commit() {
        stalled = false;
        commitAll();
        work();
    }

    /**
     * The process is killed and started again: connections, and turns that are not committed, are lost.
     *
     * @param downMillis how long the broker was down
     */
    void restart(long downMillis) {
        clients.clear();
        inputs.clear();
        uncommitted.clear();
        questions.clear();
        stalled = false;
        stallsAfterRead = false;
        lastTurn = 0;
        committedThrough = 0;
        nowMillis += downMillis;
        store.checkRows();
        start();
        work();
    }

    void restart() {
        restart(0);
    }

    /** The same, and what was not synced is lost, too. Returns whether there was such. */
    boolean cutPower() {
        boolean lost = store.cutPower();
        restart();
        return lost;
    }

    /** The operator changes a setting, which holds after a restart, too. */
    void set(Setting setting, long value) {
        settings = settings.with(setting, value);
        handle(new Input.SettingsChanged(settings));
    }

    /** The broker is asked to stop. */
    void stop() {
        handle(new Input.Stopping());
    }

    List<Lag> slowest(int max) {
        return broker.slowest(max, nowMillis);
    }

    Counters counters() {
        return broker.counters();
    }

    /** The changes that wait for the disk. */
    List<Change> uncommitted() {
        return uncommitted.stream().flatMap(turn -> turn.changes().stream()).toList();
    }

    /** The reads asked of the store since the last call. */
    List<Effect> reads() {
        List<Effect> taken = List.copyOf(reads);
        reads.clear();
        return taken;
    }

    long nowMillis() {
        return nowMillis;
    }

    /** What the operator was told since the last call. */
    List<String> reports() {
        List<String> taken = List.copyOf(reports);
        reports.clear();
        return taken;
    }

    /** What is asked about the client of a connection, since the last call: one question. */
    Authentication.Request question() {
        assertEquals(1, questions.size(), questions::toString);
        return questions.removeFirst().request();
    }

    /** Nothing is asked about any client, since the last call. */
    void expectNoQuestion() {
        assertEquals(List.of(), questions);
    }

    void handle(Input input) {
        inputs.add(input);
        work();
    }

    private void work() {
        while (!inputs.isEmpty() || broker.nextDeadlineMillis() <= nowMillis) {
            inputs.add(new Input.TimePassed());
            List<Input> batch = List.copyOf(inputs);
            inputs.clear();
            turn(batch);
        }
    }

    private void turn(List<Input> batch) {
        Turn turn = new Turn(++lastTurn, committedThrough);
        batch.forEach(input -> broker.handle(input, nowMillis, turn));
        broker.finish(nowMillis, turn);
        turn.unbound().forEach(this::happen);
        uncommitted.add(turn);
        if (!stalled) {
            commitAll();
        }
    }

    private void commitAll() {
        store.commit(List.copyOf(uncommitted));
        for (; !uncommitted.isEmpty(); committedThrough++) {
            uncommitted.remove().effects().forEach(this::happen);
        }
    }

    private void happen(Effect effect) {
        switch (effect) {
            case Effect.Send send -> clients.get(send.connectionId()).receive(send.packet());
            case Effect.Close close -> {
                clients.get(close.connectionId()).closed();
                inputs.add(new Input.ConnectionClosed(close.connectionId()));
            }
            case Effect.Report(String what) -> reports.add(what);
            case Effect.Authenticate question -> questions.add(question);
            case Effect.ReadSession(String clientId) ->
                read(effect, new Input.SessionRead(clientId, store.readSession(clientId)));
            case Effect.ReadLog(long connectionId, long logId, long from, int messagesMax, long bytesMax) ->
                read(effect, store.read(connectionId, logId, from, messagesMax, bytesMax));
            case Effect.ReadEntries(long connectionId, List<Effect.Position> positions) ->
                read(effect, new Input.EntriesRead(connectionId, store.readEntries(positions)));
            case Effect.ReadDue(long throughMillis, int max) ->
                read(effect, new Input.DueRead(store.readDue(throughMillis, max)));
            case Effect.MeasureLog asked ->
                read(effect, new Input.LogMeasured(asked.logId(), store.measureLog(asked)));
            case Effect.ReadRetained read -> read(effect,
                    new Input.RetainedRead(read.connectionId(), read.replay(), store.readRetained(read)));
            case Effect.ReadDelayed read -> read(effect, new Input.DelayedRead(store.readDelayed(read)));
            case Effect.ReadExpiredRetained read ->
                read(effect, new Input.ExpiredRetainedRead(store.readExpiredRetained(read)));
            case Effect.MeasureDisk _ -> read(effect, new Input.DiskMeasured(store.freeBytes()));
            case Effect.SessionEnded _ -> { } // for the log alone
            case Effect.ReclaimSpace _ -> {
                store.reclaim();
                read(effect, new Input.SpaceReclaimed());
            }
        }
    }

    private void read(Effect effect, Input answer) {
        reads.add(effect);
        inputs.add(answer);
        stalled |= stallsAfterRead;
        stallsAfterRead = false;
    }
}
