package io.holdfast.tools.bench;

import io.holdfast.mqtt.QoS;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * A scenario of {@code bench/compare}, by its name there, and what its row tells.
 *
 * @param kills whether the broker is killed and started again
 * @param make the scenario, for a broker and for so many per cent of its messages
 */
record Compared(String name, String question, boolean kills,
        BiFunction<ComparedBroker, Integer, Scenario> make) {
    private static final int PUBLISHERS = 10;
    private static final int WINDOW = 100;
    private static final int BYTES = 256;
    private static final int RATE = 5_000;

    static List<Compared> all() {
        List<Compared> all = new ArrayList<>();
        all.add(new Compared("offline-store", "1,000 offline sessions, QoS 1: acknowledged/s", false,
                (_, percent) -> offline("store", 1_000, 1_000, 1, 300_000, 10, percent, () -> { })));
        all.add(new Compared("broadcast", "200 messages to 10,000 offline sessions: acknowledged/s", false,
                (_, percent) -> offline("store", 10_000 * percent / 100, 1, 1, 200, 1, 100, () -> { })));
        all.add(new Compared("drain", "1,000 sessions come back at once: deliveries/s", false,
                (_, percent) -> offline("drain", 1_000, 1_000, 1, 300_000, PUBLISHERS, percent, () -> { })));
        all.add(new Compared("drain-10000", "10,000 sessions come back at once: deliveries/s", false,
                (_, percent) -> offline("drain", 10_000, 10_000, 1, 300_000, PUBLISHERS, percent,
                        () -> { })));
        all.add(new Compared("connect-storm", "15,000 clients connect: CONNACKs/s", false, (_, percent) ->
                new Connects(new Connects.Options("connect-storm", 15_000 * percent / 100, 0))));
        all.add(new Compared("sessions", "100,000 sessions with two filters each: SUBACKs/s", false,
                (_, percent) -> offline("subscribe", 100_000 * percent / 100, 100_000, 2, 1_000, 1, 100,
                        () -> { })));
        for (Live.Shape shape : List.of(Live.Shape.ONE_TO_ONE, Live.Shape.FAN_IN, Live.Shape.FAN_OUT)) {
            for (QoS qos : QoS.values()) {
                all.add(live(shape, qos, false, 0));
            }
            all.add(live(shape, QoS.AT_LEAST_ONCE, true, 0));
        }
        all.add(live(Live.Shape.ONE_TO_ONE, QoS.AT_LEAST_ONCE, false, RATE));
        all.add(live(Live.Shape.ONE_TO_ONE, QoS.AT_LEAST_ONCE, true, RATE));
        all.add(new Compared("kill", "lost after `kill -9`, of what was acknowledged at QoS 1", true,
                (broker, percent) -> offline("store", 1_000, 1_000, 1, 300_000, PUBLISHERS, percent,
                        broker::killAndStart)));
        return all;
    }

    private static Scenario offline(String measured, int sessions, int topics, int filters, int messages,
            int publishers, int percent, Runnable between) {
        return new Offline(new Offline.Options("offline", measured, Math.max(1, sessions),
                Math.min(topics, Math.max(1, sessions)), filters, Math.max(1, messages * percent / 100),
                publishers, WINDOW, BYTES, QoS.AT_LEAST_ONCE, false, between));
    }

    private static Compared live(Live.Shape shape, QoS qos, boolean persistent, int rate) {
        String name = (rate > 0 ? "rate" : "live-" + shape + "-q" + qos.value())
                + (persistent ? "-persistent" : "");
        String question = shape + ", QoS " + qos.value() + (persistent ? ", persistent sessions" : "")
                + (rate > 0 ? ", %,d/s: p50 / p99 ms".formatted(rate) : ": deliveries/s");
        return new Compared(name, question, false, (_, percent) -> {
            int messages = Math.max(1, (rate > 0 ? 10 * rate : shape.messages()) * percent / 100);
            return new Live(new Live.Options(shape, shape.publishers(), shape.subscribers(), 1, messages,
                    messages / 10, rate, shape.window(), BYTES, qos, persistent));
        });
    }

    /** What the run has answered, with its costs, and with what went wrong. */
    String told(Result result) {
        Phase phase = result.measured();
        StringBuilder told = new StringBuilder();
        if (kills) {
            return "%,d of %,d lost".formatted(result.verdict().lost(), result.verdict().acknowledged());
        }
        told.append(name.startsWith("rate")
                ? Report.number(phase.millis(50)) + " / " + Report.number(phase.millis(99))
                : "%,.0f".formatted(phase.perSecond()));
        told.append("; CPU ").append(Report.number(phase.cpuSecondsPerMillion())).append(" + ")
                .append(Report.number(phase.ownCpuSecondsPerMillion()));
        if (name.equals("offline-store")) {
            told.append("; ").append(Report.number(phase.writtenBytesEach())).append(" B");
        }
        long lost = result.verdict().lost() + result.unconfirmed().lost();
        long outOfOrder = result.verdict().outOfOrder() + result.unconfirmed().outOfOrder();
        told.append(lost > 0 ? "; **%,d lost**".formatted(lost) : "")
                .append(outOfOrder > 0 ? "; **%,d out of order**".formatted(outOfOrder) : "");
        return told.toString();
    }

    /** By this the runs of several rounds are ordered, and the one in the middle is told. */
    double order(Result result) {
        return name.startsWith("rate") ? result.measured().millis(50) : result.measured().perSecond();
    }
}
