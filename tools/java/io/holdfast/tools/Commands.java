package io.holdfast.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Programs of the system, run one at a time. */
final class Commands {
    /** Ctrl-C is for the tool, which ends what it has begun. */
    private static final List<String> UNINTERRUPTED = List.of("sh", "-c", "trap '' INT; exec \"$0\" \"$@\"");

    private Commands() {}

    /** Runs a program to its end; returns what it said. */
    static String run(Object... command) {
        List<String> line = new ArrayList<>(UNINTERRUPTED);
        Arrays.stream(command).map(Object::toString).forEach(line::add);
        try {
            Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
            String said = process.inputReader().readAllAsString().strip();
            int status = process.waitFor();
            if (status != 0) {
                throw new IllegalStateException(
                        Arrays.toString(command) + " ended with status " + status + ": " + said);
            }
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
