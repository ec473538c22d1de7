package io.holdfast.tools.bench;

import io.holdfast.system.Deliveries.Verdict;
import java.util.List;
import java.util.Map;

/**
 * What a run has shown.
 *
 * @param settings of the run, by their names
 * @param phases in their order
 * @param measured the one that the scenario is about
 * @param verdict of QoS 1 and 2
 * @param unconfirmed of QoS 0, which promises nothing
 * @param refused messages that the broker answered with an error
 * @param sessionsLost that the broker did not know when they came back
 */
record Result(String scenario, Map<String, Object> settings, List<Phase> phases, Phase measured,
        Verdict verdict, Verdict unconfirmed, long refused, long sessionsLost) {

    /** Whether all came that the broker had acknowledged, and it never fell silent but for lost QoS 0. */
    boolean isKept() {
        boolean silent = phases.stream().anyMatch(Phase::stalled) && unconfirmed.acknowledged() == 0;
        return verdict.lost() == 0 && !silent;
    }
}
