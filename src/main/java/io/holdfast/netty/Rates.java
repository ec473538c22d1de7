package io.holdfast.netty;

/**
 * How fast clients may send, a burst of one second aside; 0 sets no limit. What comes faster waits in their
 * sockets, which are not read for a while.
 *
 * @param clientMessagesMax PUBLISH packets of one connection in a second
 * @param clientBytesMax bytes of one connection in a second
 * @param listenerMessagesMax those of all connections of one listener
 * @param listenerBytesMax those of all connections of one listener
 */
public record Rates(long clientMessagesMax, long clientBytesMax, long listenerMessagesMax,
        long listenerBytesMax) {
    /** As fast as they like. */
    public static final Rates ANY = new Rates(0, 0, 0, 0);

    /** What all connections of a listener share. */
    Pace ofListener() {
        return new Pace(listenerMessagesMax, listenerBytesMax, null);
    }

    /** For one connection. */
    Pace ofClient(Pace listener) {
        return this.equals(ANY) ? Pace.ANY : new Pace(clientMessagesMax, clientBytesMax, listener);
    }
}
