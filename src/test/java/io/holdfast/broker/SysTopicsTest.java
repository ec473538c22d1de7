package io.holdfast.broker;

import static io.holdfast.broker.Packets.connack;
import static io.holdfast.broker.Packets.connect;
import static io.holdfast.broker.Packets.connect311;
import static io.holdfast.broker.Packets.durable;
import static io.holdfast.broker.Packets.puback;
import static io.holdfast.broker.Packets.pubcomp;
import static io.holdfast.broker.Packets.publish;
import static io.holdfast.broker.Packets.pubrec;
import static io.holdfast.broker.Packets.pubrel;
import static io.holdfast.broker.Packets.retain;
import static io.holdfast.broker.Packets.suback;
import static io.holdfast.broker.Packets.subscribe;
import static io.holdfast.broker.Packets.will;
import static io.holdfast.broker.Packets.with;
import static io.holdfast.mqtt.QoS.AT_LEAST_ONCE;
import static io.holdfast.mqtt.QoS.AT_MOST_ONCE;
import static io.holdfast.mqtt.QoS.EXACTLY_ONCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.conformance.Clause;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.mqtt.SubscriptionOptions;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What the broker tells about itself; an extension that the standard allows for (section 4.7.2). */
class SysTopicsTest {
    private static final String UPTIME = "$SYS/broker/uptime";
    private static final String LOAD = "$SYS/broker/load/messages/received/";

    private final Core core = new Core();

    @Test
    void aNewSubscriptionIsGreetedWithTheValueAndThenToldWhenItChanges() {
        Client watcher = core.connect(connect("watcher"));
        watcher.send(subscribe(1, AT_LEAST_ONCE, UPTIME, "$SYS/broker/clients/maximum"));
        watcher.expect(suback(1, ReasonCode.GRANTED_QOS_1, ReasonCode.GRANTED_QOS_1),
                retain(publish(UPTIME, "0 seconds")), retain(publish("$SYS/broker/clients/maximum", "0")));
        core.passSeconds(10);
        watcher.expect(publish(UPTIME, "10 seconds"), publish("$SYS/broker/clients/maximum", "1"));
        core.passSeconds(9);
        watcher.expect();
        core.passSeconds(1);
        watcher.expect(publish(UPTIME, "20 seconds"));
    }

    @Test
    @Clause(mqtt5 = {"MQTT-3.3.1-9", "MQTT-3.3.1-10", "MQTT-3.3.1-11", "MQTT-3.3.4-3"})
    void retainHandlingAndSubscriptionIdentifiersAreObeyedAsWithRetainedMessages() {
        Client watcher = core.connect(connect("watcher"));
        watcher.subscribe(UPTIME, new SubscriptionOptions(AT_MOST_ONCE, false, false, 2)).expect();
        watcher.subscribe(UPTIME, new SubscriptionOptions(AT_MOST_ONCE, false, false, 1)).expect();
        watcher.send(with(subscribe(1, AT_MOST_ONCE, UPTIME), Property.SUBSCRIPTION_IDENTIFIER, 7));
        watcher.expect(suback(1, ReasonCode.SUCCESS),
                with(retain(publish(UPTIME, "0 seconds")), Property.SUBSCRIPTION_IDENTIFIER, 7));
        watcher.subscribe(UPTIME, new SubscriptionOptions(AT_MOST_ONCE, false, true, 2));
        core.passSeconds(10);
        watcher.expect(retain(publish(UPTIME, "10 seconds"))); // Retain As Published
    }

    @Test
    @Clause(mqtt5 = "MQTT-4.7.2-1", mqtt311 = "MQTT-4.7.2-1")
    void aFilterThatBeginsWithAWildcardDoesNotMatchThem() {
        Client watcher = core.connect(connect("watcher")).subscribe(AT_MOST_ONCE, "#", "+/broker/uptime");
        core.passSeconds(10);
        watcher.expect();
    }

    @Test
    void nothingOfThemIsWrittenAndNothingIsQueuedForWhoIsAway() {
        Client watcher = core.connect(durable("watcher")).subscribe(AT_LEAST_ONCE, UPTIME);
        assertEquals("0 seconds", watcher.takePayload());
        core.stall();
        core.passSeconds(10);
        assertEquals(List.of(), core.uncommitted());
        core.commit();
        assertEquals("10 seconds", watcher.takePayload());
        watcher.drop();
        core.passSeconds(10);
        core.connect(durable("watcher")).expect();
    }

    @Test
    void noClientCanPublishOne() {
        Client liar = core.connect(connect("liar"));
        liar.send(retain(publish(UPTIME, "a year")), publish(AT_LEAST_ONCE, 1, "$SYS", "x"),
                publish(EXACTLY_ONCE, 2, UPTIME, "a year"),
                retain(publish(AT_LEAST_ONCE, 3, "$delayed/1/" + UPTIME, "a year")));
        liar.expect(puback(1, ReasonCode.NOT_AUTHORIZED), pubrec(2, ReasonCode.NOT_AUTHORIZED),
                puback(3, ReasonCode.NOT_AUTHORIZED));
        core.open().send(will(connect("heir"), UPTIME)).expectClosed(connack(ReasonCode.NOT_AUTHORIZED));
        core.passSeconds(2);
        Client watcher = core.connect(connect("watcher")).subscribe(AT_MOST_ONCE, UPTIME);
        watcher.expect(retain(publish(UPTIME, "0 seconds")));
        core.passSeconds(8);
        assertEquals("4", value("publish/messages/refused"));
    }

