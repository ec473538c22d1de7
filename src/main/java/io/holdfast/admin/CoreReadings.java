package io.holdfast.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What the core counts, which names it as in {@code $SYS}, as metrics. */
final class CoreReadings {
    /** What follows from others: by subtraction, by addition, from the Java virtual machine, from a limit. */
    static final Set<String> LEFT_OUT =
            Set.of("clients/disconnected", "publish/messages/dropped", "heap/current", "memory/maximum");

    private static final String DROPPED = "publish/messages/dropped/";

    private final Measured measured;
    private final List<Reading> readings = new ArrayList<>();

    private CoreReadings(Measured measured) {
        this.measured = measured;
    }

    static List<Reading> of(Measured measured) {
        CoreReadings all = new CoreReadings(measured);
        all.clients();
        all.traffic();
        all.notDelivered();
        all.resources();
        return all.readings;
    }

    private void clients() {
        gauge("clients/connected", "holdfast.clients.connected", null, "Sessions with a connected client");
        gauge("clients/maximum", "holdfast.clients.connected.highest", null,
                "The most sessions with a connected client at a time");
        gauge("clients/total", "holdfast.sessions", null,
                "Sessions, be their clients connected or not");
        String ended = "Sessions that ended because their clients stayed away (expired), or because too much"
                + " waited for them (overflow)";
        counter("clients/expired", "holdfast.sessions.ended", null, "reason", "expired", ended);
        counter("clients/overflowed", "holdfast.sessions.ended", null, "reason", "overflow", ended);
        counter("connections/socket/count", "holdfast.connections.established", null,
                "Network connections that came as far as MQTT");
    }

    private void traffic() {
        counter("messages/received", "holdfast.packets.received", null, "MQTT packets of any type received");
        counter("messages/sent", "holdfast.packets.sent", null, "MQTT packets of any type sent");
        counter("publish/messages/received", "holdfast.messages.received", null, "PUBLISH packets received");
        counter("publish/messages/sent", "holdfast.messages.sent", null, "PUBLISH packets sent");
        counter("publish/bytes/received", "holdfast.payload.received", "bytes",
                "Payloads of PUBLISH packets received");
        counter("publish/bytes/sent", "holdfast.payload.sent", "bytes", "Payloads of PUBLISH packets sent");
        counter("bytes/received", "holdfast.network.received", "bytes",
                "Bytes of MQTT received, without those of TLS and WebSocket");
        counter("bytes/sent", "holdfast.network.sent", "bytes",
                "Bytes of MQTT sent, without those of TLS and WebSocket");
    }

    private void notDelivered() {
        String refused = "Messages refused to their publishers: to the broker's own topics (sys_topic),"
                + " because too much waited for a session (queue_limit), or because the disk was short of"
                + " space (disk_short)";
        counter("publish/messages/refused", "holdfast.messages.refused", null, "reason", "sys_topic",
                refused);
        counter("publish/messages/rejected", "holdfast.messages.refused", null, "reason", "queue_limit",
                refused);
        counter("publish/messages/rejected/disk", "holdfast.messages.refused", null, "reason", "disk_short",
                refused);
        counter("access/denied", "holdfast.access.denied", null,
                "PUBLISH packets, subscriptions and sessions that the rules denied to clients");
        counter("access/withheld", "holdfast.access.withheld", null,
                "Deliveries left out because their clients may not read them");
        for (String reason : List.of("not_read", "queue_full", "packet_too_large", "expired", "oldest",
                "newest", "too_old", "damaged")) {
            counter(DROPPED + reason, "holdfast.messages.dropped", null, "reason", reason,
                    "Deliveries left out, by their reasons, which README.md explains under $SYS topics");
        }
    }

    private void resources() {
        gauge("disk/free", "holdfast.disk.free", "bytes", "Free on the disk of the store");
        gauge("disk/short", "holdfast.disk.short", null,
                "1 while messages are refused because the disk is short of space, else 0");
        String used = "Memory in use: what clients make the core keep in the heap (clients), network buffers"
                + " (network), and the store's beside the heap (store)";
        for (String part : List.of("clients", "network", "store")) {
            add(new Reading(false, "holdfast.memory.used", "bytes", "part", part, used,
                    () -> measured.figure("memory/" + part)));
        }
        counter("store/damaged", "holdfast.store.damaged", null,
                "Rows, ranges of rows and files found damaged at the start and since");
    }

    private void gauge(String figure, String name, String unit, String meaning) {
        add(Reading.gauge(name, unit, meaning, () -> measured.figure(figure)));
    }

    private void counter(String figure, String name, String unit, String meaning) {
        add(Reading.counter(name, unit, meaning, () -> measured.figure(figure)));
    }

    private void counter(String figure, String name, String unit, String label, String value,
            String meaning) {
        add(Reading.counter(name, unit, meaning, () -> measured.figure(figure)).of(label, value));
    }

    private void add(Reading reading) {
        readings.add(reading);
    }
}
