package io.holdfast.broker;

import io.holdfast.access.Permissions;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.wire.PacketEncoder;
import java.util.List;

/** A network connection, from its opening to its close, and what is sent on it. */
final class Connection {
    /** What a connection is in the middle of. */
    sealed interface State {
        /** Nothing but CONNECT may come. */
        record AwaitingConnect(long sinceMillis) implements State {}

        /** The client is being asked, or others about it, who it is; packets that come meanwhile wait. */
        record Authenticating(Packet.Connect connect, List<Packet> held) implements State {}

        /**
         * The session is being read; packets that come meanwhile wait.
         *
         * @param connack the Properties of CONNACK
         */
        record Opening(Packet.Connect connect, String clientId, Properties connack, List<Packet> held)
                implements State {}

        /** CONNACK with success was decided. */
        record Open(Session session) implements State {}

        /** Nothing is sent or handled any more. */
        record Closed() implements State {}
    }

    private static final int REASON_CHARACTERS_MAX = 1_024;

    final long id;
    final String assignedClientId;
    final Authentication.Origin origin;
    final Sync sync;
    final TopicAliases aliases;
    State state;
    boolean writable = true;
    private boolean read = true;
    private long lastPacketMillis;
    /** Of packets that came before CONNACK. */
    private long heldBytes;
    /** Whom the client has shown to be; null for nobody in particular. */
    String userName;
    /** What the authenticator said that it may do; null for what the operator's rules say. */
    Permissions granted;
    /** What it may do, from CONNACK on. */
    Permissions permissions = Permissions.ALL;
    /** When the client must have authenticated again, in milliseconds since 1970. */
    long authenticatedUntilMillis = Authentication.Accepted.FOR_EVER;
    /** What is under way to find out who the client is, or whether it is still the same, or null. */
    Exchanges.Exchange exchange;

    /** Whether the client sent what was not taken over, which only the end of the connection can tell it. */
    boolean mustReconnect;
    /** Whether the client wants to know why, in other packets than CONNACK and DISCONNECT [MQTT-3.1.2-29]. */
    boolean wantsReasons;
    /** Those that held when it was opened: what has been announced stays so. */
    final Settings settings;

    private final Held held;
    private final Counters counters;
    private ProtocolVersion version;
    private long silenceMillisMax = Long.MAX_VALUE;
    private long packetBytesMax = Long.MAX_VALUE;
    private String authenticationMethod;
    private long inOrderThrough;

    Connection(Input.ConnectionOpened opened, Settings settings, Held held, Counters counters,
            long nowMillis) {
        this.held = held;
        aliases = new TopicAliases(held);
        this.settings = settings;
        this.counters = counters;
        id = opened.connectionId();
        assignedClientId = opened.assignedClientId();
        origin = opened.origin();
        sync = opened.sync();
        state = new State.AwaitingConnect(nowMillis);
        lastPacketMillis = nowMillis;
    }

    /** From the CONNECT on, the version is known, and what the client can take. */
    void learn(Packet.Connect connect) {
        version = connect.version();
        int keepAliveSeconds = Admission.keepAliveSeconds(connect, settings);
        if (keepAliveSeconds > 0) {
            silenceMillisMax = keepAliveSeconds * 1_500L; // [MQTT-3.1.2-22]
        }
        wantsReasons = connect.properties().integer(Property.REQUEST_PROBLEM_INFORMATION, 1) != 0;
        packetBytesMax = connect.properties().integer(Property.MAXIMUM_PACKET_SIZE, Long.MAX_VALUE);
        authenticationMethod = connect.properties().string(Property.AUTHENTICATION_METHOD);
    }

    /** That of CONNECT, which is that of all AUTH packets on the connection, or null. */
    String authenticationMethod() {
        return authenticationMethod;
    }

    /** The Authentication Method, if there is one, and that Authentication Data, if it is not null. */
    Properties authenticationProperties(byte[] data) {
        if (authenticationMethod == null) {
            return Properties.NONE;
        }
        Properties properties = Properties.of(Property.AUTHENTICATION_METHOD, authenticationMethod);
        return data == null ? properties : properties.with(Property.AUTHENTICATION_DATA, data);
    }

    /** The Client Identifier in CONNECT, or the one that it gets. */
    String clientId(Packet.Connect connect) {
        return connect.clientIdentifier().isEmpty()
                ? assignedClientId : connect.clientIdentifier(); // [MQTT-3.1.3-6]
    }

