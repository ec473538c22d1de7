package io.holdfast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.holdfast.broker.Setting;
import io.holdfast.broker.Settings;
import io.holdfast.config.Shows;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.netty.ListenerOptions;
import io.holdfast.security.Security;
import io.holdfast.system.RawClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who sends faster than it may is not read for a while, and the others that share its limit are not. */
@Timeout(60)
class RatesTest {
    private static final int MESSAGES = 40;

    private static RawClient connected(HoldfastServer server, int listener, String clientId)
            throws IOException {
        int port = URI.create(server.urls().get(listener)).getPort();
        RawClient client = new RawClient(port, ProtocolVersion.MQTT_5);
        client.connect(clientId);
        return client;
    }

    private static void stop(HoldfastServer server) {
        try {
            server.stop();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Whether what it has sent last was read; the broker stops. */
    private static boolean isAnswered(RawClient client) throws IOException {
        boolean isAnswered = client.receive() instanceof Packet.Pingresp;
        while (client.receive() != null) {
            // DISCONNECT
        }
        client.close();
        return isAnswered;
    }

    @ParameterizedTest
    @CsvSource({"CLIENT_MESSAGES_PER_SECOND_MAX, 1, true", "CLIENT_BYTES_PER_SECOND_MAX, 50, true",
            "LISTENER_MESSAGES_PER_SECOND_MAX, 1, false", "LISTENER_BYTES_PER_SECOND_MAX, 50, false"})
    @Shows({"limits.client-messages-per-second-max", "limits.client-bytes-per-second-max",
            "limits.listener-messages-per-second-max", "limits.listener-bytes-per-second-max"})
    void whoIsTooFastWaitsAndSoDoesItsListenerIfThatIsMeant(Setting rate, int value, boolean isBesideRead)
            throws Exception {
        GatedStore store = new GatedStore();
        store.gate.release(1_000);
        ListenerOptions any = ListenerOptions.tcp("--port 0", new InetSocketAddress("127.0.0.1", 0));
        HoldfastServer server = new HoldfastServer(List.of(any, any), Settings.DEFAULT.with(rate, value),
                Memory.of(0, 1 << 30), Security.none(), List.of(), () -> store,
                (_, failure) -> failure.printStackTrace());
        RawClient fast = connected(server, 0, "fast");
        fast.send(RawClient.subscribe("t", QoS.AT_MOST_ONCE));
        fast.expect(Packet.Suback.class);
        fast.send(Collections.nCopies(MESSAGES,
                RawClient.publish(QoS.AT_MOST_ONCE, 0, "t", new byte[15])).toArray(Packet[]::new));
        for (int i = 0; i < MESSAGES; i++) {
            fast.expect(Packet.Publish.class);
        }
        fast.send(new Packet.Pingreq());
        RawClient beside = connected(server, 0, "beside");
        beside.send(new Packet.Pingreq());
        RawClient elsewhere = connected(server, 1, "elsewhere");
        elsewhere.send(new Packet.Pingreq());
        elsewhere.expect(Packet.Pingresp.class);
        if (isBesideRead) {
            beside.expect(Packet.Pingresp.class);
        }
        Thread stopping = Thread.ofPlatform().start(() -> stop(server));
        elsewhere.close();
        assertEquals(List.of(false, false), List.of(isAnswered(fast), isAnswered(beside)));
        stopping.join();
    }
}
