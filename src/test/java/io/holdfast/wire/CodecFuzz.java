package io.holdfast.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.ProtocolVersion;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * What a fuzzer may say to the decoder: a byte that decides on the version and on where the bytes after it
 * are cut, and these bytes. They are packets or refused, the same in one piece and in many, and each packet
 * survives a round through the encoder.
 */
public final class CodecFuzz {
    private static final ProtocolVersion[] VERSIONS = ProtocolVersion.values();
    /** Of the first byte: a known version, or none as at the server's end. */
    private static final int CHOICES = VERSIONS.length + 1;

    private CodecFuzz() {}

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length > 0) {
            assertEquals(said(input, false), said(input, true));
        }
    }

    /** Each row of the {@link PacketTable}, for each choice of the version. */
    public static List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (byte[] row : PacketTable.bytes()) {
            for (byte choice = 0; choice < CHOICES; choice++) {
                byte[] seed = new byte[1 + row.length];
                seed[0] = choice;
                System.arraycopy(row, 0, seed, 1, row.length);
                seeds.add(seed);
            }
        }
        return seeds;
    }

    /** The packets as text, and what refused the rest, if something did. */
    private static List<String> said(byte[] input, boolean cut) {
        List<Packet> packets = new ArrayList<>();
        List<String> said = new ArrayList<>();
        try {
            decode(input, cut, packets);
        } catch (MalformedPacketException e) {
            said.add(e.toString());
        }
        packets.forEach(packet -> said.add(PacketText.of(packet)));
        return said;
    }

    /** Adds the packets that the input holds, up to the bytes that are refused. */
    static void decode(byte[] input, boolean cut, List<Packet> packets) {
        int choice = (input[0] & 0xFF) % CHOICES;
        PacketDecoder decoder = new PacketDecoder(PacketTable.PACKET_BYTES_MAX,
                choice == VERSIONS.length ? null : VERSIONS[choice]);
        Random cuts = new Random(input[0]);
        byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
        ByteBuffer in = ByteBuffer.wrap(bytes).limit(0);
        while (in.limit() < bytes.length) {
            in.limit(cut ? Math.min(bytes.length, in.limit() + 1 + cuts.nextInt(8)) : bytes.length);
            int start = in.position();
            for (Packet packet; (packet = decoder.decode(in)) != null; start = in.position()) {
                packets.add(packet);
                assertSurvivesARound(packet, decoder.version());
            }
            assertEquals(start, in.position(), "an incomplete packet is left where it is");
        }
    }

    static void assertSurvivesARound(Packet packet, ProtocolVersion version) {
        byte[] bytes = Bytes.encode(packet, version);
        PacketDecoder decoder = new PacketDecoder(PacketTable.PACKET_BYTES_MAX, version);
        Packet again = decoder.decode(ByteBuffer.wrap(bytes));
        assertEquals(PacketText.of(packet), PacketText.of(again));
        assertArrayEquals(bytes, Bytes.encode(again, version));
    }
}
