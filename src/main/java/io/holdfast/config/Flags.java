package io.holdfast.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Finds the keys among the flags: {@code --data FOLDER}, {@code --set NAME=VALUE} and the like. */
final class Flags {
    private static final String BIND = "--bind";
    private static final String PORT = "--port";
    private static final List<String> OTHERS = List.of("--config", BIND, PORT, "--listen", "--set");

    private final Mistakes mistakes;
    private final Map<String, Given.Value> values = new LinkedHashMap<>();
    private final Map<String, Given.Value> levels = new LinkedHashMap<>();
    private final List<Given.Listener> urls = new ArrayList<>();
    private String config;
    private String bind;
    private String port;

    /** Reads {@code --key value} and {@code --key=value}; of a key given twice, the last value counts. */
    Flags(List<String> arguments, Mistakes mistakes) {
        this.mistakes = mistakes;
        for (int i = 0; i < arguments.size(); i++) {
            String flag = arguments.get(i);
            int equals = flag.indexOf('=');
            boolean isJoined = flag.startsWith("--") && equals > 0;
            String name = isJoined ? flag.substring(0, equals) : flag;
            Key key = Keys.ALL.stream().filter(one -> one.flag().equals(name)).findFirst().orElse(null);
            if (key == null && !OTHERS.contains(name)) {
                Stream<String> known = Stream.concat(OTHERS.stream(), Keys.ALL.stream().map(Key::flag));
                mistakes.add(Origin.flag("the flag " + name), " is unknown; expected one that `holdfast start"
                        + " --help` prints" + Keys.suggestion(name, known));
                i += !isJoined && i + 1 < arguments.size() && !arguments.get(i + 1).startsWith("--") ? 1 : 0;
                continue;
            }
            String value = isJoined ? flag.substring(equals + 1)
                    : ++i < arguments.size() ? arguments.get(i) : "";
            if (value.isEmpty()) {
                mistakes.add(Origin.flag(name), " has no value; expected one after it");
            } else {
                flag(name, key, value);
            }
        }
    }

    private void flag(String name, Key key, String value) {
        switch (name) {
            case "--config" -> config = value;
            case BIND -> bind = value;
            case PORT -> port = port(value);
            case "--listen" ->
                urls.add(new Given.Listener(Origin.flag("--listen " + value), value, Map.of()));
            case "--set" -> assignment(value);
            default -> put(key, Origin.flag(name), value);
        }
    }

    private String port(String value) {
        boolean isPort = value.matches("\\d{1,5}") && Integer.parseInt(value) <= ListenUrl.PORT_MAX;
        if (!isPort) {
            mistakes.add(Origin.flag(PORT), " is " + value + ListenUrl.EXPECTED_PORT);
        }
        return isPort ? value : "0";
    }

    /** A setting of the core may leave out its group. */
    private void assignment(String assignment) {
        int equals = assignment.indexOf('=');
        String name = assignment.substring(0, Math.max(0, equals));
        Key key = Keys.of(name) == null ? Keys.of("limits." + name) : Keys.of(name);
        if (key == null) {
            String written = equals < 0 ? assignment : name;
            mistakes.add(Origin.flag("--set"), " is " + assignment + "; expected NAME=VALUE with a name that"
                    + " --settings prints" + Keys.suggestion(written, Keys.ALL.stream().map(Key::name)));
        } else {
            put(key, new Origin("--set: ", name, "--set", Path.of("")), assignment.substring(equals + 1));
        }
    }

    private void put(Key key, Origin origin, String value) {
        // A switch would take several milliseconds of a start.
        if (key.shape() instanceof Shape.Listeners) {
            mistakes.add(origin, " is " + value + "; expected --listen URL, once for each listener");
        } else if (key.shape() instanceof Shape.Named named) {
            levels.putAll(Environment.named(origin, value, named.word(), mistakes));
        } else if (mistakes.permit(key.shape(), value, origin)) {
            values.put(key.name(), new Given.Value(value, origin));
        }
    }

    /** The file to read; null if none is named. */
    String config() {
        return config;
    }

    Given given() {
        if (!urls.isEmpty() && (bind != null || port != null)) {
            mistakes.add(Origin.flag(bind != null ? BIND : PORT), " is " + (bind != null ? bind : port)
                    + ", and there is --listen, which names address and port; expected one or the other");
        }
        boolean isOne = bind != null || port != null;
        return new Given(values, !urls.isEmpty() ? urls : isOne ? List.of(one()) : null, levels);
    }

    private Given.Listener one() {
        String host = bind == null ? "127.0.0.1" : bind;
        String number = port == null ? "1883" : port;
        Origin origin = new Origin("", "--bind " + host + " --port " + number, bind == null ? PORT : BIND,
                Path.of(""));
        return new Given.Listener(origin, "mqtt://" + (host.contains(":") ? "[" + host + "]" : host) + ":"
                + number, Map.of());
    }
}
