package io.holdfast.netty;

import io.holdfast.broker.Input;
import java.util.List;

/** Takes inputs out of an {@link Intake}, for tests that stand in for the core. */
final class Drain {
    private Drain() {}

    /** Moves up to {@code max} inputs to the end of the list. Returns what they weigh, to be released. */
    static long to(List<Input> list, Intake intake, int max) {
        return intake.drain(input -> {
            list.add(input);
            return null;
        }, max, Long.MAX_VALUE);
    }
}
