package io.holdfast.server;

import io.holdfast.broker.Broker;
import io.holdfast.broker.Setting;
import io.holdfast.broker.Settings;
import io.holdfast.broker.Store;
import io.holdfast.broker.Sync;
import io.holdfast.config.BadConfigException;
import io.holdfast.config.Config;
import io.holdfast.config.ConfigReader;
import io.holdfast.netty.CannotListenException;
import io.holdfast.netty.Network;
import io.holdfast.netty.Supervisor;
import io.holdfast.rocks.RocksStore;
import io.holdfast.rocks.StoreException;
import io.holdfast.security.Security;
import io.holdfast.security.SecuritySettings;
import io.holdfast.security.ShownUrl;
import java.nio.file.Path;
import java.util.ArrayList;
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
    private static final int STATUS_NOT_RELOADED = 1;

    private Main() {}

    /**
     * Takes the flags of {@code holdfast start}, or another command and its arguments; see {@code --help}.
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
        Log.begin();
        String command = arguments.length == 0 ? "" : arguments[0];
        List<String> rest = Arrays.asList(arguments).subList(Math.min(1, arguments.length), arguments.length);
        switch (command) {
            case "passwd" -> passwd(rest);
            case "store" -> store(rest);
            case "config" -> config(rest);
            case "reload" -> reload(rest);
            case "trace", "slowest" -> ask(command, rest);
            case "start" -> start(store, rest);
            default -> start(store, Arrays.asList(arguments));
        }
    }

    private static void start(Opener store, List<String> flags) throws InterruptedException {
        if (flags.contains("--help")) {
            System.out.print(Usage.TEXT);
        } else if (flags.contains("--settings")) {
            System.out.print(Usage.settings());
        } else if (flags.contains("--version")) {
            System.out.println("Holdfast " + Broker.version());
        } else {
            startOrRefuse(store, flags);
        }
    }

    private static void startOrRefuse(Opener store, List<String> flags)
            throws InterruptedException {
        ConfigReader reader = reader(flags);
        Config config = null;
        try {
            config = reader.read();
            start(store, reader, config);
        } catch (BadConfigException | CannotListenException e) {
            refuse(e.getMessage());
        } catch (Insight.CannotServeException e) {
            refuse(config.given().whereAdmin() + " is " + e.getMessage());
        } catch (StoreException e) {
            refuse(config.given().whereData() + ": " + e.getMessage());
        }
    }

    private static ConfigReader reader(List<String> flags) {
        return new ConfigReader(flags, System.getenv(), ConfigReader.DEFAULT_FILE);
    }

    private static void refuse(String why) {
        System.err.println("Holdfast does not start: " + why);
        System.exit(STATUS_REFUSED);
    }

    private static void start(Opener store, ConfigReader reader, Config config)
            throws InterruptedException, BadConfigException {
        HangUp hangUp = new HangUp();
        LogLevels logLevels = new LogLevels();
        logLevels.set(config.logLevels());
        ExtensionFolder extensions = ExtensionFolder.load(config.extensions());
        Security security = config.security().with(extensions.security());
        config.requireGuarded(security);
        Memory memory = memory(config);
        Network.limitDirectMemory(memory.directBytes());
        Log.use(LogFormat.of(config.logFormat()));
        Insight insight = Insight.at(config.admin());
        Control control = new Control(config.data());
        Halt halt = new Halt();
        Thread.setDefaultUncaughtExceptionHandler(halt);
        Supplier<Store> opening = () -> store.open(config.data(), config.settings(), memory);
        HoldfastServer server = new HoldfastServer(config.listeners(), config.settings(), memory, security,
                extensions.interceptors(), opening, halt);
        Supervisor supervisor = new Supervisor(System.getenv());
        Runtime.getRuntime().addShutdownHook(
                new Thread(() -> stop(server, supervisor, insight, control), "holdfast-stop"));
        hangUp.does(new Reload(reader, server, logLevels, extensions.security(), config));
        insight.show(server);
        control.serve(server);
        System.out.println(banner(config, security, memory, server.urls(), insight));
        supervisor.ready(server::isAlive);
    }

    private static Memory memory(Config config) {
        try {
            return Memory.of(config.settings().get(Setting.MEMORY_BYTES), Runtime.getRuntime().maxMemory());
        } catch (IllegalArgumentException e) {
            refuse(e.getMessage());
            throw e; // it has ended
        }
    }

    private static void passwd(List<String> arguments) {
        try {
            System.out.println(Passwd.run(arguments, System.in));
        } catch (Passwd.RefusedException e) {
            refuse("passwd", e.getMessage());
        }
    }

    private static void store(List<String> arguments) {
        try {
            System.exit(StoreCommand.run(arguments, System.out::println));
        } catch (StoreCommand.RefusedException e) {
            refuse("store", e.getMessage());
        }
    }

    private static void config(List<String> arguments) {
        try {
            ConfigCommand.run(arguments, Main::reader, System.out::println);
        } catch (ConfigCommand.RefusedException e) {
            refuse("config", e.getMessage());
        }
    }

    private static void reload(List<String> arguments) {
        if (arguments.contains("--help")) {
            System.out.print(ReloadCommand.USAGE);
            return;
        }
        try {
            List<String> answer = ReloadCommand.run(reader(arguments).data());
            System.out.println(String.join("\n", answer.subList(1, answer.size())));
            System.exit(answer.getFirst().endsWith(Reload.REFUSED) ? STATUS_NOT_RELOADED : 0);
        } catch (ReloadCommand.RefusedException | BadConfigException e) {
            refuse("reload", e.getMessage());
        }
    }

    private static void ask(String command, List<String> arguments) {
        if (arguments.contains("--help")) {
            System.out.print(Request.usage(command));
            return;
        }
        try {
            ControlCommand asked = new ControlCommand(command, arguments);
            int status = asked.run(reader(asked.where()).data(), line -> {
                System.out.println(line);
                return !System.out.checkError(); // or nobody reads it
            });
            if (status == ControlCommand.STATUS_CUT_OFF) {
                System.err.println("holdfast " + command + ": the broker has ended");
            }
            System.exit(status);
        } catch (Request.RefusedException | BadConfigException e) {
            refuse(command, e.getMessage());
        }
    }

    private static void refuse(String command, String why) {
        System.err.println("holdfast " + command + ": " + why);
        System.exit(STATUS_REFUSED);
    }

    private static void stop(HoldfastServer server, Supervisor supervisor, Insight insight,
            Control control) {
        try {
            supervisor.stopping();
            server.stop();
            control.stop();
            insight.stop();
            Log.end();
            System.out.println("Holdfast has stopped.");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** The last line is for programs: it comes once clients are served. */
    private static String banner(Config config, Security security, Memory memory, List<String> urls,
            Insight insight) {
        StringBuilder listeners = new StringBuilder();
        urls.forEach(url -> listeners.append("  listens on  ").append(url).append('\n'));
        return """
                Holdfast %s, process %d
                %s%s  speaks      MQTT 3.1, 3.1.1 and 5.0
                  admits      %s
                  stores in   %s
                  takes       %s
                  promises    an acknowledgement means that it is on disk%s
                Holdfast is ready: %s"""
                .formatted(Broker.version(), ProcessHandle.current().pid(), listeners, insight.banner(),
                        admitted(security),
                        config.data(),
                        memory,
                        config.listeners().stream().allMatch(one -> one.sync() == Sync.COMMIT) ? ""
                                : ", but for listeners with another sync",
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
            whom.add("those with a token signed by " + ShownUrl.of(security.jwt().keys()));
        }
        if (security.users() != null) {
            whom.add("the users of " + security.users() + ", of whom there are " + read.users().count());
        }
        if (security.http() != null) {
            whom.add("those whom " + ShownUrl.of(security.http().url().toString()) + " knows");
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
