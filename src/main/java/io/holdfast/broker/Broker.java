package io.holdfast.broker;

/** Being built: the core. */
public final class Broker {

    public Broker(Settings settings, Store.Recovered recovered, long nowMillis) {
        throw new UnsupportedOperationException("not yet");
    }

    /** Decides on one input: adds what must become durable and what is to happen to the turn. */
    public void handle(Input input, long nowMillis, Turn turn) {
        throw new UnsupportedOperationException("not yet");
    }

    /** Ends a turn: to be called once, after its last input and before it is committed. */
    public void finish(long nowMillis, Turn turn) {
        throw new UnsupportedOperationException("not yet");
    }

    /** When {@link Input.TimePassed} is next of use, in milliseconds since 1970. */
    public long nextDeadlineMillis() {
        throw new UnsupportedOperationException("not yet");
    }
}
