package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.config.Shows;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees of a packaged broker and its clients. */
@Timeout(120)
class InsightIT {
    private static final ProtocolVersion VERSION = ProtocolVersion.MQTT_5;
    private static final int STATUS_REFUSED = 2;
    private static final byte[] SECRET = "SECRET".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path data;

    @Test
    void theLifeOfAClientIsReadInOneGrepWithoutAnyPayloadOrPassword() throws Exception {
        BrokerProcess broker = BrokerProcess.start(data, "--set", "wildcard-subscription-available=false");
        try (RawClient first = new RawClient(broker.port(), VERSION)) {
            first.connect("meter-7");
            first.send(RawClient.subscribe("a b/+", QoS.AT_LEAST_ONCE),
                    RawClient.publish(QoS.AT_MOST_ONCE, 0, "a", SECRET), RawClient.disconnect());
            first.expect(Packet.Suback.class);
            first.expectClose();
        }
        try (RawClient stranger = new RawClient(broker.port(), VERSION)) {
            stranger.send(new Packet.Connect(VERSION, true, 0,
                    Properties.of(Property.AUTHENTICATION_METHOD, "GUESS"), "meter-7", null, null, null));
            stranger.expect(Packet.Connack.class);
            stranger.expectClose();
        }
        try (RawClient second = new RawClient(broker.port(), ProtocolVersion.MQTT_3_1_1)) {
            second.send(new Packet.Connect(ProtocolVersion.MQTT_3_1_1, true, 60, Properties.NONE, "meter-7",
                    null, "a user", SECRET));
            second.expect(Packet.Connack.class);
            Thread.ofVirtual().start(() -> closeAfterTheBroker(second));
            broker.stop();
        }
        String at = "address=127.0.0.1:PORT listener=mqtt://127.0.0.1:PORT ";
        assertEquals("""
                connected %1$sversion=5.0 keep-alive-seconds=0 session=new
                subscribed in part or not at all filters="a b/+" answers=0xA2
                disconnected %1$sreason="the client disconnected (0x00)"
                refused %1$sversion=5.0 answer=0x8C reason="no Authentication Method is needed, nor \
                supported, not GUESS"
                session ended reason="a Clean Start"
                connected %1$suser="a user" version=3.1.1 keep-alive-seconds=60 session=new
                disconnected %1$sreason="the broker is stopping\"""".formatted(at),
                String.join("\n", life(broker)));
        assertTrue(broker.said().stream().noneMatch(line -> line.contains("SECRET")));
    }

    private static void closeAfterTheBroker(RawClient client) {
        try {
            client.expectClose();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> life(BrokerProcess broker) {
        String place = " clients: client=meter-7 ";
        return broker.said().stream().filter(line -> line.contains(place))
                .map(line -> line.substring(line.indexOf(place) + place.length())
                        .replaceAll("127.0.0.1:\\d+", "127.0.0.1:PORT"))
                .toList();
    }

    @Test
    @Shows({"log.format", "admin.listen"})
    void linesAreJsonIfAskedForAndAClientCannotForgeOne() throws Exception {
        BrokerProcess broker = BrokerProcess.start(data, "--log-format", "json", "--admin-listen", "0");
        try (RawClient client = new RawClient(broker.port(), VERSION)) {
            client.connect("a\"}\n{\"client\":\"meter-7");
            client.send(RawClient.disconnect());
            client.expectClose();
        }
        URI metrics = URI.create(broker.said().stream().filter(line -> line.startsWith("  tells "))
                .findFirst().orElseThrow().replaceFirst(" +tells +", ""));
        HttpResponse<String> told = HttpClient.newHttpClient().send(
                HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString());
        assertTrue(told.body().contains("holdfast_build_info{version=\"0."), told::body);
        broker.stop();
        List<String> lines = broker.said().stream().filter(line -> line.startsWith("{")).toList();
        assertEquals(2, lines.size(), lines::toString);
        for (String line : lines) {
            assertTrue(line.contains("{\"client\":\"a\\\"}\\n{\\\"client\\\":\\\"meter-7\"}"), line);
            assertTrue(line.endsWith("}"), line);
        }
        assertTrue(lines.getFirst().contains("\"formattedMessage\":\"connected\""), lines::toString);
    }

    @Test
    void anAdminEndpointThatCannotBeHadRefusesToStart() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String taken = "127.0.0.1:" + other.getLocalPort();
            Process process = BrokerProcess.launch("start", "--port", "0", "--data", data.toString(),
                    "--admin-listen", taken);
            assertEquals("Holdfast does not start: --admin-listen is " + taken + ", where the admin endpoint"
                    + " cannot listen: Address already in use; expected an address of this machine, and a"
                    + " port that nobody listens on", process.inputReader().readLine());
            assertEquals(STATUS_REFUSED, process.waitFor());
        }
    }
}
