package io.holdfast.tools;

import io.holdfast.system.FuzzTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** {@code tools/holdfast fuzz}: searches for inputs that a target does not survive, guided by coverage. */
public final class Fuzz {
    private static final String USAGE = """
            usage: tools/holdfast fuzz [codec|connection|planted] [--seconds N] [--runs N] [--seed SEED]
                                       [--corpus FOLDER]
              codec            the decoder, and the encoder behind it
              connection       whole connections, with the core behind them
              planted          the decoder with a bug planted, which is to be found
                               (default: codec, and then connection)
              --seconds N      how long to search in each (default 60, without end if --runs is given)
              --runs N         at most so many executions in each
              --seed SEED      decides the search (default: any)
              --corpus FOLDER  has what is known from former searches and takes what this one finds: inputs
                               that reach new code in FOLDER/TARGET, and inputs that fail in
                               FOLDER/TARGET-findings (default target/fuzz)
            Jazzer begins with the rows of the packet table, and with what once failed. The status is 0 if
            nothing was found, and 1 otherwise.""";

    private record Options(List<FuzzTarget> targets, int seconds, int runs, int seed, Path corpus) {}

    private Fuzz() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        boolean chosen = args.length > 0 && !args[0].startsWith("-");
        List<String> flags = Arrays.asList(args).subList(chosen ? 1 : 0, args.length);
        Options options = Arguments.read("fuzz", USAGE, flags.toArray(String[]::new),
                arguments -> options(chosen ? args[0] : null, arguments));
        boolean sound = true;
        for (FuzzTarget target : options.targets) {
            sound &= new FuzzSearch(target, options.corpus).run(options.seconds, options.runs, options.seed);
        }
        System.exit(sound ? 0 : 1);
    }

    private static Options options(String target, Arguments arguments) {
        int endless = Integer.MAX_VALUE;
        return new Options(
                target == null ? List.of(FuzzTarget.CODEC, FuzzTarget.CONNECTION) : List.of(target(target)),
                arguments.number("--seconds", arguments.has("--runs") ? endless : 60, 1, endless),
                arguments.number("--runs", endless, 1, endless),
                arguments.number("--seed", new Random().nextInt(1, endless), 1, endless),
                arguments.folder("--corpus", Path.of("target/fuzz")));
    }

    private static FuzzTarget target(String name) {
        for (FuzzTarget target : FuzzTarget.values()) {
            if (target.toString().equals(name)) {
                return target;
            }
        }
        throw new IllegalArgumentException(name + " is nothing to fuzz; expected one of "
                + Arrays.toString(FuzzTarget.values()));
    }
}
