package io.holdfast.tools;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.SubscriptionOptions;
import io.holdfast.rocks.StoreInspector;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One round: a store rots, and a broker is started on it, twice. Each time all sessions come back, and take
 * what waits for them, up to a message that is published then; and what is retained is looked at.
 *
 * <p><b>How it ends.</b> That message is retained. A subscription that is there brings it as a message, and
 * one that is not is made anew, and then is sent it as what is retained. So it always comes, and tells which.
 */
final class RotRound {
    private static final int FIRST_END = 1_000_000;
    private static final String LAST_RETAINED = RotStore.RETAINED + "~";
    private static final Pattern METRICS = Pattern.compile("tells +(http://\\S+)");
    private static final Pattern DAMAGED = Pattern.compile("(?m)^holdfast_store_damaged_total (\\d+)");
    private static final long LATE_NANOS_MAX = 30_000_000_000L;
    private static final String NAMED = "DAMAGED in ";

    private final TemporaryBroker broker;
    private final RotLedger ledger;
    private final RotFindings findings = new RotFindings();
    private final List<String> named = new ArrayList<>();
    private int end = FIRST_END;
    private int memberEnd = FIRST_END;

    RotRound(TemporaryBroker broker, RotStore.State state) throws IOException {
        this.broker = broker;
        ledger = state.ledger().copy();
        RotStore.copy(state.data(), broker.data());
    }

    /** Damages the store. Returns what was done to which file. */
    List<String> damage(int damages, SplittableRandom random) throws IOException {
        Decay decay = new Decay(broker.data(), random);
        List<String> done = new ArrayList<>();
        for (int i = 0; i < damages; i++) {
            done.add(decay.damage());
        }
        return done;
    }

    /** @throws RuntimeException if the broker did what it must not do, but for what the findings tell */
    RotFindings run() throws IOException {
        live();
        live();
        return findings;
    }

    /** What the broker said is damaged. */
    List<String> named() {
        return named;
    }

    /** If neither file tells what the folder is any more, the broker says what to do, and that is done. */
    private void start() throws IOException {
        try {
            broker.start(Rot.SHORT_LIVED);
        } catch (IllegalStateException e) {
            if (!e.getMessage().contains("FORMAT.copy are damaged: write \"holdfast store 1\" into ")) {
                throw e;
            }
            named.add(e.getMessage());
            Files.writeString(broker.data().resolve("FORMAT"), "holdfast store 1\n");
            broker.start(Rot.SHORT_LIVED);
        }
    }

    private void live() throws IOException {
        start();
        visit(RotStore.MOURNED); // has its Will Message published before anything else
        publishEnds(RotStore.SESSIONS.stream().filter(session -> !session.isMember())
                .flatMap(session -> session.topics().stream()).distinct().toList(), end, true);
        for (RotSession session : RotStore.SESSIONS) {
            visit(session);
        }
        settle();
        lookAtRetained();
        hear();
        broker.stop();
        end++;
    }

    private void publishEnds(List<String> topics, int number, boolean retained) throws IOException {
        try (RotPublisher publisher = new RotPublisher(broker.port(), ledger)) {
            for (String topic : topics) {
                publisher.publish(new RotMessage(topic, number), retained);
            }
            publisher.awaitAll();
        }
    }

    private void visit(RotSession session) throws IOException {
        try (BlockingClient client = session.connect(broker.port())) {
            if (!client.connack().sessionPresent()) {
                findings.sessionLost();
            }
            if (!session.filters().isEmpty()) {
                session.subscribe(client);
                new RotVisit(session, client, ledger, findings).takeThrough(lastFor(session, client));
            }
            client.disconnect();
        }
    }

    /** The number of the last message for it. A group is sent nothing that is retained: each has its own. */
    private int lastFor(RotSession session, BlockingClient client) throws IOException {
        if (!session.isMember()) {
            return end;
        }
        client.flush();
        publishEnds(session.topics(), ++memberEnd, false);
        return memberEnd;
    }

