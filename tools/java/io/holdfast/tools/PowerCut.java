package io.holdfast.tools;

import io.holdfast.mqtt.QoS;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** {@code tools/holdfast powercut}: a real broker on a disk that loses what was not synced. */
public final class PowerCut {
    private static final String USAGE = """
            usage: tools/holdfast powercut [--rounds N] [--sessions N] [--messages N] [--size BYTES]
                                           [--filters N] [--seed SEED] [--no-sync]
                   tools/holdfast powercut --load mixed [--rounds N] [--kills N] [--seed SEED] [--no-sync]
              --rounds N     how many times, each with an empty disk; at QoS 1 and 2 in turns (default 2)
              --sessions N   sessions that are offline while messages are published (default 100)
              --messages N   messages published in a round (default 10000)
              --size BYTES   of each payload (default 256)
              --filters N    distinct Topic Filters, at most one for each session (default: as many)
              --seed SEED    chooses the moments of the cuts (default: any)
              --no-sync      a broker that breaks its promise: it acknowledges messages that are not synced
            As in `tools/holdfast crash --load offline`, or under its mixed load, but the kills are power
            cuts: the data folder lies on an ext4 file system in an image, and all that was not synced is
            gone. It needs Linux, root, and loop devices; meanwhile Linux writes nothing back on its own, on
            the whole machine. The status is as there, so with --no-sync it should be 1.""";
    private static final int STATUS_REFUSED = 2;
    private static final int ROOT = 0;

    private PowerCut() {}

    public static void main(String[] args) {
        BooleanSupplier rounds = Arguments.read("powercut", USAGE, args, PowerCut::rounds);
        requireRoot();
        boolean kept;
        try (WriteBack writeBack = writeBackOff()) {
            System.out.println(writeBack);
            kept = rounds.getAsBoolean();
        }
        System.exit(kept ? 0 : 1);
    }

    private static BooleanSupplier rounds(Arguments arguments) {
        boolean synced = !arguments.flag("--no-sync");
        Crash.Fault fault =
                new Crash.Fault("power cuts", folder -> new PowerCutMachine(folder, synced), !synced);
        return Crash.rounds(arguments, "offline", () -> MixedLoad.Options.read(arguments, fault),
                () -> options(arguments, fault));
    }

    private static Crash.Options options(Arguments arguments, Crash.Fault fault) {
        int sessions = arguments.number("--sessions", 100, 1, 1_000);
        int filters = arguments.number("--filters", sessions, 1, sessions);
        int bytes = arguments.number("--size", 256, Load.BYTES_MIN, 1_000);
        return new Crash.Options(arguments.number("--rounds", 2, 1, 1_000_000), sessions,
                arguments.number("--messages", 10_000, 1, 100_000),
                Stream.of(QoS.AT_LEAST_ONCE, QoS.EXACTLY_ONCE)
                        .map(qos -> new Load(filters, bytes, qos)).toList(),
                arguments.number("--seed", System.nanoTime(), Long.MIN_VALUE, Long.MAX_VALUE),
                fault);
    }

    private static void requireRoot() {
        boolean root;
        try {
            root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(ROOT)
                    && Files.isWritable(WriteBack.INTERVAL) && Files.isWritable(Path.of("/dev/loop-control"));
        } catch (IOException | UnsupportedOperationException _) {
            root = false;
        }
        if (!root) {
            refuse("needs Linux, root (sudo will do), " + WriteBack.INTERVAL
                    + ", and loop devices (/dev/loop-control), and has not all of them here");
        }
    }

    private static WriteBack writeBackOff() {
        try {
            return WriteBack.off();
        } catch (IllegalStateException e) {
            refuse(e.getMessage());
            throw e;
        }
    }

    private static void refuse(String why) {
        System.err.println("powercut: " + why);
        System.exit(STATUS_REFUSED);
    }
}
