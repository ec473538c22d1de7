package io.holdfast.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds the keys among the environment variables: {@code HOLDFAST_LIMITS_OVERFLOW} and the like. */
final class Environment {
    /** The file to read. */
    static final String CONFIG = Key.PREFIX + "CONFIG";

    /** Those of the launcher. */
    private static final Set<String> LAUNCHERS = Set.of(Key.PREFIX + "JAVA_OPTS", Key.PREFIX + "BUILD");
    /** Kubernetes tells every container about every service, and a service may be called so. */
    private static final Pattern OF_SERVICES =
            Pattern.compile(Key.PREFIX + "(\\w+_)?(SERVICE_HOST|SERVICE_PORT\\w*|PORT(_\\d+_\\w+)?)");

    private Environment() {}

    static Given read(Map<String, String> variables, Mistakes mistakes) {
        Map<String, Given.Value> values = new LinkedHashMap<>();
        Map<String, Given.Value> levels = new LinkedHashMap<>();
        List<Given.Listener> listeners = null;
        Map<String, String> ours = new TreeMap<>(variables);
        ours.keySet().removeIf(name -> !name.startsWith(Key.PREFIX) || name.equals(CONFIG)
                || LAUNCHERS.contains(name) || OF_SERVICES.matcher(name).matches());
        for (Map.Entry<String, String> variable : ours.entrySet()) {
            Origin origin = Origin.variable(variable.getKey());
            Key key = Keys.ALL.stream().filter(one -> one.variable().equals(variable.getKey())).findFirst()
                    .orElse(null);
            if (key == null) {
                mistakes.add(origin, " is unknown; expected " + Key.PREFIX + "CONFIG or the name of a key"
                        + Keys.suggestion(variable.getKey(), Keys.ALL.stream().map(Key::variable)));
                continue;
            }
            switch (key.shape()) {
                case Shape.Listeners _ -> listeners = listeners(origin, variable.getValue(), mistakes);
                case Shape.Named named ->
                    levels.putAll(named(origin, variable.getValue(), named.word(), mistakes));
                case Shape.Core _, Shape.Word _, Shape.File _, Shape.Text _, Shape.Endpoint _ -> {
                    if (mistakes.permit(key.shape(), variable.getValue(), origin)) {
                        values.put(key.name(), new Given.Value(variable.getValue(), origin));
                    }
                }
            }
        }
        return new Given(values, listeners, levels);
    }

    /** URLs, separated by spaces. */
    private static List<Given.Listener> listeners(Origin origin, String text, Mistakes mistakes) {
        List<Given.Listener> listeners = new ArrayList<>();
        Stream.of(text.split("\\s+")).filter(url -> !url.isEmpty())
                .forEach(url -> listeners.add(new Given.Listener(new Origin("", origin.subject() + " " + url,
                        origin.shown(), origin.folder()), url, Map.of())));
        if (listeners.isEmpty()) {
            mistakes.add(origin, " has no value; expected URLs of listeners, separated by spaces");
        }
        return listeners;
    }

    /** {@code name=word} for each, separated by commas. */
    static Map<String, Given.Value> named(Origin origin, String text, Shape.Word word,
            Mistakes mistakes) {
        Map<String, Given.Value> levels = new LinkedHashMap<>();
        for (String pair : text.split(",")) {
            int equals = pair.indexOf('=');
            if (equals <= 0 || !word.permits(pair.substring(equals + 1))) {
                mistakes.add(origin, " is " + text + "; expected NAME=LEVEL, several separated by commas, and"
                        + " of levels " + word.expected());
            } else {
                levels.put(pair.substring(0, equals), new Given.Value(pair.substring(equals + 1), origin));
            }
        }
        return levels;
    }
}
