package io.holdfast.config;

import io.holdfast.admin.AdminAddress;
import io.holdfast.broker.Setting;
import java.nio.file.Path;
import java.util.List;

/** What may be written for a {@link Key}. */
sealed interface Shape {
    /** What may be written, to end a message with. */
    String expected();

    /** Whether that text, be it from a flag, a variable or a file, may be written. */
    boolean permits(String text);

    /** What a setting of the core takes. */
    record Core(Setting setting) implements Shape {
        @Override
        public String expected() {
            return setting.expected();
        }

        @Override
        public boolean permits(String text) {
            try {
                setting.parse(text);
                return true;
            } catch (IllegalArgumentException _) {
                return false;
            }
        }
    }

    /** One of these words. */
    record Word(List<String> words) implements Shape {
        @Override
        public String expected() {
            int last = words.size() - 1;
            return last == 0 ? words.getFirst()
                    : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
        }

        @Override
        public boolean permits(String text) {
            return words.contains(text);
        }
    }

    /** The path of a file or folder; a relative one is taken from the folder of the file that names it. */
    record File() implements Shape {
        @Override
        public String expected() {
            return "a path of this file system";
        }

        @Override
        public boolean permits(String text) {
            try {
                return !text.isEmpty() && Path.of(text) != null;
            } catch (IllegalArgumentException _) {
                return false;
            }
        }
    }

    /** A port, with or without an address. */
    record Endpoint() implements Shape {
        @Override
        public String expected() {
            return AdminAddress.EXPECTED;
        }

        @Override
        public boolean permits(String text) {
            try {
                return AdminAddress.parse(text) != null;
            } catch (IllegalArgumentException _) {
                return false;
            }
        }
    }

    /** Any text, and what is expected of it. */
    record Text(String expected) implements Shape {
        @Override
        public boolean permits(String text) {
            return !text.isBlank();
        }
    }

    /** A list of listeners, each a URL or a map of {@link Keys#LISTENER}; no single text. */
    record Listeners() implements Shape {
        @Override
        public String expected() {
            return "a list of listeners, each a URL or a map with a url";
        }

        @Override
        public boolean permits(String text) {
            return false;
        }
    }

    /** A map of names to words; no single text. */
    record Named(String what, Word word) implements Shape {
        @Override
        public String expected() {
            return "a map of " + what + " to " + word.expected();
        }

        @Override
        public boolean permits(String text) {
            return false;
        }
    }
}
