package io.holdfast.netty;

import java.util.ArrayList;
import java.util.List;

/**
 * The traces that are on. While there is none, a connection looks here once for each batch of packets that it
 * receives or sends, and finds an empty list. Safe for any thread.
 */
public final class Traces {
    /** At a time: each takes memory for what waits to be read. */
    static final int TRACES_MAX = 4;

    private volatile List<Trace> on = List.of();

    /** Shows the trace, from now on, what it looks for. Answers whether there was room for it. */
    public synchronized boolean begin(Trace trace) {
        if (on.size() == TRACES_MAX) {
            return false;
        }
        List<Trace> more = new ArrayList<>(on);
        more.add(trace);
        on = List.copyOf(more);
        return true;
    }

    /** Shows the trace nothing more. */
    public synchronized void end(Trace trace) {
        on = on.stream().filter(other -> other != trace).toList();
    }

    List<Trace> on() {
        return on;
    }
}
