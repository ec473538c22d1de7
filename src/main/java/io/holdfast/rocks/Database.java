package io.holdfast.rocks;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBufferManager;
import org.rocksdb.WriteOptions;

/**
 * RocksDB, opened and tuned: one database with the column family of the log entries, that of the retained
 * messages, and that of all other rows. All its native objects live exactly as long as this one; using one of
 * them later ends the process, so whoever closes this makes sure first that nobody is reading.
 */
final class Database implements AutoCloseable {
    /**
     * All memory of RocksDB but iterators in use, where there is enough: blocks read, memtables, indexes and
     * filters. Of it, memtables may take a half: large ones spare compactions of what is soon trimmed anyway.
     * A full one is written out; two of the log's and the state's fit into that half.
     */
    static final long MEMORY_BYTES = 128L << 20;
    private static final double MEMTABLES = 1.0 / 2;
    static final double LOG_MEMTABLE = 3.0 / 16;
    private static final double STATE_MEMTABLE = 3.0 / 32;
    private static final double RETAINED_MEMTABLE = 1.0 / 16;
    /**
     * So many written-out memtables of the log wait for a compaction: half a million small messages, of which
     * many may be trimmed by then. Every read looks into each of them.
     */
    static final int LOG_FILES_BEFORE_COMPACTION = 8;
    /** Bounds the replay after a crash: about a second for every 100 MiB. */
    static final long WAL_BYTES_MAX = 128L << 20;
    /** Log entries are read in runs and compress better in larger blocks; state rows are read one by one. */
    static final long LOG_BLOCK_BYTES = 16L << 10;
    static final long STATE_BLOCK_BYTES = 4L << 10;
    /** One flush and one compaction beside it: the machine's cores belong to the broker. */
    static final int BACKGROUND_JOBS = 2;
    /** Of RocksDB's own text log, so that it cannot fill the disk. */
    static final long INFO_LOG_BYTES = 2L << 20;
    static final long INFO_LOGS = 4;
    /** For lookups of Client Identifiers that have no session: about 1 in 100 reads a block in vain. */
    private static final double BLOOM_BITS_PER_KEY = 10;

    final RocksDB rocks;
    final ColumnFamilyHandle state;
    final ColumnFamilyHandle log;
    final ColumnFamilyHandle retained;
    final WriteOptions synced;
    final WriteOptions unsynced;
    final ReadOptions reading;
    final long memoryBytes;
    private final Cache cache;
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();

    /** How the database is opened. */
    private enum Access {
        READ_WRITE,
        READ_ONLY,
        /** Beside a broker that writes: as it was at the opening. */
        READ_BESIDE,
        /** Also if there are files missing or of another size than they should have. */
        READ_WHAT_IS_LEFT
    }

