package io.holdfast.tools.bench;

/** Something to do to a broker, and to measure and verify meanwhile. */
interface Scenario {
    Result run(Fleet fleet);
}
