package io.holdfast.broker;

import static io.holdfast.broker.Packets.cleanStart;
import static io.holdfast.broker.Packets.connack;
import static io.holdfast.broker.Packets.connack311;
import static io.holdfast.broker.Packets.connect;
import static io.holdfast.broker.Packets.connect311;
import static io.holdfast.broker.Packets.disconnect;
import static io.holdfast.broker.Packets.durable;
import static io.holdfast.broker.Packets.publish;
import static io.holdfast.broker.Packets.suback;
import static io.holdfast.broker.Packets.subscribe;
import static io.holdfast.broker.Packets.will;
import static io.holdfast.broker.Packets.with;
import static io.holdfast.mqtt.QoS.AT_LEAST_ONCE;
import static io.holdfast.mqtt.QoS.AT_MOST_ONCE;
import static io.holdfast.mqtt.ReasonCode.BAD_AUTHENTICATION_METHOD;
import static io.holdfast.mqtt.ReasonCode.BAD_USER_NAME_OR_PASSWORD;
import static io.holdfast.mqtt.ReasonCode.CONTINUE_AUTHENTICATION;
import static io.holdfast.mqtt.ReasonCode.NOT_AUTHORIZED;
import static io.holdfast.mqtt.ReasonCode.PACKET_TOO_LARGE;
import static io.holdfast.mqtt.ReasonCode.PROTOCOL_ERROR;
import static io.holdfast.mqtt.ReasonCode.RE_AUTHENTICATE;
import static io.holdfast.mqtt.ReasonCode.SERVER_BUSY;
import static io.holdfast.mqtt.ReasonCode.SUCCESS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.holdfast.broker.Authentication.Accepted;
import io.holdfast.broker.Authentication.Begin;
import io.holdfast.broker.Authentication.Continue;
import io.holdfast.broker.Authentication.GoOn;
import io.holdfast.broker.Authentication.Progress;
import io.holdfast.broker.Authentication.Refused;
import io.holdfast.conformance.Clause;
import io.holdfast.mqtt.Packet.Auth;
import io.holdfast.mqtt.Packet.Connack;
import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.Packet.Pingreq;
import io.holdfast.mqtt.Packet.Pingresp;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** Between CONNECT and CONNACK, and again later: the test is the authenticator too (section 4.12). */
class AuthenticationTest {
    private static final String METHOD = "GS2-KRB5";
    private static final Progress PROGRESS = new Progress() {};
    private static final Continue CONTINUE = new Continue(bytes("?"), PROGRESS);
    private static final Auth QUESTION = auth(CONTINUE_AUTHENTICATION, "?");
    private static final long MILLIS_MAX = Settings.DEFAULT.get(Setting.CONNECT_MILLIS_MAX);

    private final Core core = new Core(Settings.DEFAULT, true);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Connect withMethod(Connect connect, String data) {
        return with(with(connect, Property.AUTHENTICATION_METHOD, METHOD), Property.AUTHENTICATION_DATA,
                bytes(data));
    }

    private static Auth auth(ReasonCode reason, String data) {
        return new Auth(reason, authentication(data));
    }

    private static Properties authentication(String data) {
        return Properties.of(Property.AUTHENTICATION_METHOD, METHOD)
                .with(Property.AUTHENTICATION_DATA, bytes(data));
    }

    /** CONNACK with success, and the method and data at its end. */
    private static Connack authenticated(boolean sessionPresent, String data) {
        Properties properties = connack(sessionPresent).properties();
        for (Properties.Entry entry : authentication(data).entries()) {
            properties = properties.with(entry.property(), entry.value());
        }
        return new Connack(sessionPresent, SUCCESS, properties);
    }

    private static Accepted accepted(String userName) {
        return new Accepted(userName, bytes("welcome"));
    }

    private static Connect withPassword(Connect connect, String userName, String password) {
        return new Connect(connect.version(), connect.cleanStart(), 0, connect.properties(),
                connect.clientIdentifier(), connect.will(), userName, bytes(password));
    }

    /** A client that has shown with the method to be that user. */
    private Client connected(Connect connect, String userName) {
        Client client = core.open().send(withMethod(connect, "I"));
        core.question();
        client.authenticated(accepted(userName));
        assertEquals(SUCCESS, ((Connack) client.take()).reason());
        return client;
    }

