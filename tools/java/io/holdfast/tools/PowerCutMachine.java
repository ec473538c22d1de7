package io.holdfast.tools;

import io.holdfast.server.UnsyncedBroker;
import io.holdfast.system.BrokerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A machine whose power can be cut: the broker's data lies on an ext4 file system in an image, and a cut
 * leaves what that file system had handed to its disk.
 *
 * <p><b>A cut.</b> The image lies on a file system of its own, which is frozen: no write reaches the image
 * from here on, and a sync that was under way stays half done, so nothing that it covers is acknowledged.
 * Then the broker gets its {@code kill -9}, and the image is copied: this is the disk that the power left.
 * The image itself is thrown away, with all that unmounting it writes. The next life begins with the copy,
 * whose journal is replayed when it is mounted.
 *
 * <p><b>What was not synced is gone</b>, because nothing but a sync writes: Linux does not write back on its
 * own ({@link WriteBack}), the journal is not committed by the clock, and replacing or truncating a file
 * writes nothing. Each life leaves a file that nobody syncs; if its bytes survive, the cut has shown nothing,
 * and is an error.
 *
 * <p>What the disk was handed it keeps, flushed or not: a disk that lies, or loses its cache, is not played.
 */
final class PowerCutMachine implements Machine {
    private static final String DISK_BYTES = "1G";
    private static final String FROZEN_BYTES = "2G";
    /** No journal and no barriers: this one never loses power, and spares the real disk. */
    private static final List<String> FROZEN_MAKE = List.of("-O", "^has_journal");
    private static final String FROZEN_MOUNT = "loop,barrier=0";
    /** The journal is written for a sync, or else once an hour. */
    private static final String DISK_MOUNT = "loop,noauto_da_alloc,commit=3600";
    /** The disk is small, and never filled. */
    private static final String[] NO_RESERVE = {"--set", "disk-reserve-bytes=0"};
    private static final String UNSYNCED_TEXT = "nobody syncs this";

    private final Path folder;
    private final Path frozen;
    private final Path image;
    private final Path disk;
    private final Path copy;
    private final boolean synced;
    private int lives;

    /** @param synced whether the broker is the packaged one, rather than one that breaks its promise */
    PowerCutMachine(Path folder, boolean synced) {
        this.folder = folder;
        this.synced = synced;
        frozen = folder.resolve("frozen");
        image = frozen.resolve("disk.img");
        disk = folder.resolve("disk");
        copy = folder.resolve("cut.img");
    }

    private void build() {
        Path frozenImage = folder.resolve("frozen.img");
        try {
            Files.createDirectory(frozen);
            Files.createDirectory(disk);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        make(frozenImage, FROZEN_BYTES, FROZEN_MAKE);
        Commands.run("mount", "-o", FROZEN_MOUNT, frozenImage, frozen);
        make(image, DISK_BYTES, List.of());
    }

    private static void make(Path image, String bytes, List<String> options) {
        Commands.run("truncate", "-s", bytes, image);
        List<Object> command = new ArrayList<>(List.of("mkfs.ext4", "-q", "-E", "lazy_itable_init=0"));
        command.addAll(options);
        command.add(image);
        Commands.run(command.toArray());
    }

    @Override
    public BrokerProcess start(String javaOptions, Consumer<String> listener) {
        if (lives == 0) {
            build();
        } else {
            Commands.run("cp", "--sparse=always", copy, image);
        }
        Commands.run("mount", "-o", DISK_MOUNT, image, disk);
        requireLost(unsynced());
        lives++;
        write(unsynced());
        Path data = disk.resolve("data");
        return synced
                ? BrokerProcess.start(javaOptions, data, listener, NO_RESERVE)
                : BrokerProcess.startMain(UnsyncedBroker.class, data, listener, NO_RESERVE);
    }

    /** The file of this life that nobody syncs. */
    private Path unsynced() {
        return disk.resolve("unsynced-" + lives);
    }

    private static void write(Path unsynced) {
        try {
            Files.writeString(unsynced, UNSYNCED_TEXT, StandardOpenOption.CREATE_NEW);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void requireLost(Path unsynced) {
        try {
            if (Files.exists(unsynced) && Files.readString(unsynced).equals(UNSYNCED_TEXT)) {
                throw new IllegalStateException("the cut shows nothing: " + unsynced
                        + " survived it, so something on this machine has synced the disk");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void fail(BrokerProcess process) {
        Commands.run("fsfreeze", "--freeze", frozen);
        try {
            process.handle().destroyForcibly(); // what waits for the frozen disk is gone when it has thawed
            String before = writes();
            Commands.run("cp", "--sparse=always", image, copy);
            if (!writes().equals(before)) {
                throw new IllegalStateException("the disk was written while it was copied");
            }
        } finally {
            Commands.run("fsfreeze", "--unfreeze", frozen);
            process.kill();
        }
        unmount(disk);
    }

    /** How many writes the disk has completed, and how many sectors. */
    private String writes() {
        try {
            Path device = Path.of(Files.getFileStore(disk).name()).getFileName();
            Path stat = Path.of("/sys/block").resolve(device).resolve("stat");
            String[] counters = Files.readString(stat).strip().split(" +");
            return counters[4] + " " + counters[6];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        unmount(disk);
        unmount(frozen);
    }

    /** The loop device goes with it. */
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
