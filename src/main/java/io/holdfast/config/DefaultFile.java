package io.holdfast.config;

import java.util.List;

/** The file that names every key, what it means and its default, and changes nothing. */
public final class DefaultFile {
    private static final int COLUMNS = 100;

    private static final String HEAD = """
            # The configuration of Holdfast. What is commented out is the default.
            #
            # Each key is an environment variable, too, and a flag of `holdfast start`: limits.overflow is
            # HOLDFAST_LIMITS_OVERFLOW and --limits-overflow. Flags override variables, which override this
            # file. `holdfast config check` finds mistakes, `holdfast config show` prints what counts and
            # where it comes from, and `holdfast reload` has a running broker read the file again. Relative
            # paths begin at the folder of this file.
            """;
    private static final String LISTENERS = """
            #listeners:
            #  - mqtt://127.0.0.1:1883
            """;
    private static final String EXAMPLE = """
            # For instance, which needs users:
            #   - url: mqtts://0.0.0.0:8883
            #     cert: tls/server.pem
            #     key: tls/server.key
            """;

    private DefaultFile() {}

    public static String text() {
        StringBuilder text = new StringBuilder(HEAD);
        String group = "";
        for (Key key : Keys.ALL) {
            text.append('\n');
            if (!key.group().equals(group)) {
                group = key.group();
                text.append(group).append(":\n");
            }
            String indent = group.isEmpty() ? "" : "  ";
            comment(text, indent + "# ", sentence(key.meaning()) + " (" + key.shape().expected() + "; "
                    + key.effectiveWords() + ")");
            switch (key.shape()) {
                case Shape.Listeners _ -> listeners(text);
                case Shape.Named _ -> text.append(indent).append('#').append(key.leaf()).append(": {}\n");
                case Shape.Core _, Shape.Word _, Shape.File _, Shape.Text _, Shape.Endpoint _ ->
                    text.append(indent).append('#').append(key.leaf()).append(':')
                            .append(key.initial() == null ? "" : " " + Written.yaml(key, key.initial()))
                            .append(key.initial() == null ? "          # none\n" : "\n");
            }
        }
        return text.toString();
    }

    private static void listeners(StringBuilder text) {
        text.append("# Options of a listener, in the map or behind the ? of its URL:\n");
        for (Key key : Keys.LISTENER) {
            comment(text, "#   ", key.name() + ": " + key.meaning());
        }
        text.append(EXAMPLE).append(LISTENERS);
    }

    private static String sentence(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
    }

    private static void comment(StringBuilder text, String prefix, String words) {
        StringBuilder line = new StringBuilder(prefix);
        for (String word : List.of(words.split(" "))) {
            if (line.length() + word.length() > COLUMNS && line.length() > prefix.length()) {
                text.append(line.toString().stripTrailing()).append('\n');
                line.setLength(0);
                line.append(prefix);
            }
            line.append(word).append(' ');
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }
}
