package io.holdfast.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Sync;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Packet.Connack;
import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.mqtt.SubscriptionOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A client that follows the standard, remembers its side of the session over lost connections, and checks
 * what it is sent: order, Packet Identifiers, exactly once, flow control.
 */
final class SimulatedClient {
    static final long NEVER = 0xFFFF_FFFFL;

    /** An outgoing message whose handshake is not complete. */
    private record Outgoing(Ledger.Published message, boolean released) {}

    /** A subscription the broker has granted. */
    record Granted(QoS qos, long atStep) {}

    final int index;
    final String clientId;
    final ProtocolVersion version;
    final long expirySeconds;
    /** What it is content with, of the messages that it publishes. */
    Sync sync = Sync.COMMIT;
    Link link;
    boolean isOpen;

    private final Ledger ledger;
    private final int receiveMaximum;
    private final Map<Integer, Outgoing> outgoing = new LinkedHashMap<>();
    private final Map<Integer, Map<String, QoS>> subscribing = new HashMap<>();
    private final Map<String, Granted> granted = new LinkedHashMap<>();
    private final Map<Integer, Integer> incomingExactlyOnce = new HashMap<>();
    private final Set<Integer> unanswered = new HashSet<>();
    /** Messages of which it does not know that the broker has read them. */
    private final List<Ledger.Published> unconfirmed = new ArrayList<>();
    private boolean sessionMustExist;
    private boolean sessionMustBeGone;
    private boolean cleanStartAsked;
    private int lastPacketId;
    private final Map<String, Integer> aliases = new HashMap<>();
    private final Application application;
    private Ledger.Published will;
    private int sessionsEnded;
    private long subscribedAt;
    private boolean unansweredSubscribe;
    private final SimulatedAuthenticator authenticator;
    /** The Authentication Method, or null. */
    private final String method;
    private boolean sessionMustExistIfRefused;
    private boolean authenticating;

    SimulatedClient(int index, ProtocolVersion version, long expirySeconds, int receiveMaximum,
            Ledger ledger, SimulatedAuthenticator authenticator) {
        this.authenticator = authenticator;
        this.method = version == ProtocolVersion.MQTT_5 ? authenticator.anyMethod() : null;
        this.index = index;
        this.clientId = "client-" + index;
        this.version = version;
        this.expirySeconds = version == ProtocolVersion.MQTT_5 || expirySeconds == 0 ? expirySeconds : NEVER;
        this.receiveMaximum = version == ProtocolVersion.MQTT_5 ? receiveMaximum : Integer.MAX_VALUE;
        this.ledger = ledger;
        application = new Application(clientId, ledger);
    }

    /** How it stands, for {@link States}: what is told of it is capped, so that few differ. */
    long state() {
        int connection = link == null ? 0 : isOpen ? 1 : 2;
        long filters = 0;
        for (String filter : granted.keySet()) {
            filters |= 1L << Simulation.identifier(filter);
        }
        boolean released = outgoing.values().stream().anyMatch(Outgoing::released);
        return connection + 3L * (isDurable() ? 1 : 0) + 6L * Math.min(outgoing.size(), 2)
                + 18L * (released ? 1 : 0) + 36L * Math.min(incomingExactlyOnce.size(), 2)
                + 108L * Math.min(unanswered.size(), 2) + (filters << 10);
    }

    boolean isDurable() {
        return expirySeconds > 0;
    }

    boolean hasExpected() {
        return !outgoing.isEmpty() || !subscribing.isEmpty();
    }

    /** @param willMessage null for none */
    void connect(Link fresh, boolean cleanStart, Ledger.Published willMessage, int willDelaySeconds) {
        will = willDelaySeconds == 0 ? willMessage : null;
        aliases.clear();
        link = fresh;
        isOpen = false;
        // Before 5.0 Clean Session also says that the session is not to be kept.
        cleanStartAsked = version == ProtocolVersion.MQTT_5 ? cleanStart || cleanStartAsked : !isDurable();
        sessionMustExistIfRefused = sessionMustExist;
        sessionMustExist &= !cleanStartAsked;
        authenticating = false;
        Properties properties = version != ProtocolVersion.MQTT_5 ? Properties.NONE
                : Properties.of(Property.SESSION_EXPIRY_INTERVAL, expirySeconds)
                        .with(Property.RECEIVE_MAXIMUM, receiveMaximum);
        properties = method == null ? properties : properties.with(Property.AUTHENTICATION_METHOD, method);
        fresh.toBroker.add(
                new Packet.Connect(version, cleanStartAsked, 0, properties, clientId,
                        willMessage == null ? null : packet(willMessage, willDelaySeconds), null, null));
    }

