package io.holdfast.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Has the launcher make its cache of classes beside the first tests of the packaged broker, so that the many
 * starts that follow cost half. Where it cannot be made, they cost what they do.
 */
public final class CachedClasses implements LauncherSessionListener {
    /** Set where brokers are started. */
    private static final String ASKED_FOR = "holdfast.cached-classes";

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        if (Boolean.getBoolean(ASKED_FOR)) {
            try {
                start();
            } catch (IOException e) {
                throw new UncheckedIOException("the packaged broker cannot be started", e);
            }
        }
    }

    /** A broker's first start makes the cache, and goes on with that when the broker has ended. */
    private static void start() throws IOException {
        Process broker = new ProcessBuilder("tools/holdfast", "start", "--port", "0", "--data",
                "target/cached-classes").redirectErrorStream(true).start();
        try (BufferedReader lines = broker.inputReader()) {
            String line = lines.readLine();
            while (line != null && !line.startsWith("Holdfast is ready")) {
                line = lines.readLine();
            }
        } finally {
            broker.destroy();
        }
    }
}
