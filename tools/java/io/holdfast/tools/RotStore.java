package io.holdfast.tools;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.QoS;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a broker leaves on its disk that was killed, one that was stopped after that, and one that was killed
 * again: so there are write-ahead logs and tables, old ones and new ones. Each has sessions that are away,
 * with logs of their own and logs that they share, a group, messages that wait and that are in flight, a
 * client that was cut off and has a Will Message, and retained messages of which some were replaced or
 * removed.
 */
final class RotStore {
    static final String RETAINED = "kept/";

    private static final int IDLE_SESSIONS = 24;
    private static final int RETAINED_MESSAGES = 60;
    private static final int MESSAGES = 60;
    private static final int TAKEN = 12;
    private static final String WILL_TOPIC = "rot/will";
    private static final List<String> BUSY_TOPICS =
            List.of("rot/own/1", "rot/own/2", "rot/both/1", "rot/group/1");

    /** Cut off, with a Will Message. */
    static final RotSession MOURNED =
            RotSession.of("mourned", QoS.AT_LEAST_ONCE, List.of(), List.of());
    private static final List<RotSession> BUSY = List.of(
            RotSession.of("one", QoS.AT_LEAST_ONCE, List.of("rot/own/1", WILL_TOPIC),
                    List.of("rot/own/1", WILL_TOPIC)),
            RotSession.of("two", QoS.EXACTLY_ONCE, List.of("rot/own/2"), List.of("rot/own/2")),
            RotSession.of("three", QoS.AT_LEAST_ONCE, List.of("rot/both/+"), List.of("rot/both/1")),
            RotSession.of("four", QoS.EXACTLY_ONCE, List.of("rot/both/+"), List.of("rot/both/1")),
            RotSession.member("five", QoS.AT_LEAST_ONCE, "group", "rot/group/#", "rot/group/1"),
            RotSession.member("six", QoS.EXACTLY_ONCE, "group", "rot/group/#", "rot/group/1"));
    /** All others, in the order in which they come. */
    static final List<RotSession> SESSIONS = Stream.concat(BUSY.stream(),
            IntStream.range(0, IDLE_SESSIONS).mapToObj(RotStore::idle)).toList();

    private final TemporaryBroker broker;
    private final RotLedger ledger = new RotLedger();
    private final List<State> states = new ArrayList<>();

    /**
     * One of the three.
     *
     * @param data the broker's folder; nobody changes it
     */
    record State(String name, Path data, RotLedger ledger) {}

    private RotStore(TemporaryBroker broker) {
        this.broker = broker;
    }

    private static RotSession idle(int number) {
        String filter = "idle/%02d/#".formatted(number);
        return RotSession.of("idle-" + "%02d".formatted(number).repeat(20), QoS.AT_LEAST_ONCE,
                List.of(filter), List.of("idle/%02d/x".formatted(number)));
    }

    /** Has a broker make them, in its folder. */
    static List<State> make(TemporaryBroker broker) throws IOException {
        RotStore store = new RotStore(broker);
        store.live(0, "killed once");
        store.live(1, "stopped");
        store.live(2, "killed again");
        return store.states;
    }

    private void live(int life, String name) throws IOException {
        broker.start(Rot.SHORT_LIVED);
        if (life == 0) {
            MOURNED.begin(broker.port());
            for (RotSession session : SESSIONS) {
                session.begin(broker.port());
            }
        }
        publish(life);
        for (RotSession session : BUSY) {
            try (BlockingClient client = session.connect(broker.port())) {
                new RotVisit(session, client, ledger, new RotFindings()).takeSome(TAKEN);
            }
        }
        if (name.equals("stopped")) {
            broker.stop();
        } else {
            try (BlockingClient _ = connectMourned(life)) {
                broker.kill();
                ledger.published(WILL_TOPIC).set(life);
            }
        }
        Path data = broker.folder().resolve("life-" + life);
        copy(broker.data(), data);
        states.add(new State(name, data, ledger.copy()));
    }

    private BlockingClient connectMourned(int life) throws IOException {
        Packet.Connect plain = BlockingClient.durableSession(MOURNED.clientId());
        Packet.Will will = new Packet.Will(QoS.AT_LEAST_ONCE, false, Properties.NONE, WILL_TOPIC,
                new RotMessage(WILL_TOPIC, life).payload());
        return BlockingClient.connect(broker.port(), new Packet.Connect(plain.version(), false, 0,
                plain.properties(), plain.clientIdentifier(), will, null, null));
    }

    private void publish(int life) throws IOException {
        try (RotPublisher publisher = new RotPublisher(broker.port(), ledger)) {
            for (int i = 0; i < MESSAGES; i++) {
                for (String topic : BUSY_TOPICS) {
                    publisher.publish(new RotMessage(topic, life * MESSAGES + i), false);
                }
            }
            for (int i = 0; i < IDLE_SESSIONS; i++) {
                publisher.publish(new RotMessage("idle/%02d/x".formatted(i), life), false);
            }
            for (int i = 0; i < RETAINED_MESSAGES; i++) {
                String topic = RETAINED + "%02d".formatted(i);
                if (life > 0 && i % 10 == life) {
                    publisher.removeRetained(topic);
                } else if (life == 0 || i % 3 == life) {
                    publisher.publish(new RotMessage(topic, life), true);
                }
            }
            publisher.awaitAll();
        }
    }

    /** Copies a folder, but for its sockets. */
    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path path : tree.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else if (Files.isRegularFile(path)) {
                    Files.copy(path, target);
                }
            }
        }
    }
}
