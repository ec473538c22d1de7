package io.holdfast.netty;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Lets connections in at the rate at which they are served, so that those that are open already are
 * served, too, while a whole fleet comes back at once. A connection is <em>opening</em> from when it is
 * accepted until it is sent its CONNACK; so many may be at the same time, and no listener accepts more.
 * Others wait where they cost next to nothing: in the system's backlog.
 *
 * <p>A client that says nothing is not waited for: after a moment it does not count any more, whatever
 * becomes of it. So who opens connections and leaves them holds up others, but does not keep them out.
 */
final class Governor {
    /** Enough to keep event loops, core and disk busy; few enough to be done in some tens of milliseconds. */
    static final int OPENING_MAX = 64;

    /** How long a connection may count as opening: ample for a handshake that is under way. */
    static final long OPENING_MILLIS_MAX = 100;

    private static final AttributeKey<Opening> OPENING = AttributeKey.valueOf(Governor.class, "opening");

    private final List<Channel> listeners = new CopyOnWriteArrayList<>();
    private int opening;
    private boolean accepting;

    /** That one connection is opening. */
    private record Opening(Governor governor, Future<?> timeout) {}

    /** From now on the listener is the governor's to stop and to start. */
    void govern(Channel listener) {
        listeners.add(listener);
        listener.closeFuture().addListener(_ -> listeners.remove(listener));
    }

    /** Listeners accept connections from now on, as many as may be opening. */
    synchronized void startAccepting() {
        accepting = true;
        listeners.forEach(listener -> listener.config().setAutoRead(true));
    }

    /** A connection was accepted; on its event loop. */
    void enter(Channel connection) {
        Future<?> timeout = connection.eventLoop()
                .schedule(() -> leave(connection), OPENING_MILLIS_MAX, TimeUnit.MILLISECONDS);
        connection.attr(OPENING).set(new Opening(this, timeout));
        connection.closeFuture().addListener(_ -> leave(connection));
        count(1);
    }

    /** The connection is open, or given up, if it was opening until now. */
    static void leave(Channel connection) {
        Opening ended = connection.attr(OPENING).getAndSet(null);
        if (ended != null) {
            ended.timeout.cancel(false);
            ended.governor.count(-1);
        }
    }

    private synchronized void count(int more) {
        opening += more;
        boolean accepts = opening < OPENING_MAX;
        if (accepts != accepting) {
            accepting = accepts;
            listeners.forEach(listener -> listener.config().setAutoRead(accepts));
        }
    }
}
