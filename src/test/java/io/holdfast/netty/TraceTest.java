package io.holdfast.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Effect;
import io.holdfast.broker.Input;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.SubscriptionOptions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is shown of connections to those who look, and what looking costs the connections. */
class TraceTest {
    private final Connections connections = new Connections();
    private final Intake intake = new Intake();

    private ConnectionTrace connection(String clientId) {
        ConnectionTrace connection = new ConnectionTrace(connections.traces(), "auto-1");
        receive(connection, connect(clientId));
        return connection;
    }

    private static Packet connect(String clientId) {
        return new Packet.Connect(ProtocolVersion.MQTT_5, true, 0, Properties.NONE, clientId, null, null,
                null);
    }

    private static void receive(ConnectionTrace connection, Packet... batch) {
        connection.look();
        List.of(batch).forEach(connection::received);
    }

    private static void send(ConnectionTrace connection, Packet packet) {
        connection.look();
        connection.sent(packet, packet);
    }

    private static Packet.Publish publish(String topicName, int payloadBytes) {
        return new Packet.Publish(false, QoS.AT_MOST_ONCE, false, topicName, 0, Properties.NONE,
                new byte[payloadBytes]);
    }

    private static Packet.Publish aliased(String topicName, int alias) {
        return publish(topicName, 0).with(Properties.of(Property.TOPIC_ALIAS, alias));
    }

    private Trace begin(String clientPattern, String topicFilter) {
        Trace trace = new Trace(clientPattern, topicFilter);
        assertTrue(connections.traces().begin(trace));
        return trace;
    }

    private static List<String> shown(Trace trace) throws InterruptedException {
        List<String> shown = new ArrayList<>();
        while (trace.hasNext()) {
            shown.add(switch (trace.next(0)) {
                case Trace.Event.Passed(_, String id, _, boolean isReceived, Packet packet, String topic) ->
                    id + (isReceived ? " > " : " < ") + packet.type() + (topic == null ? "" : " " + topic);
                case Trace.Event.Happened(_, String id, _, String what, String why) ->
                    id + " " + what + ": " + why;
            });
        }
        return shown;
    }

    @ParameterizedTest(name = "{0} is {2} for {1}")
    @CsvSource(textBlock = """
            meter-7,   meter-7,    true
            meter-7,   meter-77,   false
            meter-7,   Meter-7,    false
            *,         anything,   true
            meter-*,   meter-,     true
            meter-*,   meter-7,    true
            meter-*,   a-meter-7,  false
            *-7,       meter-7-7,  true
            *-7,       meter-7-8,  false
            m*t*r,     meter,      true
            m*t*r,     mettttr,    true
            m*t*r,     merer,      false
            ***,       m,          true
            a*b,       a*b,        true
            """)
    void aStarStandsForAnyCharacters(String pattern, String clientId, boolean isMatched) {
        assertEquals(isMatched, Trace.matches(pattern, clientId));
    }

    @Test
    void aClientIsShownInBothDirectionsFromTheBeginningToTheEndOfTheTrace() throws Exception {
        ConnectionTrace meter = connection("meter-7");
        ConnectionTrace other = connection("meter-8");
        Trace trace = begin("meter-7", null);
        receive(meter, publish("a", 1), new Packet.Pingreq());
        send(meter, new Packet.Pingresp());
        receive(other, new Packet.Pingreq());
        ConnectionTrace again = connection("meter-7");
        meter.ended("client meter-7 connected again");
        assertEquals(List.of("meter-7 > PUBLISH a", "meter-7 > PINGREQ", "meter-7 < PINGRESP",
                "meter-7 > CONNECT", "meter-7 closed: client meter-7 connected again"), shown(trace));

        connections.traces().end(trace);
        receive(again, new Packet.Pingreq());
        again.ended("it was cut");
        assertEquals(List.of(), shown(trace));
    }

    @Test
    void aClientWithoutAnIdentifierIsShownByTheOneThatItGets() throws Exception {
        Trace trace = begin("auto-*", null);
        connection("");
        assertEquals(List.of("auto-1 > CONNECT"), shown(trace));
    }

    @Test
    void aConnectionThatHasNotSaidWhoItIsIsNotShown() throws Exception {
        Trace trace = begin("*", null);
        ConnectionTrace nobody = new ConnectionTrace(connections.traces(), "auto-1");
        receive(nobody, new Packet.Pingreq());
        nobody.ended("PINGREQ before CONNECT");
        assertEquals(List.of(), shown(trace));
    }

    @Test
    void ofATopicOnlyWhatHasToDoWithItIsShownWhoeverSendsIt() throws Exception {
        Trace trace = begin(null, "a/+");
        ConnectionTrace meter = connection("meter-7");
        receive(meter, publish("a/b", 0), publish("a/b/c", 0), subscribe("b", "#"), subscribe("b/#"),
                subscribe("$share/g/a/b"), unsubscribe("a/b"), unsubscribe("a"), new Packet.Pingreq());
        ConnectionTrace other = connection("meter-8");
        send(other, publish("a/c", 0));
        send(other, publish("b", 0));
        meter.ended("it was cut");
        assertEquals(List.of("meter-7 > PUBLISH a/b", "meter-7 > SUBSCRIBE", "meter-7 > SUBSCRIBE",
                "meter-7 > UNSUBSCRIBE", "meter-8 < PUBLISH a/c"), shown(trace));
    }

