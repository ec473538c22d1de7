package io.holdfast.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** Finds the keys in a file, and what is wrong with them. */
final class FileKeys {
    private final Path file;
    private final Mistakes mistakes;
    private final Map<String, Given.Value> values = new LinkedHashMap<>();
    private final Map<String, Given.Value> levels = new LinkedHashMap<>();
    private List<Given.Listener> listeners;

    private FileKeys(Path file, Mistakes mistakes) {
        this.file = file;
        this.mistakes = mistakes;
    }

    static Given read(Path file, Mistakes mistakes) {
        FileKeys keys = new FileKeys(file, mistakes);
        Tree root = Yaml.read(file, mistakes);
        if (root instanceof Tree.Mapping mapping) {
            keys.group("", mapping);
        } else if (root != null && !isNothing(root)) {
            mistakes.add(Origin.file(file, root.mark(), "the file"), " is " + root.told()
                    + "; expected a map of keys and values");
        }
        return new Given(keys.values, keys.listeners, keys.levels);
    }

    private static boolean isNothing(Tree value) {
        return value instanceof Tree.Scalar(_, Tree.Kind kind, _) && kind == Tree.Kind.NOTHING;
    }

    private Origin at(Tree.Mark mark, String subject) {
        return Origin.file(file, mark, subject);
    }

    /** Hands the entries to the reader, each with its full name, but for those that are there twice. */
    private void entries(String prefix, Tree.Mapping mapping, BiConsumer<String, Tree.Entry> reader) {
        Map<String, Tree.Mark> seen = new HashMap<>();
        for (Tree.Entry entry : mapping.entries()) {
            Tree.Mark earlier = seen.putIfAbsent(entry.name(), entry.mark());
            if (earlier == null) {
                reader.accept(prefix + entry.name(), entry);
            } else {
                mistakes.add(at(entry.mark(), prefix + entry.name()), " is in line " + earlier.line()
                        + " already; expected it once");
            }
        }
    }

    private void group(String group, Tree.Mapping mapping) {
        entries(group.isEmpty() ? "" : group + ".", mapping, (name, entry) -> {
            Key key = Keys.of(name);
            if (key != null) {
                key(key, at(entry.mark(), name), entry.value());
            } else if (!Keys.isGroup(name)) {
                mistakes.add(at(entry.mark(), name), " is unknown; expected a key that `holdfast config"
                        + " default` prints" + Keys.suggestion(name, Keys.ALL.stream().map(Key::name)));
            } else if (entry.value() instanceof Tree.Mapping inner) {
                group(name, inner);
            } else if (!isNothing(entry.value())) { // all of its keys may be commented out
                mistakes.add(at(entry.value().mark(), name), " is " + entry.value().told()
                        + "; expected a map of keys and values");
            }
        });
    }

    private void key(Key key, Origin origin, Tree value) {
        switch (key.shape()) {
            case Shape.Listeners shape -> listeners(origin, shape, value);
            case Shape.Named named -> named(key, named.word(), value);
            case Shape.One _ -> {
                Given.Value text = text(key, key.name(), value);
                if (text != null) {
                    values.put(key.name(), text);
                }
            }
        }
    }

    /** The text of a scalar that is what its key expects; else null, and a mistake. */
    private Given.Value text(Key key, String subject, Tree value) {
        Origin origin = at(value.mark(), subject);
        if (isNothing(value) || !(value instanceof Tree.Scalar(_, Tree.Kind kind, String text))) {
            mistakes.add(origin, " is " + value.told() + "; expected " + key.shape().expected());
        } else if (kind != kindOf(key.shape(), kind)) {
            mistakes.add(origin, " is " + value.told() + "; expected " + key.shape().expected()
                    + (kind == Tree.Kind.TEXT && key.shape().permits(text) ? ", without quotes"
                    : key.shape().permits(text) ? ", in quotes" : ""));
        } else if (mistakes.permit(key.shape(), text, origin)) {
            return new Given.Value(text, origin);
        }
        return null;
    }

    /** The kind that is expected where that one is written. */
    private static Tree.Kind kindOf(Shape shape, Tree.Kind written) {
        if (shape instanceof Shape.Endpoint && written == Tree.Kind.WHOLE_NUMBER) {
            return written; // a port alone
        }
        if (shape instanceof Shape.Core(var setting)) {
            return setting.isNumber() ? Tree.Kind.WHOLE_NUMBER
                    : setting.isSwitch() ? Tree.Kind.SWITCH : Tree.Kind.TEXT;
        }
        return shape instanceof Shape.Number ? Tree.Kind.WHOLE_NUMBER
                : shape instanceof Shape.Switch ? Tree.Kind.SWITCH : Tree.Kind.TEXT;
    }

    private void named(Key key, Shape.Word shape, Tree value) {
        if (!(value instanceof Tree.Mapping mapping)) {
            if (!isNothing(value)) {
                mistakes.add(at(value.mark(), key.name()), " is " + value.told() + "; expected "
                        + key.shape().expected());
            }
            return;
        }
        Key word = new Key(key.name(), shape, null, key.effective(), key.meaning());
        entries("", mapping, (name, entry) -> {
            Given.Value level = text(word, key.name() + "." + name, entry.value());
            if (level != null) {
                levels.put(name, level);
            }
        });
    }

    private void listeners(Origin origin, Shape.Listeners shape, Tree value) {
        if (!(value instanceof Tree.Sequence(_, List<Tree> items)) || items.isEmpty()) {
            boolean isEmpty = value instanceof Tree.Sequence;
            mistakes.add(origin, " is " + (isEmpty ? "an empty list" : value.told()) + "; expected "
                    + shape.expected());
            return;
        }
        listeners = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            listener("listeners[" + i + "]", items.get(i));
        }
    }

    private void listener(String subject, Tree item) {
        Origin origin = at(item.mark(), subject);
        switch (item) {
            case Tree.Scalar(_, Tree.Kind kind, String url) when kind == Tree.Kind.TEXT ->
                listeners.add(new Given.Listener(origin, url, Map.of()));
            case Tree.Mapping mapping -> listener(origin, mapping);
            case Tree.Scalar _, Tree.Sequence _ -> mistakes.add(origin, " is " + item.told()
                    + "; expected a URL or a map with a url");
        }
    }

    private void listener(Origin origin, Tree.Mapping mapping) {
        Map<String, Given.Value> options = new LinkedHashMap<>();
        Set<String> given = new HashSet<>();
        entries("", mapping, (name, entry) -> {
            given.add(name);
            Key key = Keys.LISTENER.stream().filter(one -> one.name().equals(name)).findFirst().orElse(null);
            if (key == null) {
                List<String> names = Keys.LISTENER.stream().map(Key::name).toList();
                mistakes.add(at(entry.mark(), origin.subject() + "." + name), " is unknown; expected one of "
                        + String.join(", ", names) + Keys.suggestion(name, names.stream()));
                return;
            }
            Given.Value value = text(key, origin.subject() + "." + name, entry.value());
            if (value != null) {
                options.put(name, value);
            }
        });
        Given.Value url = options.remove("url");
        if (url != null) {
            listeners.add(new Given.Listener(origin, url.text(), options));
        } else if (!given.contains("url")) {
            mistakes.add(origin, " has no url; expected one, such as mqtts://0.0.0.0:8883");
        }
    }
}
