package io.holdfast.rocks;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * The number of a commit that is known to be on disk, kept outside RocksDB so that it can bear witness
 * against it.
 *
 * <p>Point-in-time recovery ends at the first record that it cannot read. At the torn tail of a write that
 * was never acknowledged that is right; at a byte that went bad before it, everything behind is gone without
 * an error. Every commit therefore writes its number into its own batch (the commit row), and after the sync
 * into this file, which is not synced: it survives the end of the process, and after a power cut it is some
 * seconds old, but it never names a commit that had not been synced. So if recovery ends at an earlier commit
 * than this file names, acknowledged messages are gone, for certain.
 *
 * <pre>
 *  0             8            12
 * +-------------+------------+
 * | number u64  | CRC-32C of |
 * |             | the number |
 * +-------------+------------+
 * </pre>
 */
final class CommitMark implements AutoCloseable {
    static final int BYTES = Long.BYTES + Integer.BYTES;

    private final RandomAccessFile file; // a channel would be closed by an interrupt of its thread
    private final ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    private final CRC32C checksum = new CRC32C();

    private CommitMark(RandomAccessFile file) {
        this.file = file;
    }

    static CommitMark open(Path path) {
        try {
            return new CommitMark(new RandomAccessFile(path.toFile(), "rw"));
        } catch (IOException e) {
            throw new StoreException(path + " cannot be opened: " + e, e);
        }
    }

    /** What is wrong with it, or null; for one that is missing or empty, see {@link #isEmpty}. */
    String damage() throws IOException {
        return isEmpty() || read() != 0 || isNone() ? null
                : "damaged file: COMMITTED: its checksum is wrong, so it does not tell what was on disk";
    }

    /** Whether there is none; which is right before the first opening has ended, and only then. */
    boolean isEmpty() throws IOException {
        return file.length() == 0;
    }

    /** Whether it says, soundly, that there was no commit. */
    private boolean isNone() throws IOException {
        return file.length() == BYTES && bytes.getInt(Long.BYTES) == checksum();
    }

    /** The number in the file; 0 if there is none, or none that can be relied on. */
    long read() throws IOException {
        if (file.length() < BYTES) {
            return 0;
        }
        file.seek(0);
        file.readFully(bytes.array());
        return bytes.getInt(Long.BYTES) == checksum() ? bytes.getLong(0) : 0;
    }

    void write(long number) throws IOException {
        bytes.putLong(0, number);
        bytes.putInt(Long.BYTES, checksum());
        file.seek(0);
        file.write(bytes.array());
    }

    /** The same, and returns when it is on disk: so that one that is missing later is known to be damage. */
    void writeSynced(long number) throws IOException {
        write(number);
        file.getFD().sync();
    }

    private int checksum() {
        checksum.reset();
        checksum.update(bytes.array(), 0, Long.BYTES);
        return (int) checksum.getValue();
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new StoreException("the commit mark cannot be closed: " + e, e);
        }
    }
}
