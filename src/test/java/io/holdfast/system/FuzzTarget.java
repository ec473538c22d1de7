package io.holdfast.system;

import io.holdfast.netty.ConnectionFuzz;
import io.holdfast.wire.CodecFuzz;
import io.holdfast.wire.PlantedFuzz;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is fuzzed: the class that judges an input, and the inputs that the search begins with. */
public enum FuzzTarget {
    /** The decoder, and the encoder behind it. */
    CODEC(CodecFuzz.class, CodecFuzz::fuzzerTestOneInput, CodecFuzz::seeds, "codec"),
    /** Whole connections, with the core behind them. */
    CONNECTION(ConnectionFuzz.class, ConnectionFuzz::fuzzerTestOneInput, ConnectionFuzz::seeds, "connection"),
    /** The decoder with a bug that was planted, for the fuzzer to find. */
    PLANTED(PlantedFuzz.class, PlantedFuzz::fuzzerTestOneInput, CodecFuzz::seeds, "codec");

    private final Class<?> judge;
    private final Consumer<byte[]> test;
    private final Supplier<List<byte[]>> seeds;
    private final Path regressions;

    FuzzTarget(Class<?> judge, Consumer<byte[]> test, Supplier<List<byte[]>> seeds, String regressions) {
        this.judge = judge;
        this.test = test;
        this.seeds = seeds;
        this.regressions = Path.of("src/test/resources/fuzz", regressions);
    }

    /** The class whose {@code fuzzerTestOneInput} a fuzzer calls. */
    public Class<?> judge() {
        return judge;
    }

    /** Throws what the fuzzer would report. */
    public void test(byte[] input) {
        test.accept(input);
    }

    /** The folder, below that of the project, of the inputs that once failed. */
    public Path regressions() {
        return regressions;
    }

    /** The inputs that once failed: {@code .hex} files, each with a remark. */
    public List<byte[]> failed() throws IOException {
        List<byte[]> failed = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(regressions, "*.hex")) {
            for (Path file : files) {
                failed.add(read(file));
            }
        }
        return failed;
    }

    /** Made of the packet table, and those that once failed. */
    public List<byte[]> corpus() throws IOException {
        return Stream.concat(seeds.get().stream(), failed().stream()).toList();
    }

    /** The bytes of a file in hex, in which lines that begin with # are remarks. */
    private static byte[] read(Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return HexFormat.of().parseHex(lines.filter(line -> !line.startsWith("#"))
                    .map(line -> line.replace(" ", "")).collect(Collectors.joining()));
        }
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
