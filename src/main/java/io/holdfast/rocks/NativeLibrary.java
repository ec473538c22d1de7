package io.holdfast.rocks;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * RocksDB's native library, unpacked once into a folder of the user and used from there by every later start.
 *
 * <p>RocksDB itself would unpack its 17 MB into the folder for temporary files at every start, and leave them
 * there when the process is killed. Here the file is written under another name and renamed when complete,
 * and an existing one is used only if its size and its CRC-32 are those that the jar's directory gives, so
 * that a damaged one is replaced. The folder is {@code holdfast.native} if that system property is set, else
 * {@code holdfast/native} in the user's cache folder ({@code XDG_CACHE_HOME}, or {@code ~/.cache}); in it
 * each build of the library has its own.
 */
final class NativeLibrary {
    static final String FOLDER_PROPERTY = "holdfast.native";

    private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);
    private static final int READ_BYTES = 1 << 16;

    private NativeLibrary() {}

    /** Loads the library, from where it lies or after unpacking it. Calls after the first do nothing. */
    static void load() {
        try {
            RocksDB.loadLibrary(List.of(unpacked().getParent().toString()));
        } catch (IOException | RuntimeException | UnsatisfiedLinkError e) {
            LOG.warn("RocksDB's native library cannot be kept in {}, so it is unpacked into the folder for"
                    + " temporary files at every start ({})", folder(), e.toString());
            RocksDB.loadLibrary();
        }
    }

    private static Path unpacked() throws IOException {
        // Who asked the class loader for it would have it look into all the other jars first.
        URL source = RocksDB.class.getProtectionDomain().getCodeSource().getLocation();
        try (JarFile jar = new JarFile(new File(source.toURI()))) {
            return unpacked(jar);
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    private static Path unpacked(JarFile jar) throws IOException {
        JarEntry entry = jar.getJarEntry(Environment.getJniLibraryFileName("rocksdb"));
        if (entry == null) {
            throw new IOException("none for this platform");
        }
        // RocksDB.loadLibrary(folders) appends "jni" to a name that has it already; so the file is named so.
        Path file = folder()
                .resolve(String.format("rocksdbjni-%x-%08x", entry.getSize(), entry.getCrc()))
                .resolve(Environment.getJniLibraryFileName("rocksdbjni"));
        if (!isWhole(file, entry)) {
            unpack(jar, entry, file);
        }
        return file;
    }

    private static Path folder() {
        String set = System.getProperty(FOLDER_PROPERTY);
        if (set != null) {
            return Path.of(set).toAbsolutePath();
        }
        String cache = System.getenv("XDG_CACHE_HOME");
        Path caches = cache != null && Path.of(cache).isAbsolute()
                ? Path.of(cache)
                : Path.of(System.getProperty("user.home"), ".cache");
        return caches.resolve("holdfast").resolve("native").toAbsolutePath();
    }

    private static boolean isWhole(Path file, JarEntry entry) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) != entry.getSize()) {
            return false;
        }
        byte[] buffer = new byte[READ_BYTES];
        try (CheckedInputStream in = new CheckedInputStream(Files.newInputStream(file), new CRC32())) {
            while (in.read(buffer) >= 0) {
                continue;
            }
            return in.getChecksum().getValue() == entry.getCrc();
        }
    }

    private static void unpack(JarFile jar, JarEntry entry, Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Path unfinished = Files.createTempFile(file.getParent(), "unfinished", null);
        try (InputStream in = jar.getInputStream(entry)) {
            Files.copy(in, unfinished, StandardCopyOption.REPLACE_EXISTING);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
        LOG.info("Unpacked RocksDB's native library to {}", file);
    }
}