    boolean mayAuthenticate() {
        return method != null && !authenticating;
    }

    /** Authenticates again, on its open connection. */
    void authenticate() {
        authenticating = true;
        answer(ReasonCode.RE_AUTHENTICATE);
    }

    private void answer(ReasonCode reason) {
        link.toBroker.add(new Packet.Auth(reason, Properties.of(Property.AUTHENTICATION_METHOD, method)));
    }

    private void auth(Packet.Auth packet) {
        assertEquals(method, packet.properties().string(Property.AUTHENTICATION_METHOD)); // [MQTT-4.12.0-5]
        assertTrue(!isOpen || authenticating, "AUTH without a question");
        if (packet.reason() == ReasonCode.CONTINUE_AUTHENTICATION) {
            answer(ReasonCode.CONTINUE_AUTHENTICATION);
        } else {
            assertEquals(ReasonCode.SUCCESS, packet.reason());
            assertTrue(isOpen, "AUTH with success instead of CONNACK");
            authenticating = false;
        }
    }

    private Packet.Will packet(Ledger.Published message, int delaySeconds) {
        Properties properties = version != ProtocolVersion.MQTT_5 ? Properties.NONE
                : Properties.of(Property.WILL_DELAY_INTERVAL, delaySeconds);
        return new Packet.Will(message.qos, message.retain, properties, message.topicName, payload(message));
    }

    /** Says goodbye, and then the connection is gone. */
    void disconnect() {
        will = null;
        link.toBroker.add(new Packet.Disconnect(ReasonCode.SUCCESS, Properties.NONE));
        link.closedByClient = true;
        lost(0);
    }

    /** All connections are gone, and the sessions that end with them. */
    void brokerKilled(long step) {
        sessionMustBeGone = !isDurable();
        if (link != null) {
            lost(step);
        }
    }

    /** The connection is gone, as the client sees it. */
    void lost(long step) {
        if (isOpen && isDurable() && will != null && will.qos != QoS.AT_MOST_ONCE) {
            will.acknowledgedAt = step; // by CONNACK, and now it must be published
        }
        // If its session had expired, CONNACK would have said so: the next one would find a new session.
        cleanStartAsked |= !isOpen && isDurable() && (expirySeconds != NEVER || ledger.mayEndSessions());
        link = null;
        isOpen = false;
        unansweredSubscribe |= !subscribing.isEmpty();
        subscribing.clear();
        unanswered.clear();
    }

    void publish(Ledger.Published message) {
        int packetId = 0;
        if (message.qos != QoS.AT_MOST_ONCE) {
            packetId = freePacketId();
            outgoing.put(packetId, new Outgoing(message, false));
        }
        unconfirmed.add(message);
        link.toBroker.add(aliased(packet(message, packetId, false)));
    }

    /** Sets a Topic Alias for each topic the first time, and uses it from then on. */
    private Publish aliased(Publish packet) {
        if (version != ProtocolVersion.MQTT_5 || aliases.size() == Limits.TOPIC_ALIAS_MAXIMUM) {
            return packet;
        }
        Integer known = aliases.putIfAbsent(packet.topicName(), aliases.size() + 1);
        Publish named = packet.with(packet.properties().with(Property.TOPIC_ALIAS,
                aliases.get(packet.topicName())));
        return known == null ? named : named.to("");
    }

    private static Publish packet(Ledger.Published message, int packetId, boolean dup) {
        Properties properties = message.expires
                ? Properties.of(Property.MESSAGE_EXPIRY_INTERVAL, Simulation.EXPIRY_SECONDS)
                : Properties.NONE;
        return new Publish(dup, message.qos, message.retain, message.publishedTo(), packetId, properties,
                payload(message));
    }

