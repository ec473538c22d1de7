package io.holdfast.config;

import io.holdfast.admin.AdminAddress;
import io.holdfast.broker.Setting;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;

/** What may be written for a {@link Key}. */
sealed interface Shape {
    /** What may be written, to end a message with. */
    String expected();

    /** Whether that text, be it from a flag, a variable or a file, may be written. */
    boolean permits(String text);

    /** Whether something holds of a text, which it does not if the text cannot be read for it. */
    private static boolean isSo(BooleanSupplier holds) {
        try {
            return holds.getAsBoolean();
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /** That of a single text. */
    sealed interface One extends Shape {}

    /** What a setting of the core takes. */
    record Core(Setting setting) implements One {
        @Override
        public String expected() {
            return setting.expected();
        }

        @Override
        public boolean permits(String text) {
            return isSo(() -> setting.parse(text) >= setting.min());
        }
    }

    /** One of these words. */
    record Word(List<String> words) implements One {
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
    record File() implements One {
        @Override
        public String expected() {
            return "a path of this file system";
        }

        @Override
        public boolean permits(String text) {
            return isSo(() -> !text.isEmpty() && Path.of(text) != null);
        }
    }

    /** A whole number. */
    record Number(int min) implements One {
        @Override
        public String expected() {
            return "a whole number from " + min + " to " + Integer.MAX_VALUE;
        }

        @Override
        public boolean permits(String text) {
            return isSo(() -> Integer.parseInt(text) >= min);
        }
    }

    /** A port, with or without an address. */
    record Endpoint() implements One {
        @Override
        public String expected() {
            return AdminAddress.EXPECTED;
        }

        @Override
        public boolean permits(String text) {
            return isSo(() -> AdminAddress.parse(text) != null);
        }
    }

    /** On or off. */
    record Switch() implements One {
        @Override
        public String expected() {
            return "true or false";
        }

        @Override
        public boolean permits(String text) {
            return text.equals("true") || text.equals("false");
        }
    }

    /** The URL of something that is asked over HTTP. */
    record Url() implements One {
        @Override
        public String expected() {
            return "a URL such as https://auth.example/mqtt";
        }

        @Override
        public boolean permits(String text) {
            return isSo(() -> isOne(text) && URI.create(text).getHost() != null);
        }

        /** Whether it is none of a file. */
        static boolean isOne(String text) {
            return text.startsWith("http://") || text.startsWith("https://");
        }
    }

    /** A file, or a URL where its content is fetched. */
    record FileOrUrl() implements One {
        @Override
        public String expected() {
            return "a path of this file system, or a URL";
        }

        @Override
        public boolean permits(String text) {
            return Url.isOne(text) ? new Url().permits(text) : new File().permits(text);
        }
    }

    /** Any text, and what is expected of it. */
    record Text(String expected) implements One {
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
