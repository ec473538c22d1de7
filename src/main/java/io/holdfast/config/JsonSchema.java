package io.holdfast.config;

import io.holdfast.broker.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** The JSON schema of the file, for editors. */
public final class JsonSchema {
    private JsonSchema() {}

    public static String text() {
        Map<String, String> top = new LinkedHashMap<>();
        Map<String, Map<String, String>> groups = new LinkedHashMap<>();
        for (Key key : Keys.ALL) {
            (key.group().isEmpty() ? top : groups.computeIfAbsent(key.group(), _ -> new LinkedHashMap<>()))
                    .put(key.leaf(), described(key));
        }
        groups.forEach((group, keys) -> top.put(group, object(keys, "[\"object\", \"null\"]", List.of())));
        String body = object(top, "[\"object\", \"null\"]", List.of());
        return "{\n\"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
                + "\"title\": \"Configuration of Holdfast\",\n" + body.substring(1) + "\n";
    }

    private static String described(Key key) {
        List<String> parts = new ArrayList<>(List.of("\"description\": " + Written.json(key.meaning() + " ("
                + key.effectiveWords() + ")")));
        parts.addAll(shape(key.shape()));
        if (key.initial() != null && !(key.shape() instanceof Shape.Listeners)) {
            parts.add("\"default\": " + value(key, key.initial()));
        }
        return "{" + String.join(", ", parts) + "}";
    }

    private static String value(Key key, String text) {
        boolean isText = switch (key.shape()) {
            case Shape.Core(Setting setting) -> !setting.isNumber() && !setting.isSwitch();
            case Shape.Number _, Shape.Switch _ -> false;
            case Shape.Endpoint _, Shape.Word _, Shape.File _, Shape.Text _, Shape.Url _, Shape.FileOrUrl _,
                    Shape.Listeners _, Shape.Named _ -> true;
        };
        return isText ? Written.json(text) : text;
    }

    private static List<String> shape(Shape shape) {
        return switch (shape) {
            case Shape.Core(Setting setting) when setting.isNumber() -> List.of("\"type\": \"integer\"",
                    "\"minimum\": " + setting.min(), "\"maximum\": " + setting.max());
            case Shape.Core(Setting setting) when setting.isSwitch() -> List.of("\"type\": \"boolean\"");
            case Shape.Core(Setting setting) -> List.of(words(LongStream.rangeClosed(setting.min(),
                    setting.max()).mapToObj(setting::show).toList()));
            case Shape.Endpoint _ -> List.of("\"type\": [\"integer\", \"string\"]");
            case Shape.Word(List<String> words) -> List.of(words(words));
            case Shape.Number(int min) -> List.of("\"type\": \"integer\"",
                    "\"minimum\": " + min, "\"maximum\": " + Integer.MAX_VALUE);
            case Shape.Switch _ -> List.of("\"type\": \"boolean\"");
            case Shape.File _, Shape.Text _, Shape.Url _, Shape.FileOrUrl _ ->
                List.of("\"type\": \"string\"", "\"minLength\": 1");
            case Shape.Named named -> List.of("\"type\": [\"object\", \"null\"]",
                    "\"additionalProperties\": {" + words(named.word().words()) + "}");
            case Shape.Listeners _ -> List.of("\"type\": \"array\"", "\"minItems\": 1",
                    "\"items\": {\"anyOf\": [{\"type\": \"string\"}, " + listener() + "]}");
        };
    }

    private static String listener() {
        Map<String, String> keys = new LinkedHashMap<>();
        Keys.LISTENER.forEach(key -> keys.put(key.name(), "{\"description\": " + Written.json(key.meaning())
                + ", " + String.join(", ", shape(key.shape())) + "}"));
        return object(keys, "\"object\"", List.of("url"));
    }

    private static String words(List<String> words) {
        return "\"enum\": [" + words.stream().map(Written::json).collect(Collectors.joining(", ")) + "]";
    }

    private static String object(Map<String, String> keys, String type, List<String> required) {
        return "{\"type\": " + type + ", \"additionalProperties\": false,"
                + (required.isEmpty() ? "" : " \"required\": "
                        + required.stream().map(Written::json).toList() + ",")
                + " \"properties\": {\n"
                + keys.entrySet().stream().map(key -> Written.json(key.getKey()) + ": " + key.getValue())
                        .collect(Collectors.joining(",\n"))
                + "\n}}";
    }
}
