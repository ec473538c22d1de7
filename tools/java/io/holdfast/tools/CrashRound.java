package io.holdfast.tools;

import io.holdfast.system.Deliveries.Verdict;
import io.holdfast.tools.TemporaryBroker.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * One round against a fresh broker: sessions subscribe and go away; publishers publish, and the broker is
 * killed meanwhile; they finish; the sessions come back, and the broker is killed while they take their
 * messages; all of them come back once more.
 *
 * <p>A last message to each topic, published when all others are acknowledged, tells the sessions that they
 * have everything: a lost message is missed without waiting for it. The second return has a last message of
 * its own, so that sessions that had finished are seen to get nothing twice.
 */
final class CrashRound {
    private static final int PUBLISHERS = 4;

    private final Crash.Options options;
    private final TemporaryBroker broker;
    private final SplittableRandom random;
    private final List<Publisher> publishers;
    private final List<Publisher> lasts;
    private final List<Device> devices;
    private final long deliveries;

    /**
     * Work and the kill in it.
     *
     * @param restartMillis from the start of the new process until it served clients
     */
    record Phase(Work beforeKill, long restartMillis, Work afterKill) {}

    /** What a round was like and what it showed. */
    record Result(Phase publishing, Phase draining, Verdict verdict) {}

    CrashRound(Crash.Options options, Load load, TemporaryBroker broker, SplittableRandom random) {
        this.options = options;
        this.broker = broker;
        this.random = random;
        publishers = IntStream.range(0, PUBLISHERS)
                .mapToObj(number -> new Publisher(load, number, share(number, options.messages())))
                .toList();
        lasts = List.of(new Publisher(load, PUBLISHERS, load.topics()),
                new Publisher(load, PUBLISHERS + 1, load.topics()));
        devices = IntStream.range(0, options.sessions())
                .mapToObj(number -> new Device(load, "device-" + number, number % load.topics(), load.qos(),
                        PUBLISHERS + lasts.size()))
                .toList();
        deliveries = (long) options.messages() * options.sessions() / load.topics();
    }

    private static int share(int number, int messages) {
        return messages / PUBLISHERS + (number < messages % PUBLISHERS ? 1 : 0);
    }

    /** @throws RuntimeException if the broker did what it must not do, but for what the verdict counts */
    Result run() {
        broker.start();
        broker.play(devices.stream().map(Device::subscribing).toList());
        Work published = broker.playAndKill(publishers, 1 + random.nextLong(options.messages()));
        long restartMillis = broker.start();
        Phase publishing = new Phase(published, restartMillis, broker.play(publishers));
        sendLast(0);
        Work drained = broker.playAndKill(devices, 1 + random.nextLong(deliveries));
        restartMillis = broker.start();
        sendLast(1);
        Phase draining = new Phase(drained, restartMillis, broker.play(devices));
        return new Result(publishing, draining, verdict());
    }

    /** Publishes the last message to each topic. */
    private void sendLast(int which) {
        broker.play(List.of(lasts.get(which)));
        devices.forEach(device -> device.endWith(PUBLISHERS + which));
    }

    private Verdict verdict() {
        List<Publisher> all = new ArrayList<>(publishers);
        all.addAll(lasts);
        return devices.stream().map(device -> device.verdict(all)).reduce(Verdict.NOTHING, Verdict::plus);
    }
}
