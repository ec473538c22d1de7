package io.holdfast.server;

import io.holdfast.rocks.RocksStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The command that has a running broker read its configuration again, and tells what came of it. */
final class ReloadCommand {
    static final String USAGE = """
            Usage: holdfast reload [--config FILE] [--data FOLDER]

            Has the broker that runs on the store read its configuration again, and tells what came of it:
            what is changed, and what needs a restart; or what is wrong, and then nothing is changed. The
            folder of the store is --data, or what the configuration says, as with `holdfast start`.
            `kill -HUP` does the same, and then the log of the broker tells.

            The status is 0 if the broker took what it could, 1 if nothing was changed because something is
            wrong, and 2 if no broker could be told.
            """;

    private static final long ANSWER_MILLIS_MAX = 30_000;
    private static final long LOOK_MILLIS = 20;

    /** No broker could be told. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    private ReloadCommand() {}

    /** Answers the lines to print; the first is the broker's word for the outcome. */
    static List<String> run(Path data) throws RefusedException {
        long pid = RocksStore.holder(data);
        if (pid < 0) {
            throw new RefusedException("no broker runs on the store " + data + "; expected --data FOLDER or"
                    + " --config FILE of one that does");
        }
        Path file = data.resolve(Reload.FILE);
        try {
            List<String> before = read(file);
            hangUp(pid);
            for (long waited = 0; waited < ANSWER_MILLIS_MAX; waited += LOOK_MILLIS) {
                List<String> after = read(file);
                if (!after.equals(before)) {
                    return after;
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
        } catch (IOException e) {
            throw new RefusedException("the broker on " + data + ", process " + pid + ", cannot be told: "
                    + e.getMessage());
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
        throw new RefusedException("the broker on " + data + ", process " + pid + ", has not answered within "
                + ANSWER_MILLIS_MAX + " ms; expected it to be of this version, and not to ignore SIGHUP, as"
                + " under nohup");
    }

    private static List<String> read(Path file) throws IOException {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException _) {
            return List.of();
        }
    }

    /** Java has no word for it. */
    private static void hangUp(long pid) throws IOException, InterruptedException, RefusedException {
        Process kill = new ProcessBuilder("sh", "-c", "kill -HUP " + pid).redirectErrorStream(true).start();
        String said = new String(kill.getInputStream().readAllBytes()).strip();
        if (kill.waitFor() != 0) {
            throw new RefusedException("process " + pid + " cannot be sent a SIGHUP: " + said);
        }
    }
}
