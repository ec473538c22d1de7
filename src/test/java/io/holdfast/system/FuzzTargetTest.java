package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a fuzzer once found, on every build. */
class FuzzTargetTest {
    @Test
    void inputsThatOnceFailedDoNotFailAgain() throws Exception {
        List<byte[]> tested = new ArrayList<>();
        for (FuzzTarget target : FuzzTarget.values()) {
            for (byte[] input : target.failed()) {
                try {
                    target.test(input);
                } catch (RuntimeException | AssertionError e) {
                    throw new AssertionError(target + " " + HexFormat.of().formatHex(input), e);
                }
                tested.add(input);
            }
        }
        assertFalse(tested.isEmpty());
    }
}
