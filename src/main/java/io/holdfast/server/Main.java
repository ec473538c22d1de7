package io.holdfast.server;

import io.holdfast.broker.Broker;
import io.holdfast.broker.Setting;
import io.holdfast.broker.Settings;
import io.holdfast.broker.Store;
import io.holdfast.netty.CannotListenException;
import io.holdfast.netty.Network;
import io.holdfast.rocks.RocksStore;
import io.holdfast.rocks.StoreException;
import io.holdfast.security.Users;
import io.holdfast.security.UsersFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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
        run((path, settings, memory) -> RocksStore.open(path, settings.damagedRows(), memory.storeBytes()),
                arguments);
    }

    /** Opens the store in a folder, for which it may take part of that memory. */
    interface Opener {
        Store open(Path folder, Settings settings, Memory memory);
    }

    /** The same, with a store that is opened otherwise. */
    static void run(Opener store, String... arguments) throws InterruptedException {
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

    private static void startOrRefuse(Opener store, List<String> flags)
            throws InterruptedException {
        try {
            start(store, Options.parse(flags));
        } catch (Options.BadOptionException | CannotListenException e) {
            refuse(e.getMessage());
        } catch (UsersFile.BadUsersException e) {
            refuse("--users: " + e.getMessage());
        } catch (Insight.CannotServeException e) {
            refuse(e.getMessage());
        } catch (StoreException e) {
            refuse("--data: " + e.getMessage());
        }
    }

    private static void refuse(String why) {
        System.err.println("Holdfast does not start: " + why);
        System.exit(STATUS_REFUSED);
    }

    private static void start(Opener store, Options options)
            throws InterruptedException, UsersFile.BadUsersException {
        Memory memory = Memory.of(options.settings().get(Setting.MEMORY_BYTES),
                Runtime.getRuntime().maxMemory());
        Network.limitDirectMemory(memory.directBytes());
        Users users = users(options);
        options.logFormat().use();
        Insight insight = Insight.at(options.admin());
        Halt halt = new Halt();
        Thread.setDefaultUncaughtExceptionHandler(halt);
        Supplier<Store> opening = () -> store.open(options.data(), options.settings(), memory);
        HoldfastServer server =
                new HoldfastServer(options.listeners(), options.settings(), memory, users, opening, halt);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, insight), "holdfast-stop"));
        insight.show(server);
        System.out.println(banner(options, memory, users, server.urls(), insight));
    }

    private static Users users(Options options) throws UsersFile.BadUsersException {
        if (options.users() == null) {
            return Users.NONE;
        }
        UsersFile file = new UsersFile(options.users());
        Users users = file.read();
        if (file.isReadableByOthers()) {
            LOG.warn("--users: every user of this machine may read {}; `chmod 600` it", options.users());
        }
        return users;
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

    private static void stop(HoldfastServer server, Insight insight) {
        try {
            server.stop();
            insight.stop();
            LogFormat.end();
            System.out.println("Holdfast has stopped.");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** The last line is for programs: it comes once clients are served. */
    private static String banner(Options options, Memory memory, Users users, List<String> urls,
            Insight insight) {
        StringBuilder listeners = new StringBuilder();
        urls.forEach(url -> listeners.append("  listens on  ").append(url).append('\n'));
        return """
                Holdfast %s, process %d
                %s%s  speaks      MQTT 3.1, 3.1.1 and 5.0
                  admits      %s
                  stores in   %s
                  takes       %s
                  promises    an acknowledgement means that it is on disk
                Holdfast is ready: %s"""
                .formatted(Broker.version(), ProcessHandle.current().pid(), listeners, insight.banner(),
                        users == Users.NONE ? "everyone on this machine, unauthenticated"
                                : "the users of " + options.users() + ", of whom there are " + users.count(),
                        options.data(),
                        memory,
                        urls.getFirst());
    }
}
