package io.holdfast.config;

import io.holdfast.broker.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A configuration of mosquitto 2.0, as one of Holdfast: what has a counterpart as YAML, and all else as
 * comments, with file and line and why.
 */
public final class MosquittoConf {
    private static final int INCLUDES_MAX = 10;
    private static final long SECONDS_OF_DAY = 86_400;
    /** Durations of mosquitto; its month has 30 days. */
    private static final Map<Character, Long> UNIT_SECONDS = Map.of('h', 3_600L, 'd', SECONDS_OF_DAY,
            'w', 7 * SECONDS_OF_DAY, 'm', 30 * SECONDS_OF_DAY, 'y', 365 * SECONDS_OF_DAY);

    /** A line with an option. */
    record Line(Path file, int number, String option, String value) {}

    private final Map<String, String> values = new LinkedHashMap<>();
    private final List<MosquittoListener> listeners = new ArrayList<>();
    /** Of {@code port} and {@code bind_address}, and of what precedes the first {@code listener}. */
    private final MosquittoListener first = new MosquittoListener();
    private final List<String> notes = new ArrayList<>();
    private MosquittoListener current = first;
    private boolean inBridge;

    private MosquittoConf() {}

    /** Reads the file, and those that it includes. */
    public static MosquittoConf read(Path file) throws IOException {
        MosquittoConf conf = new MosquittoConf();
        conf.include(file, 0);
        if (conf.first.isAsked()) {
            conf.listeners.addFirst(conf.first);
        }
        return conf;
    }

