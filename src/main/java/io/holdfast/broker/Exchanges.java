package io.holdfast.broker;

import io.holdfast.broker.Authentication.Accepted;
import io.holdfast.broker.Authentication.Continue;
import io.holdfast.broker.Authentication.Refused;
import io.holdfast.broker.Connection.State;
import io.holdfast.mqtt.Packet.Auth;
import io.holdfast.mqtt.Packet.Connack;
import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ReasonCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How clients show who they are: between CONNECT and CONNACK, and again on an open connection (section 4.12).
 * The client and an authenticator outside of the core talk through here; neither is waited for, and a session
 * goes on while its client authenticates again.
 */
final class Exchanges {
    /** AUTH packets of a client in one exchange: more than any method takes. */
    static final int AUTH_PACKETS_MAX = 16;

    /** One question about a client, until it is decided. */
    static final class Exchange {
        private final long sinceMillis;
        private int authPackets;
        /** With this the client's next AUTH is judged; null while the authenticator is thinking. */
        private Authentication.Progress progress;

        private Exchange(long sinceMillis) {
            this.sinceMillis = sinceMillis;
        }
    }

    private final Sessions sessions;
    private final Authorization authorization;
    private final boolean authenticates;
    /** Connections whose clients are being asked, by Client Identifier, in the order of their CONNECT. */
    private final Map<String, List<Connection>> asked = new HashMap<>();

    /** @param authenticates whether clients must show who they are; if not, all of them are let in */
    Exchanges(Sessions sessions, Authorization authorization, boolean authenticates) {
        this.authorization = authorization;
        this.sessions = sessions;
        this.authenticates = authenticates;
    }

    /** The first packet of a connection, which {@link Admission} has nothing against. */
    void connect(Connection connection, Connect connect, Turn turn) {
        if (!authenticates) {
            letIn(connection, new State.Authenticating(connect, new ArrayList<>()), Properties.NONE, turn);
            return;
        }
        connection.state = new State.Authenticating(connect, new ArrayList<>());
        asked.computeIfAbsent(connection.clientId(connect), _ -> new ArrayList<>(1)).add(connection);
        begin(connection, new Authentication.Begin(connection.clientId(connect),
                connection.authenticationMethod(),
                connect.properties().binary(Property.AUTHENTICATION_DATA), connect.userName(),
                connect.password(), connection.origin), turn);
    }

    private static void begin(Connection connection, Authentication.Begin request, Turn turn) {
        connection.exchange = new Exchange(turn.nowMillis());
        turn.unbound(new Effect.Authenticate(connection.id, request));
    }

    /** AUTH, before CONNACK or after. */
    void auth(Connection connection, Auth auth, Turn turn) {
        String method = connection.authenticationMethod();
        Exchange exchange = connection.exchange;
        byte[] data = auth.properties().binary(Property.AUTHENTICATION_DATA);
        if (method == null) { // [MQTT-4.12.0-7]
            fail(connection, ReasonCode.PROTOCOL_ERROR, "AUTH without an Authentication Method in CONNECT",
                    turn);
        } else if (!method.equals(auth.properties().string(Property.AUTHENTICATION_METHOD))) {
            // [MQTT-4.12.0-5] [MQTT-4.12.1-1]
            fail(connection, ReasonCode.PROTOCOL_ERROR, "an AUTH of another method than " + method, turn);
        } else if (exchange == null && auth.reason() == ReasonCode.RE_AUTHENTICATE) { // [MQTT-4.12.1-1]
            String clientId = ((State.Open) connection.state).session().clientId;
            begin(connection, new Authentication.Begin(clientId, method, data, null, null,
                    connection.origin), turn);
        } else if (exchange == null || exchange.progress == null
                || auth.reason() != ReasonCode.CONTINUE_AUTHENTICATION) { // [MQTT-4.12.0-3]
            fail(connection, ReasonCode.PROTOCOL_ERROR, "an AUTH of " + auth.reason() + " out of turn", turn);
        } else if (++exchange.authPackets > AUTH_PACKETS_MAX) {
            fail(connection, ReasonCode.NOT_AUTHORIZED, "more than " + AUTH_PACKETS_MAX + " AUTH packets",
                    turn);
        } else {
            turn.unbound(new Effect.Authenticate(connection.id,
                    new Authentication.GoOn(exchange.progress, data)));
            exchange.progress = null;
        }
    }

    /** The authenticator has answered, possibly about a connection that has ended since. */
    void authenticated(Connection connection, Authentication.Step step, Turn turn) {
        if (connection.isClosed()) {
            return;
        }
        switch (step) {
            case Continue(byte[] data, Authentication.Progress progress) -> {
                connection.exchange.progress = progress;
                send(connection, new Auth(ReasonCode.CONTINUE_AUTHENTICATION, // [MQTT-4.12.0-2]
                        connection.authenticationProperties(data)), turn);
            }
            case Accepted accepted -> accepted(connection, accepted, turn);
            case Refused(ReasonCode reason, String why) -> // [MQTT-4.12.0-4] [MQTT-4.12.1-2]
                fail(connection, reason, why, turn);
        }
    }

