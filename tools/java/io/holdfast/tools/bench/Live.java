package io.holdfast.tools.bench;

import io.holdfast.mqtt.QoS;
import io.holdfast.system.Deliveries.Verdict;
import io.holdfast.tools.Arguments;
import io.holdfast.tools.Load;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Messages from publishers to subscribers that are there: as fast as a window allows, or at a rate. At a
 * rate, a message is late from the moment when it should have been sent, whoever kept it from being sent.
 */
final class Live implements Scenario, Sender.Listener, Receiver.Listener {
    private static final int MESSAGES_MAX = 1_000_000_000;
    private static final int CLIENTS_MAX = 10_000;
    /** At QoS 0 messages may be lost: what is not there after that will not come. */
    private static final long LOST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final double WARM_UP = 0.1;

    /** Who sends to whom, with defaults. */
    enum Shape {
        FAN_IN("fan-in", 100, 1, 20, 300_000),
        FAN_OUT("fan-out", 1, 100, 100, 20_000),
        ONE_TO_ONE("one-to-one", 1, 1, 1_000, 300_000);

        private final String name;
        private final int publishers;
        private final int subscribers;
        private final int window;
        private final int messages;

        Shape(String name, int publishers, int subscribers, int window, int messages) {
            this.name = name;
            this.publishers = publishers;
            this.subscribers = subscribers;
            this.window = window;
            this.messages = messages;
        }

        int publishers() {
            return publishers;
        }

        int subscribers() {
            return subscribers;
        }

        int window() {
            return window;
        }

        int messages() {
            return messages;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * What is asked for.
     *
     * @param warmUp messages sent before those that are measured
     * @param rate messages a second in sum, or 0 for as fast as the windows allow
     */
    record Options(Shape shape, int publishers, int subscribers, int topics, int messages, int warmUp,
            int rate, int window, int bytes, QoS qos, boolean persistent) {

        static Options of(Arguments arguments) {
            Shape shape = arguments.constant("--shape", Shape.ONE_TO_ONE);
            int subscribers = arguments.number("--subscribers", shape.subscribers, 1, CLIENTS_MAX);
            int messages = arguments.number("--messages", shape.messages, 1, MESSAGES_MAX);
            boolean persistent = arguments.flag("--persistent");
            if (arguments.flag("--clean") && persistent) {
                throw new IllegalArgumentException("--clean and --persistent exclude each other");
            }
            return new Options(shape, arguments.number("--publishers", shape.publishers, 1, CLIENTS_MAX),
                    subscribers, shape == Shape.ONE_TO_ONE ? subscribers : 1, messages,
                    arguments.number("--warm-up", (int) (messages * WARM_UP), 0, MESSAGES_MAX),
                    arguments.number("--rate", 0, 0, MESSAGES_MAX),
                    arguments.number("--window", shape.window, 1, 65_535),
                    arguments.number("--size", 256, Traffic.HEADER_BYTES, 1 << 20),
                    QoS.of(arguments.number("--qos", 0, 0, 2)), persistent);
        }

        Map<String, Object> settings() {
            return Settings.of("shape", shape.toString(), "qos", qos.value(), "sessions",
                    persistent ? "persistent" : "clean", "rate", rate, "publishers", publishers,
                    "subscribers", subscribers, "messages", messages, "warm-up", warmUp,
                    "window", window, "size", bytes);
        }
    }

    private final Options options;
    private Flow flow;
    private Meter meter;
    private long arrived;
    private long awaited;

    Live(Options options) {
        this.options = options;
    }

    @Override
    public Result run(Fleet fleet) {
        Load load = new Load(options.topics(), options.bytes(), options.qos());
        boolean closed = options.rate() == 0;
        flow = Flow.of(new Traffic(Settings.prefix(), load, options.publishers()),
                new Flow.Shape(options.subscribers(), 1, !options.persistent(),
                        closed ? options.window() : 65_535, closed),
                fleet.target().version(), this, this);
        connect(flow, fleet);
        int warmUp = options.warmUp();
        if (warmUp > 0) {
            play("warm-up", 0, warmUp, fleet);
        }
        Phase measured = play("live", warmUp, warmUp + options.messages(), fleet);
        Verdict verdict = flow.verdict();
        if (options.persistent()) {
            flow.forget(fleet);
        }
        boolean promised = options.qos() != QoS.AT_MOST_ONCE;
        return new Result("live", options.settings(), List.of(measured), measured,
                promised ? verdict : Verdict.NOTHING, promised ? Verdict.NOTHING : verdict, flow.refused(),
                0);
    }

    static void connect(Flow flow, Fleet fleet) {
        fleet.play("subscribe", "subscribers", "", flow.receivers().size(),
                current -> fleet.openAll(flow.receivers(), current));
        fleet.play("connect", "publishers", "", flow.senders().size(),
                current -> fleet.openAll(flow.senders(), current));
    }

    /** Sends the messages up to that one. */
    private Phase play(String name, int sent, int messages, Fleet fleet) {
        long fanOut = options.subscribers() / options.topics();
        return fleet.play(name, "deliveries", "sending until delivered", (messages - sent) * fanOut,
                new Fleet.Play() {
                    @Override
                    public void begin(Meter current) {
                        meter = current;
                        awaited = messages * fanOut;
                        if (options.rate() == 0) {
                            flow.sendUntil(messages);
                        } else {
                            flow.sendUntil(messages, options.rate(), fleet);
                        }
                    }

                    @Override
                    public void silent(Meter current, long nanos, long nanosMax) {
                        if (options.qos() == QoS.AT_MOST_ONCE && nanos > LOST_NANOS) {
                            flow.senders().forEach(Sender::forgive);
                            flow.senders().forEach(Sender::send);
                        }
                        Fleet.Play.super.silent(current, nanos,
                                options.qos() == QoS.AT_MOST_ONCE && flow.isSent() ? LOST_NANOS : nanosMax);
                    }
                });
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
        flow.senders().get(publisher).delivered();
    }

    @Override
    public void readCompleted(Receiver receiver) {
        if (options.rate() == 0) {
            flow.senders().forEach(Sender::send);
        }
        finishIfDone();
    }

    private void finishIfDone() {
        if (arrived >= awaited && flow.isSent()) {
            meter.finish();
        }
    }

    @Override
    public void sessionLost(Receiver receiver) {
        throw receiver.unexpected("to come back");
    }
}
