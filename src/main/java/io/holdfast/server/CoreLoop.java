package io.holdfast.server;

import io.holdfast.admin.Measured;
import io.holdfast.broker.Broker;
import io.holdfast.broker.Input;
import io.holdfast.broker.Turn;
import io.holdfast.mqtt.Packet;
import io.holdfast.netty.Intake;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The core's thread, and the turns of the {@link Broker}: all inputs that wait are one turn; their effects
 * that rest on nothing happen at once, and the turn goes on to the {@link Committer}. The {@link Intake} sees
 * to it that one thread at a time is at it: this one, or one that has just brought a small input.
 */
final class CoreLoop implements Runnable {
    /** Inputs in one turn, so that the disk gets to work while more is decided. */
    private static final int INPUTS_MAX = 1_024;

    /** Packets of one connection that are decided on without a look at the clock. */
    private static final int PACKETS_MAX = 16;

    /** Nothing more is decided on in a turn after that: the effects of what was cheap wait for its end. */
    private static final long DECIDING_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(10);

    /** A turn that takes longer has half as many inputs the next time: its effects wait for its end. */
    private static final long TURN_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(50);

    /** The longest sleep: whatever the core names as its next deadline, its clock is looked at that often. */
    private static final long SLEEP_MILLIS_MAX = 60_000;

    private final Broker broker;
    private final Intake intake;
    private final Committer committer;
    private final EffectRunner effects;
    private final LongSupplier clock;
    private final Supplier<Input.EdgeCounted> edge;
    private final Measured measured;
    private final Inquiry inquiry;
    private final Thread.UncaughtExceptionHandler halt;
    private final OverflowLog overflow;
    private final DiskLog disk;
    private long turnNumber;
    private volatile long deadlineMillis;
    private int inputsMax = INPUTS_MAX;

    /**
     * @param clock milliseconds since 1970, never less than before
     * @param edge what the edges have counted by now
     * @param inquiry what the core is asked
     * @param halt ends the process when a turn has failed, on whatever thread
     */
    CoreLoop(Broker broker, Intake intake, Committer committer, EffectRunner effects, LongSupplier clock,
            Supplier<Input.EdgeCounted> edge, Measured measured, Inquiry inquiry,
            Thread.UncaughtExceptionHandler halt) {
        this.inquiry = inquiry;
        this.broker = broker;
        this.intake = intake;
        this.committer = committer;
        this.effects = effects;
        this.clock = clock;
        this.edge = edge;
        this.measured = measured;
        this.halt = halt;
        overflow = new OverflowLog(broker.counters());
        disk = new DiskLog(broker.counters());
    }

    /** The first turn has no input: it makes durable what the broker decided on what it recovered. */
    @Override
    public void run() {
        intake.handleWith(this::turn);
        intake.handle();
        while (!intake.isDone()) {
            intake.awaitInput(() -> Math.min(deadlineMillis - clock.getAsLong(), SLEEP_MILLIS_MAX));
            intake.handle();
        }
        committer.end();
    }

    private void turn() {
        long sinceNanos = System.nanoTime();
        try {
            decide(sinceNanos + DECIDING_NANOS_MAX);
        } catch (RuntimeException | Error e) {
            halt.uncaughtException(Thread.currentThread(), e);
            throw e;
        }
        long nanos = System.nanoTime() - sinceNanos;
        measured.turned(nanos);
        boolean isLong = nanos > TURN_NANOS_MAX;
        inputsMax = isLong ? Math.max(1, inputsMax / 2) : Math.min(INPUTS_MAX, 2 * inputsMax);
        boolean sooner = broker.nextDeadlineMillis() < deadlineMillis;
        deadlineMillis = broker.nextDeadlineMillis();
        if (sooner) {
            intake.wakeOwner();
        }
    }

    private void decide(long untilNanos) {
        long nowMillis = clock.getAsLong();
        Turn turn = new Turn(++turnNumber, committer.releasedThrough());
        long inputBytes = intake.drain(input -> decide(input, nowMillis, untilNanos, turn), inputsMax,
                DECIDING_NANOS_MAX);
        if (broker.nextDeadlineMillis() <= nowMillis) {
            broker.handle(edge.get(), nowMillis, turn);
            broker.handle(new Input.TimePassed(), nowMillis, turn);
            overflow.check(nowMillis);
            inquiry.answer(broker, nowMillis);
            if (measured.isDue()) {
                measured.tell(broker.figures());
            }
        }
        broker.finish(nowMillis, turn);
        disk.check();
        effects.run(turn.unbound());
        effects.flush();
        committer.submit(turn, inputBytes, effects);
    }

    /**
     * Decides on an input: if it is of several packets, on parts of it, each as large as all before it, until
     * it is time. Returns what is left of it, or null.
     */
    private Input decide(Input input, long nowMillis, long untilNanos, Turn turn) {
        if (!(input instanceof Input.PacketsReceived(long id, List<Packet> packets)) || packets.size() == 1) {
            broker.handle(input, nowMillis, turn);
            return null;
        }
        int from = 0;
        int to = 1;
        do {
            broker.handle(new Input.PacketsReceived(id, packets.subList(from, to)), nowMillis, turn);
            from = to;
            to = Math.min(packets.size(), from + Math.min(from, PACKETS_MAX));
        } while (from < packets.size() && System.nanoTime() - untilNanos < 0);
        return from == packets.size() ? null
                : new Input.PacketsReceived(id, packets.subList(from, packets.size()));
    }
}