    /** What has not come now will not come. */
    private void settle() {
        for (RotSession session : RotStore.SESSIONS) {
            for (String topic : session.topics()) {
                findings.messagesLost(ledger.missing(session.taker(), topic).cardinality());
                ledger.taken(session.taker(), topic).or(ledger.published(topic));
            }
        }
    }

    private void lookAtRetained() throws IOException {
        Map<String, Integer> found = retained();
        Map<String, Integer> due = ledger.retained();
        due.keySet().removeIf(topic -> {
            boolean lost = topic.startsWith(RotStore.RETAINED) && !found.containsKey(topic);
            if (lost) {
                findings.retainedLost();
            }
            return lost;
        });
        found.forEach((topic, number) -> {
            if (!number.equals(due.put(topic, number))) {
                findings.oldRetained();
            }
        });
    }

    /** The numbers of what is retained, which comes in the order of the Topic Names. */
    private Map<String, Integer> retained() throws IOException {
        Map<String, Integer> found = new HashMap<>();
        try (RotPublisher publisher = new RotPublisher(broker.port(), ledger)) {
            publisher.publish(new RotMessage(LAST_RETAINED, end), true);
            publisher.awaitAll();
        }
        try (BlockingClient client = BlockingClient.connect(broker.port(), new Packet.Connect(
                ProtocolVersion.MQTT_5, true, 0, Properties.NONE, "reader", null, null, null))) {
            client.send(new Packet.Subscribe(1, Properties.NONE, List.of(new Packet.Subscribe.Requested(
                    RotStore.RETAINED + "#", SubscriptionOptions.of(QoS.AT_MOST_ONCE)))));
            while (!found.containsKey(LAST_RETAINED)) {
                if (client.receive() instanceof Packet.Publish publish) {
                    RotMessage message = RotMessage.of(publish);
                    if (message == null || !ledger.published(message.topicName()).get(message.number())) {
                        throw client.unexpected(publish);
                    }
                    found.put(message.topicName(), message.number());
                }
            }
            client.disconnect();
        }
        return found;
    }

    /** Notes what the broker has told in this life, in the log and by its metric, which is a moment late. */
    private void hear() throws IOException {
        long startNanos = System.nanoTime();
        long now;
        List<String> lines;
        do {
            now = damaged();
            lines = broker.said().stream().filter(line -> line.contains(NAMED)).toList();
        } while ((now == 0) != lines.isEmpty() && System.nanoTime() - startNanos < LATE_NANOS_MAX);
        if ((now == 0) != lines.isEmpty()) {
            findings.wrong("the metric says " + now + ", and the log " + lines);
        }
        named.addAll(lines);
        if (findings.costs() > 0 && named.stream().allMatch(line -> line.contains("damaged file: FORMAT"))) {
            findings.wrong("nobody told of what is lost");
        }
    }

    private long damaged() throws IOException {
        String url = find(METRICS, String.join("\n", broker.said()));
        try (InputStream metrics = URI.create(url).toURL().openStream()) {
            return Long.parseLong(find(DAMAGED, new String(metrics.readAllBytes(), StandardCharsets.UTF_8)));
        }
    }

    private static String find(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        if (!found.find()) {
            throw new IllegalStateException("there is no " + pattern + " in " + text);
        }
        return found.group(1);
    }

    /**
     * Looks at the whole store, which is in order, but for bytes that nobody has read yet.
     *
     * @return whether there were such
     */
    boolean verify() {
        List<String> lines = new ArrayList<>();
        if (isSound(broker.data(), lines)) {
            return false;
        }
        if (lines.stream().noneMatch(line -> line.startsWith("damaged file: "))) {
            findings.wrong("the store is not sound after two starts: " + lines);
        }
        lines.clear();
        if (!StoreInspector.repair(broker.data(), lines::add)) {
            findings.wrong("the store cannot be repaired: " + lines);
        }
        return true;
    }

    private static boolean isSound(Path data, List<String> lines) {
        try (StoreInspector store = StoreInspector.open(data)) {
            return store.verify(lines::add);
        }
    }
}