    private static byte[] payload(Ledger.Published message) {
        return message.clears ? new byte[0] : ByteBuffer.allocate(4).putInt(message.number).array();
    }

    /** @param identifier of the subscription; always the same for one Topic Filter */
    void subscribe(String topicFilter, SubscriptionOptions options, int identifier) {
        QoS qos = options.qos();
        notGranted(topicFilter);
        application.asksFor(topicFilter);
        int packetId = freePacketId();
        subscribing.put(packetId, Map.of(topicFilter, qos));
        boolean identified = version == ProtocolVersion.MQTT_5;
        Properties properties = identified
                ? Properties.of(Property.SUBSCRIPTION_IDENTIFIER, identifier) : Properties.NONE;
        link.toBroker.add(new Packet.Subscribe(packetId, properties,
                List.of(new Packet.Subscribe.Requested(topicFilter,
                        identified ? options : SubscriptionOptions.of(qos)))));
    }

    void unsubscribe(String topicFilter) {
        notGranted(topicFilter);
        link.toBroker.add(new Packet.Unsubscribe(freePacketId(), Properties.NONE, List.of(topicFilter)));
    }

    /** What was granted for a filter no longer counts, nor what a SUBACK that is still to come will grant. */
    private void notGranted(String topicFilter) {
        granted.remove(topicFilter);
        subscribing.replaceAll((_, filters) -> filters.containsKey(topicFilter) ? Map.of() : filters);
    }

    private int freePacketId() {
        do {
            lastPacketId = lastPacketId % 40 + 1; // few, so that they come round soon
        } while (outgoing.containsKey(lastPacketId) || subscribing.containsKey(lastPacketId));
        return lastPacketId;
    }

    boolean mayPublish() {
        return isOpen && outgoing.size() < 20;
    }

    /** Takes one packet from the broker and answers it. */
    void receive(Packet packet, long step) {
        assertTrue(isOpen || packet instanceof Connack || packet instanceof Packet.Auth,
                () -> "before CONNACK [MQTT-3.2.0-1]: " + packet);
        switch (packet) {
            case Connack connack -> connack(connack, step);
            case Publish publish -> deliver(publish);
            case Packet.Puback puback when puback.reason() == ReasonCode.QUOTA_EXCEEDED ->
                refused(outgoing.remove(puback.packetId()));
            case Packet.Puback puback -> acknowledged(puback.packetId(), step);
            case Packet.Pubrec pubrec -> pubrec(pubrec, step);
            case Packet.Pubrel pubrel -> {
                incomingExactlyOnce.remove(pubrel.packetId());
                unanswered.remove(pubrel.packetId());
                link.toBroker.add(new Packet.Pubcomp(pubrel.packetId(), ReasonCode.SUCCESS, Properties.NONE));
            }
            case Packet.Pubcomp pubcomp -> outgoing.remove(pubcomp.packetId());
            case Packet.Suback suback -> {
                assertFalse(suback.reasons().getFirst().isError(), suback::toString);
                subscribing.remove(suback.packetId()).forEach((filter, qos) ->
                    granted.put(filter, new Granted(qos, step)));
                subscribedAt = step;
            }
            case Packet.Auth auth -> auth(auth);
            case Packet.Unsuback _, Packet.Disconnect _ -> { }
            default -> throw new AssertionError("not for a client: " + packet);
        }
    }

