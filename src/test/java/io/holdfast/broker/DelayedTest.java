package io.holdfast.broker;

import static io.holdfast.broker.Packets.connect;
import static io.holdfast.broker.Packets.connect311;
import static io.holdfast.broker.Packets.disconnect;
import static io.holdfast.broker.Packets.durable;
import static io.holdfast.broker.Packets.puback;
import static io.holdfast.broker.Packets.publish;
import static io.holdfast.broker.Packets.retain;
import static io.holdfast.broker.Packets.with;
import static io.holdfast.mqtt.QoS.AT_LEAST_ONCE;
import static io.holdfast.mqtt.QoS.AT_MOST_ONCE;
import static io.holdfast.mqtt.QoS.EXACTLY_ONCE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ReasonCode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages to {@code $delayed/{seconds}/{topic}}; an extension, of which the standard knows nothing. */
class DelayedTest {
    private final Core core = new Core();

    @Test
    void aDelayedMessageIsPublishedWhenItsTimeHasCome() {
        Client meter = core.connect(connect("meter")).subscribe(AT_LEAST_ONCE, "cmd", "$delayed/#", "#");
        core.connect(connect("publisher")).send(publish(AT_LEAST_ONCE, 1, "$delayed/60/cmd", "late"))
                .expect(puback(1));
        core.passSeconds(59);
        meter.expect();
        core.passSeconds(2);
        assertEquals(List.of("late"), meter.drain());
    }

    @Test
    void itsAcknowledgementMeansThatItIsOnDisk() {
        Client publisher = core.connect(connect("publisher"));
        core.stall();
        publisher.send(publish(AT_LEAST_ONCE, 1, "$delayed/60/cmd", "late")).expect();
        core.commit();
        publisher.expect(puback(1));
    }

    @Test
    void itIsPublishedOnceThoughTheBrokerWasDownAtItsTime() {
        Client meter = core.connect(durable("meter")).subscribe(AT_LEAST_ONCE, "cmd");
        core.connect(connect("publisher")).publish(EXACTLY_ONCE, "$delayed/5/cmd", "late");
        meter.drop();
        core.restart(60_000);
        core.passSeconds(2);
        core.restart();
        core.passSeconds(2);
        assertEquals(List.of("late"), core.connect(durable("meter")).drain());
    }

    @Test
    void nobodySeesItBeforeItsRowIsGone() {
        Client meter = core.connect(connect("meter")).subscribe(AT_MOST_ONCE, "cmd");
        core.connect(connect("publisher")).send(publish("$delayed/5/cmd", "late"));
        core.stallAfterRead();
        core.passSeconds(6);
        meter.expect();
        core.commit();
        meter.expect(publish("cmd", "late"));
    }

    @Test
    void itsExpiryCountsFromItsPublication() {
        Client meter = core.connect(connect("meter")).subscribe(AT_MOST_ONCE, "cmd");
        core.connect(connect("publisher"))
                .send(with(publish("$delayed/60/cmd", "late"), Property.MESSAGE_EXPIRY_INTERVAL, 10));
        core.passSeconds(61);
        meter.expect(with(publish("cmd", "late"), Property.MESSAGE_EXPIRY_INTERVAL, 10));
    }

    @Test
    void aRetainedOneIsRetainedFromItsTimeOn() {
        core.connect(connect("publisher")).send(retain(publish("$delayed/5/state", "on")));
        core.connect(connect("early")).subscribe(AT_MOST_ONCE, "state").expect();
        core.passSeconds(6);
        core.connect(connect("late")).subscribe(AT_MOST_ONCE, "state").expect(retain(publish("state", "on")));
    }

    @Test
    void manyThatAreDueAreAllPublishedInTheirOrder() {
        Client meter = core.connect(connect("meter")).subscribe(AT_LEAST_ONCE, "cmd");
        String[] numbers = new String[3 * Delayed.MESSAGES_MAX];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Integer.toString(i);
        }
        core.connect(connect("publisher")).publish(AT_LEAST_ONCE, "$delayed/1/cmd", numbers);
        core.passSeconds(2);
        assertEquals(List.of(numbers), meter.drain());
    }

    @ParameterizedTest
    @ValueSource(strings = {"$delayed/", "$delayed/5", "$delayed/5/", "$delayed//a", "$delayed/x/a",
        "$delayed/-1/a", "$delayed/31622401/a", "$delayed/99999999999/a"})
    void aTopicNameThatIsNotOfTheFormEndsTheConnection(String topicName) {
        core.connect(connect("publisher")).send(publish(AT_LEAST_ONCE, 1, topicName, "late"))
                .expectClosed(disconnect(ReasonCode.TOPIC_NAME_INVALID));
        core.connect(connect311("older", true)).send(publish(AT_LEAST_ONCE, 1, topicName,
                "late")).expectClosed();
    }
}
