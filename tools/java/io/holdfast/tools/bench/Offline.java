package io.holdfast.tools.bench;

import io.holdfast.mqtt.QoS;
import io.holdfast.system.Deliveries.Verdict;
import io.holdfast.tools.Arguments;
import io.holdfast.tools.Load;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Sessions subscribe and go away, messages are published to them, and they come back at once and take what
 * waited for them. The scenarios offline-store, broadcast, drain and sessions are this, each with its own
 * numbers, and each about another phase of it.
 */
final class Offline implements Scenario, Sender.Listener, Receiver.Listener {
    private static final int COMING_BACK_AT_ONCE = 500;
    private static final int MESSAGES_MAX = 1_000_000_000;

    /**
     * What is asked for.
     *
     * @param measured name of the phase that the scenario is about
     * @param topics as many as sessions, or fewer, which sessions share
     * @param between what to do while the messages wait
     */
    record Options(String scenario, String measured, int sessions, int topics, int filters, int messages,
            int publishers, int window, int bytes, QoS qos, boolean keep, Runnable between) {

        static Options offlineStore(Arguments arguments) {
            return of(arguments, "offline-store", "store", 1_000, 0, 1, 300_000, 10);
        }

        static Options broadcast(Arguments arguments) {
            return of(arguments, "broadcast", "store", 10_000, 1, 1, 200, 1);
        }

        static Options drain(Arguments arguments) {
            return of(arguments, "drain", "drain", 1_000, 0, 1, 300_000, 10);
        }

        static Options sessions(Arguments arguments) {
            return of(arguments, "sessions", "subscribe", 100_000, 0, 2, 100_000, 10);
        }

        /** @param topics by default; 0 for one of each session */
        private static Options of(Arguments arguments, String scenario, String measured, int sessions,
                int topics, int filters, int messages, int publishers) {
            int asked = arguments.number("--sessions", sessions, 1, 999_999);
            String command = arguments.text("--between", "");
            return new Options(scenario, measured, asked,
                    arguments.number("--topics", topics == 0 ? asked : topics, 1, asked),
                    arguments.number("--filters", filters, 1, 100),
                    arguments.number("--messages", messages, 1, MESSAGES_MAX),
                    arguments.number("--publishers", publishers, 1, 10_000),
                    arguments.number("--window", 100, 1, 65_535),
                    arguments.number("--size", 256, Traffic.HEADER_BYTES, 1 << 20),
                    QoS.of(arguments.number("--qos", 1, 1, 2)),
                    arguments.flag("--keep"), command.isEmpty() ? () -> { } : new ShellCommand(command));
        }

        Map<String, Object> settings() {
            return Settings.of("sessions", sessions, "topics", topics, "filters", filters, "messages",
                    messages, "publishers", publishers, "window", window, "size", bytes, "qos", qos.value());
        }
    }

    private final Options options;
    private Flow flow;
    private Meter meter;
    private long[] expected;
    private int away;
    private long sessionsLost;

    Offline(Options options) {
        this.options = options;
    }

    @Override
    public Result run(Fleet fleet) {
        Load load = new Load(options.topics(), options.bytes(), options.qos());
        Traffic traffic = new Traffic(Settings.prefix(), load, options.publishers());
        flow = Flow.of(traffic, new Flow.Shape(options.sessions(), options.filters(), false, options.window(),
                false), fleet.target().version(), this, this);
        List<Phase> phases = new ArrayList<>();
        phases.add(fleet.play("subscribe", "sessions", "connecting until SUBACK", options.sessions(),
                current -> subscribe(current, fleet)));
        fleet.play("connect", "publishers", "", options.publishers(),
                current -> fleet.openAll(flow.senders(), current));
        phases.add(fleet.play("store", "messages", "PUBLISH until acknowledged", options.messages(),
                this::store));
        options.between().run();
        expected = flow.acknowledgedByTopic();
        phases.add(fleet.play("drain", "messages", "connecting until the first message", due(),
                current -> drain(current, fleet)));
        if (!options.keep()) {
            flow.forget(fleet);
        }
        Phase measured = phases.stream().filter(one -> one.name().equals(options.measured())).findFirst()
                .orElseThrow();
        return new Result(options.scenario(), options.settings(), phases, measured, flow.verdict(),
                Verdict.NOTHING, flow.refused(), sessionsLost);
    }

    private void subscribe(Meter current, Fleet fleet) {
        flow.receivers().forEach(receiver -> receiver.leaveAtOnce(true));
        fleet.openAll(flow.receivers(), current);
    }

    private void store(Meter current) {
        meter = current;
        flow.sendUntil(options.messages());
    }

    @Override
    public void acknowledged(long nanos) {
        meter.latency(nanos);
        meter.count();
    }

    @Override
    public void readCompleted() {
        if (meter.done() == options.messages() && flow.isSent()) {
            flow.senders().forEach(Client::leave);
            meter.finish();
        }
    }

    private long due() {
        return flow.receivers().stream().mapToLong(receiver -> expected[receiver.topic()]).sum();
    }

    private void drain(Meter current, Fleet fleet) {
        meter = current;
        List<Receiver> due = flow.receivers().stream().filter(one -> expected[one.topic()] > 0).toList();
        away = due.size();
        if (away == 0) {
            current.finish();
        }
        fleet.open(due.iterator(), COMING_BACK_AT_ONCE, _ -> { });
    }

    @Override
    public void arrived(Receiver receiver, int publisher, long sentNanos) {
        meter.count();
        if (receiver.arrived() == 1) {
            meter.latency(receiver.readNanos - receiver.connectNanos);
        }
    }

    @Override
    public void readCompleted(Receiver receiver) {
        if (receiver.connection != null && receiver.arrived() >= expected[receiver.topic()]
                && receiver.isReleased()) {
            left(receiver);
        }
    }

    @Override
    public void sessionLost(Receiver receiver) {
        sessionsLost++;
        left(receiver);
    }

    private void left(Receiver receiver) {
        receiver.leave();
        away--;
        if (away == 0) {
            meter.finish();
        }
    }
}
