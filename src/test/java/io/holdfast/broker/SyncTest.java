package io.holdfast.broker;

import static io.holdfast.broker.Packets.connect;
import static io.holdfast.broker.Packets.connect311;
import static io.holdfast.broker.Packets.durable;
import static io.holdfast.broker.Packets.puback;
import static io.holdfast.broker.Packets.publish;
import static io.holdfast.broker.Packets.retain;
import static io.holdfast.broker.Packets.suback;
import static io.holdfast.broker.Packets.subscribe;
import static io.holdfast.mqtt.QoS.AT_LEAST_ONCE;
import static io.holdfast.mqtt.ReasonCode.GRANTED_QOS_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.config.Shows;
import io.holdfast.mqtt.Packet.Connack;
import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.Properties.Entry;
import io.holdfast.mqtt.Properties.UserProperty;
import io.holdfast.mqtt.Property;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a power cut takes of clients that are content with less than a sync, and of nobody else. */
class SyncTest {
    private final Core core = new Core();

    @BeforeEach
    void aDeviceIsAway() {
        core.connect(durable("device")).subscribe(AT_LEAST_ONCE, "a").drop();
    }

    private Client connected(Sync sync, Connect connect) {
        Client client = core.open(sync).send(connect);
        client.take();
        return client;
    }

    private void publishAs(Sync sync, String payload) {
        connected(sync, connect("publisher")).send(publish(AT_LEAST_ONCE, 1, "a", payload)).expect(puback(1));
    }

    private void expectDelivered(String... payloads) {
        Client device = core.connect(durable("device"));
        Publish[] expected = new Publish[payloads.length];
        for (int i = 0; i < payloads.length; i++) {
            expected[i] = publish(AT_LEAST_ONCE, i + 1, "a", payloads[i]);
        }
        device.expect(expected);
    }

    @Test
    void aMessageThatNeedsNoSyncSurvivesTheEndOfTheProcess() {
        publishAs(Sync.OS, "1");
        core.restart();
        expectDelivered("1");
    }

    @Test
    @Shows("listeners.sync")
    void aPowerCutTakesIt() {
        publishAs(Sync.OS, "1");
        assertTrue(core.cutPower());
        expectDelivered();
    }

    @Test
    void aPowerCutTakesNothingThatWasToBeOnDisk() {
        publishAs(Sync.COMMIT, "1");
        assertFalse(core.cutPower());
        expectDelivered("1");
    }

    @Test
    void whatIsSyncedForOneIsSyncedForAllBeforeIt() {
        publishAs(Sync.OS, "1");
        publishAs(Sync.COMMIT, "2");
        assertFalse(core.cutPower());
        expectDelivered("1", "2");
    }

    @Test
    void atIntervalsWhatHasWaitedIsSynced() {
        publishAs(Sync.INTERVAL, "1");
        core.passSeconds(2);
        assertFalse(core.cutPower());
        expectDelivered("1");
    }

    @Test
    void withoutAnIntervalTheOperatingSystemIsLeftToIt() {
        publishAs(Sync.OS, "1");
        core.passSeconds(100);
        assertTrue(core.cutPower());
        expectDelivered();
    }

    @Test
    void subscriptionsAndSessionsAreSyncedForEverybody() {
        connected(Sync.OS, durable("telemetry")).send(subscribe(1, AT_LEAST_ONCE, "b"))
                .expect(suback(1, GRANTED_QOS_1));
        assertFalse(core.cutPower());
        core.open().send(durable("telemetry")).expect(Packets.connack(true));
    }

    /** The client would take another message under this Packet Identifier for the same. */
    @Test
    void aDeliveryToASessionIsSyncedWhoeverPublished() {
        Client device = core.connect(durable("device"));
        publishAs(Sync.OS, "1");
        device.expect(publish(AT_LEAST_ONCE, 1, "a", "1"));
        assertFalse(core.cutPower());
        core.open().send(durable("device"))
                .expect(Packets.connack(true), Packets.dup(publish(AT_LEAST_ONCE, 1, "a", "1")));
    }

    @Test
    void aRetainedMessageIsAsDurableAsItsPublisherWantsIt() {
        connected(Sync.COMMIT, connect("publisher")).send(retain(publish(AT_LEAST_ONCE, 1, "a", "1")));
        connected(Sync.OS, connect("publisher")).send(retain(publish(AT_LEAST_ONCE, 1, "a", "2")));
        assertTrue(core.cutPower());
        core.connect(connect("reader")).subscribe(AT_LEAST_ONCE, "a")
                .expect(retain(publish(AT_LEAST_ONCE, 1, "a", "1")));
    }

    @Test
    void clientsOfMqtt5AreTold() {
        for (Sync sync : List.of(Sync.OS, Sync.INTERVAL)) {
            Connack connack = (Connack) core.open(sync).send(connect("telemetry")).take();
            assertEquals(List.of(new Entry(Property.USER_PROPERTY, new UserProperty("sync", sync.word()))),
                    connack.properties().only(Property.USER_PROPERTY::equals).entries());
        }
        assertFalse(((Connack) core.open(Sync.COMMIT).send(connect("other")).take()).properties()
                .contains(Property.USER_PROPERTY));
        core.open(Sync.OS).send(connect311("older", true)).expect(Packets.connack311(false));
    }
}
