package io.holdfast.tools;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The options of a tool, {@code --name value} or {@code --name=value}; the last of a name counts. */
final class Arguments {
    private static final int STATUS_REFUSED = 2;

    private final Map<String, String> given = new LinkedHashMap<>();
    private final Set<String> known = new HashSet<>();

    private Arguments(String[] arguments) {
        for (int i = 0; i < arguments.length; i++) {
            String[] parts = arguments[i].split("=", 2);
            if (parts.length == 1 && i + 1 == arguments.length) {
                throw new IllegalArgumentException(parts[0] + " needs a value");
            }
            given.put(parts[0], parts.length == 2 ? parts[1] : arguments[++i]);
        }
    }

    /**
     * Has the reader ask for the options that it knows. Ends the process with status 2 and the usage if one
     * is wrong, or was given and not asked for.
     */
    static <T> T read(String tool, String usage, String[] arguments, Function<Arguments, T> reader) {
        if (Arrays.asList(arguments).contains("--help")) {
            System.out.println(usage);
            System.exit(0);
        }
        try {
            Arguments read = new Arguments(arguments);
            T options = reader.apply(read);
            read.requireAllKnown();
            return options;
        } catch (IllegalArgumentException e) {
            System.err.println(tool + ": " + e.getMessage() + System.lineSeparator() + usage);
            System.exit(STATUS_REFUSED);
            throw e;
        }
    }

    /** The number of that option, which must lie between two others, or {@code absent}. */
    long number(String name, long absent, long min, long max) {
        String value = text(name);
        try {
            long number = value == null ? absent : Long.parseLong(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Told below, like a number out of range.
        }
        throw new IllegalArgumentException(name + " is " + value + "; expected a whole number"
                + (min == Long.MIN_VALUE ? "" : ", " + min + " or more")
                + (max == Long.MAX_VALUE ? "" : ", at most " + max));
    }

    /** {@link #number(String, long, long, long)} for an int. */
    int number(String name, int absent, int min, int max) {
        return (int) number(name, (long) absent, min, max);
    }

    /** The constant that the option names, or {@code absent}. */
    <E extends Enum<E>> E constant(String name, E absent) {
        String value = text(name);
        for (E constant : absent.getDeclaringClass().getEnumConstants()) {
            if (constant.name().equals(value)) {
                return constant;
            }
        }
        if (value == null) {
            return absent;
        }
        throw new IllegalArgumentException(name + " is " + value + "; expected one of "
                + Arrays.toString(absent.getDeclaringClass().getEnumConstants()));
    }

    /** The folder that the option names, or {@code absent}. */
    Path folder(String name, Path absent) {
        return has(name) ? Path.of(text(name)) : absent;
    }

    boolean has(String name) {
        return text(name) != null;
    }

    private String text(String name) {
        known.add(name);
        return given.get(name);
    }

    private void requireAllKnown() {
        for (String name : given.keySet()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("unknown option " + name);
            }
        }
    }
}
