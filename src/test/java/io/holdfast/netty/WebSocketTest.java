package io.holdfast.netty;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Effect;
import io.holdfast.broker.Input;
import io.holdfast.conformance.Clause;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.QoS;
import io.holdfast.netty.Layer.ClientCertificate;
import io.holdfast.netty.Layer.TlsVersion;
import io.holdfast.system.TestCertificates;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** WebSocket on real sockets, with and without TLS, with Java's client. */
@Timeout(60)
class WebSocketTest {
    private static final TestCertificates CERTIFICATES = new TestCertificates();

    /** What a client hears: the payload of binary messages, and the status of the Close. */
    private static final class Ear implements WebSocket.Listener {
        private final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
        private final BlockingQueue<byte[]> pongs = new LinkedBlockingQueue<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final ByteArrayOutputStream message = new ByteArrayOutputStream();

        @Override
        public CompletionStage<?> onBinary(WebSocket client, ByteBuffer data, boolean last) {
            message.writeBytes(bytes(data));
            if (last) {
                messages.add(message.toByteArray());
                message.reset();
            }
            client.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onPong(WebSocket client, ByteBuffer data) {
            pongs.add(bytes(data));
            client.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket client, int status, String reason) {
            closed.complete(status);
            return null;
        }

        @Override
        public void onError(WebSocket client, Throwable error) {
            closed.completeExceptionally(error);
        }

        private static byte[] bytes(ByteBuffer data) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            return bytes;
        }
    }

    private final Ear ear = new Ear();

    static Stream<List<Layer>> layers() {
        Layer webSocket = new Layer.WebSocket("/mqtt");
        Layer tls = new Layer.Tls(CERTIFICATES.server.getKeyPair().getPrivate(),
                CERTIFICATES.server.getCertificatePathList(), List.of(TlsVersion.values()),
                ClientCertificate.NONE, List.of());
        return Stream.of(List.of(webSocket), List.of(tls, webSocket));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void packetsComeInHoweverFramesCutThemAndGoOutAndTheEndIsToldByAClose(List<Layer> layers)
            throws Exception {
        try (Edge edge = listen(layers)) {
            WebSocket client = connect(edge);
            assertEquals("mqtt", client.getSubprotocol());
            sendBinary(client, Arrays.copyOf(Edge.CONNECT, 3), false);
            sendBinary(client, Arrays.copyOfRange(Edge.CONNECT, 3, Edge.CONNECT.length), true);
            long id = edge.nextClient();
            sendBinary(client, new byte[] {(byte) 0xC0, 0, (byte) 0xC0, 0, (byte) 0xC0}, true);
            assertEquals(2, edge.next(Input.PacketsReceived.class).packets().size());
            sendBinary(client, new byte[] {0}, true);
            assertEquals(1, edge.next(Input.PacketsReceived.class).packets().size());

            byte[] payload = new byte[1 << 20];
            edge.outbox.send(new Effect.Send(id, new Packet.Publish(false, QoS.AT_MOST_ONCE, false, "t", 0,
                    Properties.NONE, payload)));
            edge.sendLast(id);
            int sent = 1 + 3 + 2 + 1 + payload.length;
            assertEquals(sent + Edge.PINGRESP.length, ear.closed.thenApply(_ -> ear.messages.stream()
                    .mapToInt(message -> message.length).sum()).join());
            assertEquals(WebSocket.NORMAL_CLOSURE, ear.closed.join());
            assertEquals(id, edge.next(Input.ConnectionClosed.class).connectionId());
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void aPingIsAnsweredAndACloseEndsTheConnection(List<Layer> layers) throws Exception {
        try (Edge edge = listen(layers)) {
            WebSocket client = connect(edge);
            client.sendPing(ByteBuffer.wrap("ping".getBytes(StandardCharsets.US_ASCII))).join();
            assertArrayEquals("ping".getBytes(StandardCharsets.US_ASCII), ear.pongs.take());
            sendBinary(client, Edge.CONNECT, true);
            long id = edge.nextClient();
            client.sendClose(WebSocket.NORMAL_CLOSURE, "bye").join();
            assertEquals(WebSocket.NORMAL_CLOSURE, ear.closed.join());
            assertEquals(id, edge.next(Input.ConnectionClosed.class).connectionId());
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    @Clause(mqtt5 = "MQTT-6.0.0-1", mqtt311 = "MQTT-6.0.0-1")
    void aTextFrameClosesTheConnection(List<Layer> layers) throws Exception {
        try (Edge edge = listen(layers)) {
            WebSocket client = connect(edge);
            sendBinary(client, Edge.CONNECT, true);
            client.sendText("hello", true).join();
            long id = edge.nextClient();
            Input.PacketRefused refused = edge.next(Input.PacketRefused.class);
            assertEquals("a WebSocket frame: it is a text frame; expected binary ones",
                    refused.description());
            edge.sendLast(id);
            assertEquals(1_003, ear.closed.join());
            assertArrayEquals(Edge.PINGRESP, ear.messages.take());
            assertEquals(id, edge.next(Input.ConnectionClosed.class).connectionId());
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    @Clause(mqtt5 = "MQTT-6.0.0-3", mqtt311 = "MQTT-6.0.0-3")
    void aClientWithoutTheSubprotocolIsRefused(List<Layer> layers) throws Exception {
        try (Edge edge = listen(layers)) {
            WebSocket.Builder builder = http().newWebSocketBuilder().subprotocols("chat");
            CompletionException refusal = assertThrows(CompletionException.class,
                    () -> builder.buildAsync(URI.create(edge.network.urls().getFirst()), ear).join());
            WebSocketHandshakeException answer = (WebSocketHandshakeException) refusal.getCause();
            assertEquals(400, answer.getResponse().statusCode());
        }
    }

    @Test
    void anHttpClientGetsAnAnswerAndTheEndOfTheStream() throws Exception {
        try (Edge edge = listen(List.of(new Layer.WebSocket("/mqtt")));
                Socket client = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
            client.getOutputStream().write("GET /mqtt HTTP/1.1\r\nHost: a\r\n\r\n".getBytes());
            String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertTrue(answer.startsWith("HTTP/1.1 426 Upgrade Required\r\n"), answer);
            assertTrue(answer.endsWith("\r\n\r\nMQTT is spoken here; expected an upgrade to WebSocket.\n"),
                    answer);
        }
    }

    private static Edge listen(List<Layer> layers) {
        return new Edge(Platform.best(true), Edge.ANY_PORT, layers.toArray(Layer[]::new));
    }

    private WebSocket connect(Edge edge) throws Exception {
        return http().newWebSocketBuilder().subprotocols("mqtt")
                .buildAsync(URI.create(edge.network.urls().getFirst()), ear).join();
    }

    private static HttpClient http() throws Exception {
        return HttpClient.newBuilder().sslContext(CERTIFICATES.clientContext(null)).build();
    }

    private static void sendBinary(WebSocket client, byte[] bytes, boolean last) {
        client.sendBinary(ByteBuffer.wrap(bytes), last).join();
    }
}
