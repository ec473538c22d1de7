package io.holdfast.server;

import io.holdfast.netty.Trace;
import io.holdfast.netty.Traces;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One trace, from when somebody asks for it to when it has come to its end, or nobody reads it any more. */
final class Tracing {
    /** Whether there is still a reader is tried that often, if there is nothing to show. */
    private static final long LOOK_MILLIS = 500;

    private static final Logger LOG = LoggerFactory.getLogger(Tracing.class);

    private final Request.Traced request;
    private final Trace trace;
    private final ControlAnswer answer;
    private long packets;

    private Tracing(Request.Traced request, ControlAnswer answer) {
        this.request = request;
        this.answer = answer;
        trace = new Trace(request.client(), request.topicFilter());
    }

    static void run(Request.Traced request, Traces traces, ControlAnswer answer)
            throws IOException, InterruptedException, Request.RefusedException {
        Tracing tracing = new Tracing(request, answer);
        if (!traces.begin(tracing.trace)) {
            throw new Request.RefusedException("as many traces are on as may be; expected one of them to end"
                    + " first");
        }
        LOG.info("a trace begins: {}", request);
        try {
            tracing.show();
        } finally {
            traces.end(tracing.trace);
            LOG.info("a trace has ended after {} packets: {}", tracing.packets, request);
        }
    }

    private void show() throws IOException, InterruptedException {
        long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(request.secondsMax());
        note("tracing " + request + ", for %,d s or %,d packets".formatted(request.secondsMax(),
                request.packetsMax()));
        long leftMillis;
        while (packets < request.packetsMax()
                && (leftMillis = TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime())) > 0) {
            if (!trace.hasNext()) {
                answer.flush();
            }
            Trace.Event event = trace.next(Math.min(leftMillis, LOOK_MILLIS));
            if (event == null) {
                answer.nothing();
            } else {
                show(event);
            }
        }
        noteLeftOut(trace.leftOut());
        if (trace.unnamed() > 0) {
            note("%,d PUBLISH packets were not looked at: their Topic Aliases had been set before"
                    .formatted(trace.unnamed()));
        }
        note("the trace has ended after %,d packets".formatted(packets));
        answer.end();
    }

    private void show(Trace.Event event) throws IOException {
        noteLeftOut(event.leftOutBefore());
        answer.line(TraceLine.of(event, request.payloadBytesMax()));
        packets += event instanceof Trace.Event.Passed ? 1 : 0;
    }

    private void noteLeftOut(long count) throws IOException {
        if (count > 0) {
            note("%,d lines are left out here: they came faster than they were read".formatted(count));
        }
    }

    private void note(String text) throws IOException {
        answer.line("# " + text);
    }
}