    @Test
    @Clause(mqtt311 = "MQTT-3.3.5-2")
    void aClientOfAnOlderVersionIsAnsweredAsUsualAndItsMessageIsRefused() {
        Client watcher = core.connect(connect("watcher")).subscribe(AT_MOST_ONCE, "$SYS/+");
        Client liar = core.connect(connect311("liar", true));
        liar.send(publish(AT_LEAST_ONCE, 1, "$SYS/x", "1"), publish(EXACTLY_ONCE, 2, "$SYS/x", "2"));
        liar.expect(puback(1, ReasonCode.NOT_AUTHORIZED), pubrec(2, ReasonCode.NOT_AUTHORIZED));
        liar.send(pubrel(2)).expect(pubcomp(2, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
        watcher.expect();
    }

    @Test
    void aTopicThatOnlyBeginsLikeThemIsOneLikeAnyOther() {
        Client watcher = core.connect(connect("watcher")).subscribe(AT_MOST_ONCE, "$SYSTEM/#");
        watcher.send(publish("$SYSTEM/broker", "1"));
        watcher.expect(publish("$SYSTEM/broker", "1"));
    }

    @Test
    void aLoadMovesTowardsWhatIsCountedPerMinute() {
        Client client = core.connect(connect("client")).subscribe(AT_MOST_ONCE, LOAD + "+");
        List.of("0.00", "0.00", "0.00").forEach(load -> assertEquals(load, client.takePayload()));
        core.passSeconds(10);
        // CONNECT and SUBSCRIBE: 2 in 10 s are 12 a minute.
        double oneMinute = 12 * (1 - Math.exp(-10 / 60.0));
        double fiveMinutes = 12 * (1 - Math.exp(-10 / 300.0));
        double fifteenMinutes = 12 * (1 - Math.exp(-10 / 900.0));
        client.expect(publish(LOAD + "1min", text(oneMinute)), publish(LOAD + "5min", text(fiveMinutes)),
                publish(LOAD + "15min", text(fifteenMinutes)));
        core.passSeconds(20);
        client.expect(publish(LOAD + "1min", text(oneMinute * Math.exp(-20 / 60.0))),
                publish(LOAD + "5min", text(fiveMinutes * Math.exp(-20 / 300.0)))); // 0.13 is still 0.13
    }

    private static String text(double load) {
        return String.format(Locale.ROOT, "%.2f", load);
    }

    @Test
    void theyTellWhatWasHandledAndWhatWasDropped() {
        Client slow = core.connect(connect("slow")).subscribe(AT_MOST_ONCE, "a");
        core.connect(connect("publisher")).publish(AT_LEAST_ONCE, "a", "seven b");
        slow.writable(false);
        core.connect(connect("other")).send(publish("a", "lost"));
        core.connect(durable("short"));
        core.connect(with(connect("short"), Property.SESSION_EXPIRY_INTERVAL, 3L)).drop();
        core.passSeconds(8);
        core.handle(new Input.EdgeCounted(6, 300, 200, 1 << 20, 3 << 20, 5 << 20, 0));
        core.passSeconds(2);
        assertEquals("3", value("clients/connected"));
        assertEquals("4", value("clients/maximum"));
        assertEquals("1", value("clients/expired"));
        assertEquals("8", value("messages/received")); // five CONNECTs, a SUBSCRIBE, two PUBLISHes
        assertEquals("9", value("messages/sent")); // five CONNACKs, SUBACK, PUBLISH, PUBACK, DISCONNECT
        assertEquals("2", value("publish/messages/received"));
        assertEquals("11", value("publish/bytes/received"));
        assertEquals("1", value("publish/messages/sent"));
        assertEquals("7", value("publish/bytes/sent"));
        assertEquals("1", value("publish/messages/dropped"));
        assertEquals("1", value("publish/messages/dropped/not_read"));
        assertEquals("0", value("publish/messages/dropped/expired"));
        assertEquals("300", value("bytes/received"));
        assertEquals("200", value("bytes/sent"));
        assertEquals("6", value("connections/socket/count"));
        assertEquals("1048576", value("heap/current"));
    }

    /** Asked for by a client that is not counted, because it comes after the last update. */
    private String value(String name) {
        Client client = core.connect(connect("asks")).subscribe(AT_MOST_ONCE, "$SYS/broker/" + name);
        String payload = client.takePayload();
        client.expect();
        client.drop();
        return payload;
    }

    @Test
    void anIntervalOfZeroSwitchesThemOff() {
        Core silent = new Core(Settings.DEFAULT.with(Setting.SYS_INTERVAL_SECONDS, 0));
        Client watcher = silent.connect(connect("watcher")).subscribe(AT_MOST_ONCE, "$SYS/#");
        silent.passSeconds(60);
        watcher.expect();
    }

    @Test
    void aWatcherIsToldAllOfThemByTheBroker() {
        Client watcher = core.connect(connect("watcher")).subscribe(AT_MOST_ONCE, "$SYS/#");
        Packet.Publish first = (Packet.Publish) watcher.take();
        assertEquals("$SYS/broker/version", first.topicName());
        assertTrue(first.retain());
    }
}
