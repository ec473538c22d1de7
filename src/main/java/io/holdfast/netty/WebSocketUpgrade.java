package io.holdfast.netty;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/**
 * The opening handshake of WebSocket (RFC 6455 section 4.2), behind an HttpRequestDecoder. Fires
 * {@link #DONE} after the answer, and leaves {@link WebSocketFrames} in its place; or {@link Refused}.
 */
final class WebSocketUpgrade extends ChannelInboundHandlerAdapter {
    /** The event that what follows are frames. */
    static final Object DONE = new Object();

    /** The event that the request was answered with a refusal, and nothing more is read. */
    record Refused(String why) {}

    /** The standard's, and that of clients which speak MQTT 3.1 only; of several, the first counts. */
    private static final List<String> SUBPROTOCOLS = List.of("mqtt", "mqttv3.1");

    private static final String VERSION = "13";
    private static final int KEY_BYTES = 16;
    private static final String KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private static final String ACCEPTED = """
            HTTP/1.1 101 Switching Protocols\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Accept: %s\r
            Sec-WebSocket-Protocol: %s\r
            \r
            """;
    private static final String REFUSED = """
            HTTP/1.1 %s\r
            Upgrade: websocket\r
            Sec-WebSocket-Version: 13\r
            Connection: close\r
            Content-Type: text/plain\r
            Content-Length: %d\r
            \r
            %s""";

    private static final String BAD_REQUEST = "400 Bad Request";
    private static final String NOT_FOUND = "404 Not Found";
    private static final String UPGRADE_REQUIRED = "426 Upgrade Required";

    private final String path;
    private HttpRequest request;

    WebSocketUpgrade(String path) {
        this.path = path;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof HttpRequest first) {
                request = first;
            }
            if (message instanceof LastHttpContent && request != null) {
                answer(context, request);
                request = null;
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void answer(ChannelHandlerContext context, HttpRequest request) {
        HttpHeaders headers = request.headers();
        String key = headers.get(HttpHeaderNames.SEC_WEBSOCKET_KEY, "");
        String offered = String.join(",", headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL));
        String subprotocol = subprotocol(offered);
        if (request.decoderResult().isFailure()) {
            refuse(context, BAD_REQUEST, "this is no HTTP/1.1 request");
        } else if (!path(request.uri()).equals(path)) {
            refuse(context, NOT_FOUND, "there is nothing at this path; expected " + path);
        } else if (!request.method().equals(HttpMethod.GET)) {
            refuse(context, BAD_REQUEST, "the method is " + request.method() + "; expected GET");
        } else if (!headers.containsValue(HttpHeaderNames.UPGRADE, "websocket", true)
                || !headers.containsValue(HttpHeaderNames.CONNECTION, "upgrade", true)) {
            refuse(context, UPGRADE_REQUIRED, "MQTT is spoken here; expected an upgrade to WebSocket");
        } else if (!headers.contains(HttpHeaderNames.SEC_WEBSOCKET_VERSION, VERSION, false)) {
            refuse(context, UPGRADE_REQUIRED, "expected Sec-WebSocket-Version 13");
        } else if (!isKey(key)) {
            refuse(context, BAD_REQUEST, "Sec-WebSocket-Key is missing or not 16 bytes in Base64");
        } else if (subprotocol == null) { // [MQTT-6.0.0-3]
            refuse(context, BAD_REQUEST,
                    "the subprotocols offered are \"" + offered + "\"; expected mqtt among them");
        } else {
            accept(context, key, subprotocol);
        }
    }

    private void accept(ChannelHandlerContext context, String key, String subprotocol) {
        write(context, ACCEPTED.formatted(acceptance(key), subprotocol)); // [MQTT-6.0.0-4]
        context.pipeline().addAfter(context.name(), null, new WebSocketFrames());
        context.fireUserEventTriggered(DONE);
        context.pipeline().remove(this);
        // What came behind the request goes on to the frames now.
        context.pipeline().remove(HttpRequestDecoder.class);
    }

    private void refuse(ChannelHandlerContext context, String status, String why) {
        String body = why + ".\n";
        int bytes = body.getBytes(StandardCharsets.UTF_8).length;
        write(context, REFUSED.formatted(status, bytes, body));
        context.fireUserEventTriggered(new Refused(why));
        Ending.begin(context.channel());
    }

    private static void write(ChannelHandlerContext context, String text) {
        context.writeAndFlush(ByteBufUtil.writeUtf8(context.alloc(), text));
    }

    private static String path(String uri) {
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }

    private static String subprotocol(String offered) {
        List<String> names = Stream.of(offered.split(",")).map(String::trim).toList();
        return SUBPROTOCOLS.stream().filter(names::contains).findFirst().orElse(null);
    }

    private static boolean isKey(String key) {
        try {
            return Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static String acceptance(String key) {
        try {
            byte[] text = (key + KEY_SUFFIX).getBytes(StandardCharsets.US_ASCII);
            return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