    private void connack(Connack connack, long step) {
        assertFalse(isOpen, "a second CONNACK [MQTT-3.2.0-2]");
        if (connack.reason() != ReasonCode.SUCCESS) {
            boolean late = authenticator.isAsked && connack.reason() == ReasonCode.NOT_AUTHORIZED;
            assertTrue(link.refused || late || connack.reason() == ReasonCode.SERVER_BUSY, connack::toString);
            sessionMustExist = sessionMustExistIfRefused; // a CONNECT that is refused changes nothing
            return;
        }
        assertTrue(link.accepted || !authenticator.isAsked, "let in without being asked [MQTT-3.1.4-2]");
        assertFalse(cleanStartAsked && connack.sessionPresent(),
                "Clean Start keeps a session [MQTT-3.2.2-2]");
        Breach.SESSION_LOST.unless(connack.sessionPresent() || !sessionMustExist,
                () -> clientId + " lost its session");
        assertFalse(sessionMustBeGone && connack.sessionPresent(),
                () -> clientId + " has a session that was to end with its connection");
        sessionMustBeGone = false;
        isOpen = true;
        confirmed(unconfirmed.size(), step); // whatever an older connection still held is lost
        subscribedAt = unansweredSubscribe ? step : subscribedAt; // it may have had its effect until now
        unansweredSubscribe = false;
        sessionMustExist = expirySeconds == NEVER && !ledger.mayEndSessions();
        cleanStartAsked = false; // had this CONNACK been lost, the next CONNECT would have had to ask again
        if (connack.sessionPresent()) {
            outgoing.values().forEach(sent -> sent.message.repeated = true);
            outgoing.forEach((packetId, sent) -> link.toBroker.add(sent.released
                    ? new Packet.Pubrel(packetId, ReasonCode.SUCCESS, Properties.NONE)
                    : packet(sent.message, packetId, true)));
        } else {
            forgetSession();
        }
    }

    /** The broker has read, or will never read, the oldest of them; those above QoS 0 are sent again. */
    private void confirmed(int count, long step) {
        List<Ledger.Published> oldest = unconfirmed.subList(0, count);
        oldest.stream().filter(message -> message.qos == QoS.AT_MOST_ONCE)
                .forEach(message -> message.overAt = step);
        oldest.clear();
    }

    private void forgetSession() {
        sessionsEnded += granted.isEmpty() ? 0 : 1;
        outgoing.clear();
        granted.clear();
        incomingExactlyOnce.clear();
        application.forget();
    }

    private void pubrec(Packet.Pubrec pubrec, long step) {
        if (pubrec.reason() == ReasonCode.QUOTA_EXCEEDED) {
            refused(outgoing.remove(pubrec.packetId()));
            return;
        }
        Outgoing sent = outgoing.get(pubrec.packetId());
        if (sent != null) {
            assertEquals(QoS.EXACTLY_ONCE, sent.message.qos, pubrec::toString);
            sent.message.acknowledgedAt = Math.min(sent.message.acknowledgedAt, step);
            confirmed(unconfirmed.indexOf(sent.message) + 1, step);
            outgoing.put(pubrec.packetId(), new Outgoing(sent.message, true));
        }
        link.toBroker.add(new Packet.Pubrel(pubrec.packetId(), ReasonCode.SUCCESS, Properties.NONE));
    }

    /** Nobody will miss what the broker has not taken over. */
    private void refused(Outgoing sent) {
        assertFalse(sent.released || sent.message.qos == QoS.EXACTLY_ONCE && sent.message.isAcknowledged(),
                () -> "refused after it was taken over: " + sent.message);
    }

    private void acknowledged(int packetId, long step) {
        Outgoing sent = outgoing.remove(packetId);
        assertNotNull(sent, () -> "an acknowledgement of nothing: " + packetId);
        assertEquals(QoS.AT_LEAST_ONCE, sent.message.qos);
        sent.message.acknowledgedAt = step;
        confirmed(unconfirmed.indexOf(sent.message) + 1, step);
    }