    private void accepted(Connection connection, Accepted accepted, Turn turn) {
        connection.exchange = null;
        Properties properties = connection.authenticationProperties(accepted.data());
        if (connection.state instanceof State.Authenticating waiting) {
            connection.userName = accepted.userName();
            take(accepted, connection);
            letIn(connection, waiting, properties, turn);
        } else if (Objects.equals(connection.userName, accepted.userName())) {
            take(accepted, connection);
            accessChanged(connection, turn);
            send(connection, new Auth(ReasonCode.SUCCESS, properties), turn);
        } else {
            fail(connection, ReasonCode.NOT_AUTHORIZED, "the client has become another user", turn);
        }
    }

    private static void take(Accepted accepted, Connection connection) {
        connection.granted = accepted.permissions();
        connection.authenticatedUntilMillis = accepted.untilMillis();
    }

    /** What clients may do is something else now, perhaps, and so is who may be here. */
    void accessChanged(Connection connection, Turn turn) {
        switch (connection.state) {
            case State.Opening(_, String clientId, _, _) -> {
                if (!sendsAway(connection, clientId, turn)) {
                    authorization.authorize(connection, clientId);
                }
            }
            case State.Open(Session session) -> {
                if (!sendsAway(connection, session.clientId, turn)) {
                    authorization.authorize(connection, session.clientId);
                    session.permissionsChanged();
                }
            }
            case State.AwaitingConnect _, State.Authenticating _, State.Closed _ -> { }
        }
    }

    /** Whether the client is banned; then its connection ends, and its queue stays as it is. */
    private boolean sendsAway(Connection connection, String clientId, Turn turn) {
        if (!authorization.isBanned(clientId, connection.userName)) {
            return false;
        }
        sessions.disconnect(connection, ReasonCode.NOT_AUTHORIZED, "the operator does not let client "
                + clientId + " in any more", turn);
        return true;
    }

    private void letIn(Connection connection, State.Authenticating waiting, Properties authentication,
            Turn turn) {
        Connect connect = waiting.connect();
        String clientId = connection.clientId(connect);
        authorization.authorize(connection, clientId);
        if (connect.will() != null
                && !authorization.mayPublishWill(connection, clientId, connect.will().topicName(), turn)) {
            connection.refuse(ReasonCode.NOT_AUTHORIZED, "a Will Topic of " + connect.will().topicName()
                    + ", where the client may not publish", turn);
            return;
        }
        Properties properties = Admission.connackProperties(connection, connect);
        for (Properties.Entry entry : authentication.entries()) { // [MQTT-4.12.0-5] [MQTT-4.12.0-6]
            properties = properties.with(entry.property(), entry.value());
        }
        if (connection.takes(new Connack(false, ReasonCode.SUCCESS, properties))) {
            closeEarlier(connection, clientId, turn);
            sessions.connect(connection, waiting, properties, turn);
        } else { // [MQTT-3.1.2-24]
            connection.refuse(ReasonCode.PACKET_TOO_LARGE, "CONNACK exceeds the client's Maximum Packet Size",
                    turn);
        }
    }

    /** Whoever connected first is not the one who takes over, though it may take longer to know who it is. */
    private void closeEarlier(Connection connection, String clientId, Turn turn) {
        List<Connection> inOrder = asked.getOrDefault(clientId, List.of());
        for (Connection earlier : inOrder.subList(0, Math.max(0, inOrder.indexOf(connection)))) {
            if (earlier.state instanceof State.Authenticating) {
                earlier.close("client " + clientId + " connected again", turn);
            }
        }
    }

    /** Once a second: forgets connections whose clients are not asked any more. */
    void timePassed() {
        asked.values().removeIf(connections -> {
            connections.removeIf(connection -> !(connection.state instanceof State.Authenticating));
            return connections.isEmpty();
        });
    }

    /** AUTH rests on nothing durable, and it has neither Reason String nor User Properties. */
    private void send(Connection connection, Auth auth, Turn turn) {
        if (connection.takes(auth)) {
            connection.sendUnbound(auth, turn);
        } else { // [MQTT-3.1.2-24]
            fail(connection, ReasonCode.PACKET_TOO_LARGE, "AUTH exceeds the client's Maximum Packet Size",
                    turn);
        }
    }

    /** Ends the connection: with CONNACK, or with DISCONNECT, which has fewer words for it. */
    private void fail(Connection connection, ReasonCode reason, String why, Turn turn) {
        if (connection.state instanceof State.Open(Session session)) {
            ReasonCode said = switch (reason) {
                case PROTOCOL_ERROR, PACKET_TOO_LARGE, SERVER_BUSY -> reason;
                default -> ReasonCode.NOT_AUTHORIZED;
            };
            sessions.disconnect(connection, said, why + " (client " + session.clientId + ")", turn);
        } else {
            connection.refuse(reason, why, turn); // [MQTT-3.1.4-2]
        }
    }

    /** Neither client nor authenticator may take for ever, nor is who somebody was known for ever. */
    void checkTime(Connection connection, Turn turn) {
        Exchange exchange = connection.exchange;
        if (turn.nowMillis() >= connection.authenticatedUntilMillis) {
            fail(connection, ReasonCode.NOT_AUTHORIZED, "what the client has authenticated with is valid no"
                    + " longer", turn);
            return;
        }
        long millisMax = connection.settings.get(Setting.CONNECT_MILLIS_MAX);
        if (exchange != null && turn.nowMillis() - exchange.sinceMillis > millisMax) {
            fail(connection,
                    exchange.progress == null ? ReasonCode.SERVER_BUSY : ReasonCode.NOT_AUTHORIZED,
                    "not authenticated within " + millisMax + " ms", turn);
        }
    }
}
