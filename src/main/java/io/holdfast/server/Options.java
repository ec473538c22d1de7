package io.holdfast.server;

import io.holdfast.admin.AdminAddress;
import io.holdfast.broker.Setting;
import io.holdfast.broker.Settings;
import io.holdfast.netty.ListenerOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the operator decides at the start.
 *
 * @param listeners at least one, all of them loopback unless there are users
 * @param users the file of those who may enter; null if all may
 * @param data the folder of the store
 * @param settings what the core keeps to
 * @param admin where the admin endpoint listens; null if there is none
 * @param logFormat how lines of the log are written
 */
record Options(List<ListenerOptions> listeners, Path users, Path data, Settings settings,
        InetSocketAddress admin, LogFormat logFormat) {
    static final String USAGE = """
            Usage: holdfast start [--bind ADDRESS] [--port PORT] [--users FILE] [--data FOLDER]
                                  [--set NAME=VALUE ...] [--admin [ADDRESS:]PORT] [--log-format FORMAT]
                   holdfast start --listen URL [--listen URL ...] [--users FILE] [--data FOLDER]
                                  [--set NAME=VALUE ...]
                   holdfast passwd FILE USER, which makes and changes a file of users; see passwd --help
                   holdfast store COMMAND, which looks into a store, and mends one; see store --help

              --bind ADDRESS   the address to listen on (default 127.0.0.1); without --users, which
                               authenticates clients, it must be a loopback address
              --port PORT      the port to listen on, 0 to 65535 (default 1883); 0 takes any free port
              --listen URL     a listener instead of that one; may be given several times:
                               mqtt://127.0.0.1:1883            TCP
                               mqtts://127.0.0.1:8883?OPTIONS   TLS
                               ws://127.0.0.1:8080/mqtt         WebSocket
                               wss://127.0.0.1:8443/mqtt?OPTIONS
                               unix:/run/holdfast.sock          Unix domain socket, for this user only
              --users FILE     who may enter: by user name and password, or by SCRAM-SHA-256 or SCRAM-SHA-512
                               as Authentication Method; without it, everyone on this machine may
              --data FOLDER    where everything that was acknowledged is kept (default ./data)
              --set NAME=VALUE a setting other than its default; may be given several times
              --server-reference HOST
                               where clients of MQTT 5.0 are sent when there is no room for more sessions
              --moved-to HOST  where all clients are sent: the broker lets none in
              --admin [ADDRESS:]PORT
                               an endpoint over HTTP (default none; without ADDRESS, on loopback): /metrics
                               for Prometheus, /health/live and /health/ready
              --log-format text|json
                               how lines of the log are written (default text)
              --settings       print all settings, what they mean and their defaults, and end
              --help           print this, and end
              --version        print the version, and end

            OPTIONS of a listener, joined by &, a special character as its %-escape:
              cert=FILE        for TLS: the certificate, and behind it those that vouch for it (PEM)
              key=FILE         for TLS: the private key of the certificate (PEM, PKCS #8, unencrypted)
              tls=1.2,1.3      the versions of TLS (default: both)
              client-ca=FILE   the certificates that vouch for those of clients (PEM)
              client-auth=required|optional
                               whether a client must show a certificate (default, with client-ca: required)
              proxy=required   a PROXY protocol header, version 1 or 2, comes first on each connection
            """;

    /** The operator's mistake: the message names the key, the value and what was expected. */
    static final class BadOptionException extends RuntimeException {
        private static final long serialVersionUID = 1;

        BadOptionException(String message) {
            super(message);
        }
    }

    /** Reads {@code --key value} and {@code --key=value}; of a key given twice, the last value counts. */
    static Options parse(List<String> arguments) {
        String bind = null;
        String port = null;
        List<String> urls = new ArrayList<>();
        String users = null;
        String data = "data";
        Settings settings = Settings.DEFAULT;
        InetSocketAddress admin = null;
        LogFormat logFormat = LogFormat.TEXT;
        for (int i = 0; i < arguments.size(); i++) {
            String key = arguments.get(i);
            String value;
            int equals = key.indexOf('=');
            if (key.startsWith("--") && equals > 0) {
                value = key.substring(equals + 1);
                key = key.substring(0, equals);
            } else {
                value = ++i < arguments.size() ? arguments.get(i) : null;
            }
            switch (key) {
                case "--bind" -> bind = required(key, value);
                case "--port" -> port = required(key, value);
                case "--listen" -> urls.add(required(key, value));
                case "--users" -> users = required(key, value);
                case "--data" -> data = required(key, value);
                case "--admin" -> admin = admin(required(key, value));
                case "--log-format" -> logFormat = logFormat(required(key, value));
                case "--set" -> settings = set(settings, required(key, value));
                case "--server-reference" ->
                        settings = settings.withServerReference(required(key, value), false);
                case "--moved-to" -> settings = settings.withServerReference(required(key, value), true);
                default -> throw new BadOptionException("unknown option " + key
                        + "; expected --bind, --port, --listen, --users, --data, --set, --server-reference,"
                        + " --moved-to, --admin, --log-format, --settings, --help or --version");
            }
        }
        List<ListenerOptions> listeners = listeners(bind, port, urls);
        if (users == null) {
            listeners.forEach(Options::requireLoopback);
        }
        return new Options(listeners, users == null ? null : parsePath("--users", users),
                parsePath("--data", data), settings, admin, logFormat);
    }

    private static InetSocketAddress admin(String value) {
        try {
            return AdminAddress.parse(value);
        } catch (IllegalArgumentException e) {
            throw new BadOptionException("--admin is " + e.getMessage());
        }
    }

    private static LogFormat logFormat(String value) {
        LogFormat format = LogFormat.of(value);
        if (format == null) {
            throw new BadOptionException("--log-format is " + value + "; expected text or json");
        }
        return format;
    }

    private static void requireLoopback(ListenerOptions listener) {
        if (listener.address() instanceof InetSocketAddress address
                && !address.getAddress().isLoopbackAddress()) {
            throw new BadOptionException(listener.asked() + ": other machines may reach "
                    + address.getAddress().getHostAddress() + ", and without --users nobody is authenticated;"
                    + " expected a loopback address such as 127.0.0.1 or ::1, or --users FILE");
        }
    }

    private static Settings set(Settings settings, String assignment) {
        int equals = assignment.indexOf('=');
        Setting setting = Setting.of(equals < 0 ? assignment : assignment.substring(0, equals));
        if (setting == null || equals < 0) {
            throw new BadOptionException("--set is " + assignment + "; expected NAME=VALUE with a name that"
                    + " --settings prints");
        }
        try {
            return settings.with(setting, setting.parse(assignment.substring(equals + 1)));
        } catch (IllegalArgumentException e) {
            throw new BadOptionException("--set: " + e.getMessage());
        }
    }

    /** All settings, for the operator to read. */
    static String settingsHelp() {
        StringBuilder help = new StringBuilder();
        for (Setting setting : Setting.values()) {
            help.append("%s=%s%n    %s; %s%n".formatted(setting.key(),
                    setting.show(Settings.DEFAULT.get(setting)), setting.meaning(), setting.expected()));
        }
        return help.toString();
    }

    private static List<ListenerOptions> listeners(String bind, String port, List<String> urls) {
        if (urls.isEmpty()) {
            String host = bind == null ? "127.0.0.1" : bind;
            String number = port == null ? "1883" : port;
            InetSocketAddress address =
                    new InetSocketAddress(parseAddress("--bind is ", host), parsePort("--port is ", number));
            return List.of(ListenerOptions.tcp("--bind " + host + " --port " + number, address));
        }
        if (bind != null || port != null) {
            throw new BadOptionException((bind != null ? "--bind is " + bind : "--port is " + port)
                    + ", and there is --listen, which names address and port; expected one or the other");
        }
        return urls.stream().map(ListenUrl::parse).toList();
    }

    private static String required(String key, String value) {
        if (value == null || value.isEmpty()) {
            throw new BadOptionException(key + " has no value; expected one after it");
        }
        return value;
    }

    /** @param what what the value is of, to begin a message with */
    static InetAddress parseAddress(String what, String value) {
        try {
            return InetAddress.getByName(value);
        } catch (UnknownHostException _) {
            throw new BadOptionException(what + value + ", which is neither an IP address nor a known"
                    + " host name; expected an address of this machine, such as 127.0.0.1 or ::1");
        }
    }

    /** @param what what the value is of, to begin a message with */
    static int parsePort(String what, String value) {
        try {
            int port = Integer.parseInt(value);
            if (port >= 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException _) {
            // Told below, like a number out of range.
        }
        throw new BadOptionException(what + value + "; expected a whole number from 0 to 65535 (0 takes any"
                + " free port)");
    }

    private static Path parsePath(String key, String value) {
        try {
            return Path.of(value).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw new BadOptionException(key + " is " + value + "; expected a path of this file system: "
                    + e.getReason());
        }
    }
}
