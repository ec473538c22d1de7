package io.holdfast.broker;

import static io.holdfast.broker.Packets.cleanStart;
import static io.holdfast.broker.Packets.connack;
import static io.holdfast.broker.Packets.connect;
import static io.holdfast.broker.Packets.connect311;
import static io.holdfast.broker.Packets.durable;
import static io.holdfast.broker.Packets.publish;
import static io.holdfast.mqtt.QoS.AT_LEAST_ONCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.config.Shows;
import io.holdfast.mqtt.Packet.Connack;
import io.holdfast.mqtt.Packet.Suback;
import io.holdfast.mqtt.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What clients make the core keep in memory has a limit in sum, and who asks for more is told so. */
class HeldTest {
    private static final int MEMORY_BYTES = 1 << 20;

    private final Core core = new Core(Settings.DEFAULT.with(Setting.MEMORY_BYTES, MEMORY_BYTES));

    /** Subscribes until it is refused; answers to how much. */
    private static int fill(Client client) {
        List<ReasonCode> reasons = new ArrayList<>();
        do {
            client.send(Packets.subscribe(1, AT_LEAST_ONCE, "a/" + reasons.size()));
            Suback suback = (Suback) client.take();
            reasons.add(suback.reasons().getFirst());
        } while (!reasons.getLast().isError());
        assertEquals(ReasonCode.QUOTA_EXCEEDED, reasons.getLast());
        return reasons.size() - 1;
    }

    @Test
    @Shows("limits.memory-bytes")
    void subscriptionsOfAllClientsTogetherAreLimited() {
        Client greedy = core.connect(durable("greedy"));
        int granted = fill(greedy);
        assertTrue(granted > 50 && granted < 200, granted + " subscriptions");
        // What there is goes on, and may be changed.
        greedy.send(Packets.subscribe(2, AT_LEAST_ONCE, "a/0"));
        assertEquals(List.of(ReasonCode.GRANTED_QOS_1), ((Suback) greedy.take()).reasons());
        greedy.send(publish(AT_LEAST_ONCE, 1, "a/0", "1"));
        assertEquals(2, List.of(greedy.take(), greedy.take()).size());
    }

    @Test
    void whoComesWhenMemoryIsFullIsToldThatTheBrokerIsBusy() {
        Client greedy = core.connect(connect("greedy"));
        fill(greedy);
        core.connect(connect("meter")).subscribe(AT_LEAST_ONCE, "a"); // there is a share left
        Connack answer;
        do {
            Client another = core.open().send(connect(""));
            answer = (Connack) another.take();
            if (answer.reason() == ReasonCode.SUCCESS) {
                fill(another);
            }
        } while (answer.reason() == ReasonCode.SUCCESS);
        core.open().send(connect("meter")).expectClosed(connack(ReasonCode.SERVER_BUSY));
        core.open().send(connect311("meter", true)).expectClosed(connack(ReasonCode.SERVER_BUSY));
        greedy.drop();
        core.open().send(connect("meter")).expect(connack(false));
    }

    @Test
    void aSessionThatComesAndGoesLeavesNothingInMemory() {
        for (int i = 0; i < 100; i++) {
            Client client = core.connect(cleanStart(durable("meter")));
            for (int filter = 0; filter < 10; filter++) {
                client.send(Packets.subscribe(1, AT_LEAST_ONCE, "b/" + filter));
                assertEquals(List.of(ReasonCode.GRANTED_QOS_1), ((Suback) client.take()).reasons());
            }
            client.drop();
        }
    }

    @Test
    @Shows("limits.connections-max")
    void moreConnectionsThanMayBeAreToldThatTheBrokerIsBusy() {
        Core small = new Core(Settings.DEFAULT.with(Setting.CONNECTIONS_MAX, 1));
        Client first = small.connect(connect("first"));
        small.open().send(connect("second")).expectClosed(connack(ReasonCode.SERVER_BUSY));
        first.drop();
        small.open().send(connect("third")).expect(connack(false));
    }
}
