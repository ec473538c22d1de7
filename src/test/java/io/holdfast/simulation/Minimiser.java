package io.holdfast.simulation;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Tells a failing seed as a short story: leaves out steps, first many at a time and then single ones, and
 * whole clients, as long as what is left fails in the same place (delta debugging).
 */
public final class Minimiser {
    private final String place;
    private Plan plan;

    private Minimiser(Plan failing) {
        plan = failing;
        place = failurePlace(failing);
        if (place == null) {
            throw new IllegalArgumentException("seed " + failing.seed() + " does not fail");
        }
    }

    /** The story of what is left of a failing seed, a line for each thing that happens; it ends with why. */
    public static List<String> story(Plan failing) {
        List<String> lines = new ArrayList<>();
        try {
            Simulation.run(minimise(failing), (_, line) -> lines.add(line.get()), States.UNCOUNTED);
        } catch (AssertionError e) {
            lines.add("then " + e.getMessage().replaceFirst(" ==> .*", "")); // what JUnit adds to it
        }
        return lines;
    }

    /** Returns a small part of it that fails in the same place. */
    static Plan minimise(Plan failing) {
        Minimiser minimiser = new Minimiser(failing);
        int before;
        do {
            before = minimiser.size();
            minimiser.leaveOutClients();
            minimiser.leaveOutSteps();
        } while (minimiser.size() < before);
        return minimiser.plan;
    }

    private int size() {
        return plan.steps() - plan.leftOut().cardinality() - plan.absent().cardinality();
    }

    private void leaveOutClients() {
        for (int client = 0; client < Simulation.CLIENTS_MAX; client++) {
            int absent = client;
            if (!plan.absent().get(client)) {
                tryOut(shorter -> shorter.without(absent));
            }
        }
    }

    /** From the last to the first, for what comes early may be needed by what comes later. */
    private void leaveOutSteps() {
        for (int count = Integer.highestOneBit(plan.steps()); count > 0; count /= 2) {
            for (int through = plan.steps(); through > 0; through -= count) {
                BitSet more = (BitSet) plan.leftOut().clone();
                more.set(Math.max(0, through - count), through);
                if (more.cardinality() > plan.leftOut().cardinality()) {
                    tryOut(shorter -> shorter.withLeftOut(more));
                }
            }
        }
    }

    private void tryOut(UnaryOperator<Plan> shorten) {
        Plan shorter = shorten.apply(plan);
        if (place.equals(failurePlace(shorter))) {
            plan = shorter;
        }
    }

    /** The line of the check that fails, or of what is thrown; null if all is well. */
    private static String failurePlace(Plan plan) {
        try {
            Simulation.run(plan, Story.UNTOLD, States.UNCOUNTED);
            return null;
        } catch (AssertionError e) {
            for (StackTraceElement frame : e.getCause().getStackTrace()) {
                if (frame.getClassName().startsWith("io.holdfast.")) {
                    return frame.toString();
                }
            }
            return e.getCause().toString();
        }
    }
}
