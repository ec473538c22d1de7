package io.holdfast.tools.bench;

import io.holdfast.mqtt.PacketType;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import java.util.BitSet;

/**
 * A publisher. It sends its messages 0, 1, 2 and on while its window allows, or at their times. A message
 * counts as acknowledged with its PUBACK or PUBREC; at QoS 0, when it is sent.
 */
final class Sender extends Client {
    private static final int PACKET_IDS = 65_535;
    /** How many batches a window is sent in. */
    private static final int BATCHES = 4;

    /** What is told of acknowledgements. */
    interface Listener {
        /**
         * Of no interest where what is timed is the delivery.
         *
         * @param nanos since the message was to be sent
         */
        default void acknowledged(long nanos) {}

        /** All that one read brought was told, and what it leads to was sent. */
        void readCompleted();
    }

    private final Traffic traffic;
    private final int number;
    private final int window;
    /** Subscribers of each message that hold back the window until they have it. */
    private final int awaited;
    private final Listener listener;
    private final PublishTemplate template;
    private final BitSet acknowledged = new BitSet();
    /** By Packet Identifier less 1: the messages in flight and when they were to be sent. */
    private final int[] inFlight;
    private final long[] nanosInFlight;
    /** Packet Identifiers not in use, as a ring of which the first is the longest unused. */
    private final int[] unused;
    private int unusedFirst;
    private int unusedCount;
    private long delivered;
    private int refused;
    private int next;
    private int limit;
    /** When message 0 would be due, and the time from one to the next; 0 to send as the window allows. */
    private long firstNanos;
    private double intervalNanos;

    /**
     * @param window messages that may be on their way at once
     * @param awaited how many subscribers have to have a message before it leaves the window
     */
    Sender(Traffic traffic, int number, ProtocolVersion version, int window, int awaited, Listener listener) {
        super(traffic.prefix() + "-p" + number);
        this.traffic = traffic;
        this.number = number;
        this.window = window;
        this.awaited = awaited;
        this.listener = listener;
        template = new PublishTemplate(traffic, number, version);
        int packetIds = traffic.qos() == QoS.AT_MOST_ONCE ? 0 : Math.min(window, PACKET_IDS);
        inFlight = new int[packetIds];
        nanosInFlight = new long[packetIds];
        unused = new int[packetIds];
        for (int i = 0; i < packetIds; i++) {
            unused[i] = i + 1;
        }
        unusedCount = packetIds;
    }

    @Override
    boolean isClean() {
        return true;
    }

    @Override
    void connected(boolean sessionPresent) {
        ready();
    }

    /** Sends its messages up to that one from now on, as the window allows. */
    void sendUntil(int messages) {
        limit = messages;
        intervalNanos = 0;
        send();
    }

    /** Will send its messages up to that one, at their times, the next one at {@code dueNanos}. */
    void sendUntil(int messages, long dueNanos, double everyNanos) {
        limit = messages;
        intervalNanos = everyNanos;
        firstNanos = dueNanos - (long) (next * everyNanos);
    }

    /** Sends what it may now, and returns when more will be due; {@link Long#MAX_VALUE} if nothing will. */
    long send() {
        if (intervalNanos == 0) {
            sendWindow();
        } else {
            sendDue();
        }
        connection.flush();
        return intervalNanos == 0 || next >= limit ? Long.MAX_VALUE : dueNanos();
    }

    /** In batches, lest each acknowledgement be answered with a packet of its own. */
    private void sendWindow() {
        int room = Math.min(room(), limit - next);
        if (room < Math.min(Math.max(1, window / BATCHES), limit - next)) {
            return;
        }
        long now = System.nanoTime();
        for (; room > 0; room--) {
            put(now);
        }
    }

    private void sendDue() {
        long now = System.nanoTime();
        while (next < limit && dueNanos() - now <= 0 && (inFlight.length == 0 || unusedCount > 0)) {
            put(dueNanos());
        }
    }

    private long dueNanos() {
        return firstNanos + (long) (next * intervalNanos);
    }

    private int room() {
        int free = inFlight.length == 0 ? window : unusedCount;
        return awaited == 0 ? free : (int) Math.min(free, window - (next - delivered / awaited));
    }

    private void put(long nanos) {
        int packetId = 0;
        if (inFlight.length == 0) {
            acknowledged.set(next);
        } else {
            packetId = unused[unusedFirst];
            unusedFirst = (unusedFirst + 1) % unused.length;
            unusedCount--;
            inFlight[packetId - 1] = next;
            nanosInFlight[packetId - 1] = nanos;
        }
        template.put(connection.room(template.bytes()), traffic.load().topic(number, next), packetId, next,
                nanos);
        next++;
    }

    @Override
    void acknowledged(PacketType type, int packetId, boolean isRefused) {
        boolean exactlyOnce = traffic.qos() == QoS.EXACTLY_ONCE;
        if (packetId < 1 || packetId > inFlight.length || exactlyOnce == (type == PacketType.PUBACK)) {
            throw unexpected(type + " of " + packetId);
        }
        if (type != PacketType.PUBCOMP) {
            listener.acknowledged(readNanos - nanosInFlight[packetId - 1]);
            if (isRefused) {
                refused++;
            } else {
                acknowledged.set(inFlight[packetId - 1]);
            }
        }
        if (type == PacketType.PUBREC && !isRefused) {
            connection.acknowledge(PacketType.PUBREL, packetId);
        } else {
            unused[(unusedFirst + unusedCount) % unused.length] = packetId;
            unusedCount++;
        }
    }

    @Override
    void readCompleted() {
        if (limit > 0) {
            send();
            listener.readCompleted();
        }
    }

    /** A subscriber has one of its messages. */
    void delivered() {
        delivered++;
    }

    /** What has not been delivered by now never will be, and is not waited for. */
    void forgive() {
        delivered = (long) next * awaited;
    }

    /** Whether all has been sent, and all handshakes are complete. */
    boolean isDone() {
        return next >= limit && unusedCount == inFlight.length;
    }

    /** The messages acknowledged so far. */
    BitSet acknowledged() {
        return acknowledged;
    }

    int refused() {
        return refused;
    }
}
