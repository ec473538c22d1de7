package io.holdfast.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.SynchronousQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a supervisor such as systemd is told, in the words of sd_notify(3). */
@Timeout(120)
class SupervisorTest {
    @TempDir
    Path folder;

    private final SynchronousQueue<Boolean> answers = new SynchronousQueue<>();

    @Test
    void itIsToldThatTheServiceIsReadyAndThatItStops() throws InterruptedException {
        startAndStopUnasked(Map.of());
    }

    /** A supervisor is told of the start and of the stop, and of nothing between them. */
    private void startAndStopUnasked(Map<String, String> watchdog) throws InterruptedException {
        String path = folder.resolve("notify").toString();
        Map<String, String> variables = new HashMap<>(watchdog);
        variables.put("NOTIFY_SOCKET", path);
        try (NotifySocket socket = new NotifySocket(path)) {
            Supervisor supervisor = new Supervisor(variables);
            supervisor.ready(() -> {
                throw new AssertionError("nobody wants to know whether it is alive");
            });
            socket.expect("READY=1");
            supervisor.stopping();
            socket.expect("STOPPING=1");
        }
    }

    @Test
    void itIsToldThatTheServiceIsAliveAsOftenAsItIs() throws InterruptedException {
        String path = folder.resolve("notify").toString();
        try (NotifySocket socket = new NotifySocket(path)) {
            Supervisor supervisor = new Supervisor(Map.of("NOTIFY_SOCKET", path, "WATCHDOG_USEC", "4000"));
            supervisor.ready(this::answer);
            socket.expect("READY=1");
            for (boolean alive : new boolean[] {true, false, true, false}) {
                answers.put(alive);
            }
            answers.put(false); // what was said before has been told
            supervisor.stopping();
            socket.expect("WATCHDOG=1");
            socket.expect("WATCHDOG=1");
            socket.expect("STOPPING=1");
        }
    }

    @Test
    void aWatchdogThatIsMeantForAnotherProcessIsNotFed() throws InterruptedException {
        startAndStopUnasked(Map.of("WATCHDOG_USEC", "1", "WATCHDOG_PID", "1"));
    }

    @Test
    void theNameOfItsSocketMayBeAbstract() throws InterruptedException {
        String name = "holdfast-test-" + ProcessHandle.current().pid();
        try (NotifySocket socket = new NotifySocket("\0" + name)) {
            new Supervisor(Map.of("NOTIFY_SOCKET", "@" + name)).ready(() -> true);
            socket.expect("READY=1");
        }
    }

    @Test
    void aServiceWithoutOneGoesOnAndSoDoesOneWhoseSocketIsGone() {
        for (Map<String, String> variables : List.of(Map.<String, String>of(),
                Map.of("NOTIFY_SOCKET", folder.resolve("gone").toString()))) {
            Supervisor supervisor = new Supervisor(variables);
            supervisor.ready(() -> true);
            supervisor.stopping();
        }
    }

    private boolean answer() {
        try {
            return answers.take();
        } catch (InterruptedException _) {
            return false;
        }
    }
}
