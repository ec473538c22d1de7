package io.holdfast.server;

import io.holdfast.broker.Broker;
import io.holdfast.broker.Settings;
import io.holdfast.broker.Store;
import io.holdfast.netty.CannotListenException;
import io.holdfast.rocks.RocksStore;
import io.holdfast.rocks.StoreException;
import io.holdfast.security.BadFileException;
import io.holdfast.security.Extensions;
import io.holdfast.security.Security;
import io.holdfast.security.SecuritySettings;
import io.holdfast.security.UsersFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the broker from the command line. It ends with status 0 after {@code --help} and {@code --version},
 * 2 when it refuses to start because of what the operator asked for, {@value Halt#STATUS} when a thread of
 * its own has failed, and with the JVM's 143 or 130 when SIGTERM or SIGINT stopped it in an orderly way.
 */
public final class Main {
    private static final int STATUS_REFUSED = 2;

    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private Main() {}

    /**
     * Takes the flags of {@code holdfast start}, or {@code passwd} or {@code store} and its arguments; see
     * {@code --help}.
     */
    public static void main(String... arguments) throws InterruptedException {
        run((path, settings) -> RocksStore.open(path, settings.damagedRows()), arguments);
    }

    /** The same, with a store that is opened otherwise. */
    static void run(BiFunction<Path, Settings, Store> store, String... arguments)
            throws InterruptedException {
        List<String> flags = Arrays.asList(arguments);
        if (!flags.isEmpty() && flags.getFirst().equals("start")) {
            flags = flags.subList(1, flags.size());
        }
        if (!flags.isEmpty() && flags.getFirst().equals("passwd")) {
            passwd(flags.subList(1, flags.size()));
        } else if (!flags.isEmpty() && flags.getFirst().equals("store")) {
            store(flags.subList(1, flags.size()));
        } else if (flags.contains("--help")) {
            System.out.print(Options.USAGE);
        } else if (flags.contains("--settings")) {
            System.out.print(Options.settingsHelp());
        } else if (flags.contains("--version")) {
            System.out.println("Holdfast " + Broker.version());
        } else {
            startOrRefuse(store, flags);
        }
    }

    private static void startOrRefuse(BiFunction<Path, Settings, Store> store, List<String> flags)
            throws InterruptedException {
        try {
            start(store, Options.parse(flags));
        } catch (Options.BadOptionException | CannotListenException e) {
            refuse(e.getMessage());
        } catch (BadFileException e) {
            refuse(e.getMessage());
        } catch (StoreException e) {
            refuse("--data: " + e.getMessage());
        }
    }

    private static void refuse(String why) {
        System.err.println("Holdfast does not start: " + why);
        System.exit(STATUS_REFUSED);
    }

    private static void start(BiFunction<Path, Settings, Store> store, Options options)
            throws InterruptedException, BadFileException {
        ExtensionFolder extensions = ExtensionFolder.load(options.extensions());
        Security security = security(options.security(), extensions.security());
        if (!security.authenticates() && !security.settings().anonymous()) {
            options.listeners().forEach(Options::requireLoopback);
        }
        Halt halt = new Halt();
        Thread.setDefaultUncaughtExceptionHandler(halt);
        Supplier<Store> opening = () -> store.apply(options.data(), options.settings());
        HoldfastServer server =
                new HoldfastServer(options.listeners(), options.settings(), security,
                        extensions.interceptors(), opening, halt);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "holdfast-stop"));
        System.out.println(banner(options, security, server.urls()));
    }

    private static Security security(SecuritySettings settings, Extensions extensions)
            throws BadFileException {
        Security security = Security.read(settings, extensions);
        if (settings.users() != null && new UsersFile(settings.users()).isReadableByOthers()) {
            LOG.warn("--users: every user of this machine may read {}; `chmod 600` it", settings.users());
        }
        return security;
    }

    private static void passwd(List<String> arguments) {
        try {
            System.out.println(Passwd.run(arguments, System.in));
        } catch (Passwd.RefusedException e) {
            System.err.println("holdfast passwd: " + e.getMessage());
            System.exit(STATUS_REFUSED);
        }
    }

    private static void store(List<String> arguments) {
        try {
            System.exit(StoreCommand.run(arguments, System.out::println));
        } catch (StoreCommand.RefusedException e) {
            System.err.println("holdfast store: " + e.getMessage());
            System.exit(STATUS_REFUSED);
        }
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
    private static String banner(Options options, Security security, List<String> urls) {
        StringBuilder listeners = new StringBuilder();
        urls.forEach(url -> listeners.append("  listens on  ").append(url).append('\n'));
        return """
                Holdfast %s, process %d
                %s  speaks      MQTT 3.1, 3.1.1 and 5.0
                  admits      %s
                  stores in   %s
                  promises    an acknowledgement means that it is on disk
                Holdfast is ready: %s"""
                .formatted(Broker.version(), ProcessHandle.current().pid(), listeners,
                        admitted(security),
                        options.data(),
                        urls.getFirst());
    }

    private static String admitted(Security read) {
        SecuritySettings security = read.settings();
        if (!read.authenticates()) {
            return security.anonymous() ? "everyone who reaches it, unauthenticated"
                    : "everyone on this machine, unauthenticated";
        }
        List<String> whom = new ArrayList<>();
        if (security.certificates()) {
            whom.add("those whom certificates name");
        }
        if (security.jwt() != null) {
            whom.add("those with a token signed by " + security.jwt().keys());
        }
        if (security.users() != null) {
            whom.add("the users of " + security.users() + ", of whom there are " + read.users().count());
        }
        if (security.http() != null) {
            whom.add("those whom " + security.http().url() + " knows");
        }
        if (!security.authenticates()) {
            whom.add("those whom extensions know");
        }
        if (security.anonymous()) {
            whom.add("clients that name no user");
        }
        return String.join("; ", whom);
    }
}
