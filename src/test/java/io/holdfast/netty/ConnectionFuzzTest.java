package io.holdfast.netty;

import io.holdfast.wire.PacketTable;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Conversations of rows of the packet table, whole and damaged, judged by {@link ConnectionFuzz}. */
class ConnectionFuzzTest {
    private static final long SEED = 20_251_126;
    private static final int CONVERSATIONS = 2_000;
    private static final int PACKETS_MAX = 6;

    private final Random random = new Random(SEED);
    private final List<byte[]> rows = PacketTable.bytes();
    private final List<byte[]> connects =
            rows.stream().filter(row -> row.length > 0 && row[0] == 0x10).toList();

    @Test
    void rowsBehindAConnectHarmNothingButTheirConnection() {
        ConnectionFuzz.seeds().forEach(ConnectionFuzzTest::run);
    }

    @Test
    void damagedConversationsHarmNothingButTheirConnection() {
        for (int i = 0; i < CONVERSATIONS; i++) {
            byte[] input = joined(new byte[] {(byte) random.nextInt()}, pick(connects));
            for (int packets = 1 + random.nextInt(PACKETS_MAX); packets > 0; packets--) {
                input = joined(input, pick(rows));
            }
            for (int changes = random.nextInt(3); changes > 0; changes--) {
                input[1 + random.nextInt(input.length - 1)] ^= (byte) (1 << random.nextInt(8));
            }
            run(input);
        }
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static void run(byte[] input) {
        try {
            ConnectionFuzz.fuzzerTestOneInput(input);
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(ByteBufUtil.hexDump(input), e);
        }
    }
}
