package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.conformance.Clause;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.ReasonCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The broker is killed in the middle of handshakes, with a subscriber and with a publisher. */
@Timeout(180)
class InFlightIT {
    private static final int MESSAGES = 10;

    @TempDir
    Path data;

    @ParameterizedTest
    @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
    @Clause(mqtt5 = {"MQTT-4.4.0-1", "MQTT-3.3.1-1", "MQTT-3.1.2-23", "MQTT-4.3.2-3"},
            mqtt311 = {"MQTT-4.4.0-1", "MQTT-3.3.1-1", "MQTT-4.6.0-1", "MQTT-4.3.2-1", "MQTT-4.1.0-1"})
    void atQoS1WhatWasNotAcknowledgedComesAgainAfterTheKill(ProtocolVersion version) throws IOException {
        List<Packet.Publish> first = new ArrayList<>();
        try (BrokerProcess broker = BrokerProcess.start(data);
                RawClient device = subscribed(broker, version, QoS.AT_LEAST_ONCE)) {
            publish(broker, version, QoS.AT_LEAST_ONCE);
            for (int i = 0; i < MESSAGES; i++) {
                first.add(expectPublish(device, i, false));
            }
            for (int i = 0; i < MESSAGES / 2; i++) {
                device.send(new Packet.Puback(first.get(i).packetId(), ReasonCode.SUCCESS, Properties.NONE));
            }
            confirmHandled(device);
            broker.kill();
        }
        try (BrokerProcess broker = BrokerProcess.start(data);
                RawClient device = new RawClient(broker.port(), version)) {
            assertTrue(device.connect("device"));
            // Under the old Packet Identifiers, with DUP, in order.
            for (int i = MESSAGES / 2; i < MESSAGES; i++) {
                Packet.Publish again = expectPublish(device, i, true);
                assertEquals(first.get(i).packetId(), again.packetId());
                device.send(new Packet.Puback(again.packetId(), ReasonCode.SUCCESS, Properties.NONE));
            }
            confirmHandled(device);
        }
    }

    /** The first is complete, the second released, and the others have not been answered. */
    @ParameterizedTest
    @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
    @Clause(mqtt5 = {"MQTT-4.4.0-1", "MQTT-4.3.3-3", "MQTT-4.3.3-5", "MQTT-4.3.3-6"},
            mqtt311 = {"MQTT-4.4.0-1", "MQTT-4.6.0-1", "MQTT-4.3.3-1"})
    void atQoS2EachHandshakeGoesOnWhereTheKillCutItOff(ProtocolVersion version) throws IOException {
        List<Packet.Publish> first = new ArrayList<>();
        try (BrokerProcess broker = BrokerProcess.start(data);
                RawClient device = subscribed(broker, version, QoS.EXACTLY_ONCE)) {
            publish(broker, version, QoS.EXACTLY_ONCE);
            for (int i = 0; i < MESSAGES; i++) {
                first.add(expectPublish(device, i, false));
            }
            for (int i = 0; i < 2; i++) {
                release(device, first.get(i).packetId());
            }
            complete(device, first.get(0).packetId());
            confirmHandled(device);
            broker.kill();
        }
        try (BrokerProcess broker = BrokerProcess.start(data);
                RawClient device = new RawClient(broker.port(), version)) {
            assertTrue(device.connect("device"));
            // Once PUBREL is out, there is no PUBLISH again.
            assertEquals(first.get(1).packetId(), device.expect(Packet.Pubrel.class).packetId());
            complete(device, first.get(1).packetId());
            for (int i = 2; i < MESSAGES; i++) {
                assertEquals(first.get(i).packetId(), expectPublish(device, i, true).packetId());
            }
            for (int i = 2; i < MESSAGES; i++) {
                release(device, first.get(i).packetId());
                complete(device, first.get(i).packetId());
            }
            confirmHandled(device);
        }
    }

