package io.holdfast.server;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.netty.Trace;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a trace shows of one packet, as a line like those of the log: nothing that a client sends can look
 * like another field or line. Passwords and Authentication Data are not shown, and payloads only as far as is
 * asked for.
 */
final class TraceLine {
    /** Of what a client has chosen, in one field. */
    static final int CHARACTERS_MAX = 1_024;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX").withZone(ZoneId.systemDefault());
    private static final String HIDDEN = "hidden";

    private final int payloadBytesMax;
    private final StringBuilder line = new StringBuilder();

    private TraceLine(int payloadBytesMax) {
        this.payloadBytesMax = payloadBytesMax;
    }

    /** @param payloadBytesMax of each payload, shown beside its length */
    static String of(Trace.Event event, int payloadBytesMax) {
        TraceLine text = new TraceLine(payloadBytesMax);
        text.line.append(TIME.format(Instant.ofEpochMilli(event.atMillis())));
        text.field("client", event.clientId());
        switch (event) {
            case Trace.Event.Passed passed -> {
                text.word(passed.isReceived() ? "received" : "sent");
                text.word(passed.packet().type().name());
                text.packet(passed);
            }
            case Trace.Event.Happened happened -> {
                text.word(happened.what());
                text.field("reason", happened.why());
            }
        }
        return text.line.toString();
    }

    private void packet(Trace.Event.Passed passed) {
        switch (passed.packet()) {
            case Packet.Connect connect -> connect(connect);
            case Packet.Connack connack -> {
                field("answer", connack.reason().hex());
                field("session", connack.sessionPresent() ? "present" : "new");
                properties(connack.properties());
            }
            case Packet.Publish publish -> publish(publish, passed.topicName());
            case Packet.Puback(int id, ReasonCode reason, Properties properties) ->
                acknowledgement(id, reason, properties);
            case Packet.Pubrec(int id, ReasonCode reason, Properties properties) ->
                acknowledgement(id, reason, properties);
            case Packet.Pubrel(int id, ReasonCode reason, Properties properties) ->
                acknowledgement(id, reason, properties);
            case Packet.Pubcomp(int id, ReasonCode reason, Properties properties) ->
                acknowledgement(id, reason, properties);
            case Packet.Subscribe subscribe -> subscribe(subscribe);
            case Packet.Suback suback -> answers(suback.packetId(), suback.reasons(), suback.properties());
            case Packet.Unsubscribe unsubscribe -> {
                field("id", unsubscribe.packetId());
                unsubscribe.topicFilters().forEach(filter -> field("filter", filter));
                properties(unsubscribe.properties());
            }
            case Packet.Unsuback unsuback ->
                answers(unsuback.packetId(), unsuback.reasons(), unsuback.properties());
            case Packet.Pingreq _, Packet.Pingresp _ -> { }
            case Packet.Disconnect disconnect -> {
                field("reason", disconnect.reason().hex());
                properties(disconnect.properties());
            }
            case Packet.Auth auth -> {
                field("reason", auth.reason().hex());
                properties(auth.properties());
            }
        }
    }

    private void connect(Packet.Connect connect) {
        field("version", connect.version().number());
        field("clean-start", connect.cleanStart());
        field("keep-alive-seconds", connect.keepAliveSeconds());
        if (connect.userName() != null) {
            field("user", connect.userName());
        }
        if (connect.password() != null) {
            field("password", HIDDEN);
        }
        properties(connect.properties());
        Packet.Will will = connect.will();
        if (will != null) {
            field("will-topic", will.topicName());
            field("will-qos", will.qos().value());
            field("will-retain", will.retain());
            payload("will-", will.payload());
            properties(will.properties());
        }
    }

    private void publish(Packet.Publish publish, String topicName) {
        if (topicName != null) {
            field("topic", topicName);
        }
        field("qos", publish.qos().value());
        if (publish.packetId() != 0) {
            field("id", publish.packetId());
        }
        if (publish.dup()) {
            word("dup");
        }
        if (publish.retain()) {
            word("retain");
        }
        payload("", publish.payload());
        properties(publish.properties());
    }

    private void subscribe(Packet.Subscribe subscribe) {
        field("id", subscribe.packetId());
        for (Packet.Subscribe.Requested requested : subscribe.subscriptions()) {
            field("filter", requested.topicFilter());
            field("qos", requested.options().qos().value());
            if (requested.options().noLocal()) {
                word("no-local");
            }
            if (requested.options().retainAsPublished()) {
                word("retain-as-published");
            }
            if (requested.options().retainHandling() != 0) {
                field("retain-handling", requested.options().retainHandling());
            }
        }
        properties(subscribe.properties());
    }

    private void acknowledgement(int id, ReasonCode reason, Properties properties) {
        answers(id, List.of(reason), properties);
    }

    private void answers(int id, List<ReasonCode> reasons, Properties properties) {
        field("id", id);
        if (!reasons.isEmpty()) {
            field(reasons.size() == 1 ? "reason" : "reasons",
                    reasons.stream().map(ReasonCode::hex).collect(Collectors.joining(" ")));
        }
        properties(properties);
    }

    private void properties(Properties properties) {
        for (Properties.Entry entry : properties.entries()) {
            String name = entry.property().name().toLowerCase(Locale.ROOT).replace('_', '-');
            switch (entry.value()) {
                case Properties.UserProperty(String key, String value) -> field(name, key + ": " + value);
                case byte[] bytes -> {
                    switch (entry.property()) {
                        case AUTHENTICATION_DATA -> field(name, HIDDEN);
                        default -> field(name + "-bytes", bytes.length);
                    }
                }
                default -> field(name, entry.value());
            }
        }
    }

    private void payload(String prefix, byte[] payload) {
        field(prefix + "bytes", payload.length);
        if (payloadBytesMax > 0) {
            int shown = Math.min(payload.length, payloadBytesMax);
            word(prefix + "payload=\"");
            for (int i = 0; i < shown; i++) {
                byte b = payload[i];
                boolean isPlain = b >= ' ' && b < 0x7F && b != '"' && b != '\\';
                line.append(isPlain ? String.valueOf((char) b) : "\\x%02x".formatted(b));
            }
            line.append(shown < payload.length ? "\"..." : "\"");
        }
    }

    private void word(String word) {
        line.append(' ').append(word);
    }

    private void field(String name, Object value) {
        line.append(' ');
        LogLine.append(name, value instanceof String text && text.length() > CHARACTERS_MAX
                ? text.substring(0, CHARACTERS_MAX) + "..." : value, line);
    }
}
