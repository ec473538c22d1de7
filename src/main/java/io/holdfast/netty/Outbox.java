package io.holdfast.netty;

import io.holdfast.broker.Effect;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One thread's way to the connections: it adds what is to be sent, and a flush hands each event loop, in one
 * task, the connections that have something new. Effects of a connection that is gone are dropped: its end is
 * on its way to the core as an input.
 */
public final class Outbox {
    private final Connections connections;
    private final Map<EventLoop, List<ConnectionHandler>> touched = new HashMap<>();

    Outbox(Connections connections) {
        this.connections = connections;
    }

    /** Sends a packet, with the next flush at the latest. */
    public void send(Effect.Send send) {
        add(send.connectionId(), send);
    }

    /** Closes a connection after everything sent to it before. */
    public void close(Effect.Close close) {
        add(close.connectionId(), close);
    }

    /** Has the event loops write what was added. */
    public void flush() {
        touched.forEach((loop, handlers) -> loop.execute(() -> handlers.forEach(ConnectionHandler::drain)));
        touched.clear();
    }

    private void add(long connectionId, Effect effect) {
        ConnectionHandler handler = connections.find(connectionId);
        if (handler != null && handler.add(effect)) {
            touched.computeIfAbsent(handler.eventLoop(), _ -> new ArrayList<>()).add(handler);
        }
    }
}
