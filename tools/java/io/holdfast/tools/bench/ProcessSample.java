package io.holdfast.tools.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What a process has used so far, by Linux's /proc.
 *
 * @param residentBytes now, not in sum
 * @param writtenBytes that it caused to be written to storage
 */
record ProcessSample(double cpuSeconds, long residentBytes, long writtenBytes) {
    static final ProcessSample NONE = new ProcessSample(Double.NaN, -1, -1);
    private static final double TICKS_PER_SECOND = 100; // USER_HZ, on every Linux of today

    /** Of that process; {@link #NONE} if {@code pid} is 0, or there is none any more. */
    static ProcessSample of(long pid) {
        if (pid == 0) {
            return NONE;
        }
        Path folder = Path.of("/proc", Long.toString(pid));
        try {
            return parse(Files.readString(folder.resolve("stat")), Files.readString(folder.resolve("status")),
                    Files.readString(folder.resolve("io")));
        } catch (NoSuchFileException _) {
            return NONE;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read what process " + pid + " uses", e);
        }
    }

    /** The most memory that the process has ever had resident; -1 if there is none any more. */
    static long peakResidentBytes(long pid) {
        try {
            return number(Files.readString(Path.of("/proc", Long.toString(pid), "status")), "VmHWM:") << 10;
        } catch (NoSuchFileException _) {
            return -1;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read what process " + pid + " uses", e);
        }
    }

    static ProcessSample parse(String stat, String status, String io) {
        // The second field is the name, in parentheses, and may contain anything; utime is the 14th.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        double ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        return new ProcessSample(ticks / TICKS_PER_SECOND, number(status, "VmRSS:") << 10,
                number(io, "\nwrite_bytes:"));
    }

    private static long number(String text, String name) {
        String after = text.substring(text.indexOf(name) + name.length()).stripLeading();
        return Long.parseLong(after.split("\\s", 2)[0]);
    }

    /** The CPU time that this process has used. */
    static double ownCpuSeconds() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
    }
}
