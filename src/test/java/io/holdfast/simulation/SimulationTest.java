package io.holdfast.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The invariants of the architecture hold for a fixed number of seeds, and would be seen to break. */
class SimulationTest {
    private static final int STEPS = 1_000;
    private static final int SEEDS = 3_000;
    private static final int SEEDS_TO_FIND = 200;

    @Test
    void everySeedKeepsTheInvariants() {
        long crashes = LongStream.range(0, SEEDS).parallel()
                .map(seed -> Simulation.run(seed, STEPS, Sabotage.NONE).crashes()).sum();
        assertTrue(crashes > SEEDS, () -> "only " + crashes + " crashes");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aPlantedBugIsFound(Sabotage sabotage) {
        for (long seed = 0; seed < SEEDS_TO_FIND; seed++) {
            try {
                Simulation.run(seed, STEPS, sabotage);
            } catch (AssertionError found) {
                return;
            }
        }
        fail(sabotage + " was not found in " + SEEDS_TO_FIND + " seeds");
    }
}
