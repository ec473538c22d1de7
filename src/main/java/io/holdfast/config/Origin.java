package io.holdfast.config;

import java.nio.file.Path;

/**
 * Where something was written.
 *
 * @param location what a message begins with: {@code holdfast.yaml:3:5: }; empty where the subject says it
 * @param subject what it is called there: {@code limits.overflow}, {@code --data}, {@code HOLDFAST_DATA}
 * @param shown for {@code config show}
 * @param folder that relative paths begin at
 */
record Origin(String location, String subject, String shown, Path folder) {
    private static final Path CALLERS = Path.of("");

    static final Origin DEFAULT = new Origin("", "the default", "default", CALLERS);

    static Origin flag(String flag) {
        return new Origin("", flag, flag.split(" ")[0], CALLERS);
    }

    static Origin variable(String name) {
        return new Origin("", name, name, CALLERS);
    }

    static Origin file(Path file, Tree.Mark mark, String subject) {
        return new Origin(file + ":" + mark.line() + ":" + mark.column() + ": ", subject,
                file + ":" + mark.line(), file.toAbsolutePath().getParent());
    }

    /** A part of it. */
    Origin part(String name) {
        return new Origin(location, subject + ": " + name, shown, folder);
    }

    /** A sentence about it. */
    String say(String what) {
        return location + subject + what;
    }
}
