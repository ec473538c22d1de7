package io.holdfast.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The invariants of the architecture hold for a fixed number of seeds, and would be seen to break. */
class SimulationTest {
    private static final int STEPS = 1_000;
    private static final int SEEDS = 3_000;
    private static final int SEEDS_TO_FIND = 200;
    private static final int STORY_LINES_MAX = 60;

    @Test
    void everySeedKeepsTheInvariants() {
        long crashes = LongStream.range(0, SEEDS).parallel()
                .map(seed -> Simulation.run(seed, STEPS, Sabotage.NONE).crashes()).sum();
        assertTrue(crashes > SEEDS, () -> "only " + crashes + " crashes");
    }

    /** A client publishes at QoS 2, loses its connection, and publishes again: some ten lines tell that. */
    @Test
    void aFailingSeedIsToldAsAShortStory() {
        Plan failing = firstToFail(Sabotage.FORGET_RECEIVED);
        List<String> story = Minimiser.story(failing);
        assertTrue(story.size() < STORY_LINES_MAX, story::toString);
        assertTrue(story.getFirst().startsWith("client-"), story::toString);
        assertTrue(story.stream().anyMatch(line -> line.contains("sends PUBLISH again QoS 2")),
                story::toString);
        assertTrue(story.getLast().matches(".* got (twice: )?message .*"), story::toString);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aPlantedBugIsFound(Sabotage sabotage) {
        firstToFail(sabotage);
    }

    private static Plan firstToFail(Sabotage sabotage) {
        for (long seed = 0; seed < SEEDS_TO_FIND; seed++) {
            try {
                Simulation.run(seed, STEPS, sabotage);
            } catch (AssertionError found) {
                return Plan.all(seed, STEPS, sabotage);
            }
        }
        return fail(sabotage + " was not found in " + SEEDS_TO_FIND + " seeds");
    }
}
