package io.holdfast.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Input;
import io.holdfast.conformance.Clause;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The PROXY header and WebSocket's handshake, before the first packet. */
class ApproachTest {
    private static final String CONNECT = "100d00044d51545404020000000161";
    private static final String V2_SIGNATURE = "0d0a0d0a000d0a515549540a";

    /** RFC 6455 section 1.3. */
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final String ACCEPTANCE = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private final Intake intake = new Intake();
    private final Connections connections = new Connections();
    private EmbeddedChannel channel;

    @AfterEach
    void end() {
        channel.finishAndReleaseAll();
    }

    @ParameterizedTest
    @CsvSource({"PROXY TCP4 192.0.2.7 192.0.2.8 4711 1883, 192.0.2.7, 4711",
            "PROXY TCP6 2001:db8::7 2001:db8::8 65535 1883, 2001:db8::7, 65535"})
    void thePeerIsWhereTheHeaderOfVersion1SaysItIs(String header, String host, int port) {
        open(new Layer.ProxyHeader());
        receive(ascii(header + "\r\n") + CONNECT);
        assertArrived();
        assertEquals(new InetSocketAddress(host, port), Peer.of(channel));
    }

    @ParameterizedTest
    @CsvSource({"2111000c c0000207 c0000208 1267 075b, 192.0.2.7",
            "21210024 20010db8000000000000000000000007 20010db8000000000000000000000008 1267 075b,"
                    + " 2001:db8::7",
            // With the extra information that a load balancer of a cloud adds.
            "21110016 c0000207 c0000208 1267 075b ea000701aabbccddeeff, 192.0.2.7"})
    void thePeerIsWhereTheHeaderOfVersion2SaysItIs(String header, String host) {
        open(new Layer.ProxyHeader());
        String bytes = V2_SIGNATURE + header.replace(" ", "") + CONNECT;
        for (int i = 0; i < bytes.length(); i += 2) {
            receive(bytes.substring(i, i + 2));
        }
        assertArrived();
        assertEquals(new InetSocketAddress(host, 4711), Peer.of(channel));
    }

    /** A health check of the proxy itself, and PROXY UNKNOWN. */
    @ParameterizedTest
    @ValueSource(strings = {V2_SIGNATURE + "20000000", "50524f585920554e4b4e4f574e0d0a"})
    void aHeaderThatTellsNoAddressLeavesThatOfTheSocket(String header) {
        open(new Layer.ProxyHeader());
        receive(header + CONNECT);
        assertArrived();
        assertEquals(channel.remoteAddress(), Peer.of(channel));
    }

    @ParameterizedTest
    @ValueSource(strings = {CONNECT + CONNECT, "16030100", "50524f5859205443503420310d0a",
            V2_SIGNATURE + "f1110000"})
    void whoSendsNoHeaderIsClosedUnheard(String bytes) {
        open(new Layer.ProxyHeader());
        receive(bytes);
        assertFalse(channel.isOpen());
        assertTrue(inputs().isEmpty());
    }

    @Test
    void aHeaderThatNeverEndsIsNotKept() {
        open(new Layer.ProxyHeader());
        receive(ascii("PROXY TCP4 ") + "30".repeat(200));
        assertFalse(channel.isOpen());
    }

    @Test
    void whoDoesNotComeThroughInTimeIsClosed() {
        open(new Layer.ProxyHeader(), new Layer.WebSocket("/mqtt"));
        receive(ascii("PROXY TCP4 192.0.2.7 192.0.2.8 4711 1883\r\n") + ascii("GET /mqtt HT"));
        pass(Approach.MILLIS_MAX / 2); // the clock of the test goes on by itself too
        assertTrue(channel.isOpen());
        pass(Approach.MILLIS_MAX / 2);
        assertFalse(channel.isOpen());
        assertTrue(inputs().isEmpty());
    }

