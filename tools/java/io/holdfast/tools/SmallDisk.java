package io.holdfast.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A small disk that can be full, and that can fail: an ext4 file system in an image, which lies in memory.
 * The image may be larger than what holds it; then the disk fails when that is full, as a broken one does:
 * with input and output errors, some time after the file system had taken the bytes.
 */
final class SmallDisk implements AutoCloseable {
    private final Path folder;
    private final Path backing;
    private final Path image;
    private final Path disk;

    /**
     * @param mebibytes what the file system believes to have
     * @param backingMebibytes what there is
     */
    SmallDisk(String prefix, int mebibytes, int backingMebibytes) {
        try {
            folder = Files.createTempDirectory(prefix);
            backing = Files.createDirectory(folder.resolve("backing"));
            disk = Files.createDirectory(folder.resolve("disk"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        image = backing.resolve("disk.img");
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
        Commands.run("mount", "-t", "tmpfs", "-o", "size=" + backingMebibytes + "m", "none", backing);
        Commands.run("truncate", "-s", mebibytes + "m", image);
        Commands.run("mkfs.ext4", "-q", image);
        Commands.run("mount", "-o", "loop", image, disk);
    }

    /** Where a broker may have its store. */
    Path data() {
        return disk.resolve("data");
    }

    long freeBytes() {
        try {
            return Files.getFileStore(disk).getUsableSpace();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The disk is taken out, works again, has its file system checked, and is put back. */
    void repair() {
        unmount(disk);
        Commands.run("mount", "-o", "remount,size=100%", backing);
        Commands.run("sh", "-c", "e2fsck -fy " + image + " || [ $? -le 2 ]"); // 1 and 2: errors corrected
        Commands.run("mount", "-o", "loop", image, disk);
    }

    /** Unmounts and removes everything; does nothing the second time. */
    @Override
    public synchronized void close() {
        if (!Files.exists(folder)) {
            return;
        }
        unmount(disk);
        unmount(backing);
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void unmount(Path folder) {
        try {
            if (Files.readString(Path.of("/proc/self/mounts")).contains(" " + folder + " ")) {
                Commands.run("umount", folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