    private void include(Path file, int depth) throws IOException {
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                String[] parts = line.split("\\s+", 2);
                option(new Line(file, i + 1, parts[0], parts.length == 1 ? "" : parts[1].strip()), depth);
            }
        }
    }

    private void option(Line line, int depth) throws IOException {
        switch (line.option()) {
            case "include_dir" -> includeFolder(line, depth);
            case "listener" -> {
                inBridge = false;
                current = new MosquittoListener();
                listeners.add(current);
                current.put(line);
            }
            case "connection" -> {
                inBridge = true;
                without(line, MosquittoOptions.BRIDGE);
            }
            default -> {
                String reason = MosquittoOptions.reason(line.option());
                if (MosquittoListener.OPTIONS.contains(line.option()) && !inBridge) {
                    current.put(line);
                } else if (reason != null) {
                    without(line, reason);
                } else {
                    global(line);
                }
            }
        }
    }

    private void includeFolder(Line line, int depth) throws IOException {
        Path folder = Path.of(line.value());
        if (depth == INCLUDES_MAX || !Files.isDirectory(folder)) {
            without(line, "it cannot be read");
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(one -> one.toString().endsWith(".conf")).sorted().toList()) {
                include(file, depth + 1);
            }
        }
    }

    void without(Line line, String reason) {
        notes.add(line.file() + ":" + line.number() + ": " + line.option()
                + (line.option().contains("password") && !line.option().equals("password_file")
                        || line.value().isEmpty() ? "" : " " + line.value()) + ": " + reason);
    }

    private void global(Line line) {
        String value = line.value();
        switch (line.option()) {
            case "password_file" -> {
                values.put(Keys.USERS.name(), value);
                without(line, "it is taken for users; where `holdfast config check` does not know its"
                        + " passwords, set them with `holdfast passwd`");
            }
            case "persistence_location" -> {
                values.put(Keys.DATA.name(), value);
                without(line, "it is taken for data, which must be empty at the first start: the database of"
                        + " mosquitto is not read");
            }
            case "allow_anonymous" -> differs(line, "false", "without users everyone on this machine may"
                    + " enter, and nobody else; with users nobody may without being one");
            case "persistence" -> differs(line, "true", "what is acknowledged is always on disk");
            case "allow_zero_length_clientid", "set_tcp_nodelay" ->
                differs(line, "true", "it is always true");
            case "queue_qos0_messages", "upgrade_outgoing_qos", "use_username_as_clientid" ->
                differs(line, "false", "it is always false");
            case "retain_available" -> set(Setting.RETAIN_AVAILABLE, line, value);
            case "sys_interval" -> set(Setting.SYS_INTERVAL_SECONDS, line, value);
            case "max_keepalive" -> set(Setting.KEEP_ALIVE_SECONDS_MAX, line, value);
            case "max_inflight_messages" -> set(Setting.IN_FLIGHT_MAX, line, zeroIsMost(Setting.IN_FLIGHT_MAX,
                    value));
            case "max_packet_size", "message_size_limit" ->
                set(Setting.PACKET_BYTES_MAX, line, zeroIsMost(Setting.PACKET_BYTES_MAX, value));
            case "max_queued_messages" -> queue(Setting.QUEUED_MESSAGES_MAX, line);
            case "max_queued_bytes" -> queue(Setting.QUEUED_BYTES_MAX, line);
            case "persistent_client_expiration" -> expiration(line);
            case "log_type" -> logType(line);
            default -> without(line, "mosquitto 2.0 has no such option");
        }
    }

    private void differs(Line line, String same, String reason) {
        if (!line.value().equals(same)) {
            without(line, reason);
        }
    }

    /** In mosquitto, 0 is without a limit. */
    private static String zeroIsMost(Setting setting, String value) {
        return value.equals("0") ? Long.toString(setting.max()) : value;
    }

    void set(Setting setting, Line line, String value) {
        Key key = Keys.of(setting);
        if (key.shape().permits(value)) {
            values.put(key.name(), value);
        } else {
            without(line, key.name() + " would be " + value + "; expected " + setting.expected());
        }
    }

    private void queue(Setting setting, Line line) {
        set(setting, line, zeroIsMost(setting, line.value()));
        values.put(Keys.of(Setting.OVERFLOW).name(), "drop-newest"); // as mosquitto does
    }

    private void expiration(Line line) {
        String value = line.value();
        boolean isDuration = value.matches("\\d{1,9}[hdwmy]");
        long seconds = isDuration ? Long.parseLong(value.substring(0, value.length() - 1))
                * UNIT_SECONDS.get(value.charAt(value.length() - 1)) : -1;
        set(Setting.SESSION_EXPIRY_SECONDS_MAX, line, isDuration
                ? Long.toString(Math.min(seconds, Setting.SESSION_EXPIRY_SECONDS_MAX.max())) : value);
    }

    /** The most talkative one counts. */
    private void logType(Line line) {
        String level = switch (line.value()) {
            case "all", "debug" -> "debug";
            case "error" -> "error";
            case "warning" -> "warn";
            case "notice", "information" -> "info";
            case "none" -> "off";
            default -> null;
        };
        if (level == null) {
            without(line, "log.level has error, warn, info, debug and trace, and nothing beside them");
            return;
        }
        List<String> quietFirst = List.of("off", "error", "warn", "info", "debug");
        values.merge(Keys.LOG_LEVEL.name(), level, (one, other) ->
                quietFirst.indexOf(one) > quietFirst.indexOf(other) ? one : other);
    }

    /** The file, which `holdfast config check` may have more to say about. */
    public String yaml() {
        List<String> listed = listeners.stream().map(listener -> listener.yaml(this)).toList();
        StringBuilder text = new StringBuilder("# From a configuration of mosquitto; `holdfast config check`"
                + " tells what is amiss.\n");
        String group = "";
        for (Key key : Keys.ALL) {
            String value = values.get(key.name());
            if (key == Keys.LISTENERS && !listed.isEmpty()) {
                text.append("listeners:\n").append(String.join("", listed));
            } else if (value != null) {
                if (!key.group().equals(group)) {
                    group = key.group();
                    text.append(group).append(":\n");
                }
                text.append(group.isEmpty() ? "" : "  ").append(key.leaf()).append(": ")
                        .append(Written.yaml(key, value)).append('\n');
            }
        }
        if (!notes.isEmpty()) {
            text.append("\n# Without a counterpart, or with another meaning:\n");
            notes.forEach(note -> text.append("#   ").append(note).append('\n'));
        }
        return text.toString();
    }
}
