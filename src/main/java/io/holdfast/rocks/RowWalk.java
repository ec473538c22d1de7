package io.holdfast.rocks;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/**
 * Reads all rows of a column family with their checksums, in the order of their keys, and goes on after
 * blocks that cannot be read.
 *
 * <p><b>Behind a damaged block.</b> RocksDB does not say which keys a block holds. A key is taken for a
 * number: behind the last key that could be read, steps that double find a key from which on reading works
 * again, and halving what is between finds the lowest such key.
 */
final class RowWalk implements AutoCloseable {
    /** Keys that begin alike for longer than this are left out together. */
    private static final int NUMBER_BYTES_MAX = 64;
    /** Enough for all keys without text. */
    private static final int NUMBER_BYTES_MIN = 2 * Long.BYTES + 1;
    private static final long READAHEAD_BYTES = 2L << 20;

    /** What is met on the way. */
    interface Visitor {
        /** Returns whether to go on. */
        boolean row(byte[] key, byte[] value) throws RocksDBException;

        /**
         * Rows cannot be read.
         *
         * @param after the last key before them, or an empty one
         * @param before a key from which on rows can be read, or null if there is none
         */
        void unreadable(byte[] after, byte[] before, RocksDBException why) throws RocksDBException;
    }

    /** What takes the rows that can be read. */
    @FunctionalInterface
    interface Rows {
        /** May refuse a row by a {@link StoreException}, as one that cannot be read. */
        void row(Record row) throws RocksDBException;
    }

    private final Database database;
    private final ColumnFamilyHandle family;
    private final ReadOptions reading;
    private final Visitor visitor;
    private RocksIterator rows;
    private byte[] last = {};

    private RowWalk(Database database, ColumnFamilyHandle family, ReadOptions reading, Visitor visitor) {
        this.database = database;
        this.family = family;
        this.visitor = visitor;
        this.reading = reading;
        rows = database.rocks.newIterator(family, reading);
    }

    @Override
    public void close() {
        rows.close();
    }

    /** Shows every row of a column family. */
    static void all(Database database, ColumnFamilyHandle family, Visitor visitor) throws RocksDBException {
        try (ReadOptions reading = all(database)) {
            from(new byte[0], database, family, reading, visitor);
        }
    }

    /**
     * Shows what every row of one kind means that can be read. Returns how many cannot, each run of them
     * that RocksDB cannot read counted as one.
     */
    static long readable(Database database, RowKind kind, Rows rows) throws RocksDBException {
        long[] unreadable = {0};
        all(database, kind, new Visitor() {
            @Override
            public boolean row(byte[] key, byte[] value) throws RocksDBException {
                try {
                    rows.row(kind.decode(key, value));
                } catch (StoreException _) {
                    unreadable[0]++;
                }
                return true;
            }

            @Override
            public void unreadable(byte[] after, byte[] before, RocksDBException why) {
                unreadable[0]++;
            }
        });
        return unreadable[0];
    }

    /** Shows every row of one kind. */
    static void all(Database database, RowKind kind, Visitor visitor) throws RocksDBException {
        byte[] from = kind.letter == 0 ? new byte[0] : new byte[] {kind.letter};
        byte[] end = {(byte) (kind.letter + 1)};
        try (Slice upper = new Slice(end);
                ReadOptions reading = all(database)) {
            if (kind.letter != 0) {
                reading.setIterateUpperBound(upper);
            }
            from(from, database, kind.family(database), reading, visitor);
        }
    }

    /** Shows the rows from a key on, through the bound that the options give. */
    static void from(byte[] key, Database database, ColumnFamilyHandle family, ReadOptions reading,
            Visitor visitor) throws RocksDBException {
        try (RowWalk walk = new RowWalk(database, family, reading, visitor)) {
            walk.walk(key);
        }
    }

    /** For all rows, each once: the cache is for those that are read again. */
    private static ReadOptions all(Database database) {
        return new ReadOptions(database.reading).setFillCache(false).setReadaheadSize(READAHEAD_BYTES);
    }

    /** The words for {@link Visitor#unreadable}. */
    static String describe(RowKind kind, byte[] after, byte[] before, RocksDBException why) {
        return describe(kind, after, before) + why.getMessage();
    }

    /** The same without the reason, which follows. */
    static String describe(RowKind kind, byte[] after, byte[] before) {
        return "unreadable rows: after " + describe(kind, after)
                + (before == null ? "" : ", before " + describe(kind, before)) + ": ";
    }

    private static String describe(RowKind any, byte[] key) {
        RowKind kind = any.letter == 0 ? any : RowKind.of(key);
        return key.length < 2 || kind == null ? "the key 0x" + HexFormat.of().formatHex(key)
                : kind.describe(key);
    }

    private void walk(byte[] from) throws RocksDBException {
        last = from;
        rows.seek(from);
        while (isValid()) {
            byte[] key = rows.key();
            if (!visitor.row(key, rows.value())) {
                return;
            }
            last = key;
            rows.next();
        }
    }

    /** Whether there is a row, behind what cannot be read. */
    private boolean isValid() throws RocksDBException {
        while (!rows.isValid()) {
            RocksDBException failure = failure();
            if (failure == null) {
                return false;
            }
            byte[] before = pass();
            visitor.unreadable(last, before, failure);
            if (before == null) {
                return false;
            }
            last = before;
        }
        return true;
    }

    /**
     * Moves behind what cannot be read. Returns from where on rows can be read again; null if there is no row
     * any more.
     */
    private byte[] pass() {
        int bytes = Math.clamp(last.length + 1L, NUMBER_BYTES_MIN, NUMBER_BYTES_MAX);
        BigInteger failed = new BigInteger(1, Arrays.copyOf(last, bytes));
        BigInteger step = BigInteger.ONE;
        BigInteger good = failed.add(step);
        while (good.bitLength() <= bytes * Byte.SIZE && !isReadable(good, bytes)) {
            failed = good;
            step = step.shiftLeft(1);
            good = good.add(step);
        }
        if (good.bitLength() > bytes * Byte.SIZE) {
            return null;
        }
        while (good.subtract(failed).bitLength() > 1) {
            BigInteger middle = good.add(failed).shiftRight(1);
            if (isReadable(middle, bytes)) {
                good = middle;
            } else {
                failed = middle;
            }
        }
        return isReadable(good, bytes) && rows.isValid() ? rows.key() : null;
    }

    private boolean isReadable(BigInteger number, int bytes) {
        byte[] signed = number.toByteArray();
        byte[] key = new byte[bytes];
        int length = Math.min(signed.length, bytes); // a leading zero may be the sign
        System.arraycopy(signed, signed.length - length, key, bytes - length, length);
        rows.close(); // one that has failed once may go on failing
        rows = database.rocks.newIterator(family, reading);
        rows.seek(key);
        return failure() == null;
    }

    private RocksDBException failure() {
        try {
            rows.status();
            return null;
        } catch (RocksDBException e) {
            return e;
        }
    }
}
