package io.holdfast.netty;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.conformance.Clause;
import io.holdfast.wire.MalformedPacketException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.nio.channels.ClosedChannelException;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The frames of RFC 6455, written out, and those that Netty's own codec makes and reads. */
class WebSocketFramesTest {
    /** The masking key of all frames that are written out here. */
    private static final String KEY = "37fa213d";

    private final EmbeddedChannel channel = new EmbeddedChannel(new WebSocketFrames());

    @AfterEach
    void end() {
        channel.finishAndReleaseAll();
    }

    @Test
    void aMaskedFrameOfTheStandardsExampleIsItsPayload() { // RFC 6455 section 5.7, as a binary frame
        receive("8285" + "37fa213d" + "7f9f4d5158");
        assertEquals(hex("Hello".getBytes()), received());
    }

    @Test
    @Clause(mqtt5 = "MQTT-6.0.0-2", mqtt311 = "MQTT-6.0.0-2")
    void framesThatArriveTogetherArePassedOnTogetherAndOneThatArrivesInPiecesInPieces() {
        receive(frame("82", "c000") + frame("82", "") + frame("82", "c0"));
        assertEquals("c000c0", received());
        assertNull(received());
        String last = frame("82", "00112233445566778899");
        for (int i = 0; i < last.length(); i += 2) {
            receive(last.substring(i, i + 2));
        }
        StringBuilder pieces = new StringBuilder();
        String piece;
        while ((piece = received()) != null) {
            assertEquals(2, piece.length());
            pieces.append(piece);
        }
        assertEquals("00112233445566778899", pieces.toString());
    }

    @Test
    void theFragmentsOfAMessageAreItsPayloadThoughAPingIsBetweenThem() {
        receive(frame("02", "10") + frame("00", "0d00") + frame("89", "aa") + frame("80", "044d"));
        assertEquals("100d00044d", received());
        assertEquals("8a01aa", sent());
    }

