package io.holdfast.netty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.holdfast.broker.Input;
import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.Packet.Pingreq;
import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.spi.Client;
import io.holdfast.spi.Message;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InterceptionTest {
    private final List<String> seen = new ArrayList<>();
    private final Interception interception = new Interception(List.of(this::change, (_, message) -> {
        seen.add(message.topicName());
        return message;
    }), "192.0.2.7");

    private Message change(Client client, Message message) {
        assertEquals(new Client("meter", "ada", "192.0.2.7"), client);
        return switch (message.topicName()) {
            case "old" -> message.to("new");
            case "secret" -> null;
            case "throws" -> throw new AssertionError("on purpose");
            case "wild" -> message.to("a/+");
            case "nul" -> message.to("a\0b");
            case "long" -> message.to("x".repeat(70_000));
            case "empty" -> message.with(null);
            case "loud" -> message.with(new String(message.payload(), UTF_8).toUpperCase().getBytes(UTF_8));
            default -> message;
        };
    }

    private Publish publish(String topicName, int alias) {
        Properties properties = alias == 0 ? Properties.NONE : Properties.of(Property.TOPIC_ALIAS, alias);
        return new Publish(false, QoS.AT_LEAST_ONCE, false, topicName, 7, properties, "x".getBytes(UTF_8));
    }

    private Publish apply(String topicName, int alias) {
        return (Publish) interception.apply(publish(topicName, alias));
    }

    @Test
    void whatAClientPublishesIsSeenChangedAndRefused() {
        interception.apply(new Connect(ProtocolVersion.MQTT_5, true, 0, Properties.NONE, "meter", null, "ada",
                null));
        Pingreq other = new Pingreq();
        assertSame(other, interception.apply(other));
        assertEquals("a", apply("a", 0).topicName());
        assertEquals("new", apply("old", 0).topicName());
        assertEquals("X", new String(apply("loud", 0).payload(), UTF_8));
        for (String refused : new String[] {"secret", "throws", "wild", "nul", "long", "empty"}) {
            assertEquals(Input.REFUSED_TOPIC, apply(refused, 0).topicName(), refused);
            assertEquals(7, apply(refused, 0).packetId());
        }
        assertEquals(List.of("a", "new", "loud"), seen);
    }

    @Test
    void aTopicAliasIsResolvedAndOneThatIsNotKnownIsLeftToTheCore() {
        interception.apply(new Connect(ProtocolVersion.MQTT_5, true, 0, Properties.NONE, "meter", null, "ada",
                null));
        assertEquals("new", apply("old", 1).topicName());
        Publish again = apply("", 1);
        assertEquals("new", again.topicName());
        assertEquals(1, again.properties().integer(Property.TOPIC_ALIAS, 0));
        assertEquals(Input.REFUSED_TOPIC, apply("secret", 2).topicName());
        assertEquals(Input.REFUSED_TOPIC, apply("", 2).topicName());
        Publish unknown = publish("", 3);
        assertSame(unknown, interception.apply(unknown));
    }
}
