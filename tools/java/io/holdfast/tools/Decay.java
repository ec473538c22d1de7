package io.holdfast.tools;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Does random damage to random files of a folder, as disks, controllers and people do. */
final class Decay {
    private static final int FLIPS_MAX = 8;
    private static final int FLIPS_RANGE_BYTES = 64;
    private static final int RANGE_BYTES_MAX = 8 << 10;

    private final Path folder;
    private final SplittableRandom random;

    private enum Kind { FLIP, ZEROS, NOISE, CUT, DELETE }

    Decay(Path folder, SplittableRandom random) {
        this.folder = folder;
        this.random = random;
    }

    /** Damages one file. Returns what was done to which. */
    String damage() throws IOException {
        Path file = file();
        int bytes = (int) Files.size(file);
        Kind kind = bytes == 0 ? Kind.DELETE : Kind.values()[random.nextInt(Kind.values().length)];
        String done = switch (kind) {
            case FLIP -> flip(file, bytes);
            case ZEROS, NOISE -> overwrite(file, bytes, kind == Kind.NOISE);
            case CUT -> cut(file, random.nextInt(bytes));
            case DELETE -> {
                Files.delete(file);
                yield "deleted";
            }
        };
        return folder.relativize(file) + " (%,d bytes) ".formatted(bytes) + done;
    }

    /** Files of all kinds come equally often, but those that have the content more so. */
    private Path file() throws IOException {
        TreeMap<String, List<Path>> kinds = new TreeMap<>();
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path file : tree.filter(Files::isRegularFile).sorted().toList()) {
                kinds.computeIfAbsent(kind(file), _ -> new ArrayList<>()).add(file);
            }
        }
        List<List<Path>> choices = new ArrayList<>(kinds.values());
        for (String often : List.of("sst", "sst", "sst", "log", "log", "MANIFEST")) {
            if (kinds.containsKey(often)) {
                choices.add(kinds.get(often));
            }
        }
        List<Path> chosen = choices.get(random.nextInt(choices.size()));
        return chosen.get(random.nextInt(chosen.size()));
    }

    private static String kind(Path file) throws IOException {
        String name = file.getFileName().toString();
        if (name.endsWith(".log")) {
            return Files.size(file) == 0 ? "empty" : "log";
        }
        return name.endsWith(".sst") ? "sst" : name.replaceAll("[-.]?[0-9]+", "");
    }

    private String flip(Path file, int bytes) throws IOException {
        int at = random.nextInt(bytes);
        int flips = 1 + random.nextInt(FLIPS_MAX);
        try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
            for (int i = 0; i < flips; i++) {
                int place = i == 0 ? at : Math.min(bytes - 1, at + random.nextInt(FLIPS_RANGE_BYTES));
                content.seek(place);
                int old = content.read();
                content.seek(place);
                content.write(old ^ 1 << random.nextInt(Byte.SIZE));
            }
        }
        return "with %d bits flipped from byte %,d on".formatted(flips, at);
    }

    private String overwrite(Path file, int bytes, boolean noise) throws IOException {
        int at = random.nextInt(bytes);
        byte[] range = new byte[1 + random.nextInt(Math.min(RANGE_BYTES_MAX, bytes - at))];
        if (noise) {
            random.nextBytes(range);
        }
        try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
            content.seek(at);
            content.write(range);
        }
        return "with %,d bytes of %s from byte %,d on".formatted(range.length, noise ? "noise" : "zeros", at);
    }

    private static String cut(Path file, int length) throws IOException {
        try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
            content.setLength(length);
        }
        return "cut to %,d bytes".formatted(length);
    }
}
