package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.conformance.Clause;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What Holdfast is for: a message for a device that is away survives {@code kill -9} and arrives. Told once
 * for each real client, at QoS 1 and 2.
 */
@Timeout(180)
class StoryIT {
    private static final int MESSAGES = 200;
    private static final String TOPIC = "meters/7/setpoint";

    @TempDir
    Path data;

    private int port;

    @BeforeEach
    void choosePort() throws Exception {
        port = BrokerProcess.freePort();
    }

    @ParameterizedTest(name = "QoS {0}")
    @ValueSource(ints = {1, 2})
    @Clause(mqtt5 = {"MQTT-3.1.2-23", "MQTT-4.2-1", "MQTT-4.5.0-1", "MQTT-4.6.0-6"})
    void theHiveMqClientOfMqtt5GetsWhatWasAcknowledgedBeforeTheKill(int qos) throws Exception {
        tell(qos, new HiveMq5Device(port, "device"), new HiveMq5Device(port, "publisher"));
    }

    @ParameterizedTest(name = "QoS {0}")
    @ValueSource(ints = {1, 2})
    @Clause(mqtt311 = {"MQTT-3.1.2-4", "MQTT-3.1.2-5", "MQTT-4.5.0-1", "MQTT-4.6.0-6", "MQTT-7.0.0-2",
            "MQTT-7.1.1-1"})
    void theHiveMqClientOfMqtt311GetsWhatWasAcknowledgedBeforeTheKill(int qos) throws Exception {
        tell(qos, new HiveMq3Device(port, "device"), new HiveMq3Device(port, "publisher"));
    }

    @ParameterizedTest(name = "QoS {0}")
    @ValueSource(ints = {1, 2})
    @Clause(mqtt5 = {"MQTT-3.1.2-23", "MQTT-4.2-1", "MQTT-4.5.0-1", "MQTT-4.6.0-6"})
    void thePahoClientOfMqtt5GetsWhatWasAcknowledgedBeforeTheKill(int qos) throws Exception {
        tell(qos, new Paho5Device(port, "device"), new Paho5Device(port, "publisher"));
    }

    @ParameterizedTest(name = "QoS {0}")
    @ValueSource(ints = {1, 2})
    @Clause(mqtt311 = {"MQTT-3.1.2-4", "MQTT-3.1.2-5", "MQTT-4.5.0-1", "MQTT-4.6.0-6", "MQTT-7.0.0-2",
            "MQTT-7.1.1-1"})
    void thePahoClientOfMqtt311GetsWhatWasAcknowledgedBeforeTheKill(int qos) throws Exception {
        int version = MqttConnectOptions.MQTT_VERSION_3_1_1;
        tell(qos, new Paho3Device(version, port, "device"), new Paho3Device(version, port, "publisher"));
    }

    @ParameterizedTest(name = "QoS {0}")
    @ValueSource(ints = {1, 2})
    void thePahoClientOfMqtt31GetsWhatWasAcknowledgedBeforeTheKill(int qos) throws Exception {
        int version = MqttConnectOptions.MQTT_VERSION_3_1;
        tell(qos, new Paho3Device(version, port, "device"), new Paho3Device(version, port, "publisher"));
    }

    @Tag("debian")
    @ParameterizedTest(name = "QoS {0}")
    @ValueSource(ints = {1, 2})
    @Clause(mqtt5 = {"MQTT-3.1.2-23", "MQTT-4.2-1", "MQTT-4.5.0-1", "MQTT-4.6.0-6"})
    void theMosquittoClientOfMqtt5GetsWhatWasAcknowledgedBeforeTheKill(int qos) throws Exception {
        String version = "mqttv5";
        tell(qos, new MosquittoDevice(version, port, "device"),
                new MosquittoDevice(version, port, "publisher"));
    }

    @Tag("debian")
    @ParameterizedTest(name = "QoS {0}")
    @ValueSource(ints = {1, 2})
    @Clause(mqtt311 = {"MQTT-3.1.2-4", "MQTT-3.1.2-5", "MQTT-4.5.0-1", "MQTT-4.6.0-6", "MQTT-7.0.0-2",
            "MQTT-7.1.1-1"})
    void theMosquittoClientOfMqtt311GetsWhatWasAcknowledgedBeforeTheKill(int qos) throws Exception {
        String version = "mqttv311";
        tell(qos, new MosquittoDevice(version, port, "device"),
                new MosquittoDevice(version, port, "publisher"));
    }

    /**
     * What the broker has taken over belongs to the session, though its client is away; it comes in order,
     * and at QoS 2 once.
     */
    private void tell(int qos, Device device, Device publisher) throws Exception {
        List<String> payloads = IntStream.rangeClosed(1, MESSAGES).mapToObj(Integer::toString).toList();
        try (BrokerProcess broker = start()) {
            device.subscribe("meters/+/setpoint", qos);
            publisher.publish(TOPIC, qos, payloads);
            broker.kill();
        }
        try (BrokerProcess _ = start()) {
            assertEquals(payloads, device.receiveThrough(payloads.getLast()));
            publisher.publish(TOPIC, qos, List.of("one more"));
            boolean once = qos == 2 && device.acknowledgesFirst();
            assertComesLast("one more", payloads, once, device.receiveThrough("one more"));
        }
    }

    /** A client may have gone away before its last acknowledgements left; those come again, unless once. */
    private static void assertComesLast(String last, List<String> before, boolean once,
            List<String> received) {
        int repeated = received.size() - 1;
        List<String> expected = new ArrayList<>(before.subList(before.size() - repeated, before.size()));
        expected.add(last);
        assertEquals(expected, received);
        assertTrue(!once || repeated == 0, "not once: " + received);
    }

    private BrokerProcess start() {
        return BrokerProcess.start(data, "--port", Integer.toString(port));
    }
}
