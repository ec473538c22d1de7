package io.holdfast.rocks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The folder of a store while this process has it: locked, and of a format that this build understands.
 *
 * <pre>
 *   RELOADED        what came of the last reload of the configuration; the server's
 *   control         a socket by which commands reach the broker; the server's
 *   FORMAT          "holdfast store 1": what the folder is, and the version of its format: see StoreFormat
 *   FORMAT.copy     the same, with a checksum
 *   LOCK.holdfast   locked while a broker runs; holds its process id
 *   COMMITTED       the last commit known to be on disk: see CommitMark
 *   db/             RocksDB's files
 *   lost/           write-ahead logs that could not be read to their end: see RecoveryGuard
 *   DAMAGED         names what readers have met that is damaged: see Damage
 *   quarantine/     what was damaged and is not in the database any more: see Mending
 *   db.mending/     a database that is being put together out of one with damaged files: see Salvage
 * </pre>
 *
 * <p>Everything that can be wrong with a folder is found here, before RocksDB touches anything.
 */
final class StoreFolder implements AutoCloseable {
    static final int VERSION = 1 + Migration.STEPS.size();
    static final String LOCK_FILE = "LOCK.holdfast";

    /** What a folder may hold and yet count as empty: a start that was cut short, a file system's own. */
    private static final Set<String> NOTHING = Set.of(LOCK_FILE, StoreFormat.UNFINISHED, StoreFormat.COPY,
            "lost+found");

    /**
     * The folders that this process has open. POSIX locks are the process's: the lock file must not even be
     * opened a second time, because closing it again would drop the lock.
     */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel lockFile;
    private StoreFormat format;

    /** @param lockFile null if it is not this one's */
    private StoreFolder(Path path, FileChannel lockFile, StoreFormat format) {
        this.path = path;
        this.lockFile = lockFile;
        this.format = format;
    }

    /** Takes the folder, creating it if it is missing. */
    static StoreFolder open(Path folder) {
        return open(folder, false);
    }

    private static StoreFolder open(Path folder, boolean besideBroker) {
        try {
            Path path = existing(folder).toRealPath();
            StoreFormat format = requireFormat(path);
            if (!OPEN.add(path)) {
                if (besideBroker) {
                    return new StoreFolder(path, null, format);
                }
                throw new StoreException("the store " + path + " is already open in this process");
            }
            return lock(path, format, besideBroker);
        } catch (IOException e) {
            throw new StoreException("the store " + folder + " cannot be opened: " + e, e);
        }
    }

    /** Takes the folder of a store that exists: none is created. */
    static StoreFolder openExisting(Path folder) {
        return openExisting(folder, false);
    }

    /** The same to look into it only, be there a broker that has it or not. */
    static StoreFolder openForReading(Path folder) {
        return openExisting(folder, true);
    }

    private static StoreFolder openExisting(Path folder, boolean besideBroker) {
        if (!Files.exists(folder)) {
            throw new StoreException("there is no folder " + folder);
        }
        if (Files.isDirectory(folder) && isEmpty(folder)) {
            throw new StoreException("the folder " + folder + " holds no store");
        }
        return open(folder, besideBroker);
    }

    /** The id of the process that has the folder; -1 if there is none, or no such folder. */
    static long holder(Path folder) {
        try (FileChannel file = FileChannel.open(folder.resolve(LOCK_FILE), StandardOpenOption.READ)) {
            FileLock lock = file.tryLock(0, Long.MAX_VALUE, true);
            String pid = lock == null ? pid(file) : "";
            return pid.matches("\\d{1,18}") ? Long.parseLong(pid) : -1;
        } catch (IOException _) {
            return -1;
        }
    }

    /** Whether a broker has it, or any other process, or this one. */
    boolean isInUse() {
        return lockFile == null;
    }

    private static boolean isEmpty(Path folder) {
        try {
            return !Files.exists(folder.resolve(StoreFormat.FILE)) && foreign(folder).isEmpty();
        } catch (IOException e) {
            throw new StoreException("the folder " + folder + " cannot be read: " + e, e);
        }
    }

    /** The version of its format, as it is now. */
    int version() {
        return format.version();
    }

    /** What is damaged of that which tells the version, or null. */
    String formatDamage() {
        return format.damage();
    }

    /** Has the folder say what it is in full, if it does not. */
    void completeFormat() {
        if (!format.isComplete()) {
            raiseVersion(version());
        }
    }

    /** Notes that the content has another version now. */
    void raiseVersion(int raised) {
        try {
            StoreFormat.write(path, raised);
        } catch (IOException e) {
            throw new StoreException("the version of the store " + path + " cannot be written: " + e, e);
        }
        format = new StoreFormat(raised, null, true);
    }

    Path database() {
        return path.resolve("db");
    }

