package io.holdfast.server;

import io.holdfast.rocks.RocksStore;
import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** A command that the running broker on a store carries out, which prints what it answers. */
final class ControlCommand {
    static final int STATUS_DONE = 0;
    static final int STATUS_CUT_OFF = 1;

    private static final Set<String> WHERE = Set.of("--config", "--data");

    private final String command;
    private final Map<String, String> options = new HashMap<>();
    private final List<String> where = new ArrayList<>();

    /** @throws Request.RefusedException if that is not how it is used */
    ControlCommand(String command, List<String> arguments) throws Request.RefusedException {
        this.command = command;
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            int equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
            String option = equals < 0 ? argument : argument.substring(0, equals);
            boolean isWhere = WHERE.contains(option);
            if (!isWhere && !Request.OPTIONS.get(command).contains(option)) {
                throw new Request.RefusedException("unknown option " + option + "\n\n" + usage().strip());
            }
            String value = equals >= 0 ? argument.substring(equals + 1)
                    : ++i < arguments.size() ? arguments.get(i) : "";
            if (value.isEmpty()) {
                throw new Request.RefusedException(option + " needs a value");
            }
            if (isWhere) {
                where.addAll(List.of(option, value));
            } else {
                options.put(option, value);
            }
        }
        Request.of(command, options); // or refuses what the broker would refuse
    }

    /** The arguments that say where the store is. */
    List<String> where() {
        return where;
    }

    private String usage() {
        return Request.usage(command);
    }

    /**
     * Has it carried out.
     *
     * @param data the folder of the store
     * @param lines takes each line to print, and answers whether to go on
     * @return the status of the process
     */
    int run(Path data, Predicate<String> lines) throws Request.RefusedException {
        try (SocketChannel channel = connect(data)) {
            Control.write(command, options, new DataOutputStream(Channels.newOutputStream(channel)));
            return print(new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8)), lines);
        } catch (IOException e) {
            throw new Request.RefusedException("the broker on " + data + " cannot be asked: "
                    + e.getMessage());
        }
    }

    private static int print(BufferedReader answer, Predicate<String> lines)
            throws Request.RefusedException {
        try {
            for (String line = answer.readLine(); line != null; line = answer.readLine()) {
                String text = line.substring(1);
                switch (line.charAt(0)) {
                    case ControlAnswer.LINE -> {
                        if (!lines.test(text)) {
                            return STATUS_DONE;
                        }
                    }
                    case ControlAnswer.REFUSED -> throw new Request.RefusedException(text);
                    case ControlAnswer.END -> {
                        return STATUS_DONE;
                    }
                    default -> { } // the broker looks whether we are here
                }
            }
        } catch (IOException _) {
            return STATUS_CUT_OFF; // as if it had come to its end
        }
        return STATUS_CUT_OFF;
    }

    private static SocketChannel connect(Path data) throws Request.RefusedException {
        try {
            return ControlSocket.connect(data);
        } catch (IOException e) {
            throw new Request.RefusedException(whyNotReached(data, e));
        }
    }

    private static String whyNotReached(Path data, IOException why) {
        if (Files.isDirectory(data) && !Files.isReadable(data)
                || String.valueOf(why.getMessage()).contains("Permission denied")) {
            return "the store " + data + " is not this user's: " + why.getMessage() + "; expected the user of"
                    + " the broker, or root";
        }
        long pid = RocksStore.holder(data);
        return pid < 0 ? "no broker runs on the store " + data + "; expected --data FOLDER or --config FILE"
                + " of one that does"
                : "the broker on " + data + ", process " + pid + ", cannot be asked: " + why.getMessage()
                + "; expected one of this version, in whose log there is no warning about it";
    }
}
