package io.holdfast.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.QoS;
import io.holdfast.simulation.SimulatedClient.Granted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** What a simulated client passes on to its application: nothing twice, nothing too late, and all of it. */
final class Application {
    /** Messages of one publisher to one topic at one QoS keep their order [MQTT-4.6.0-5]. */
    private record OrderKey(int publisher, String topicName, QoS published, QoS delivered) {}

    private final String clientId;
    private final Ledger ledger;
    private final Map<Integer, QoS> delivered = new HashMap<>();
    private final Map<OrderKey, Integer> newest = new HashMap<>();
    private final List<String> replayed = new ArrayList<>();
    /** Topic Filters that its session may be subscribed to, or may have been. */
    private final Set<String> asked = new HashSet<>();

    Application(String clientId, Ledger ledger) {
        this.clientId = clientId;
        this.ledger = ledger;
    }

    /** Its session has ended. */
    void forget() {
        delivered.clear();
        newest.clear();
        asked.clear();
    }

    /** It subscribes; whether it will ever be told that it has is another matter. */
    void asksFor(String topicFilter) {
        asked.add(topicFilter);
    }

    /** The retained messages that it was sent, as "topic number". */
    List<String> replayed() {
        return replayed;
    }

    /**
     * It gets a message.
     *
     * @param subscribedAt the step at which its last subscription was granted
     */
    void take(Ledger.Published message, Publish packet, long subscribedAt) {
        ledger.delivered++;
        if (packet.retain()) {
            assertTrue(message.retain && !message.clears, packet::toString); // [MQTT-3.3.1-8]
            replayed.add(message.topicName + " " + message.number);
            return;
        }
        if (message.clears) {
            return; // one is like the other
        }
        if (message.topicName.equals(Simulation.SHARED_TOPIC)) {
            message.takenAtLeastOnce += packet.qos() == QoS.EXACTLY_ONCE ? 0 : 1;
            message.takenExactlyOnce += packet.qos() == QoS.EXACTLY_ONCE ? 1 : 0;
            Breach.DUPLICATED.unless(message.takenExactlyOnce <= 1, () -> "two members got " + message);
            return;
        }
        QoS before = delivered.put(message.number, packet.qos());
        boolean mayComeTwice = before != packet.qos() || before == QoS.AT_LEAST_ONCE
                || before == QoS.AT_MOST_ONCE && message.qos != QoS.AT_MOST_ONCE;
        Breach.DUPLICATED.unless(mayComeTwice, () -> clientId + " got twice: " + message);
        // When its publisher repeats it, one that was sent before the subscription may be new here, and so
        // may one of which a delivery at QoS 0 was lost, and one that was refused, of which it was not told.
        boolean mayComeLate = message.sentAt <= subscribedAt || message.willOf != null
                || message.delaySeconds != Ledger.NOT_DELAYED
                || message.repeated && (packet.qos() == QoS.AT_MOST_ONCE || message.expires
                || ledger.drops() || ledger.refuses());
        if (before == null && !mayComeLate) {
            OrderKey key = new OrderKey(message.publisher, message.topicName, message.qos, packet.qos());
            Integer last = newest.put(key, message.number);
            Breach.OUT_OF_ORDER.unless(last == null || last < message.number,
                    () -> clientId + " got " + message + " after message " + last);
        }
    }

    /**
     * What is due to it and has not come, or null.
     *
     * @throws Breach.Found if it will not come, because a later one has come that must not overtake it
     */
    String missing(Map<String, Granted> granted, Predicate<Ledger.Published> mayRead) {
        String text = null;
        for (Ledger.Published message : ledger.all()) {
            if (!delivered.containsKey(message.number) && isDue(message, granted)
                    && mayRead.test(message)) {
                text = clientId + " did not get " + message + " through one of " + granted.keySet();
                String lost = text;
                Breach.LOST.unless(!isOvertaken(message), () -> lost);
            }
        }
        return text;
    }

    private boolean isDue(Ledger.Published message, Map<String, Granted> granted) {
        return message.isAcknowledged() && !message.clears && !message.expires
                && granted.keySet().stream().anyMatch(filter ->
                        granted.get(filter).qos() != QoS.AT_MOST_ONCE
                        && granted.get(filter).atStep() < message.sentAt
                        && Ledger.matches(filter, message.topicName))
                && !mayBeDropped(message);
    }

    private boolean isOvertaken(Ledger.Published message) {
        return message.willOf == null && message.delaySeconds == Ledger.NOT_DELAYED
                && newest.entrySet().stream().anyMatch(entry -> entry.getValue() > message.number
                        && entry.getKey().publisher == message.publisher
                        && entry.getKey().topicName.equals(message.topicName)
                        && entry.getKey().published == message.qos
                        && entry.getKey().delivered != QoS.AT_MOST_ONCE);
    }

    /** Through any filter: a message that several match is delivered once, from the log of one of them. */
    private boolean mayBeDropped(Ledger.Published message) {
        return asked.stream().anyMatch(filter ->
                Ledger.matches(filter, message.topicName) && ledger.mayBeDropped(filter));
    }
}
