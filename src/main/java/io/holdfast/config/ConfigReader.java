package io.holdfast.config;

import io.holdfast.admin.AdminAddress;
import io.holdfast.broker.Setting;
import io.holdfast.broker.Settings;
import io.holdfast.netty.ListenerOptions;
import io.holdfast.security.Security;
import io.holdfast.security.SecuritySettings;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the configuration: flags override environment variables, which override the file, which overrides the
 * defaults. It can be read again at any time, with the same flags and variables.
 *
 * @param flags those of {@code holdfast start}
 * @param variables all environment variables
 * @param defaultFile read if it exists and no other file is named
 */
public record ConfigReader(List<String> flags, Map<String, String> variables, Path defaultFile) {
    /** Where a packaged broker has its configuration. */
    public static final Path DEFAULT_FILE = Path.of("/etc/holdfast/holdfast.yaml");

    /**
     * Reads all of it, and the files that it names.
     *
     * @throws BadConfigException with everything that is wrong
     */
    public Config read() throws BadConfigException {
        Mistakes mistakes = new Mistakes();
        Flags parsed = new Flags(flags, mistakes);
        Path file = file(parsed);
        Given given = (file == null ? Given.NOTHING : FileKeys.read(file, mistakes))
                .overriddenBy(Environment.read(variables, mistakes))
                .overriddenBy(parsed.given());
        Config config = new Building(given, mistakes).config(file);
        if (!mistakes.messages().isEmpty()) {
            throw new BadConfigException(mistakes.messages());
        }
        return config;
    }

    /**
     * Reads where the store is, and nothing else.
     *
     * @throws BadConfigException if that cannot be told: with what is wrong, of whatever kind
     */
    public Path data() throws BadConfigException {
        Mistakes mistakes = new Mistakes();
        Flags parsed = new Flags(flags, mistakes);
        Path file = parsed.given().values().containsKey(Keys.DATA.name()) ? null : file(parsed);
        Given given = (file == null ? Given.NOTHING : FileKeys.read(file, mistakes))
                .overriddenBy(Environment.read(variables, mistakes))
                .overriddenBy(parsed.given());
        Path data = new Building(given, mistakes).data();
        if (!mistakes.messages().isEmpty()) {
            throw new BadConfigException(mistakes.messages());
        }
        return data;
    }

    private Path file(Flags parsed) {
        String named = parsed.config() != null ? parsed.config() : variables.get(Environment.CONFIG);
        if (named != null) {
            return Path.of(named);
        }
        return Files.exists(defaultFile) ? defaultFile : null;
    }

    /** Makes a configuration of what was given. */
    private record Building(Given given, Mistakes mistakes) {
        private static final Given.Listener DEFAULT_LISTENER = new Given.Listener(
                new Origin("", "--bind 127.0.0.1 --port 1883", "default", Path.of("")),
                Keys.LISTENERS.initial(), Map.of());

        /** A listener, as it was written and as it is. */
        private record Listener(Given.Listener given, ListenerOptions options) {}

        Config config(Path file) {
            List<Listener> listeners = listeners();
            List<ListenerOptions> options = listeners.stream().map(Listener::options).toList();
            SecurityReader reader = new SecurityReader(given, mistakes);
            SecuritySettings wanted =
                    reader.settings(options.stream().anyMatch(ListenerOptions::namesUsers));
            Security security = reader.read(wanted);
            Path extensions = given.path(SecurityKeys.EXTENSIONS, mistakes);
            boolean isOpen = !wanted.authenticates() && !wanted.anonymous();
            if (isOpen && extensions == null) {
                listeners.stream().filter(one -> one.options().isForOtherMachines())
                        .forEach(one -> mistakes.add(one.given().origin(), Config.whyNotOpen(one.options())));
            }
            return new Config(options, security, extensions, data(), settings(), levels(), admin(),
                    given.value(Keys.LOG_FORMAT).text(), new Config.Shown(given, file));
        }

        private Path data() {
            Path path = given.path(Keys.DATA, mistakes);
            if (path != null && Files.exists(path) && !Files.isDirectory(path)) {
                mistakes.add(given.value(Keys.DATA).origin(), " is " + path
                        + ", which is a file; expected a folder");
            }
            return path;
        }

        private Settings settings() {
            Settings settings = Settings.DEFAULT;
            for (Setting setting : Setting.values()) {
                Given.Value value = given.values().get(Keys.of(setting).name());
                settings = value == null ? settings : settings.with(setting, setting.parse(value.text()));
            }
            Given.Value reference = given.value(Keys.SERVER_REFERENCE);
            Given.Value moved = given.value(Keys.MOVED_TO);
            if (reference != null && moved != null) {
                mistakes.add(moved.origin(), " is " + moved.text() + ", and there is "
                        + reference.origin().say("") + "; expected one or the other");
            }
            return moved != null ? settings.withServerReference(moved.text(), true)
                    : reference != null ? settings.withServerReference(reference.text(), false) : settings;
        }

        private InetSocketAddress admin() {
            Given.Value value = given.value(Keys.ADMIN_LISTEN);
            return value == null ? null : AdminAddress.parse(value.text());
        }

        private Map<String, String> levels() {
            Map<String, String> levels = new LinkedHashMap<>();
            if (given.values().containsKey(Keys.LOG_LEVEL.name())) {
                levels.put("", given.value(Keys.LOG_LEVEL).text());
            }
            given.levels().forEach((name, value) -> levels.put(name, value.text()));
            return levels;
        }

        private List<Listener> listeners() {
            List<Given.Listener> all =
                    given.listeners() == null ? List.of(DEFAULT_LISTENER) : given.listeners();
            List<Listener> listeners = new ArrayList<>();
            for (Given.Listener one : all) {
                ListenerOptions options = ListenUrl.read(one, mistakes);
                if (options == null) {
                    continue;
                }
                listeners.stream().map(Listener::options)
                        .filter(other -> overlap(other.address(), options.address())).findFirst()
                        .ifPresent(other -> mistakes.add(one.origin(), ": another listener has this address:"
                                + " " + other.asked() + "; expected each address once"));
                listeners.add(new Listener(one, options));
            }
            return listeners;
        }

        private static boolean overlap(SocketAddress one, SocketAddress other) {
            if (!(one instanceof InetSocketAddress a) || !(other instanceof InetSocketAddress b)) {
                return one.equals(other);
            }
            return a.getPort() != 0 && a.getPort() == b.getPort()
                    && (a.equals(b) || covers(a.getAddress(), b.getAddress())
                    || covers(b.getAddress(), a.getAddress()));
        }

        /** Whether all addresses are listened on, and that is one of them; all of IPv6 are IPv4's, too. */
        private static boolean covers(InetAddress all, InetAddress one) {
            return all.isAnyLocalAddress() && (all instanceof Inet6Address || !(one instanceof Inet6Address));
        }
    }
}
