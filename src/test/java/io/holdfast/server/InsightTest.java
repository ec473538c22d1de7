package io.holdfast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Settings;
import io.holdfast.netty.ListenerOptions;
import io.holdfast.security.Security;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The admin endpoint of a whole broker, but for the disk, and a real HTTP client. */
@Timeout(60)
class InsightTest {
    /** CONNECT of MQTT 5.0: Clean Start, no keep alive, no properties, Client Identifier "a". */
    private static final byte[] CONNECT = HexFormat.of().parseHex("100e00044d5154540502000000000161");
    private static final byte[] PINGREQ = HexFormat.of().parseHex("c000");
    private static final int PINGRESP_FIRST_BYTE = 0xd0;
    private static final int PINGRESP_BYTES = 2;
    private static final int CONNACK_FIRST_BYTE = 0x20;
    private static final int UNAVAILABLE = 503;

    private final GatedStore store = new GatedStore();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Insight insight = Insight.at(loopback(0));
    private final String url = insight.banner().strip().split(" +")[1].replace("/metrics", "");

    @AfterEach
    void stop() {
        insight.stop();
    }

    @Test
    void aBrokerIsReadyOnceClientsAreServedAndNoLongerWhenItStops() throws Exception {
        assertEquals("503 starting\n", get("/health/ready"));
        assertEquals("503 starting\n", get("/metrics"));
        assertEquals("200 live\n", get("/health/live"));
        HoldfastServer server = startBroker();
        insight.show(server);
        assertEquals("200 ready\n", get("/health/ready"));
        assertEquals("200 live\n", get("/health/live"));
        server.stop();
        assertEquals("503 stopping\n", get("/health/ready"));
        assertEquals("200 live\n", get("/health/live"));
    }

    @Test
    void aBrokerWhoseDiskIsShortIsNotReadyAndStillAlive() throws Exception {
        HoldfastServer server = startBroker();
        insight.show(server);
        server.measured().tell(Map.of("disk/short", 1L));
        assertEquals("503 the disk of the store is short of space\n", get("/health/ready"));
        assertEquals("200 live\n", get("/health/live"));
        server.stop();
    }

    @Test
    void whatClientsDoIsCountedWithinSecondsAndCommitsAreTimed() throws Exception {
        HoldfastServer server = startBroker();
        insight.show(server);
        assertEquals(0, metric("holdfast_clients_connected"));
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port(server))) {
            client.getOutputStream().write(CONNECT);
            assertEquals(CONNACK_FIRST_BYTE, client.getInputStream().read());
            while (metric("holdfast_clients_connected") != 1) { // told by the core once a second
                ping(client);
            }
            assertTrue(metric("holdfast_packets_received_total") >= 2);
            String listener = "{listener=\"" + server.urls().getFirst() + "\"}";
            assertEquals(1, metric("holdfast_connections_open" + listener));
            assertEquals(1, metric("holdfast_connections_accepted_total" + listener));
            assertTrue(metric("holdfast_turn_seconds_count") > 0);
            assertTrue(metric("holdfast_turn_seconds_bucket{le=\"+Inf\"}") > 0);
            assertTrue(metric("holdfast_network_received_bytes_total") >= CONNECT.length);
        }
        server.stop();
    }

    private static void ping(Socket client) throws IOException {
        client.getOutputStream().write(PINGREQ);
        while (client.getInputStream().read() != PINGRESP_FIRST_BYTE) {
            // the rest of CONNACK, or of the one before
        }
    }

    @Test
    void othersAreToldWhatThereIsAndWhichMethodsThereAre() throws Exception {
        assertTrue(get("/").startsWith("404 "), get("/"));
        assertTrue(get("/metrics/x").startsWith("404 "));
        HttpResponse<String> posted = http.send(request("/health/live").POST(
                HttpRequest.BodyPublishers.ofString("x")).build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(405, posted.statusCode());
        assertEquals(List.of("GET, HEAD"), posted.headers().allValues("Allow"));
        HttpResponse<String> head = http.send(request("/health/ready").HEAD().build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(UNAVAILABLE, head.statusCode());
        assertEquals("", head.body());
    }

    @Test
    void clientsThatSayTheirRequestsByteByByteHarmNeitherOthersNorTheBroker() throws Exception {
        HoldfastServer server = startBroker();
        insight.show(server);
        List<Socket> slow = new ArrayList<>();
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port(server))) {
            for (int i = 0; i < 40; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), URI.create(url).getPort());
                socket.getOutputStream().write("GET /metr".getBytes(StandardCharsets.US_ASCII));
                slow.add(socket);
            }
            assertEquals("200 ready\n", get("/health/ready"));
            client.getOutputStream().write(CONNECT);
            assertEquals(CONNACK_FIRST_BYTE, client.getInputStream().read());
            for (Socket socket : slow) { // until each is cut off
                assertEquals("", new String(socket.getInputStream().readAllBytes(),
                        StandardCharsets.US_ASCII));
            }
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
        server.stop();
    }

    @Test
    void anAddressThatOthersHaveIsRefusedInWords() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress taken = loopback(other.getLocalPort());
            String why = assertThrows(Insight.CannotServeException.class,
                    () -> Insight.at(taken)).getMessage();
            assertEquals("127.0.0.1:" + other.getLocalPort() + ", where the admin endpoint cannot"
                    + " listen: Address already in use; expected an address of this machine, and a port that"
                    + " nobody listens on", why);
        }
    }

    private HoldfastServer startBroker() throws InterruptedException {
        store.gate.release(1_000);
        return new HoldfastServer(List.of(ListenerOptions.tcp("--port 0", loopback(0))), Settings.DEFAULT,
                Memory.of(0, 1 << 30), Security.none(), List.of(), () -> store,
                (_, failure) -> failure.printStackTrace());
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress("127.0.0.1", port);
    }

    private static int port(HoldfastServer server) {
        return URI.create(server.urls().getFirst()).getPort();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path));
    }

    private String get(String path) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request(path).build(),
                HttpResponse.BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }

    /** The value of the line that begins with that name and these labels. */
    private double metric(String name) throws IOException, InterruptedException {
        String line = get("/metrics").lines().filter(one -> one.startsWith(name + " ")).findFirst()
                .orElseThrow(() -> new AssertionError("no " + name));
        return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
    }
}
