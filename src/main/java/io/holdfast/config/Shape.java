package io.holdfast.config;

import io.holdfast.broker.Setting;
import java.nio.file.Path;
import java.util.List;

/** What may be written for a {@link Key}. */
sealed interface Shape {

    /** What a setting of the core takes. */
    record Core(Setting setting) implements Shape {}

    /** One of these words. */
    record Word(List<String> words) implements Shape {}

    /** The path of a file or folder; a relative one is taken from the folder of the file that names it. */
    record File() implements Shape {}

    /** Any text, and what is expected of it. */
    record Text(String expected) implements Shape {}

    /** A list of listeners, each a URL or a map of {@link Keys#LISTENER}. */
    record Listeners() implements Shape {}

    /** A map of one of these words for each name. */
    record Named(String what, List<String> words) implements Shape {}

    /** What may be written, to end a message with. */
    default String expected() {
        return switch (this) {
            case Core(Setting setting) -> setting.expected();
            case Word(List<String> words) -> words(words);
            case File _ -> "a path of this file system";
            case Text(String expected) -> expected;
            case Listeners _ -> "a list of listeners, each a URL or a map with a url";
            case Named(String what, List<String> words) -> "a map of " + what + " to " + words(words);
        };
    }

    /** Whether that text, be it from a flag, a variable or a file, may be written. */
    default boolean permits(String text) {
        return switch (this) {
            case Core(Setting setting) -> isParsed(() -> setting.parse(text));
            case Word(List<String> words) -> words.contains(text);
            case File _ -> isParsed(() -> Path.of(text)) && !text.isEmpty();
            case Text _ -> !text.isBlank();
            case Listeners _, Named _ -> false;
        };
    }

    private static boolean isParsed(Runnable parser) {
        try {
            parser.run();
            return true;
        } catch (IllegalArgumentException _) { // also InvalidPathException
            return false;
        }
    }

    private static String words(List<String> words) {
        int last = words.size() - 1;
        return last == 0 ? words.getFirst()
                : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
    }
}
