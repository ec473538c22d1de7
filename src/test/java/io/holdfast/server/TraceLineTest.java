package io.holdfast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.mqtt.SubscriptionOptions;
import io.holdfast.netty.Trace;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraceLineTest {
    private static final byte[] SECRET = "SECRET".getBytes(StandardCharsets.UTF_8);

    /** Without the time. */
    private static String line(String clientId, Packet packet, String topicName, int payloadBytesMax) {
        String line = TraceLine.of(new Trace.Event.Passed(0, clientId, 0, true, packet, topicName),
                payloadBytesMax);
        assertTrue(line.matches("(19|20)\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:00\\.000\\S+ client=.*"), line);
        return line.substring(line.indexOf(' ') + 1);
    }

    private static String line(Packet packet) {
        String line = line("c", packet, null, 100);
        String start = "client=c received " + packet.type();
        assertTrue(line.startsWith(start), line);
        return line.substring(start.length()).strip();
    }

    @Test
    void aConnectIsShownWithoutItsSecrets() {
        Properties properties = Properties.of(Property.AUTHENTICATION_METHOD, "SCRAM-SHA-256")
                .with(Property.AUTHENTICATION_DATA, SECRET).with(Property.RECEIVE_MAXIMUM, 5);
        Packet.Will will = new Packet.Will(QoS.AT_LEAST_ONCE, true,
                Properties.of(Property.WILL_DELAY_INTERVAL, 9), "off", new byte[] {'x', 0, '"', '\\', -1});
        String line = line(new Packet.Connect(ProtocolVersion.MQTT_5, false, 60, properties, "c", will, "ada",
                SECRET));
        assertEquals("version=5.0 clean-start=false keep-alive-seconds=60 user=ada password=hidden"
                + " authentication-method=SCRAM-SHA-256 authentication-data=hidden receive-maximum=5"
                + " will-topic=off will-qos=1 will-retain=true will-bytes=5"
                + " will-payload=\"x\\x00\\x22\\x5c\\xff\" will-delay-interval=9", line);
        String auth = line(new Packet.Auth(ReasonCode.CONTINUE_AUTHENTICATION, properties));
        assertTrue(auth.startsWith("reason=0x18 authentication-method="), auth);
        String connack = line(new Packet.Connack(true, ReasonCode.SUCCESS, properties));
        assertTrue(connack.startsWith("answer=0x00 session=present "), connack);
        assertFalse((line + auth + connack).contains("SECRET"));
    }

    @Test
    void aPayloadIsItsLengthAndAsMuchOfItAsIsAskedFor() {
        Packet.Publish publish = new Packet.Publish(true, QoS.EXACTLY_ONCE, true, "", 7,
                Properties.of(Property.TOPIC_ALIAS, 3).with(Property.CORRELATION_DATA, new byte[4])
                        .with(Property.USER_PROPERTY, new Properties.UserProperty("a b", "c=d")), SECRET);
        String rest = " topic-alias=3 correlation-data-bytes=4 user-property=\"a b: c\\u003dd\"";
        String fields = "client=c received PUBLISH topic=t qos=2 id=7 dup retain bytes=6";
        assertEquals(fields + rest, line("c", publish, "t", 0));
        assertEquals(fields + " payload=\"SEC\"..." + rest, line("c", publish, "t", 3));
        assertEquals(fields + " payload=\"SECRET\"" + rest, line("c", publish, "t", 6));
        assertFalse(line("c", publish, null, 0).contains("topic="));
    }

    @Test
    void whatSubscriptionsAskForAndGetIsShown() {
        assertEquals("id=2 filter=a/# qos=1 filter=\"b c\" qos=2 no-local retain-as-published"
                + " retain-handling=2 subscription-identifier=9",
                line(new Packet.Subscribe(2, Properties.of(Property.SUBSCRIPTION_IDENTIFIER, 9), List.of(
                        new Packet.Subscribe.Requested("a/#", SubscriptionOptions.of(QoS.AT_LEAST_ONCE)),
                        new Packet.Subscribe.Requested("b c",
                                new SubscriptionOptions(QoS.EXACTLY_ONCE, true, true, 2))))));
        assertEquals("id=2 reasons=\"0x01 0x87\"", line(new Packet.Suback(2, Properties.NONE,
                List.of(ReasonCode.GRANTED_QOS_1, ReasonCode.NOT_AUTHORIZED))));
        assertEquals("id=3 filter=a filter=b",
                line(new Packet.Unsubscribe(3, Properties.NONE, List.of("a", "b"))));
        assertEquals("id=3", line(new Packet.Unsuback(3, Properties.NONE, List.of())));
    }

    @Test
    void acknowledgementsTellTheirReasons() {
        Properties why = Properties.of(Property.REASON_STRING, "too much");
        assertEquals("id=9 reason=0x97 reason-string=\"too much\"",
                line(new Packet.Puback(9, ReasonCode.QUOTA_EXCEEDED, why)));
        assertEquals("id=9 reason=0x00", line(new Packet.Pubrec(9, ReasonCode.SUCCESS, Properties.NONE)));
        assertEquals("id=9 reason=0x92",
                line(new Packet.Pubrel(9, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, Properties.NONE)));
        assertEquals("id=9 reason=0x00", line(new Packet.Pubcomp(9, ReasonCode.SUCCESS, Properties.NONE)));
        assertEquals("reason=0x8B reason-string=\"too much\"",
                line(new Packet.Disconnect(ReasonCode.SERVER_SHUTTING_DOWN, why)));
        assertEquals("", line(new Packet.Pingreq()));
        assertEquals("", line(new Packet.Pingresp()));
    }

    @Test
    void aClientCanForgeNeitherLinesNorFields() {
        String id = "x\nclient=meter-7 received";
        assertEquals("client=\"x\\u000aclient\\u003dmeter-7 received\" received PINGREQ",
                line(id, new Packet.Pingreq(), null, 0));
        assertTrue(line("y".repeat(70_000), new Packet.Pingreq(), null, 0).length()
                < 2 * TraceLine.CHARACTERS_MAX);
        assertTrue(TraceLine.of(new Trace.Event.Happened(0, "c", 0, "closed", "it was cut"), 0)
                .endsWith(" client=c closed reason=\"it was cut\""));
    }
}