    @Test
    void whoHasComeThroughIsNotTimedAnyMore() {
        open(new Layer.ProxyHeader());
        receive(ascii("PROXY TCP4 192.0.2.7 192.0.2.8 4711 1883\r\n") + CONNECT);
        pass(Approach.MILLIS_MAX);
        assertTrue(channel.isOpen());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"mqtt | mqtt", "mqttv3.1 | mqttv3.1", "mqttv3.1, mqtt | mqtt",
            "chat,mqtt | mqtt"})
    @Clause(mqtt5 = "MQTT-6.0.0-4", mqtt311 = "MQTT-6.0.0-4")
    void theHandshakeSelectsTheSubprotocol(String offered, String selected) {
        open(new Layer.WebSocket("/mqtt"));
        receive(ascii(request("GET /mqtt?a=b HTTP/1.1", "Sec-WebSocket-Protocol: " + offered))
                + "828f00000000" + CONNECT);
        assertEquals("""
                HTTP/1.1 101 Switching Protocols\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Accept: %s\r
                Sec-WebSocket-Protocol: %s\r
                \r
                """.formatted(ACCEPTANCE, selected), answer());
        assertArrived();
        assertNull(channel.pipeline().get(WebSocketUpgrade.class));
    }

    @Test
    void aHandshakeThatArrivesByteByByteIsOne() {
        open(new Layer.WebSocket("/mqtt"));
        String bytes = ascii(request("GET /mqtt HTTP/1.1", "Sec-WebSocket-Protocol: mqtt"))
                + "828f00000000" + CONNECT;
        for (int i = 0; i < bytes.length(); i += 2) {
            receive(bytes.substring(i, i + 2));
        }
        assertTrue(answer().startsWith("HTTP/1.1 101 "));
        assertArrived();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET / HTTP/1.1      | Sec-WebSocket-Protocol: mqtt  | 404 | expected /mqtt
            GET /mqtt/ HTTP/1.1 | Sec-WebSocket-Protocol: mqtt  | 404 | expected /mqtt
            POST /mqtt HTTP/1.1 | Sec-WebSocket-Protocol: mqtt  | 400 | the method is POST; expected GET
            GET /mqtt HTTP/1.1  | X-Nothing: 1                  | 400 | offered are ""; expected mqtt
            GET /mqtt HTTP/1.1  | Sec-WebSocket-Protocol: chat  | 400 | offered are "chat"; expected mqtt
            GET /mqtt HTTP/1.1  | Sec-WebSocket-Protocol: MQTT  | 400 | offered are "MQTT"; expected mqtt
            nonsense            | X-Nothing: 1                  | 400 | this is no HTTP/1.1 request
            """)
    void aRequestForSomethingElseIsRefused(String line, String header, String status, String why) {
        open(new Layer.WebSocket("/mqtt"));
        receive(ascii(request(line, header)));
        assertRefused(status, why);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Upgrade: websocket         | Upgrade: h2c             | 426 | expected an upgrade to WebSocket
            keep-alive, Upgrade        | keep-alive               | 426 | expected an upgrade to WebSocket
            Sec-WebSocket-Version: 13  | Sec-WebSocket-Version: 8 | 426 | expected Sec-WebSocket-Version 13
            Sec-WebSocket-Key:         | X-Sec-WebSocket-Key:     | 400 | Sec-WebSocket-Key is missing
            Sec-WebSocket-Key: dGhl    | Sec-WebSocket-Key: dGh   | 400 | Sec-WebSocket-Key is missing
            """)
    void anIncompleteHandshakeIsRefused(String right, String wrong, String status, String why) {
        open(new Layer.WebSocket("/mqtt"));
        String request = request("GET /mqtt HTTP/1.1", "Sec-WebSocket-Protocol: mqtt");
        assertTrue(request.contains(right), request);
        receive(ascii(request.replace(right, wrong)));
        assertRefused(status, why);
    }

    @Test
    void aRequestWithoutEndIsNotKept() {
        open(new Layer.WebSocket("/mqtt"));
        receive(ascii("GET /" + "x".repeat(100_000)));
        assertRefused("400", "this is no HTTP/1.1 request");
    }

    @Test
    void aPathBelongsToOneListener() {
        open(new Layer.WebSocket("/"));
        receive(ascii(request("GET / HTTP/1.1", "Sec-WebSocket-Protocol: mqtt")));
        assertTrue(answer().startsWith("HTTP/1.1 101 "));
    }

    private void open(Layer... layers) {
        channel = new EmbeddedChannel(new Approach(List.of(layers), null,
                () -> new ConnectionHandler(intake, connections, 1 << 20)));
    }

    private static String request(String line, String header) {
        return line + """
                \r
                Host: localhost\r
                upgrade: x, y\r
                Upgrade: websocket\r
                Connection: keep-alive, Upgrade\r
                Sec-WebSocket-Key: %s\r
                Sec-WebSocket-Version: 13\r
                %s\r
                \r
                """.formatted(KEY, header);
    }

    private void assertArrived() {
        List<Input> inputs = inputs();
        assertInstanceOf(Input.ConnectionOpened.class, inputs.getFirst());
        assertEquals("CONNECT", assertInstanceOf(Input.PacketsReceived.class, inputs.get(1)).packets()
                .getFirst().type().name());
        assertEquals(2, inputs.size());
        assertNotNull(channel.pipeline().get(ConnectionHandler.class));
    }

    private void assertRefused(String status, String why) {
        String answer = answer();
        assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
        assertTrue(answer.contains("\r\nConnection: close\r\n"), answer);
        assertTrue(answer.contains("\r\nContent-Length: " + answer.split("\r\n\r\n")[1].length()), answer);
        assertTrue(answer.contains(why), answer);
        assertFalse(channel.isOpen());
        assertTrue(inputs().isEmpty());
    }

    private void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    private void receive(String hex) {
        channel.writeInbound(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex)));
    }

    private String answer() {
        ByteBuf written = channel.readOutbound();
        String text = written.toString(StandardCharsets.US_ASCII);
        written.release();
        return text;
    }

    private List<Input> inputs() {
        List<Input> inputs = new ArrayList<>();
        intake.release(Drain.to(inputs, intake, 1_000));
        return inputs;
    }

    private static String ascii(String text) {
        return ByteBufUtil.hexDump(text.getBytes(StandardCharsets.US_ASCII));
    }
}
