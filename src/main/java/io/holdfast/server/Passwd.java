package io.holdfast.server;

import io.holdfast.security.Mechanism;
import io.holdfast.security.UsersFile;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The command that adds a user to a file of users, or changes the password of one. */
final class Passwd {
    private static final String USAGE = """
            Usage: holdfast passwd FILE USER [--mechanism MECHANISM ...]

            Adds the user to the file, which need not exist, or gives the user another password. It is asked
            for on the terminal; without one, the first line of standard input is the password. A running
            broker reads the file again when `holdfast reload` tells it to.

              --mechanism MECHANISM  SCRAM-SHA-256 or SCRAM-SHA-512; may be given twice (default: both)
              --help                 print this, and end
            """;

    /** The operator's mistake. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    private Passwd() {}

    /** Does what the arguments say, and answers what is to be said about it. */
    static String run(List<String> arguments, InputStream in) throws RefusedException {
        if (arguments.contains("--help")) {
            return USAGE.strip();
        }
        if (arguments.size() < 2 || arguments.get(0).startsWith("--")) {
            throw new RefusedException("expected FILE and USER\n\n" + USAGE.strip());
        }
        String user = arguments.get(1);
        Set<Mechanism> mechanisms = mechanisms(arguments.subList(2, arguments.size()));
        try {
            Path file = Path.of(arguments.getFirst());
            new UsersFile(file).put(user, password(user, in), mechanisms);
            return user + " is in " + file + " now";
        } catch (UsersFile.BadUsersException | IllegalArgumentException e) {
            throw new RefusedException(e.getMessage());
        } catch (IOException e) {
            throw new RefusedException(arguments.getFirst() + " cannot be written: " + e);
        }
    }

    private static Set<Mechanism> mechanisms(List<String> flags) throws RefusedException {
        Set<Mechanism> mechanisms = EnumSet.noneOf(Mechanism.class);
        for (int i = 0; i < flags.size(); i += 2) {
            Mechanism mechanism = i + 1 < flags.size() ? Mechanism.of(flags.get(i + 1)) : null;
            if (!flags.get(i).equals("--mechanism") || mechanism == null) {
                throw new RefusedException(String.join(" ", flags.subList(i, flags.size()))
                        + " is not understood; expected --mechanism SCRAM-SHA-256 or SCRAM-SHA-512");
            }
            mechanisms.add(mechanism);
        }
        return mechanisms.isEmpty() ? EnumSet.allOf(Mechanism.class) : mechanisms;
    }

    private static String password(String user, InputStream in) throws RefusedException, IOException {
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            String line = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
            if (line == null) {
                throw new RefusedException("standard input is empty; expected the password as first line");
            }
            return line;
        }
        char[] password = console.readPassword("Password of %s: ", user);
        char[] again = console.readPassword("Once more: ");
        if (password == null || !Arrays.equals(password, again)) {
            throw new RefusedException("the two passwords differ; nothing is changed");
        }
        return new String(password);
    }
}
