package io.holdfast.config;

import java.util.List;
import java.util.Map;

/** The configuration that counts, as a file, with where each value comes from. */
public final class EffectiveFile {
    private static final int COMMENT_COLUMN = 44;

    private EffectiveFile() {}

    /** Every key that has a value. */
    public static String text(Config config) {
        Given given = config.given().all();
        StringBuilder text = new StringBuilder();
        String group = "";
        for (Key key : Keys.ALL) {
            if (!key.group().equals(group)) {
                group = key.group();
                text.append(group).append(":\n");
            }
            String indent = group.isEmpty() ? "" : "  ";
            switch (key.shape()) {
                case Shape.Listeners _ -> listeners(text, given.listeners());
                case Shape.Named _ -> named(text, indent, key, given.levels());
                case Shape.Core _, Shape.Word _, Shape.File _, Shape.Text _, Shape.Endpoint _ -> {
                    Given.Value value = given.values().get(key.name());
                    String written = config.given().text(key);
                    if (written != null) {
                        line(text, indent + key.leaf() + ": " + Written.yaml(key, written),
                                value == null ? Origin.DEFAULT : value.origin());
                    }
                }
            }
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String line, Origin origin) {
        text.append(line).repeat(' ', Math.max(1, COMMENT_COLUMN - line.length())).append("# ")
                .append(origin.shown()).append('\n');
    }

    private static void listeners(StringBuilder text, List<Given.Listener> listeners) {
        text.append("listeners:\n");
        if (listeners == null) {
            line(text, "  - " + Written.yaml(Keys.LISTENERS.initial()), Origin.DEFAULT);
            return;
        }
        for (Given.Listener listener : listeners) {
            String url = Written.yaml(listener.url());
            line(text, (listener.options().isEmpty() ? "  - " : "  - url: ") + url, listener.origin());
            listener.options().forEach((name, value) ->
                    line(text, "    " + name + ": " + Written.yaml(value.text()), value.origin()));
        }
    }

    private static void named(StringBuilder text, String indent, Key key, Map<String, Given.Value> values) {
        if (!values.isEmpty()) {
            text.append(indent).append(key.leaf()).append(":\n");
            values.forEach((name, value) ->
                    line(text, indent + "  " + Written.yaml(name) + ": " + value.text(), value.origin()));
        }
    }
}
