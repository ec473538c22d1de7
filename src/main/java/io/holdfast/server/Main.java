package io.holdfast.server;

import io.holdfast.broker.Broker;
import io.holdfast.broker.Store;
import io.holdfast.netty.CannotListenException;
import io.holdfast.rocks.RocksStore;
import io.holdfast.rocks.StoreException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Starts the broker from the command line. It ends with status 0 after {@code --help} and {@code --version},
 * 2 when it refuses to start because of what the operator asked for, {@value Halt#STATUS} when a thread of
 * its own has failed, and with the JVM's 143 or 130 when SIGTERM or SIGINT stopped it in an orderly way.
 */
public final class Main {
    private static final int STATUS_REFUSED = 2;

    private Main() {}

    /** Takes the flags of {@code holdfast start}; see {@code --help}. */
    public static void main(String... arguments) throws InterruptedException {
        List<String> flags = Arrays.asList(arguments);
        if (!flags.isEmpty() && flags.getFirst().equals("start")) {
            flags = flags.subList(1, flags.size());
        }
        if (flags.contains("--help")) {
            System.out.print(Options.USAGE);
        } else if (flags.contains("--settings")) {
            System.out.print(Options.settingsHelp());
        } else if (flags.contains("--version")) {
            System.out.println("Holdfast " + Broker.version());
        } else {
            startOrRefuse(flags);
        }
    }

    private static void startOrRefuse(List<String> flags) throws InterruptedException {
        try {
            start(Options.parse(flags));
        } catch (Options.BadOptionException | CannotListenException e) {
            refuse(e.getMessage());
        } catch (StoreException e) {
            refuse("--data: " + e.getMessage());
        }
    }

    private static void refuse(String why) {
        System.err.println("Holdfast does not start: " + why);
        System.exit(STATUS_REFUSED);
    }

    private static void start(Options options) throws InterruptedException {
        Halt halt = new Halt();
        Thread.setDefaultUncaughtExceptionHandler(halt);
        Supplier<Store> opening = () -> RocksStore.open(options.data());
        HoldfastServer server = new HoldfastServer(options.listeners(), options.settings(), opening, halt);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "holdfast-stop"));
        System.out.println(banner(options, server.urls()));
    }

    private static void stop(HoldfastServer server) {
        try {
            server.stop();
            System.out.println("Holdfast has stopped.");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** The last line is for programs: it comes once clients are served. */
    private static String banner(Options options, List<String> urls) {
        StringBuilder listeners = new StringBuilder();
        urls.forEach(url -> listeners.append("  listens on  ").append(url).append('\n'));
        return """
                Holdfast %s, process %d
                %s  speaks      MQTT 3.1, 3.1.1 and 5.0; loopback only: there is no authentication yet
                  stores in   %s
                  promises    an acknowledgement means that it is on disk
                Holdfast is ready: %s"""
                .formatted(Broker.version(), ProcessHandle.current().pid(), listeners, options.data(),
                        urls.getFirst());
    }
}
