package io.holdfast.broker;

import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What the broker tells about itself on the topics {@code $SYS/broker/...}, in the names and units of
 * Mosquitto: a figure is there if it is exact and costs nothing, and missing if it is not.
 *
 * <p>The values are messages of QoS 0 that nothing ever writes to disk. What has changed is published at a
 * fixed interval; who subscribes gets the values of the last time as retained messages. No client can publish
 * one: all of {@code $SYS} is the broker's.
 *
 * <p><b>A load</b> is an average of what is counted per minute, over about 1, 5 and 15 minutes, in which the
 * past counts ever less. After {@code t} minutes in which {@code n} was counted it moves from {@code old} to
 * {@code n/t + exp(-t/window) * (old - n/t)}.
 */
final class SysTopics {
    private static final String ROOT = "$SYS";
    private static final String PREFIX = ROOT + "/broker/";
    /** No client is the {@linkplain Message#publisher() publisher}. */
    private static final long NOBODY = 0;
    private static final int[] WINDOW_MINUTES = {1, 5, 15};
    private static final double MINUTE_MILLIS = 60_000;

    private record Total(String name, LongSupplier now) {}

    private static final class Load {
        final Total total;
        final double[] perMinute = new double[WINDOW_MINUTES.length];
        long before;

        Load(Total total) {
            this.total = total;
        }
    }

    private final Counters counters;
    private final long startedMillis;
    private final List<Total> totals;
    private final List<Load> loads;
    private final Map<String, Message> values = new LinkedHashMap<>();
    private Input.EdgeCounted edge = new Input.EdgeCounted(0, 0, 0, 0, 0, 0, 0);
    private long updatedMillis;
    private long intervalMillis;

    SysTopics(Settings settings, Counters counters, Held held, long nowMillis) {
        this.counters = counters;
        every(settings.integer(Setting.SYS_INTERVAL_SECONDS));
        startedMillis = nowMillis;
        updatedMillis = nowMillis;
        totals = totals(settings, held);
        loads = loads();
        if (intervalMillis > 0) {
            update(nowMillis);
        }
    }

    /** From now on, values are published at that interval; with 0, those that there are stay as they are. */
    void every(int seconds) {
        intervalMillis = seconds * 1_000L;
    }

    private List<Total> totals(Settings settings, Held held) {
        return List.of(new Total("clients/connected", () -> counters.clientsConnected),
                new Total("clients/maximum", () -> counters.clientsMaximum),
                new Total("clients/total", () -> counters.sessions),
                new Total("clients/disconnected", () -> counters.sessions - counters.clientsConnected),
                new Total("clients/expired", () -> counters.sessionsExpired),
                new Total("clients/overflowed", () -> counters.sessionsOverflowed),
                new Total("messages/received", () -> counters.packetsReceived),
                new Total("messages/sent", () -> counters.packetsSent),
                new Total("publish/messages/received", () -> counters.publishesReceived),
                new Total("publish/messages/sent", () -> counters.publishesSent),
                new Total("publish/messages/refused", () -> counters.refused),
                new Total("access/denied", () -> counters.denied),
                new Total("access/withheld", () -> counters.notReadable),
                new Total("publish/messages/rejected", () -> counters.rejected),
                new Total("publish/messages/rejected/disk", () -> counters.refusedForSpace),
                new Total("publish/messages/dropped", counters::dropped),
                new Total("publish/messages/dropped/not_read", () -> counters.qos0NotWritable),
                new Total("publish/messages/dropped/queue_full", () -> counters.queueFull),
                new Total("publish/messages/dropped/packet_too_large", () -> counters.packetTooLarge),
                new Total("publish/messages/dropped/expired", () -> counters.expired),
                new Total("publish/messages/dropped/oldest", () -> counters.droppedOldest),
                new Total("publish/messages/dropped/newest", () -> counters.droppedNewest),
                new Total("publish/messages/dropped/too_old", () -> counters.tooOld),
                new Total("publish/messages/dropped/damaged", () -> counters.damaged),
                new Total("publish/bytes/received", () -> counters.publishBytesReceived),
                new Total("publish/bytes/sent", () -> counters.publishBytesSent),
                new Total("bytes/received", () -> edge.bytesReceived()),
                new Total("bytes/sent", () -> edge.bytesSent()),
                new Total("connections/socket/count", () -> edge.connections()),
                new Total("disk/free", () -> counters.diskFreeBytes),
                new Total("disk/short", () -> counters.diskIsShort ? 1 : 0),
                new Total("heap/current", () -> edge.heapBytes()),
                new Total("memory/maximum", () -> settings.get(Setting.MEMORY_BYTES)),
                new Total("memory/clients", held::bytes),
                new Total("memory/network", () -> edge.directBytes()),
                new Total("memory/store", () -> edge.storeBytes()),
                new Total("store/damaged", () -> edge.damaged()));
    }