    private void deliver(Publish packet) {
        Ledger.Published message = packet.payload().length == 0 ? ledger.findClearing(packet.topicName())
                : ledger.find(ByteBuffer.wrap(packet.payload()).getInt());
        assertEquals(message.topicName, packet.topicName(), "the wrong message");
        assertTrue(mayRead(message), () -> clientId + " may not read " + message);
        checkWill(message);
        checkIdentifiers(packet, message);
        assertTrue(packet.properties().integer(Property.MESSAGE_EXPIRY_INTERVAL, 0)
                <= Simulation.EXPIRY_SECONDS, packet::toString); // [MQTT-3.3.2-6]
        // [MQTT-3.8.4-8]
        assertTrue(message.clears || packet.qos().compareTo(message.qos) <= 0, packet::toString);
        if (packet.qos() != QoS.AT_MOST_ONCE) {
            unanswered.add(packet.packetId());
            assertTrue(unanswered.size() <= receiveMaximum, "more in flight than allowed [MQTT-3.3.4-9]");
        }
        switch (packet.qos()) {
            case AT_MOST_ONCE -> application.take(message, packet, subscribedAt);
            case AT_LEAST_ONCE -> {
                application.take(message, packet, subscribedAt);
                unanswered.remove(packet.packetId());
                link.toBroker.add(new Packet.Puback(packet.packetId(), ReasonCode.SUCCESS, Properties.NONE));
            }
            case EXACTLY_ONCE -> {
                Integer known = incomingExactlyOnce.putIfAbsent(packet.packetId(), message.number);
                if (known == null) {
                    application.take(message, packet, subscribedAt);
                } else {
                    assertTrue(packet.dup(),
                            () -> "a Packet Identifier in use [MQTT-2.2.1-4]: " + packet.packetId());
                    assertEquals(known, message.number, "another message under the same identifier");
                }
                link.toBroker.add(new Packet.Pubrec(packet.packetId(), ReasonCode.SUCCESS, Properties.NONE));
            }
        }
    }

    private boolean mayRead(Ledger.Published message) {
        return !authenticator.isLimited(this)
                || !message.topicName.equals(SimulatedAuthenticator.HIDDEN_TOPIC);
    }

    /**
     * A Will Message is not published while its connection lives [MQTT-3.1.2-8], but the broker may end one
     * and publish it before the client sees the end.
     */
    private static void checkWill(Ledger.Published message) {
        Link of = message.willOf;
        assertFalse(of != null && of.refused, () -> message + " is published, but its client was refused");
        assertFalse(of != null && of.client.isOpen && of.client.link == of
                        && !of.closedByBroker && !of.closing,
                () -> message + " is published, but its client is connected");
    }

    /** Of every subscription that matches, and of no other [MQTT-3.3.4-3]. */
    private void checkIdentifiers(Publish packet, Ledger.Published message) {
        Set<Long> identifiers = new HashSet<>();
        packet.properties().entries().stream()
                .filter(entry -> entry.property() == Property.SUBSCRIPTION_IDENTIFIER)
                .forEach(entry -> identifiers.add((Long) entry.value()));
        identifiers.forEach(identifier -> assertTrue(
                identifier == Simulation.identifier(Simulation.SHARED_FILTER)
                        ? packet.topicName().equals(Simulation.SHARED_TOPIC)
                        : Ledger.matches(Simulation.FILTERS[(int) (identifier - 1)], packet.topicName()),
                        packet::toString));
        if (version == ProtocolVersion.MQTT_5 && !packet.retain()) {
            granted.forEach((filter, grant) -> assertTrue(grant.atStep >= message.sentAt
                    || !Ledger.matches(filter, packet.topicName())
                    || identifiers.contains(Simulation.identifier(filter)),
                    () -> filter + " is not named by " + packet));
        }
    }

    /** At the end, with every message sent and every handshake complete. */
    void checkNothingIsMissing() {
        assertTrue(outgoing.isEmpty(), () -> clientId + " waits for acknowledgements of " + outgoing);
        String missing = missing();
        Breach.LOST.unless(missing == null, () -> missing);
    }

    /**
     * What is due to it and has not come, or null.
     *
     * @throws Breach.Found if it will not come
     */
    String missing() {
        return application.missing(granted, this::mayRead);
    }

    /** Whether it has been a member of the group for as long as there is the message. */
    boolean isMemberSince(Ledger.Published message) {
        Granted grant = granted.get(Simulation.SHARED_FILTER);
        return isDurable() && grant != null && grant.atStep < message.sentAt;
    }

    /** Whether any session that it had has ended. */
    boolean hasEndedSessions() {
        return sessionsEnded > 0 || expirySeconds != NEVER;
    }

    /** The retained messages that it was sent, as "topic number". */
    List<String> replayed() {
        return application.replayed();
    }

    List<String> grantedFilters() {
        return List.copyOf(granted.keySet());
    }
}
