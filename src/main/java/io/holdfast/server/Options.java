package io.holdfast.server;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * What the operator decides at the start.
 *
 * @param bind the address to listen on; loopback
 * @param port 0 to 65,535; 0 takes any free one
 * @param data the folder of the store
 */
record Options(InetAddress bind, int port, Path data) {
    static final String USAGE = """
            Usage: holdfast start [--bind ADDRESS] [--port PORT] [--data FOLDER]

              --bind ADDRESS   the address to listen on (default 127.0.0.1). There is no authentication yet,
                               so it must be a loopback address
              --port PORT      the port to listen on, 0 to 65535 (default 1883); 0 takes any free port
              --data FOLDER    where everything that was acknowledged is kept (default ./data)
              --help           print this, and end
              --version        print the version, and end
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
        String bind = "127.0.0.1";
        String port = "1883";
        String data = "data";
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
                case "--data" -> data = required(key, value);
                default -> throw new BadOptionException("unknown option " + key
                        + "; expected --bind, --port, --data, --help or --version");
            }
        }
        return new Options(parseBind(bind), parsePort(port), parseData(data));
    }

    private static String required(String key, String value) {
        if (value == null || value.isEmpty()) {
            throw new BadOptionException(key + " has no value; expected one after it");
        }
        return value;
    }

    private static InetAddress parseBind(String value) {
        InetAddress address;
        try {
            address = InetAddress.getByName(value);
        } catch (UnknownHostException _) {
            throw new BadOptionException("--bind is " + value + ", which is neither an IP address nor a known"
                    + " host name; expected a loopback address such as 127.0.0.1 or ::1");
        }
        if (!address.isLoopbackAddress()) {
            throw new BadOptionException("--bind is " + value + ", which other machines may reach, and"
                    + " Holdfast cannot authenticate them yet; expected a loopback address such as 127.0.0.1"
                    + " or ::1");
        }
        return address;
    }

    private static int parsePort(String value) {
        try {
            int port = Integer.parseInt(value);
            if (port >= 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException _) {
            // Told below, like a number out of range.
        }
        throw new BadOptionException("--port is " + value + "; expected a whole number from 0 to 65535 (0"
                + " takes any free port)");
    }

    private static Path parseData(String value) {
        try {
            return Path.of(value).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw new BadOptionException("--data is " + value + "; expected a path of this file system: "
                    + e.getReason());
        }
    }
}