    @Test
    @Clause(mqtt5 = {"MQTT-4.12.0-2", "MQTT-4.12.0-3", "MQTT-4.12.0-5", "MQTT-3.2.0-1", "MQTT-3.15.2-1"})
    void anExchangeGoesOnUntilTheClientIsAcceptedWithConnack() {
        Client meter = core.open().send(withMethod(connect("meter"), "I am meter"));
        Begin begin = assertInstanceOf(Begin.class, core.question());
        assertEquals("meter", begin.clientId());
        assertEquals(METHOD, begin.method());
        assertEquals("I am meter", new String(begin.data(), StandardCharsets.UTF_8));
        meter.authenticated(new Continue(bytes("prove it"), PROGRESS))
                .expect(auth(CONTINUE_AUTHENTICATION, "prove it"));
        meter.send(auth(CONTINUE_AUTHENTICATION, "here"));
        GoOn answer = assertInstanceOf(GoOn.class, core.question());
        assertSame(PROGRESS, answer.progress());
        assertEquals("here", new String(answer.data(), StandardCharsets.UTF_8));
        meter.authenticated(accepted("ada")).expect(authenticated(false, "welcome"));
        meter.send(new Pingreq()).expect(new Pingresp());
    }

    @Test
    @Clause(mqtt5 = {"MQTT-4.12.0-6", "MQTT-3.1.4-5"})
    void aUserNameAndAPasswordAreAskedAboutAndConnackNamesNoMethod() {
        Client meter = core.open().send(withPassword(connect("meter"), "ada", "lovelace"));
        Begin begin = assertInstanceOf(Begin.class, core.question());
        assertNull(begin.method());
        assertEquals("ada", begin.userName());
        assertEquals("lovelace", new String(begin.password(), StandardCharsets.UTF_8));
        meter.expect();
        meter.authenticated(new Accepted("ada", null)).expect(connack(false));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.1.3-6")
    void aClientWithoutAnIdentifierIsAskedAboutByTheOneThatItGets() {
        Client meter = core.open().send(connect(""));
        String assigned = assertInstanceOf(Begin.class, core.question()).clientId();
        meter.authenticated(accepted(null));
        Connack connack = (Connack) meter.take();
        assertEquals(assigned, connack.properties().string(Property.ASSIGNED_CLIENT_IDENTIFIER));
    }

    @Test
    @Clause(mqtt5 = {"MQTT-4.12.0-4", "MQTT-3.1.4-2", "MQTT-3.2.2-7", "MQTT-4.12.0-1"})
    void whoeverIsRefusedIsToldWhyAndTheConnectionIsClosed() {
        Client meter = core.open().send(withMethod(connect("meter"), "I am meter"));
        core.question();
        meter.authenticated(new Continue(bytes("prove it"), PROGRESS))
                .expect(auth(CONTINUE_AUTHENTICATION, "prove it"));
        meter.send(auth(CONTINUE_AUTHENTICATION, "perhaps"));
        core.question();
        meter.authenticated(new Refused(NOT_AUTHORIZED, "no")).expectClosed(connack(NOT_AUTHORIZED));
        for (ReasonCode reason : new ReasonCode[] {BAD_AUTHENTICATION_METHOD, BAD_USER_NAME_OR_PASSWORD,
            SERVER_BUSY}) {
            Client gauge = core.open().send(withMethod(connect("gauge"), "I"));
            core.question();
            gauge.authenticated(new Refused(reason, "no")).expectClosed(connack(reason));
        }
    }

    @Test
    @Clause(mqtt311 = "MQTT-3.1.4-4")
    void aClientOfAnOlderVersionIsAskedAboutInTheSameWay() {
        Client meter = core.open().send(withPassword(connect311("meter", true), "ada", "lovelace"));
        core.question();
        meter.authenticated(new Accepted("ada", null)).expect(connack311(false));
        Client gauge = core.open().send(withPassword(connect311("gauge", true), "ada", "byron"));
        core.question();
        gauge.authenticated(new Refused(BAD_USER_NAME_OR_PASSWORD, "no"))
                .expectClosed(connack(BAD_USER_NAME_OR_PASSWORD));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.1.4-2")
    void aConnectThatIsRefusedNeitherTakesASessionOverNorEndsItNorLeavesAWill() {
        Client watcher = connected(connect("watcher"), "eve").subscribe(AT_LEAST_ONCE, "gone");
        Client meter = connected(durable("meter"), "ada").subscribe(AT_LEAST_ONCE, "cmd");
        Client stranger = core.open().send(withMethod(will(cleanStart(durable("meter")), "gone"), "I"));
        core.question();
        meter.send(new Pingreq()).expect(new Pingresp());
        stranger.authenticated(new Refused(NOT_AUTHORIZED, "no")).expectClosed(connack(NOT_AUTHORIZED));
        meter.send(new Pingreq()).expect(new Pingresp());
        meter.drop();
        watcher.expect();
        Client back = core.open().send(withMethod(durable("meter"), "I"));
        core.question();
        back.authenticated(accepted("ada")).expect(authenticated(true, "welcome"));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.1.4-3")
    void whoConnectedLaterTakesOverThoughTheOtherOneIsKnownLater() {
        Client earlier = core.open().send(withPassword(connect("meter"), "user", "secret"));
        core.question();
        Client later = core.open().send(withPassword(connect("meter"), "user", "secret"));
        core.question();
        later.authenticated(new Accepted("user", null));
        earlier.expectClosed();
        later.expect(connack(false));
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.1.4-5")
    void whatAClientWithoutMethodSendsMeanwhileIsHandledAfterConnack() {
        Client meter = core.open().send(connect("meter"), subscribe(1, AT_MOST_ONCE, "a"), publish("a", "1"));
        core.question();
        meter.expect();
        meter.authenticated(accepted("ada"));
        meter.expect(connack(false), suback(1, SUCCESS), publish("a", "1"));
    }

    @Test
    void noClientCanMakeTheBrokerHoldMuch() {
        Client flood = core.open().send(connect("flood"));
        flood.send(Collections.nCopies(Sessions.HELD_PACKETS_MAX, new Pingreq()).toArray(Pingreq[]::new))
                .expect();
        flood.send(new Pingreq()).expectClosed();
        core.question();
        flood.authenticated(accepted("ada")).expectClosed();
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.1.2-30")
    void withAMethodNothingButAuthAndDisconnectMayComeBeforeConnack() {
        Client meter = core.open().send(withMethod(connect("meter"), "I"), new Pingreq());
        meter.expectClosed(connack(PROTOCOL_ERROR));
        core.question();
        core.open().send(withMethod(connect("gauge"), "I"), disconnect(SUCCESS)).expectClosed();
        core.question();
    }

    @Test
    @Clause(mqtt5 = {"MQTT-4.12.0-3", "MQTT-4.12.0-5"})
    void anAuthThatIsNotTheAnswerEndsTheExchange() {
        Auth[] wrong = {auth(RE_AUTHENTICATE, "again"), auth(SUCCESS, "done"), new Auth(
                CONTINUE_AUTHENTICATION, Properties.of(Property.AUTHENTICATION_METHOD, "OTHER"))};
        for (Auth auth : wrong) {
            Client meter = core.open().send(withMethod(connect("meter"), "I"));
            core.question();
            meter.authenticated(CONTINUE).expect(QUESTION);
            meter.send(auth).expectClosed(connack(PROTOCOL_ERROR));
        }
        Client hasty =
                core.open().send(withMethod(connect("hasty"), "I"), auth(CONTINUE_AUTHENTICATION, "!"));
        hasty.expectClosed(connack(PROTOCOL_ERROR));
        core.question();
    }

    @Test
    @Clause(mqtt5 = "MQTT-4.12.0-7")
    void authWithoutAMethodInConnectIsAProtocolErrorBeforeConnackAndAfterIt() {
        Client meter = core.open().send(connect("meter"), auth(CONTINUE_AUTHENTICATION, "!"));
        meter.expectClosed(connack(PROTOCOL_ERROR));
        core.question();
        Client gauge = core.open().send(connect("gauge"));
        core.question();
        gauge.authenticated(accepted("ada")).expect(connack(false));
        gauge.send(auth(RE_AUTHENTICATE, "!")).expectClosed(disconnect(PROTOCOL_ERROR));
        core.expectNoQuestion();
    }

    @Test
    void anExchangeHasATimeLimit() {
        Client thinking = core.open().send(withMethod(connect("thinking"), "I"));
        core.question();
        thinking.authenticated(CONTINUE).expect(QUESTION);
        Client waiting = core.open().send(withPassword(connect("waiting"), "ada", "lovelace"));
        core.question();
        core.passMillis(MILLIS_MAX);
        thinking.expect();
        core.passSeconds(2);
        thinking.expectClosed(connack(NOT_AUTHORIZED));
        waiting.expectClosed(connack(SERVER_BUSY));
        waiting.authenticated(accepted("ada")).expectClosed();
    }

    @Test
    void anExchangeHasALimitedNumberOfSteps() {
        Client meter = core.open().send(withMethod(connect("meter"), "I"));
        for (int i = 0; i < Exchanges.AUTH_PACKETS_MAX; i++) {
            core.question();
            meter.authenticated(CONTINUE).expect(QUESTION);
            meter.send(auth(CONTINUE_AUTHENTICATION, "!"));
        }
        core.question();
        meter.authenticated(CONTINUE).expect(QUESTION);
        meter.send(auth(CONTINUE_AUTHENTICATION, "!")).expectClosed(connack(NOT_AUTHORIZED));
    }

    @Test
    @Clause(mqtt5 = {"MQTT-4.12.1-1", "MQTT-4.12.0-5"})
    void aClientAuthenticatesAgainWhileItsSessionGoesOn() {
        Client meter = connected(connect("meter"), "ada").subscribe(AT_MOST_ONCE, "a");
        meter.send(auth(RE_AUTHENTICATE, "it is me"));
        Begin begin = assertInstanceOf(Begin.class, core.question());
        assertEquals("meter", begin.clientId());
        assertEquals(METHOD, begin.method());
        meter.send(publish("a", "1")).expect(publish("a", "1"));
        meter.authenticated(new Continue(bytes("prove it"), PROGRESS))
                .expect(auth(CONTINUE_AUTHENTICATION, "prove it"));
        meter.send(publish("a", "2")).expect(publish("a", "2"));
        meter.send(auth(CONTINUE_AUTHENTICATION, "here"));
        core.question();
        meter.authenticated(accepted("ada")).expect(auth(SUCCESS, "welcome"));
        meter.send(auth(RE_AUTHENTICATE, "and again"));
        assertInstanceOf(Begin.class, core.question());
    }

    @Test
    @Clause(mqtt5 = "MQTT-4.12.1-2")
    void whoeverFailsToAuthenticateAgainIsDisconnected() {
        Client meter = connected(connect("meter"), "ada");
        meter.send(auth(RE_AUTHENTICATE, "it is me"));
        core.question();
        meter.authenticated(new Refused(BAD_USER_NAME_OR_PASSWORD, "no"))
                .expectClosed(disconnect(NOT_AUTHORIZED));
        Client gauge = connected(connect("gauge"), "ada");
        gauge.send(auth(RE_AUTHENTICATE, "it is me"));
        core.question();
        gauge.authenticated(accepted("eve")).expectClosed(disconnect(NOT_AUTHORIZED));
        Client slow = connected(connect("slow"), "ada");
        slow.send(auth(RE_AUTHENTICATE, "it is me"));
        core.question();
        slow.authenticated(CONTINUE).expect(QUESTION);
        core.passMillis(MILLIS_MAX + 2_000);
        slow.expectClosed(disconnect(NOT_AUTHORIZED));
    }

    @Test
    @Clause(mqtt5 = {"MQTT-4.12.1-1", "MQTT-4.12.0-5"})
    void anotherMethodOrAnAuthOutOfTurnDisconnects() {
        Auth other = new Auth(RE_AUTHENTICATE, Properties.of(Property.AUTHENTICATION_METHOD, "OTHER"));
        connected(connect("meter"), "ada").send(other).expectClosed(disconnect(PROTOCOL_ERROR));
        connected(connect("meter"), "ada").send(auth(CONTINUE_AUTHENTICATION, "!"))
                .expectClosed(disconnect(PROTOCOL_ERROR));
        Client twice = connected(connect("meter"), "ada").send(auth(RE_AUTHENTICATE, "1"));
        core.question();
        twice.send(auth(RE_AUTHENTICATE, "2")).expectClosed(disconnect(PROTOCOL_ERROR));
        core.expectNoQuestion();
    }

    /** An AUTH of the broker has method and data alone, which no client can do without. */
    @Test
    @Clause(mqtt5 = {"MQTT-3.15.2-2", "MQTT-3.15.2-3", "MQTT-3.1.2-24"})
    void anAuthThatTheClientCannotTakeIsNotSentAndHasNothingThatCouldBeLeftOut() {
        Auth question = auth(CONTINUE_AUTHENTICATION, "?".repeat(50));
        int size = 2 + 1 + 1 + 3 + METHOD.length() + 3 + 50;
        Client fits = core.open()
                .send(with(withMethod(connect("fits"), "I"), Property.MAXIMUM_PACKET_SIZE, size));
        core.question();
        fits.authenticated(new Continue(bytes("?".repeat(50)), PROGRESS)).expect(question);
        Client small = core.open()
                .send(with(withMethod(connect("small"), "I"), Property.MAXIMUM_PACKET_SIZE, size - 1));
        core.question();
        small.authenticated(new Continue(bytes("?".repeat(50)), PROGRESS))
                .expectClosed(connack(PACKET_TOO_LARGE));
        fits.send(auth(CONTINUE_AUTHENTICATION, "!"));
        core.question();
        fits.authenticated(new Accepted("ada", bytes("!".repeat(50))))
                .expectClosed(connack(PACKET_TOO_LARGE));
    }

    @Test
    void theQuestionDoesNotWaitForTheDisk() {
        Client meter = connected(durable("meter"), "ada");
        core.stall();
        meter.send(subscribe(1, AT_LEAST_ONCE, "a"), auth(RE_AUTHENTICATE, "it is me"));
        core.question();
        meter.authenticated(CONTINUE).expect(QUESTION);
        core.commit();
        meter.expect(suback(1, ReasonCode.GRANTED_QOS_1));
    }
}