    /** @param own a folder for what is written beside a broker, else null */
    private Database(Path path, Access access, Path own, long memoryBytes) throws RocksDBException {
        boolean opened = false;
        this.memoryBytes = memoryBytes;
        try {
            cache = own(new LRUCache(memoryBytes));
            List<ColumnFamilyDescriptor> families = List.of(
                    new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, stateOptions()),
                    new ColumnFamilyDescriptor(name("log"), logOptions()),
                    new ColumnFamilyDescriptor(name("retained"), retainedOptions()));
            List<ColumnFamilyHandle> handles = new ArrayList<>();
            synced = own(new WriteOptions().setSync(true));
            unsynced = own(new WriteOptions());
            reading = own(new ReadOptions().setVerifyChecksums(true));
            DBOptions options = options().setParanoidChecks(access != Access.READ_WHAT_IS_LEFT);
            rocks = own(switch (access) {
                case READ_WRITE -> RocksDB.open(options, path.toString(), families, handles);
                case READ_ONLY, READ_WHAT_IS_LEFT ->
                    RocksDB.openReadOnly(options, path.toString(), families, handles);
                case READ_BESIDE -> RocksDB.openAsSecondary(options, path.toString(), own.toString(),
                        families, handles);
            });
            state = own(handles.get(0));
            log = own(handles.get(1));
            retained = own(handles.get(2));
            opened = true;
        } finally {
            if (!opened) {
                close();
            }
        }
    }

    /** With memory enough. */
    static Database open(Path path) {
        return open(path, MEMORY_BYTES);
    }

    /** @param memoryBytes see {@link #MEMORY_BYTES} */
    static Database open(Path path, long memoryBytes) {
        return open(path, Access.READ_WRITE, null, memoryBytes);
    }

    /** Whether its manifest names all column families, or cannot be read, as an opening will tell. */
    static boolean hasAllFamilies(Path path) {
        NativeLibrary.load();
        try (Options options = new Options()) {
            Set<String> named = RocksDB.listColumnFamilies(options, path.toString()).stream()
                    .map(name -> new String(name, StandardCharsets.US_ASCII)).collect(Collectors.toSet());
            return named.containsAll(List.of("log", "retained"));
        } catch (RocksDBException _) {
            return true;
        }
    }

    /** To be read only: what is in its folder is not changed. */
    static Database openReadOnly(Path path) {
        return openReadOnly(path, MEMORY_BYTES);
    }

    static Database openReadOnly(Path path, long memoryBytes) {
        return open(path, Access.READ_ONLY, null, memoryBytes);
    }

    /** The same where that fails because there are files missing or of a wrong size. */
    static Database openWhatIsLeft(Path path) {
        return open(path, Access.READ_WHAT_IS_LEFT, null, MEMORY_BYTES);
    }

    /**
     * To be read only, while a broker has it open: a view of what was on disk at the opening.
     *
     * @param own an empty folder for RocksDB's own text log
     */
    static Database openBeside(Path path, Path own) {
        return open(path, Access.READ_BESIDE, own, MEMORY_BYTES);
    }

    private static Database open(Path path, Access access, Path own, long memoryBytes) {
        NativeLibrary.load();
        try {
            return new Database(path, access, own, memoryBytes);
        } catch (RocksDBException e) {
            throw new StoreException("the database " + path + " cannot be opened: " + e.getMessage(), e);
        }
    }

    /** Writes the memtables out, so that the next opening has no write-ahead log to replay. */
    void flush() throws RocksDBException {
        flush(true);
    }

    /** Has that begin, and does not wait for its end. */
    void beginFlush() throws RocksDBException {
        flush(false);
    }

    private void flush(boolean waits) throws RocksDBException {
        try (FlushOptions options = new FlushOptions().setWaitForFlush(waits)) {
            rocks.flush(options, List.of(state, log, retained));
        }
    }

    /** Closes everything in the reverse order of its creation. */
    @Override
    public void close() {
        while (!owned.isEmpty()) {
            try {
                owned.pop().close();
            } catch (Exception e) {
                throw new StoreException("RocksDB cannot be closed: " + e.getMessage(), e);
            }
        }
    }

    private <T extends AutoCloseable> T own(T object) {
        owned.push(object);
        return object;
    }

    private DBOptions options() {
        // Not every option has a Java setter; each has a name.
        // Missing and shortened write-ahead logs are found by the sizes in the manifest, and refused.
        Properties named = named("track_and_verify_wals_in_manifest", "true");
        return own(DBOptions.getDBOptionsFromProps(named))
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
                .setMaxTotalWalSize(WAL_BYTES_MAX)
                .setRecycleLogFileNum(0) // see package-info
                .setWriteBufferManager(own(new WriteBufferManager(share(MEMTABLES), cache)))
                .setMaxBackgroundJobs(BACKGROUND_JOBS)
                .setAllowMmapReads(false)
                .setAllowMmapWrites(false)
                .setMaxLogFileSize(INFO_LOG_BYTES)
                .setKeepLogFileNum(INFO_LOGS);
    }

    private ColumnFamilyOptions logOptions() {
        // The next entry of a log goes where the last one went: halves the cost of an append.
        Properties named = named("memtable_insert_with_hint_prefix_extractor", "rocksdb.FixedPrefix.8");
        return own(ColumnFamilyOptions.getColumnFamilyOptionsFromProps(named))
                .setWriteBufferSize(share(LOG_MEMTABLE))
                .setLevel0FileNumCompactionTrigger(LOG_FILES_BEFORE_COMPACTION)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setTableFormatConfig(table().setBlockSize(LOG_BLOCK_BYTES));
    }

    private ColumnFamilyOptions stateOptions() {
        return own(new ColumnFamilyOptions())
                .setWriteBufferSize(share(STATE_MEMTABLE))
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setTableFormatConfig(table()
                        .setBlockSize(STATE_BLOCK_BYTES)
                        .setFilterPolicy(own(new BloomFilter(BLOOM_BITS_PER_KEY))));
    }

    private ColumnFamilyOptions retainedOptions() {
        return own(new ColumnFamilyOptions())
                .setWriteBufferSize(share(RETAINED_MEMTABLE))
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setTableFormatConfig(table().setBlockSize(LOG_BLOCK_BYTES));
    }

    private long share(double share) {
        return (long) (memoryBytes * share);
    }

    /** What it takes of that now. */
    long usedBytes() {
        return cache.getUsage();
    }

    private static byte[] name(String family) {
        return family.getBytes(StandardCharsets.US_ASCII);
    }

    private BlockBasedTableConfig table() {
        return new BlockBasedTableConfig().setBlockCache(cache).setCacheIndexAndFilterBlocks(true);
    }

    private static Properties named(String option, String value) {
        Properties properties = new Properties();
        properties.setProperty(option, value);
        return properties;
    }
}