    @Test
    void whatNettysClientSendsArrivesWhereverTheReadsAreCut() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            ByteBuf expected = Unpooled.buffer();
            byte[] stream = clientStream(random, expected);
            EmbeddedChannel server = new EmbeddedChannel(new WebSocketFrames());
            ByteBuf arrived = Unpooled.buffer();
            for (int at = 0; at < stream.length; ) {
                int length = Math.min(stream.length - at, 1 + random.nextInt(3_000));
                server.writeInbound(Unpooled.copiedBuffer(stream, at, length));
                at += length;
                ByteBuf piece;
                while ((piece = server.readInbound()) != null) {
                    arrived.writeBytes(piece);
                    piece.release();
                }
            }
            assertEquals(expected, arrived, "seed " + seed);
            server.finishAndReleaseAll();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 125, 126, 65_535, 65_536, 1_000_000})
    void oneWriteIsOneFrameThatNettysClientReads(int length) {
        byte[] payload = new byte[length];
        new Random(length).nextBytes(payload);
        channel.writeOutbound(Unpooled.wrappedBuffer(payload));
        EmbeddedChannel client = new EmbeddedChannel(new WebSocket13FrameDecoder(false, false, length));
        ByteBuf written;
        while ((written = channel.readOutbound()) != null) {
            client.writeInbound(written);
        }
        BinaryWebSocketFrame frame = client.readInbound();
        assertArrayEquals(payload, ByteBufUtil.getBytes(frame.content()));
        assertTrue(frame.isFinalFragment());
        frame.release();
        assertNull(client.readInbound());
    }

    @ParameterizedTest(name = "{2}: {3}")
    @CsvSource(delimiter = '|', textBlock = """
            8181|4b                 |1003|it is a text frame; expected binary ones
            0181|4b                 |1003|it is a text frame; expected binary ones
            8201|4b                 |1002|it is not masked
            c281|4b                 |1002|a reserved bit is set
            8381|4b                 |1002|opcode 3 is not known
            8b80|                   |1002|opcode 11 is not known
            8081|4b                 |1002|opcode 0 comes without one to be continued
            0980|                   |1002|it is a control frame, fragmented or too long
            89fe|0080               |1002|it is a control frame, fragmented or too long
            82fe|007d               |1002|its length of 125 is not in its shortest form
            82ff|000000000000ffff   |1002|its length of 65535 is not in its shortest form
            82ff|8000000000000000   |1002|its length of -9223372036854775808 is not in its shortest form
            """)
    void aFrameThatAClientMayNotSendEndsTheReading(String start, String rest, int status, String why) {
        String end = (rest == null ? "" : rest) + KEY;
        MalformedPacketException refusal = assertThrows(MalformedPacketException.class,
                () -> receive(frame("82", "c000") + start + end + frame("82", "c000")));
        assertTrue(refusal.getMessage().startsWith("a WebSocket frame: " + why), refusal.getMessage());
        assertEquals("c000", received());
        receive(frame("82", "c000"));
        assertNull(received());
        channel.pipeline().get(WebSocketFrames.class).end();
        assertEquals("8802" + "%04x".formatted(status), sent());
        assertTrue(channel.isOpen());
    }

    @Test
    void aMessageThatBeginsWithinAnotherEndsTheReading() {
        receive(frame("02", "c0"));
        MalformedPacketException refusal =
                assertThrows(MalformedPacketException.class, () -> receive(frame("82", "00")));
        assertEquals("a WebSocket frame: opcode 2 comes within a fragmented message", refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"'', 03e8", "03e8, 03e8", "03e9627965, 03e9", "0fa0, 0fa0", "03, 03ea", "03ed, 03ea",
            "ffff, 03ea"})
    void aCloseIsAnsweredWithItsStatusAndTheConnectionEnds(String payload, String status) {
        receive(frame("82", "e000") + frame("88", payload) + frame("82", "c000"));
        assertEquals("e000", received());
        assertNull(received());
        assertEquals("8802" + status, sent());
        assertNull(sent());
        assertFalse(channel.isOpen());
    }

    @Test
    void whoIsToldOfTheEndIsNotReadAnyMore() {
        channel.pipeline().get(WebSocketFrames.class).end();
        assertEquals("880203e8", sent());
        receive(frame("89", "aa") + frame("82", "c000") + frame("88", "03e8") + "0102");
        assertNull(received());
        assertNull(sent());
        assertTrue(channel.isOpen());
    }

    @Test
    void afterACloseThereIsNoFrame() {
        channel.pipeline().get(WebSocketFrames.class).end();
        channel.pipeline().get(WebSocketFrames.class).end();
        ByteBuf late = Unpooled.buffer().writeByte(0);
        assertThrows(ClosedChannelException.class, () -> channel.writeOutbound(late));
        assertEquals(0, late.refCnt());
        assertEquals("880203e8", sent());
        assertNull(sent());
    }

    @Test
    void ofPingsThatAPeerSendsWithoutReadingOnlyTheLastIsAnswered() {
        setWritable(false);
        for (int i = 0; i < 1_000; i++) {
            receive(frame("89", "%04x".formatted(i)));
        }
        assertNull(sent());
        setWritable(true);
        assertEquals("8a02" + "%04x".formatted(999), sent());
        assertNull(sent());
    }

    @Test
    void anUnaskedPongMeansNothing() {
        receive(frame("8a", "aa") + frame("82", "c000"));
        assertEquals("c000", received());
        assertNull(sent());
    }

    /** Binary messages in fragments, with control frames between them; their payload is added to expected. */
    private static byte[] clientStream(Random random, ByteBuf expected) {
        EmbeddedChannel client = new EmbeddedChannel(new WebSocket13FrameEncoder(true));
        boolean inMessage = false;
        for (int i = random.nextInt(20); i >= 0; i--) {
            byte[] payload = new byte[random.nextInt(10) == 0 ? 70_000 : random.nextInt(300)];
            random.nextBytes(payload);
            expected.writeBytes(payload);
            boolean isLast = random.nextBoolean() || i == 0;
            ByteBuf content = Unpooled.wrappedBuffer(payload);
            WebSocketFrame frame = inMessage ? new ContinuationWebSocketFrame(isLast, 0, content)
                    : new BinaryWebSocketFrame(isLast, 0, content);
            inMessage = !isLast;
            client.writeOutbound(frame);
            if (random.nextInt(3) == 0) {
                ByteBuf control = Unpooled.wrappedBuffer(new byte[random.nextInt(126)]);
                client.writeOutbound(random.nextBoolean() ? new PingWebSocketFrame(control)
                        : new PongWebSocketFrame(control));
            }
        }
        ByteBuf stream = Unpooled.buffer();
        ByteBuf written;
        while ((written = client.readOutbound()) != null) {
            stream.writeBytes(written);
            written.release();
        }
        return ByteBufUtil.getBytes(stream);
    }

    /** A frame of up to 125 bytes, masked. */
    private static String frame(String firstByte, String payload) {
        byte[] bytes = ByteBufUtil.decodeHexDump(payload);
        byte[] key = ByteBufUtil.decodeHexDump(KEY);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] ^= key[i % key.length];
        }
        return firstByte + "%02x".formatted(0x80 | bytes.length) + KEY + hex(bytes);
    }

    private void receive(String hex) {
        channel.writeInbound(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex)));
    }

    private String received() {
        return text(channel.readInbound());
    }

    private String sent() {
        return text(channel.readOutbound());
    }

    private void setWritable(boolean writable) {
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, writable);
        channel.runPendingTasks();
    }

    private static String text(ByteBuf bytes) {
        if (bytes == null) {
            return null;
        }
        String hex = ByteBufUtil.hexDump(bytes);
        bytes.release();
        return hex;
    }

    private static String hex(byte[] bytes) {
        return ByteBufUtil.hexDump(bytes);
    }
}
