package io.holdfast.tools;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The options of a tool, {@code --name value}, {@code --name=value} or, where it is a flag, {@code --name}
 * alone; the last of a name counts.
 */
public final class Arguments {
    private static final int STATUS_REFUSED = 2;
    private static final String NO_VALUE = "";

    private final Map<String, String> given = new LinkedHashMap<>();
    private final Set<String> known = new HashSet<>();

    private Arguments(String[] arguments) {
        for (int i = 0; i < arguments.length; i++) {
            String[] parts = arguments[i].split("=", 2);
            boolean alone = i + 1 == arguments.length || arguments[i + 1].startsWith("--");
            given.put(parts[0], parts.length == 2 ? parts[1] : alone ? NO_VALUE : arguments[++i]);
        }
    }

    /**
     * Has the reader ask for the options that it knows. Ends the process with status 2 and the usage if one
     * is wrong, or was given and not asked for.
     */
    public static <T> T read(String tool, String usage, String[] arguments, Function<Arguments, T> reader) {
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
    public long number(String name, long absent, long min, long max) {
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
    public int number(String name, int absent, int min, int max) {
        return (int) number(name, (long) absent, min, max);
    }

    /** The constant that the option names, or {@code absent}. */
    public <E extends Enum<E>> E constant(String name, E absent) {
        String value = text(name);
        for (E constant : absent.getDeclaringClass().getEnumConstants()) {
            if (constant.toString().equals(value)) {
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

    public boolean has(String name) {
        return text(name) != null;
    }

    /** Whether the flag was given, which takes no value. */
    public boolean flag(String name) {
        known.add(name);
        String value = given.getOrDefault(name, NO_VALUE);
        if (!value.equals(NO_VALUE)) {
            throw new IllegalArgumentException(name + " takes no value, and was given " + value);
        }
        return given.containsKey(name);
    }

    /** The value of that option, or {@code absent}. */
    public String text(String name, String absent) {
        String value = text(name);
        return value == null ? absent : value;
    }

    private String text(String name) {
        known.add(name);
        String value = given.get(name);
        if (NO_VALUE.equals(value)) {
            throw new IllegalArgumentException(name + " needs a value");
        }
        return value;
    }

    private void requireAllKnown() {
        for (String name : given.keySet()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("unknown option " + name);
            }
        }
    }
}
