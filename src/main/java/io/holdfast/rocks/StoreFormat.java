package io.holdfast.rocks;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * What a folder says that it is: a store, and the version of its format. It says so twice, in {@code FORMAT}
 * and in {@code FORMAT.copy}, which has a checksum: so one of them may be damaged or missing.
 *
 * <p>A copy that is sound tells the version, whatever the other says. It is written first, so one that names
 * a later version comes of a raise that was cut short.
 *
 * @param version 0 if neither tells it
 * @param damage what is damaged, or null
 * @param isComplete whether both are there, and say the same
 */
record StoreFormat(int version, String damage, boolean isComplete) {
    static final String FILE = "FORMAT";
    static final String COPY = "FORMAT.copy";
    static final String UNFINISHED = "FORMAT.new";

    private static final int BYTES_MAX = 100;
    private static final Pattern TEXT = Pattern.compile("holdfast store (\\d{1,9})\\s*");

    static StoreFormat read(Path folder) throws IOException {
        int original = version(text(folder.resolve(FILE)));
        int copy = checked(text(folder.resolve(COPY)));
        boolean isComplete = original > 0 && original == copy;
        if (copy > 0) {
            return new StoreFormat(copy, original > 0 && original <= copy ? null : "damaged file: " + FILE
                    + ": it is missing, or does not say what " + COPY + " says", isComplete);
        }
        return new StoreFormat(original, original == 0 || !Files.exists(folder.resolve(COPY)) ? null
                : "damaged file: " + COPY + ": its checksum is wrong", isComplete);
    }

    private static String text(Path file) throws IOException {
        return !Files.exists(file) || Files.size(file) > BYTES_MAX ? ""
                : Files.readString(file, StandardCharsets.ISO_8859_1);
    }

    private static int version(String text) {
        Matcher format = TEXT.matcher(text);
        return format.matches() ? Integer.parseInt(format.group(1)) : 0;
    }

    /** The version that a copy tells whose checksum is right, else 0. */
    private static int checked(String text) {
        String line = text.substring(0, text.indexOf('\n') + 1);
        return text.equals(line + checksum(line)) ? version(line) : 0;
    }

    private static String checksum(String line) {
        CRC32C checksum = new CRC32C();
        checksum.update(line.getBytes(StandardCharsets.ISO_8859_1));
        return "%08x\n".formatted(checksum.getValue());
    }

    /** Writes both; returns when they are on disk. */
    static void write(Path folder, int version) throws IOException {
        String line = "holdfast store " + version + "\n";
        write(folder, COPY, line + checksum(line));
        write(folder, FILE, line);
        sync(folder.getParent(), StandardOpenOption.READ);
    }

    private static void write(Path folder, String name, String text) throws IOException {
        Path unfinished = folder.resolve(UNFINISHED);
        Files.writeString(unfinished, text);
        sync(unfinished, StandardOpenOption.WRITE);
        Files.move(unfinished, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        sync(folder, StandardOpenOption.READ);
    }

    private static void sync(Path path, StandardOpenOption option) throws IOException {
        try (FileChannel channel = FileChannel.open(path, option)) {
            channel.force(true);
        }
    }
}
