package io.holdfast.tools.bench;

import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.system.Deliveries.Verdict;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The publishers of some traffic, and its subscribers, of which number s takes topic {@code s mod topics}.
 */
record Flow(Traffic traffic, List<Sender> senders, List<Receiver> receivers) {
    /** What waits for room in a window need not look for it all the time. */
    private static final long PACE_NANOS_MIN = 10_000;

    /**
     * How a flow is to be.
     *
     * @param window of each publisher, in messages
     * @param awaits whether a message is in the window until subscribers have it, too
     * @param filters of each subscriber
     * @param clean whether subscribers have sessions that end with their connections
     */
    record Shape(int subscribers, int filters, boolean clean, int window, boolean awaits) {}

    static Flow of(Traffic traffic, Shape shape, ProtocolVersion version, Sender.Listener ofSenders,
            Receiver.Listener ofReceivers) {
        int awaited = shape.awaits() ? shape.subscribers() / traffic.topics() : 0;
        return new Flow(traffic,
                IntStream.range(0, traffic.publishers()).mapToObj(number -> new Sender(traffic, number,
                        version, shape.window(), awaited, ofSenders)).toList(),
                IntStream.range(0, shape.subscribers()).mapToObj(number -> new Receiver(traffic, number,
                        number % traffic.topics(), shape.filters(), shape.clean(), ofReceivers)).toList());
    }

    /** Of so many messages, those that the publisher of that number sends. */
    int share(int messages, int publisher) {
        int publishers = senders.size();
        return messages / publishers + (publisher < messages % publishers ? 1 : 0);
    }

    /** Lets all send so many messages in sum, those sent before included, as windows allow. */
    void sendUntil(int messages) {
        for (int i = 0; i < senders.size(); i++) {
            senders.get(i).sendUntil(share(messages, i));
        }
    }

    /** The same, at a rate in sum: publishers take turns, at even intervals. */
    void sendUntil(int messages, double perSecond, Fleet fleet) {
        long startNanos = System.nanoTime();
        double intervalNanos = 1e9 / perSecond;
        for (int i = 0; i < senders.size(); i++) {
            Sender sender = senders.get(i);
            sender.sendUntil(share(messages, i), startNanos + (long) (i * intervalNanos),
                    intervalNanos * senders.size());
            pace(sender, fleet);
        }
    }

    private static void pace(Sender sender, Fleet fleet) {
        long dueNanos = sender.send();
        if (dueNanos != Long.MAX_VALUE) {
            long waitNanos = Math.max(dueNanos - System.nanoTime(), PACE_NANOS_MIN);
            fleet.after(waitNanos, () -> pace(sender, fleet));
        }
    }

    boolean isSent() {
        return senders.stream().allMatch(Sender::isDone);
    }

    long refused() {
        return senders.stream().mapToLong(Sender::refused).sum();
    }

    /** How many acknowledged messages each topic got. */
    long[] acknowledgedByTopic() {
        long[] counts = new long[traffic.topics()];
        for (int publisher = 0; publisher < senders.size(); publisher++) {
            int number = publisher;
            senders.get(publisher).acknowledged().stream()
                    .forEach(k -> counts[traffic.load().topic(number, k)]++);
        }
        return counts;
    }

    /** To be called when nobody sends or receives. */
    Verdict verdict() {
        Map<Integer, List<BitSet>> byTopic = new HashMap<>();
        return receivers.stream().map(receiver -> receiver.verdict(
                byTopic.computeIfAbsent(receiver.topic(), this::acknowledged)))
                .reduce(Verdict.NOTHING, Verdict::plus);
    }

    private List<BitSet> acknowledged(int topic) {
        return IntStream.range(0, senders.size())
                .mapToObj(number -> traffic.load().ofTopic(topic, number, senders.get(number).acknowledged()))
                .toList();
    }

    /** Has all go away that are still there, and ends the sessions of its subscribers. */
    void forget(Fleet fleet) {
        List<Visitor> visitors =
                receivers.stream().map(receiver -> new Visitor(receiver.clientId, false)).toList();
        fleet.play("clean up", "sessions", "", visitors.size(), meter -> {
            senders.forEach(Client::drop);
            receivers.forEach(Client::drop);
            fleet.openAll(visitors, meter);
        });
    }
}