    private List<Load> loads() {
        return List.of(new Load(new Total("messages/received", () -> counters.packetsReceived)),
                new Load(new Total("messages/sent", () -> counters.packetsSent)),
                new Load(new Total("publish/received", () -> counters.publishesReceived)),
                new Load(new Total("publish/sent", () -> counters.publishesSent)),
                new Load(new Total("publish/dropped", counters::dropped)),
                new Load(new Total("bytes/received", () -> edge.bytesReceived())),
                new Load(new Total("bytes/sent", () -> edge.bytesSent())),
                new Load(new Total("connections", () -> counters.connectsReceived)),
                new Load(new Total("sockets", () -> edge.connections())));
    }

    /** All figures but loads and the uptime, by their names below {@code $SYS/broker/}. */
    Map<String, Long> figures() {
        Map<String, Long> figures = new LinkedHashMap<>();
        totals.forEach(total -> figures.put(total.name, total.now.getAsLong()));
        return figures;
    }

    /** Whether a Topic Name or Topic Filter is in the broker's own part of the tree. */
    static boolean covers(String topic) {
        return topic.startsWith(ROOT) && (topic.length() == ROOT.length()
                || topic.charAt(ROOT.length()) == '/');
    }

    void edgeCounted(Input.EdgeCounted counted) {
        edge = counted;
    }

    /** The values as they were last published that a Topic Filter matches. */
    List<Message> matching(String topicFilter) {
        List<Message> matching = new ArrayList<>();
        for (Message value : values.values()) {
            if (Topics.matches(topicFilter, value.topicName())) {
                matching.add(value);
            }
        }
        return matching;
    }

    /** Every interval, answers the values that are to be published; else none. */
    List<Message> timePassed(long nowMillis) {
        boolean due = intervalMillis > 0 && nowMillis - updatedMillis >= intervalMillis;
        return due ? update(nowMillis) : List.of();
    }

    private List<Message> update(long nowMillis) {
        List<Message> changed = new ArrayList<>();
        put("version", "holdfast version " + Broker.version(), nowMillis, changed);
        put("uptime", (nowMillis - startedMillis) / 1_000 + " seconds", nowMillis, changed);
        for (Total total : totals) {
            put(total.name, Long.toString(total.now.getAsLong()), nowMillis, changed);
        }
        for (Load load : loads) {
            update(load, (nowMillis - updatedMillis) / MINUTE_MILLIS);
            for (int i = 0; i < WINDOW_MINUTES.length; i++) {
                put("load/" + load.total.name + "/" + WINDOW_MINUTES[i] + "min",
                        String.format(Locale.ROOT, "%.2f", load.perMinute[i]), nowMillis, changed);
            }
        }
        updatedMillis = nowMillis;
        return changed;
    }

    private static void update(Load load, double minutes) {
        if (minutes == 0) {
            return; // at the start
        }
        long now = load.total.now.getAsLong();
        double perMinute = (now - load.before) / minutes;
        for (int i = 0; i < WINDOW_MINUTES.length; i++) {
            load.perMinute[i] =
                    perMinute + Math.exp(-minutes / WINDOW_MINUTES[i]) * (load.perMinute[i] - perMinute);
        }
        load.before = now;
    }

    private void put(String name, String text, long nowMillis, List<Message> changed) {
        String topicName = PREFIX + name;
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        Message old = values.get(topicName);
        if (old == null || !Arrays.equals(old.payload(), payload)) {
            Message value = new Message(0, nowMillis, NOBODY, QoS.AT_MOST_ONCE, true, topicName,
                    Properties.NONE, payload);
            values.put(topicName, value);
            changed.add(value);
        }
    }
}
