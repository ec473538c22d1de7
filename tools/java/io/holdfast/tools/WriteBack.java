package io.holdfast.tools;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Linux's own writing back of what nobody synced, of the whole machine: off until this is closed, or until
 * this process ends, unless by {@code kill -9}.
 */
final class WriteBack implements AutoCloseable {
    /** How often Linux looks for pages that have long been dirty, in hundredths of a second; 0 is never. */
    static final Path INTERVAL = Path.of("/proc/sys/vm/dirty_writeback_centisecs");
    private static final String NEVER = "0";

    private final String before;

    private WriteBack(String before) {
        this.before = before;
    }

    /** @throws IllegalStateException if it is off, so that nobody knows when it may be on again */
    static WriteBack off() {
        try {
            WriteBack writeBack = new WriteBack(interval());
            if (writeBack.before.equals(NEVER)) {
                throw new IllegalStateException(INTERVAL + " is 0: another powercut is running, or one was "
                        + "killed; if none is running, write a number to it (Linux begins with 500)");
            }
            Runtime.getRuntime().addShutdownHook(new Thread(writeBack::close));
            Files.writeString(INTERVAL, NEVER);
            return writeBack;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The kernel tells it to the first read of the file, and nothing to a second one. */
    private static String interval() throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(INTERVAL)) {
            return reader.readLine();
        }
    }

    /** What is set again later. */
    @Override
    public String toString() {
        return INTERVAL + " is 0 meanwhile, and " + before + " again later";
    }

    @Override
    public void close() {
        try {
            Files.writeString(INTERVAL, before);
        } catch (IOException e) {
            throw new UncheckedIOException(INTERVAL + " was " + before + ", and could not be set to it", e);
        }
    }
}
