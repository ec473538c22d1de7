package io.holdfast.netty;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Property;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Shows the traces that are on what one connection receives, sends and comes to; on its event loop. Whether
 * there are any is looked at once for each batch ({@link #look}), and not for each packet.
 */
final class ConnectionTrace {
    /** Topic Aliases whose names are remembered while the connection is traced. */
    private static final int ALIASES_MAX = 1_024;

    private final Traces traces;
    private final String assignedClientId;
    /** Null until CONNECT has come. */
    private String clientId;
    /** Those that were on when it last looked, and of them those that want to see this client. */
    private List<Trace> seen = List.of();
    private List<Trace> mine = List.of();
    /** The Topic Names of aliases that the client has set since it is traced; null if there are none. */
    private Map<Long, String> names;

    ConnectionTrace(Traces traces, String assignedClientId) {
        this.traces = traces;
        this.assignedClientId = assignedClientId;
    }

    /** Looks which traces are on. */
    void look() {
        List<Trace> now = traces.on();
        if (now != seen) {
            choose(now);
        }
    }

    private void choose(List<Trace> on) {
        seen = on;
        mine = clientId == null ? List.of() : on.stream().filter(trace -> trace.isAbout(clientId)).toList();
        names = mine.isEmpty() ? null : names;
    }

    void received(Packet packet) {
        if (clientId == null && packet instanceof Packet.Connect connect) {
            String id = connect.clientIdentifier();
            clientId = id.isEmpty() ? assignedClientId : id;
            choose(seen);
        }
        if (!mine.isEmpty()) {
            show(true, packet, packet instanceof Packet.Publish publish ? resolve(publish) : null);
        }
    }

    /** @param decided the packet as it was before it was given a Topic Alias */
    void sent(Packet decided, Packet packet) {
        if (!mine.isEmpty()) {
            show(false, packet, decided instanceof Packet.Publish publish ? publish.topicName() : null);
        }
    }

    /** The connection has ended. */
    void ended(String why) {
        look();
        for (Trace trace : mine) {
            trace.happened(clientId, "closed", why);
        }
    }

    private void show(boolean isReceived, Packet packet, String topicName) {
        for (Trace trace : mine) {
            trace.passed(clientId, isReceived, packet, topicName);
        }
    }

    /** Null if it is not known. */
    private String resolve(Packet.Publish publish) {
        long alias = publish.properties().integer(Property.TOPIC_ALIAS, 0);
        if (publish.topicName().isEmpty()) {
            return names == null ? null : names.get(alias);
        }
        if (alias != 0) {
            names = names == null ? new HashMap<>() : names;
            if (names.size() < ALIASES_MAX || names.containsKey(alias)) {
                names.put(alias, publish.topicName());
            }
        }
        return publish.topicName();
    }
}
