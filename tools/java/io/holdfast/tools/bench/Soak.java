package io.holdfast.tools.bench;

import io.holdfast.mqtt.QoS;
import io.holdfast.system.Deliveries.Verdict;
import io.holdfast.tools.Arguments;
import io.holdfast.tools.Load;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * A mixed load for a long time: publishers at QoS 0, 1 and 2, each at a rate, and subscribers with
 * persistent sessions. Those of QoS 1 and 2 lose their connections again and again, and come back. What
 * takes memory here is a bit for each message of a publisher and of a subscriber.
 */
final class Soak implements Scenario {
    private final Options options;
    private final SplittableRandom random = new SplittableRandom();
    private final Stream[] streams;
    private Meter meter;
    private long sessionsLost;
    private boolean ending;

    /**
     * What is asked for.
     *
     * @param rate messages a second of each QoS
     * @param drops connections lost in a second
     */
    record Options(int seconds, int rate, int publishers, int subscribers, int drops, int bytes) {
        static Options of(Arguments arguments) {
            return new Options(arguments.number("--duration", 60, 1, 1_000_000),
                    arguments.number("--rate", 1_000, 1, 100_000),
                    arguments.number("--publishers", 10, 1, 10_000),
                    arguments.number("--subscribers", 10, 1, 10_000),
                    arguments.number("--drops", 1, 0, 1_000),
                    arguments.number("--size", 256, Traffic.HEADER_BYTES, 1 << 20));
        }

        /** Of each QoS. */
        private int messages() {
            return Math.toIntExact(Math.min(Integer.MAX_VALUE, (long) seconds * rate));
        }
    }

    /** The messages of one QoS. */
    private final class Stream implements Sender.Listener, Receiver.Listener {
        private final Flow flow;
        private long arrived;

        Stream(QoS qos, Fleet fleet) {
            Load load = new Load(options.subscribers(), options.bytes(), qos);
            flow = Flow.of(new Traffic(Settings.prefix(), load, options.publishers()),
                    new Flow.Shape(options.subscribers(), 1, false, 65_535, false), fleet.target().version(),
                    this, this);
        }

        @Override
        public void readCompleted() {
            finishIfDone();
        }

        @Override
        public void arrived(Receiver receiver, int publisher, long sentNanos) {
            arrived++;
            meter.count();
            meter.latency(receiver.readNanos - sentNanos);
        }

        @Override
        public void readCompleted(Receiver receiver) {
            finishIfDone();
        }

        @Override
        public void sessionLost(Receiver receiver) {
            sessionsLost++;
        }

        boolean isDone() {
            return flow.isSent() && arrived >= options.messages() - flow.refused();
        }
    }

    Soak(Options options) {
        this.options = options;
        streams = new Stream[QoS.values().length];
    }

    @Override
    public Result run(Fleet fleet) {
        Arrays.setAll(streams, qos -> new Stream(QoS.of(qos), fleet));
        for (Stream stream : streams) {
            Live.connect(stream.flow, fleet);
        }
        Phase soak = fleet.play("soak", "deliveries", "sending until delivered",
                (long) streams.length * options.messages(), current -> begin(current, fleet));
        for (Stream stream : streams) {
            stream.flow.forget(fleet);
        }
        Verdict promised = streams[1].flow.verdict().plus(streams[2].flow.verdict());
        return new Result("soak", Settings.of("duration", options.seconds(), "rate", options.rate(),
                "publishers", options.publishers(), "subscribers", options.subscribers(), "drops",
                options.drops(), "size", options.bytes()), List.of(soak), soak, promised,
                streams[0].flow.verdict(), Arrays.stream(streams).mapToLong(one -> one.flow.refused()).sum(),
                sessionsLost);
    }

    private void begin(Meter current, Fleet fleet) {
        meter = current;
        for (Stream stream : streams) {
            stream.flow.sendUntil(options.messages(), options.rate(), fleet);
        }
        if (options.drops() > 0) {
            fleet.after(TimeUnit.SECONDS.toNanos(1) / options.drops(), () -> drop(fleet));
        }
        fleet.after(TimeUnit.SECONDS.toNanos(options.seconds()), () -> {
            ending = true;
            finishIfDone();
        });
    }

    /** A connection is lost, and its client comes back within a second; again and again until the end. */
    private void drop(Fleet fleet) {
        if (ending) {
            return;
        }
        Receiver unlucky = streams[1 + random.nextInt(2)].flow.receivers()
                .get(random.nextInt(options.subscribers()));
        if (unlucky.connection != null) {
            unlucky.drop();
            fleet.after(random.nextLong(TimeUnit.SECONDS.toNanos(1)),
                    () -> fleet.open(List.of(unlucky).iterator(), 1, _ -> { }));
        }
        fleet.after(TimeUnit.SECONDS.toNanos(1) / options.drops(), () -> drop(fleet));
    }

    private void finishIfDone() {
        if (ending && Arrays.stream(streams).allMatch(Stream::isDone)) {
            meter.finish();
        }
    }
}
