package io.holdfast.config;

import io.holdfast.security.ShownUrl;
import java.util.Locale;
import java.util.regex.Pattern;

/** Text as it is written in YAML, and in JSON. */
final class Written {
    /** What needs no quotes, unless YAML takes it for something else. */
    private static final Pattern PLAIN =
            Pattern.compile("[\\p{L}/.]([\\p{L}\\p{N}/._:%?&=+@,-]*[\\p{L}\\p{N}/])?");
    private static final Pattern NO_TEXT = Pattern.compile("true|false|null|\\.inf|\\.nan|[.0-9].*");

    private Written() {}

    /** A text as a scalar of YAML. */
    static String yaml(String text) {
        boolean isPlain = PLAIN.matcher(text).matches()
                && !NO_TEXT.matcher(text.toLowerCase(Locale.ROOT)).matches();
        return isPlain ? text : json(text);
    }

    /** The value of a key as a scalar of YAML, without secrets. */
    static String yaml(Key key, String text) {
        return switch (key.shape()) {
            case Shape.Core _, Shape.Number _, Shape.Switch _ -> text;
            case Shape.Url _, Shape.FileOrUrl _ -> yaml(ShownUrl.of(text));
            case Shape.Endpoint _, Shape.Word _, Shape.File _, Shape.Text _, Shape.Listeners _,
                    Shape.Named _ -> yaml(text);
        };
    }

    /** A string of JSON, which is also one of YAML. */
    static String json(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (Character.isISOControl(c)) {
                quoted.append("\\u%04x".formatted((int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
