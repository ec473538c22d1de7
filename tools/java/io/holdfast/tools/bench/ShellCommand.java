package io.holdfast.tools.bench;

import java.io.IOException;
import java.io.UncheckedIOException;

/** A command for {@code sh -c}, that has to succeed. */
record ShellCommand(String command) implements Runnable {
    @Override
    public void run() {
        try {
            int status = new ProcessBuilder("sh", "-c", command).inheritIO().start().waitFor();
            if (status != 0) {
                throw new IllegalStateException("the command ended with status " + status + ": " + command);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