    @Test
    @Clause(mqtt5 = {"MQTT-4.3.3-10", "MQTT-4.3.3-12"})
    void whatAPublisherRepeatsAtQoS2AfterTheKillIsDeliveredOnce() throws IOException {
        ProtocolVersion version = ProtocolVersion.MQTT_5;
        Packet.Publish publish = publish(QoS.EXACTLY_ONCE, 0);
        try (BrokerProcess broker = BrokerProcess.start(data);
                RawClient _ = subscribed(broker, version, QoS.EXACTLY_ONCE);
                RawClient publisher = new RawClient(broker.port(), version)) {
            publisher.connect("publisher");
            publisher.send(publish);
            assertEquals(publish.packetId(), publisher.expect(Packet.Pubrec.class).packetId());
            broker.kill();
        }
        try (BrokerProcess broker = BrokerProcess.start(data);
                RawClient device = new RawClient(broker.port(), version);
                RawClient publisher = new RawClient(broker.port(), version)) {
            assertTrue(publisher.connect("publisher"));
            // As if the PUBREC had been lost: no duplicate onward.
            publisher.send(new Packet.Publish(true, publish.qos(), false, publish.topicName(),
                    publish.packetId(), Properties.NONE, publish.payload()));
            assertEquals(publish.packetId(), publisher.expect(Packet.Pubrec.class).packetId());
            publisher.send(new Packet.Pubrel(publish.packetId(), ReasonCode.SUCCESS, Properties.NONE));
            assertEquals(ReasonCode.SUCCESS, publisher.expect(Packet.Pubcomp.class).reason());
            // The same Packet Identifier is a new message now.
            publisher.send(publish(QoS.EXACTLY_ONCE, 1, publish.packetId()));
            publisher.expect(Packet.Pubrec.class);

            assertTrue(device.connect("device"));
            Packet.Publish delivered = device.expect(Packet.Publish.class);
            assertEquals("0", text(delivered));
            assertEquals("1", text(device.expect(Packet.Publish.class)));
        }
    }

    private static RawClient subscribed(BrokerProcess broker, ProtocolVersion version, QoS qos)
            throws IOException {
        RawClient device = new RawClient(broker.port(), version);
        assertFalse(device.connect("device"));
        device.send(RawClient.subscribe("meters/#", qos));
        device.expect(Packet.Suback.class);
        return device;
    }

    /** Publishes the messages, and returns when they have been acknowledged. */
    private static void publish(BrokerProcess broker, ProtocolVersion version, QoS qos) throws IOException {
        try (RawClient publisher = new RawClient(broker.port(), version)) {
            publisher.connect("publisher");
            for (int i = 0; i < MESSAGES; i++) {
                publisher.send(publish(qos, i));
                if (qos == QoS.AT_LEAST_ONCE) {
                    publisher.expect(Packet.Puback.class);
                } else {
                    publisher.expect(Packet.Pubrec.class);
                    publisher.send(new Packet.Pubrel(i + 1, ReasonCode.SUCCESS, Properties.NONE));
                    publisher.expect(Packet.Pubcomp.class);
                }
            }
        }
    }

    private static Packet.Publish publish(QoS qos, int index) {
        return publish(qos, index, index + 1);
    }

    private static Packet.Publish publish(QoS qos, int index, int packetId) {
        byte[] payload = Integer.toString(index).getBytes(StandardCharsets.UTF_8);
        return RawClient.publish(qos, packetId, "meters/7/setpoint", payload);
    }

    private static Packet.Publish expectPublish(RawClient device, int index, boolean dup) throws IOException {
        Packet.Publish publish = device.expect(Packet.Publish.class);
        assertEquals(Integer.toString(index), text(publish));
        assertEquals(dup, publish.dup());
        return publish;
    }

    private static String text(Packet.Publish publish) {
        return new String(publish.payload(), StandardCharsets.UTF_8);
    }

    private static void release(RawClient device, int packetId) throws IOException {
        device.send(new Packet.Pubrec(packetId, ReasonCode.SUCCESS, Properties.NONE));
        assertEquals(packetId, device.expect(Packet.Pubrel.class).packetId());
    }

    private static void complete(RawClient device, int packetId) throws IOException {
        device.send(new Packet.Pubcomp(packetId, ReasonCode.SUCCESS, Properties.NONE));
    }

    /** What the client said before has become durable once this is answered, and nothing else was sent. */
    private static void confirmHandled(RawClient device) throws IOException {
        device.send(RawClient.subscribe("nothing/comes/here", QoS.AT_MOST_ONCE));
        device.expect(Packet.Suback.class);
    }
}
