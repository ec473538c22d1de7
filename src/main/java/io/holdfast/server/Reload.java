package io.holdfast.server;

import io.holdfast.config.BadConfigException;
import io.holdfast.config.Config;
import io.holdfast.config.ConfigChanges;
import io.holdfast.config.ConfigReader;
import io.holdfast.netty.CannotListenException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration again and has the running broker take from it what it can: all of that, or nothing
 * if something is wrong. It comes with a SIGHUP, and leaves what came of it in the log, and in the file
 * {@value #FILE} of the store for {@code holdfast reload}: a line that is new each time, then what is to be
 * said.
 */
final class Reload implements Runnable {
    /** Where the outcome is left. */
    static final String FILE = "RELOADED";

    /** Ends the first line of the file if nothing was changed because something was wrong. */
    static final String REFUSED = " refused";

    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

    private final ConfigReader reader;
    private final HoldfastServer server;
    private final LogLevels logLevels;
    private Config running;
    private int count;

    /** @param running what the broker has been started with */
    Reload(ConfigReader reader, HoldfastServer server, LogLevels logLevels, Config running) {
        this.reader = reader;
        this.server = server;
        this.logLevels = logLevels;
        this.running = running;
    }

    /** Reads the configuration, and applies it, now; any thread. */
    @Override
    public synchronized void run() {
        count++;
        try {
            ConfigChanges changes = ConfigChanges.of(running, reader.read());
            Runnable change = server.prepare(changes.next().listeners(), changes.next().users(),
                    changes.next().settings());
            change.run();
            logLevels.set(changes.next().logLevels());
            running = changes.next();
            changes.lines().forEach(line -> LOG.info("reload: {}", line));
            leave("", changes.lines());
        } catch (BadConfigException | CannotListenException e) {
            LOG.error("reload: nothing is changed: {}", e.getMessage());
            leave(REFUSED, List.of("nothing is changed: " + e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("reload: failed, which is an error in Holdfast", e);
            leave(REFUSED, List.of("an error in Holdfast, of which its log tells: " + e));
        }
    }

    private void leave(String outcome, List<String> lines) {
        Path file = running.data().resolve(FILE);
        Path unfinished = running.data().resolve(FILE + ".new");
        try {
            Files.writeString(unfinished, "reload " + count + " of process " + ProcessHandle.current().pid()
                    + outcome + "\n" + String.join("\n", lines) + "\n");
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn("reload: what came of it cannot be written to {}: {}", file, e.toString());
        }
    }
}