    /** What its files lie on. */
    FileStore disk() {
        try {
            return Files.getFileStore(path);
        } catch (IOException e) {
            throw new StoreException("the disk of " + path + " is not known: " + e, e);
        }
    }

    Path commitMark() {
        return path.resolve("COMMITTED");
    }

    Path lost() {
        return path.resolve("lost");
    }

    /** Names what a reader has met that is damaged, for the next start. */
    Path damaged() {
        return path.resolve("DAMAGED");
    }

    Path quarantine() {
        return path.resolve("quarantine");
    }

    /** Becomes the database when it is complete. */
    Path mending() {
        return path.resolve("db.mending");
    }

    /** Makes the names of what is in the folder durable. */
    void sync() throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public void close() {
        if (isInUse()) {
            return;
        }
        try {
            lockFile.close();
        } catch (IOException e) {
            throw new StoreException("the lock of " + path + " cannot be released: " + e, e);
        } finally {
            OPEN.remove(path);
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }

    private static Path existing(Path folder) throws IOException {
        Path path = folder.toAbsolutePath();
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new StoreException("the store " + folder + " is a file, a folder is expected");
        }
        if (!Files.exists(path)) {
            if (!Files.isDirectory(path.getParent())) {
                throw new StoreException("the store " + folder + " cannot be created: there is no folder "
                        + path.getParent());
            }
            if (!Files.isWritable(path.getParent())) {
                throw new StoreException("the store " + folder + " cannot be created: " + path.getParent()
                        + " is not writable for the user " + System.getProperty("user.name"));
            }
            Files.createDirectory(path);
        }
        if (!Files.isWritable(path) || !Files.isReadable(path)) {
            throw new StoreException("the store " + folder + " is not readable and writable for the user "
                    + System.getProperty("user.name"));
        }
        return path;
    }

    /** What the folder says that it is; a new store is of this build's format. */
    private static StoreFormat requireFormat(Path path) throws IOException {
        boolean isThere = Files.exists(path.resolve(StoreFormat.FILE));
        if (!isThere && foreign(path).isEmpty()) {
            return new StoreFormat(VERSION, null, false);
        }
        StoreFormat format = StoreFormat.read(path);
        if (format.version() == 0) {
            throw new StoreException("the folder " + path + " is not a store of Holdfast" + (isThere
                    ? ": " + StoreFormat.FILE + " does not say \"holdfast store\" and a version"
                    : ", nor is it empty: it holds " + foreign(path).getFirst()) + remedy(path));
        }
        if (format.version() > VERSION) {
            throw new StoreException("the store " + path + " has format version " + format.version()
                    + ", and this build of Holdfast understands versions up to " + VERSION);
        }
        return format;
    }

    private static String remedy(Path path) {
        return !Files.exists(path.resolve("db")) ? "" : ". If it is one, " + StoreFormat.FILE + " and "
                + StoreFormat.COPY + " are damaged: write \"holdfast store " + VERSION + "\" into "
                + path.resolve(StoreFormat.FILE) + " if that was the version";
    }

    /** A file that does not belong into an empty folder, if there is one. */
    private static List<String> foreign(Path path) throws IOException {
        try (Stream<Path> content = Files.list(path)) {
            return content.map(file -> file.getFileName().toString()).filter(name -> !NOTHING.contains(name))
                    .sorted().limit(1).toList();
        }
    }

    private static StoreFolder lock(Path path, StoreFormat format, boolean besideBroker) throws IOException {
        FileChannel file = null;
        boolean locked = false;
        try {
            file = FileChannel.open(path.resolve(LOCK_FILE), StandardOpenOption.CREATE,
                    StandardOpenOption.READ, StandardOpenOption.WRITE);
            FileLock lock = file.tryLock();
            if (lock == null && besideBroker) {
                return new StoreFolder(path, null, format);
            }
            if (lock == null) {
                throw new StoreException("the store " + path + " is in use by another broker" + holder(file));
            }
            file.truncate(0);
            String pid = ProcessHandle.current().pid() + "\n";
            file.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)));
            boolean isNew = !Files.exists(path.resolve(StoreFormat.FILE)) && foreign(path).isEmpty();
            if (isNew) {
                StoreFormat.write(path, format.version());
            }
            locked = true;
            return new StoreFolder(path, file,
                    isNew ? new StoreFormat(format.version(), null, true) : format);
        } finally {
            if (!locked) {
                OPEN.remove(path);
                if (file != null) {
                    file.close();
                }
            }
        }
    }

    private static String holder(FileChannel file) throws IOException {
        String pid = pid(file);
        return pid.isEmpty() ? "" : " (process " + pid + ")";
    }

    private static String pid(FileChannel file) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(20);
        file.read(text, 0);
        return new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII).strip();
    }
}
