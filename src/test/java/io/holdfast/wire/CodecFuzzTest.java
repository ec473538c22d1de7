package io.holdfast.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.ProtocolVersion;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/**
 * Random bytes and damaged rows: a packet, nothing yet, or a refusal; and whatever is a packet survives a
 * round.
 */
final class CodecFuzzTest {
    private static final long SEED = 20_251_125;
    private static final int MUTATIONS = 25_000;
    private static final int RANDOM_PACKETS = 25_000;
    private static final ProtocolVersion[] VERSIONS = ProtocolVersion.values();

    private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    private int packets;
    private int refusals;

    @Test
    void damagedRowsAreAPacketOrNothingYetOrRefused() {
        List<byte[]> rows = PacketTable.rows().stream().map(PacketRow::bytes).toList();
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] bytes = mutated(rows.get(random.nextInt(rows.size())));
            decode(bytes, VERSIONS[random.nextInt(VERSIONS.length)]);
        }
        assertTrue(packets > MUTATIONS / 20 && refusals > MUTATIONS / 10,
                packets + " packets, " + refusals + " refusals");
    }

    @Test
    void randomBytesAreAPacketOrNothingYetOrRefused() {
        for (int i = 0; i < RANDOM_PACKETS; i++) {
            byte[] bytes = new byte[2 + random.nextInt(40)];
            random.nextBytes(bytes);
            bytes[1] = (byte) (bytes.length - 2);
            decode(bytes, VERSIONS[random.nextInt(VERSIONS.length)]);
        }
        assertTrue(packets > 0 && refusals > 0, packets + " packets, " + refusals + " refusals");
    }

    /**
     * One to three times: a byte changed, a bit turned, a piece doubled or cut out; often with the length put
     * right.
     */
    private byte[] mutated(byte[] row) {
        byte[] bytes = row.clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(bytes.length);
            int to = Math.min(bytes.length, at + 1 + random.nextInt(4));
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] = (byte) random.nextInt();
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes = joined(bytes, to, at);
                default -> bytes = joined(bytes, at + 1, to);
            }
        }
        if (bytes.length >= 2 && bytes.length < 130 && random.nextInt(4) > 0) {
            bytes[1] = (byte) (bytes.length - 2);
        }
        return bytes;
    }

    /** The bytes up to one place, and then those from another. */
    private static byte[] joined(byte[] bytes, int headEnd, int tailStart) {
        int tailBytes = bytes.length - tailStart;
        byte[] all = Arrays.copyOf(bytes, headEnd + tailBytes);
        System.arraycopy(bytes, tailStart, all, headEnd, tailBytes);
        return all;
    }

    private void decode(byte[] bytes, ProtocolVersion version) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            Packet packet = new PacketDecoder(PacketTable.PACKET_BYTES_MAX, version).decode(in);
            if (packet == null) {
                assertEquals(0, in.position());
            } else {
                packets++;
                CodecFuzz.assertSurvivesARound(packet, version);
            }
        } catch (MalformedPacketException _) {
            refusals++;
        } catch (RuntimeException e) {
            throw new AssertionError(version + " " + HexFormat.of().formatHex(bytes), e);
        }
        assertEquals(bytes.length, in.limit());
    }
}
