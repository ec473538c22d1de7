package io.holdfast.broker;

import static io.holdfast.broker.Packets.cleanStart;
import static io.holdfast.broker.Packets.connack;
import static io.holdfast.broker.Packets.connect;
import static io.holdfast.broker.Packets.dup;
import static io.holdfast.broker.Packets.durable;
import static io.holdfast.broker.Packets.puback;
import static io.holdfast.broker.Packets.pubcomp;
import static io.holdfast.broker.Packets.publish;
import static io.holdfast.broker.Packets.pubrec;
import static io.holdfast.broker.Packets.pubrel;
import static io.holdfast.broker.Packets.retain;
import static io.holdfast.broker.Packets.with;
import static io.holdfast.mqtt.QoS.AT_LEAST_ONCE;
import static io.holdfast.mqtt.QoS.AT_MOST_ONCE;
import static io.holdfast.mqtt.QoS.EXACTLY_ONCE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.holdfast.conformance.Clause;
import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.SubscriptionOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A subscription that many retained messages match is sent all of them, a page at a time. */
class ReplayTest {
    private static final int MANY = 3 * Replays.PAGE_MESSAGES_MAX + 10;

    private final Core core = new Core();
    private final Client publisher = core.connect(connect("publisher"));
    private final List<String> expected =
            IntStream.range(0, MANY).mapToObj(i -> String.format("%03d", i)).toList();

    /** Retains as many messages as make several pages; each says its place among them. */
    private void retainMany(QoS qos) {
        expected.forEach(number -> publisher.retain(qos, "many/" + number, number));
    }

    private static Connect window(Connect connect, int receiveMaximum) {
        return with(connect, Property.RECEIVE_MAXIMUM, receiveMaximum);
    }

    private long pagesRead() {
        return core.reads().stream().filter(Effect.ReadRetained.class::isInstance).count();
    }

    /** Takes one delivery of QoS 1 and acknowledges it. */
    private static String takeOne(Client client) {
        Publish publish = (Publish) client.take();
        client.send(puback(publish.packetId()));
        return new String(publish.payload(), StandardCharsets.UTF_8);
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.3.1-9")
    void howeverManyMatchAllAreSent() {
        retainMany(AT_LEAST_ONCE);
        for (Connect connect : List.of(durable("kept"), connect("fleeting"))) {
            Client meter = core.connect(window(connect, 10)).subscribe(AT_LEAST_ONCE, "many/#");
            assertEquals(expected, meter.drain());
        }
    }

    @Test
    void aPageIsReadOnlyWhenTheLastOneHasBeenSent() {
        retainMany(AT_LEAST_ONCE);
        for (Connect connect : List.of(durable("kept"), connect("fleeting"))) {
            core.reads();
            Client meter = core.connect(window(connect, 1)).subscribe(AT_LEAST_ONCE, "many/#");
            int last = Replays.PAGE_MESSAGES_MAX - 1;
            for (int i = 0; i < last - 1; i++) {
                takeOne(meter);
            }
            assertEquals(1, pagesRead());
            takeOne(meter); // now the last one is in flight
            assertEquals(1, pagesRead());
            assertEquals(expected.subList(last, MANY), meter.drain());
            assertEquals(2, pagesRead());
        }
    }

    /** No handshake holds them back, so that the connection must. */
    @Test
    void atQos0TheyWaitForAClientThatDoesNotRead() {
        retainMany(AT_LEAST_ONCE);
        core.reads();
        Client meter = core.connect(durable("meter"));
        core.stall();
        meter.send(Packets.subscribe(1, AT_MOST_ONCE, "many/#"));
        meter.writable(false);
        core.commit();
        meter.take();
        meter.expect();
        assertEquals(1, pagesRead());
        meter.writable(true);
        for (String number : expected) {
            assertEquals(number, meter.takePayload());
        }
        meter.expect();
    }

    /** Live messages do not lose their places to retained ones that wait, nor the other way round. */
    @Test
    void theyDoNotCountAgainstTheQueueOfASessionThatEndsWithItsConnection() {
        Core small = new Core(new Settings(1 << 20, 100, 100, 3, 0, 10_000, 0));
        Client retaining = small.connect(connect("publisher"));
        List<String> numbers = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
        numbers.forEach(number -> retaining.retain(AT_LEAST_ONCE, "many/" + number, number));
        Client meter = small.connect(window(connect("meter"), 2)).subscribe(AT_LEAST_ONCE, "many/#");
        assertEquals(numbers, meter.drain());
        assertEquals(0, small.counters().queueFull());
    }

    @Test
    void theyGoOnWhereTheyStoppedAfterAReconnectAndAfterARestart() {
        retainMany(AT_LEAST_ONCE);
        List<String> taken = new ArrayList<>();
        Client meter = core.connect(window(durable("meter"), 1)).subscribe(AT_LEAST_ONCE, "many/#");
        for (int i = 0; i < 100; i++) {
            taken.add(takeOne(meter));
        }
        meter.drop();
        core.passSeconds(10);
        meter = core.connect(window(durable("meter"), 1));
        for (int i = 0; i < 100; i++) {
            taken.add(takeOne(meter));
        }
        core.restart();
        taken.addAll(core.connect(window(durable("meter"), 1)).drain());
        assertEquals(expected, taken);
    }

    @Test
    @Clause(mqtt5 = {"MQTT-4.3.3-2", "MQTT-4.4.0-1"})
    void atQos2EachArrivesOnceThoughTheBrokerIsKilledAgainAndAgain() {
        retainMany(EXACTLY_ONCE);
        List<String> taken = new ArrayList<>();
        Client meter = core.connect(window(durable("meter"), 1)).subscribe(EXACTLY_ONCE, "many/#");
        while (taken.size() < MANY) {
            Publish publish = (Publish) meter.take();
            taken.add(publish.topicName().substring(5));
            meter.send(pubrec(publish.packetId()));
            meter.expect(pubrel(publish.packetId()));
            if (taken.size() % 50 == 0) {
                core.restart();
                meter = core.connect(window(durable("meter"), 1));
                meter.expect(pubrel(publish.packetId()));
            }
            meter.send(pubcomp(publish.packetId()));
        }
        meter.expect();
        assertEquals(expected, taken);
    }

    @Test
    @Clause(mqtt5 = "MQTT-4.4.0-1")
    void whatIsInFlightIsRepeatedAsItWasThoughItWasReplaced() {
        publisher.retain(AT_LEAST_ONCE, "many/1", "old");
        core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "many/+").drop();
        publisher.retain(AT_LEAST_ONCE, "many/1", "new");
        core.restart();
        core.open().send(durable("meter")).expect(connack(true),
                dup(retain(publish(AT_LEAST_ONCE, 1, "many/1", "old"))),
                publish(AT_LEAST_ONCE, 2, "many/1", "new"));
    }