    /** There is a sign that the client is alive. */
    void heard(long nowMillis) {
        lastPacketMillis = nowMillis;
    }

    /** The connection is not read for now, or is read again and what the client has sent meanwhile comes. */
    void readingChanged(boolean reading, long nowMillis) {
        read = reading;
        heard(nowMillis);
    }

    /**
     * Whether one and a half times the Keep Alive has passed without a packet, though it is read. A client
     * whose CONNACK waits for the disk waits, too.
     */
    boolean isSilent(Turn turn) {
        if (inOrderThrough > turn.releasedThrough()) {
            heard(turn.nowMillis());
        }
        return read && turn.nowMillis() - lastPacketMillis > silenceMillisMax;
    }

    boolean isMqtt5() {
        return version == ProtocolVersion.MQTT_5;
    }

    boolean isClosed() {
        return state instanceof State.Closed;
    }

    /** Sends a packet that rests on the turn's changes, or on those of earlier turns. */
    void send(Packet packet, Turn turn) {
        if (!isClosed()) {
            counters.sent(packet);
            turn.effect(new Effect.Send(id, packet));
        }
    }

    /** Sends such a packet that none of {@link #sendUnbound} may overtake. */
    void sendFirst(Packet packet, Turn turn) {
        send(packet, turn);
        bind(turn);
    }

    /** What is sent from now on waits for the turn to be released. */
    void bind(Turn turn) {
        inOrderThrough = turn.number();
    }

    /**
     * Sends a packet that rests on nothing durable: at once, unless it would overtake one that still waits
     * for a commit and that it must not overtake.
     */
    void sendUnbound(Packet packet, Turn turn) {
        if (isClosed()) {
            return;
        }
        if (turn.isBinding() || inOrderThrough > turn.releasedThrough()) {
            sendFirst(packet, turn);
        } else {
            counters.sent(packet);
            turn.unbound(new Effect.Send(id, packet));
        }
    }

    /** One more packet waits for CONNACK. Returns the bytes of all of them. */
    long hold(Packet packet) {
        long bytes = Held.MESSAGE_BYTES + (packet instanceof Packet.Publish publish
                ? publish.payload().length + publish.topicName().length() : 0);
        heldBytes += bytes;
        held.add(bytes);
        return heldBytes;
    }

    /** Nothing waits for CONNACK any more. */
    void endHold() {
        held.add(-heldBytes);
        heldBytes = 0;
    }

    /** Whether the client can take a packet of that size [MQTT-3.1.2-24]. */
    boolean takes(Packet packet) {
        return packetBytesMax == Long.MAX_VALUE || PacketEncoder.size(packet, version) <= packetBytesMax;
    }

    /**
     * Properties with a Reason String, where the version has them and the client can take the packet's size.
     * What is quoted in the text may be as long as the client liked, so that it would not fit in a property.
     */
    Properties reasonString(String text) {
        boolean fits = text.length() <= REASON_CHARACTERS_MAX
                && packetBytesMax > text.length() * 3L + 64; // [MQTT-3.14.2-3]
        return isMqtt5() && fits ? Properties.of(Property.REASON_STRING, text) : Properties.NONE;
    }

    /** Ends the connection for a reason that MQTT 5.0 has a code for; older clients just see the close. */
    void disconnect(ReasonCode reason, String why, Turn turn) {
        if (isMqtt5() && state instanceof State.Open) { // [MQTT-3.14.0-1]
            send(new Packet.Disconnect(reason, reasonString(why)), turn);
        }
        close(why, turn);
    }

    /** Answers a CONNECT with a failure, which ends the connection [MQTT-3.2.2-7]. */
    void refuse(ReasonCode reason, String why, Turn turn) {
        boolean isElsewhere = reason == ReasonCode.USE_ANOTHER_SERVER || reason == ReasonCode.SERVER_MOVED;
        Properties properties = isElsewhere && isMqtt5()
                ? Properties.of(Property.SERVER_REFERENCE, settings.serverReference()) : reasonString(why);
        Packet.Connack packet = new Packet.Connack(false, reason, properties);
        if (takes(packet)) {
            send(packet, turn);
        }
        close(why, turn);
    }

    void close(String why, Turn turn) {
        if (!isClosed()) {
            turn.effect(new Effect.Close(id, why));
            state = new State.Closed();
        }
    }
}
