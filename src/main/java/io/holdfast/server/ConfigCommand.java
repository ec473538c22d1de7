package io.holdfast.server;

import io.holdfast.config.BadConfigException;
import io.holdfast.config.Config;
import io.holdfast.config.ConfigReader;
import io.holdfast.config.DefaultFile;
import io.holdfast.config.EffectiveFile;
import io.holdfast.config.JsonSchema;
import io.holdfast.config.MosquittoConf;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** The command that looks at the configuration, and starts nothing. */
final class ConfigCommand {
    private static final String USAGE = """
            Usage: holdfast config check   [FLAGS OF start]
                   holdfast config show    [FLAGS OF start]
                   holdfast config default
                   holdfast config schema
                   holdfast config import  MOSQUITTO.CONF

            check reads the configuration as `holdfast start` would, and the certificates, keys and users
            that it names, and prints every mistake with file, line and column. show prints the configuration
            that counts, and where each value comes from: a line of the file, an environment variable, a flag
            or the default. default prints a file that names every key, what it means and its default, schema
            a JSON schema of such a file, for editors. import turns a configuration of mosquitto into ours,
            and lists what has no counterpart.

            The status is 0 if all is well, and 2 if something is wrong.
            """;

    /** The operator's mistake. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    private ConfigCommand() {}

    /** @param reader reads the configuration, given the flags of {@code start} */
    static void run(List<String> arguments, Function<List<String>, ConfigReader> reader,
            Consumer<String> out) throws RefusedException {
        String command = arguments.isEmpty() || arguments.contains("--help") ? "--help"
                : arguments.getFirst();
        List<String> rest = arguments.isEmpty() ? List.of() : arguments.subList(1, arguments.size());
        switch (command) {
            case "check" -> {
                Config config = read(reader.apply(rest));
                out.accept(config.given().file() == null
                        ? "there is no file, and what the flags and variables say is sound"
                        : config.given().file() + " is sound");
            }
            case "show" -> out.accept(EffectiveFile.text(read(reader.apply(rest))).stripTrailing());
            case "default" -> out.accept(DefaultFile.text().stripTrailing());
            case "schema" -> out.accept(JsonSchema.text().stripTrailing());
            case "import" -> out.accept(imported(rest));
            case "--help" -> out.accept(USAGE.strip());
            default -> throw new RefusedException("the command is " + command
                    + "; expected check, show, default, schema or import");
        }
    }

    private static Config read(ConfigReader reader) throws RefusedException {
        try {
            return reader.read();
        } catch (BadConfigException e) {
            throw new RefusedException(e.getMessage());
        }
    }

    private static String imported(List<String> arguments) throws RefusedException {
        if (arguments.size() != 1) {
            throw new RefusedException("import has " + arguments.size() + " arguments; expected one, the path"
                    + " of a mosquitto.conf");
        }
        try {
            return MosquittoConf.read(Path.of(arguments.getFirst())).yaml().stripTrailing();
        } catch (IOException e) {
            throw new RefusedException(arguments.getFirst() + " cannot be read (" + e + "); expected a"
                    + " mosquitto.conf");
        }
    }
}