    /** What is published meanwhile at QoS 1 or 2 comes through the subscription, in its order. */
    @Test
    void aMessageThatIsReplacedBeforeItsPageIsReadIsSentOnceAndNotAsRetained() {
        retainMany(AT_LEAST_ONCE);
        Client meter = core.connect(window(durable("meter"), 1)).subscribe(AT_LEAST_ONCE, "many/#");
        String last = expected.getLast();
        publisher.retain(AT_LEAST_ONCE, "many/" + last, "new");
        List<String> taken = meter.drain();
        assertEquals(MANY, taken.size());
        assertEquals(0, taken.stream().filter(last::equals).count());
        assertEquals(1, taken.stream().filter("new"::equals).count());
    }

    @Test
    @Clause(mqtt5 = "MQTT-3.10.4-2")
    void unsubscribingEndsThem() {
        retainMany(AT_LEAST_ONCE);
        Client meter = core.connect(window(durable("meter"), 1)).subscribe(AT_LEAST_ONCE, "many/#");
        Publish inFlight = (Publish) meter.take();
        core.reads();
        meter.unsubscribe("many/#");
        meter.send(puback(inFlight.packetId()));
        assertEquals(expected.subList(1, Replays.PAGE_MESSAGES_MAX), meter.drain());
        assertEquals(0, pagesRead());
        meter.drop();
        core.open().send(durable("meter")).expect(connack(true));
    }

    @Test
    void aCleanStartEndsThemAndNothingIsLeftInTheStore() {
        retainMany(AT_LEAST_ONCE);
        core.connect(window(durable("meter"), 1)).subscribe(AT_LEAST_ONCE, "many/#").drop();
        core.open().send(cleanStart(connect("meter"))).expect(connack(false));
        assertEquals(List.of(), core.store.recover().logs());
    }

    @Test
    void whenAllHaveBeenSentNothingIsLeftInTheStoreButTheSubscription() {
        retainMany(AT_LEAST_ONCE);
        Client meter = core.connect(window(durable("meter"), 10)).subscribe(AT_LEAST_ONCE, "many/#");
        assertEquals(2, core.store.recover().logs().size());
        meter.drain();
        assertEquals(List.of("many/#"),
                core.store.recover().logs().stream().map(Store.Recovered.Log::topicFilter).toList());
    }

    /** [MQTT-3.8.4-4]: replacing a subscription loses nothing, whatever the new one asks for. */
    @Test
    @Clause(mqtt5 = "MQTT-3.8.4-4")
    void aSubscriptionThatIsReplacedMeanwhileIsSentTheRest() {
        retainMany(AT_LEAST_ONCE);
        for (int retainHandling = 1; retainHandling <= 2; retainHandling++) {
            Client meter = core.connect(window(durable("meter-" + retainHandling), 10))
                    .subscribe(AT_LEAST_ONCE, "many/#");
            List<String> taken = new ArrayList<>(List.of(takeOne(meter)));
            meter.drop();
            meter = core.open().send(window(durable("meter-" + retainHandling), 1));
            meter.take();
            meter.send(Packets.subscribe(1, "many/#",
                    new SubscriptionOptions(AT_LEAST_ONCE, false, false, retainHandling)));
            taken.add(takeOne(meter));
            meter.take();
            taken.addAll(meter.drain());
            assertEquals(expected, taken);
        }
    }
}
