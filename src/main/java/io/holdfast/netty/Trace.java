package io.holdfast.netty;

import io.holdfast.access.Filters;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.Topics;
import io.holdfast.wire.PacketEncoder;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What somebody wants to see of the packets of some clients, or about some topics, as they come and go. Event
 * loops add to it, and one reader takes.
 *
 * <p>Nobody waits for the reader: what waits for it has a limit, and what does not fit is counted and
 * forgotten. What an event loop adds are the packets themselves, which become text where they are read.
 */
public final class Trace {
    /** Of packets that wait for the reader. */
    static final long HELD_BYTES_MAX = 4L << 20;

    /** What an event is taken to weigh beside its packet. */
    private static final int EVENT_BYTES = 128;

    /** Something that happened on a connection; {@code clientId} is as its client has sent it. */
    public sealed interface Event {
        long atMillis();

        String clientId();

        /** How many that belong before it have been left out. */
        long leftOutBefore();

        /**
         * A packet came from the client, or became bytes on their way to it.
         *
         * @param topicName that of a PUBLISH, if known: the packet may have a Topic Alias instead
         */
        record Passed(long atMillis, String clientId, long leftOutBefore, boolean isReceived, Packet packet,
                String topicName) implements Event {}

        /**
         * Something else than a packet.
         *
         * @param what one word
         * @param why one clause
         */
        record Happened(long atMillis, String clientId, long leftOutBefore, String what, String why)
                implements Event {}
    }

    private final String clientPattern;
    private final String topicFilter;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final AtomicLong heldBytes = new AtomicLong();
    private final AtomicLong leftOut = new AtomicLong();
    private final AtomicLong unnamed = new AtomicLong();

    /**
     * @param clientPattern a Client Identifier in which each {@code *} stands for any characters; null for
     *     all clients
     * @param topicFilter what a PUBLISH must match, and a SUBSCRIBE or UNSUBSCRIBE must have to do with;
     *     no other packets are shown then; null for all packets
     */
    public Trace(String clientPattern, String topicFilter) {
        this.clientPattern = clientPattern;
        this.topicFilter = topicFilter == null ? null : plain(topicFilter);
    }

    /** The next event, or null if there is none within that time; one thread. */
    public Event next(long millis) throws InterruptedException {
        Event event = events.poll(millis, TimeUnit.MILLISECONDS);
        heldBytes.addAndGet(event == null ? 0 : -weight(event));
        return event;
    }

    /** Whether {@link #next} would answer at once. */
    public boolean hasNext() {
        return !events.isEmpty();
    }

    /** Events left out after the last one that was taken. */
    public long leftOut() {
        return leftOut.get();
    }

    /** PUBLISH packets not looked at, because their Topic Aliases had been set before the trace began. */
    public long unnamed() {
        return unnamed.get();
    }

    boolean isAbout(String clientId) {
        return clientPattern == null || matches(clientPattern, clientId);
    }

    /** @param topicName as in {@link Event.Passed} */
    void passed(String clientId, boolean isReceived, Packet packet, String topicName) {
        if (wants(packet, topicName) && hasRoom()) {
            add(new Event.Passed(System.currentTimeMillis(), clientId, leftOut.getAndSet(0), isReceived,
                    packet, topicName));
        }
    }

    void happened(String clientId, String what, String why) {
        if (topicFilter == null && hasRoom()) {
            add(new Event.Happened(System.currentTimeMillis(), clientId, leftOut.getAndSet(0), what, why));
        }
    }

    private boolean hasRoom() {
        boolean has = heldBytes.get() <= HELD_BYTES_MAX;
        leftOut.addAndGet(has ? 0 : 1);
        return has;
    }

    private void add(Event event) {
        heldBytes.addAndGet(weight(event));
        events.add(event);
    }

    private boolean wants(Packet packet, String topicName) {
        if (topicFilter == null) {
            return true;
        }
        return switch (packet) {
            case Packet.Publish _ -> {
                if (topicName == null) {
                    unnamed.incrementAndGet();
                }
                yield topicName != null && Topics.matches(topicFilter, topicName);
            }
            case Packet.Subscribe subscribe -> subscribe.subscriptions().stream()
                    .anyMatch(requested -> concerns(requested.topicFilter()));
            case Packet.Unsubscribe unsubscribe -> unsubscribe.topicFilters().stream()
                    .anyMatch(this::concerns);
            case Packet.Connect _, Packet.Connack _, Packet.Puback _, Packet.Pubrec _, Packet.Pubrel _,
                    Packet.Pubcomp _, Packet.Suback _, Packet.Unsuback _, Packet.Pingreq _,
                    Packet.Pingresp _, Packet.Disconnect _, Packet.Auth _ -> false;
        };
    }

    private static String plain(String filter) {
        return Topics.isShared(filter) ? Topics.sharedFilter(filter) : filter;
    }

    private boolean concerns(String filter) {
        return Topics.isTopicFilter(filter) && Filters.overlap(topicFilter, plain(filter));
    }

    private static long weight(Event event) {
        return EVENT_BYTES + switch (event) {
            case Event.Passed passed -> PacketEncoder.size(passed.packet, ProtocolVersion.MQTT_5);
            case Event.Happened happened -> happened.why.length();
        };
    }

    /** Whether the text is the pattern, in which each {@code *} stands for any characters. */
    static boolean matches(String pattern, String text) {
        int at = 0;
        int star = -1; // the last one met, which takes what is between its place in the text and what follows
        int taken = 0;
        for (int in = 0; in < text.length();) {
            if (at < pattern.length() && pattern.charAt(at) == '*') {
                star = at++;
                taken = in;
            } else if (at < pattern.length() && pattern.charAt(at) == text.charAt(in)) {
                at++;
                in++;
            } else if (star >= 0) {
                at = star + 1;
                in = ++taken;
            } else {
                return false;
            }
        }
        while (at < pattern.length() && pattern.charAt(at) == '*') {
            at++;
        }
        return at == pattern.length();
    }
}