    private static Packet subscribe(String... filters) {
        return new Packet.Subscribe(1, Properties.NONE, List.of(filters).stream().map(filter ->
                new Packet.Subscribe.Requested(filter, SubscriptionOptions.of(QoS.AT_LEAST_ONCE))).toList());
    }

    private static Packet unsubscribe(String filter) {
        return new Packet.Unsubscribe(1, Properties.NONE, List.of(filter));
    }

    @Test
    void aTopicAliasIsShownWithItsNameIfThatWasSetWhileItWasTraced() throws Exception {
        ConnectionTrace meter = connection("meter-7");
        receive(meter, aliased("a/1", 1));
        Trace all = begin("meter-7", null);
        Trace some = begin(null, "a/2");
        receive(meter, aliased("", 1), aliased("a/2", 2), aliased("", 2));
        meter.look();
        meter.sent(publish("a/3", 0), aliased("", 1)); // the broker's own aliases are others
        assertEquals(List.of("meter-7 > PUBLISH", "meter-7 > PUBLISH a/2", "meter-7 > PUBLISH a/2",
                "meter-7 < PUBLISH a/3"), shown(all));
        assertEquals(List.of("meter-7 > PUBLISH a/2", "meter-7 > PUBLISH a/2"), shown(some));
        assertEquals(1, some.unnamed());
        assertEquals(0, all.unnamed());
    }

    @Test
    void whatDoesNotFitIsLeftOutAndCountedWhereItWas() throws Exception {
        Trace trace = begin("*", null);
        ConnectionTrace meter = connection("meter-7");
        Packet large = publish("a", (int) Trace.HELD_BYTES_MAX / 4);
        receive(meter, large, large, large, large, large, new Packet.Pingreq());
        meter.ended("it was cut");
        assertEquals(3, trace.leftOut());
        assertEquals(List.of("meter-7 > CONNECT", "meter-7 > PUBLISH a", "meter-7 > PUBLISH a",
                "meter-7 > PUBLISH a", "meter-7 > PUBLISH a"), shown(trace));
        receive(meter, new Packet.Pingreq(), new Packet.Pingreq());
        assertEquals(3, trace.next(0).leftOutBefore());
        assertEquals(0, trace.next(0).leftOutBefore());
        assertEquals(0, trace.leftOut());
        assertNull(trace.next(0));
    }

    @Test
    void thereAreNoMoreTracesAtATimeThanMayBe() {
        List<Trace> traces = new ArrayList<>();
        for (int i = 0; i < Traces.TRACES_MAX; i++) {
            traces.add(begin("*", null));
        }
        assertFalse(connections.traces().begin(new Trace("*", null)));
        connections.traces().end(traces.getFirst());
        begin("*", null);
    }

    /** CONNECT, SUBSCRIBE, PUBLISH and half a packet, and what is answered: with a trace and without. */
    @Test
    void aTraceChangesNeitherWhatTheCoreGetsNorWhatTheClientGets() throws Exception {
        String untraced = conversation();
        Trace trace = begin("*", null);
        assertEquals(untraced, conversation());
        assertEquals(List.of("a > CONNECT", "a > PUBLISH t", "a > PINGREQ", "a < PUBLISH out",
                "a < PINGRESP", "a closed: the network connection ended without DISCONNECT"), shown(trace));
    }

    private String conversation() {
        ConnectionHandler handler = new ConnectionHandler(intake, connections, 1_000);
        EmbeddedChannel channel = new EmbeddedChannel(handler);
        channel.writeInbound(channel.alloc().buffer().writeBytes(Edge.CONNECT));
        channel.writeInbound(channel.alloc().buffer().writeBytes(
                ByteBufUtil.decodeHexDump("3004000174" + "78" + "c000" + "30")));
        Outbox outbox = connections.outbox();
        outbox.send(new Effect.Send(handler.id(), publish("out", 3)));
        outbox.send(new Effect.Send(handler.id(), new Packet.Pingresp()));
        outbox.flush();
        channel.runPendingTasks();
        String sent = ByteBufUtil.hexDump((ByteBuf) channel.readOutbound());
        channel.finishAndReleaseAll();
        List<Input> inputs = new ArrayList<>();
        intake.release(Drain.to(inputs, intake, 100));
        return sent + " " + inputs.stream().map(TraceTest::text).toList();
    }

    private static String text(Input input) {
        return input instanceof Input.PacketsReceived received
                ? received.packets().stream().map(Packet::type).toList().toString()
                : input.getClass().getSimpleName();
    }
}
