package io.holdfast.bench;

import io.holdfast.broker.Change;
import io.holdfast.broker.Message;
import io.holdfast.broker.Turn;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.QoS;
import io.holdfast.rocks.RocksStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A store in a folder of its own, with logs of messages of {@value #PAYLOAD_BYTES} bytes that differ and do
 * not compress. The folder for temporary files must be on the disk in question.
 */
final class TemporaryStore implements AutoCloseable {
    static final int PAYLOAD_BYTES = 256;
    private static final int PAYLOADS = 4_096;

    private final Path folder;
    private final byte[][] payloads = new byte[PAYLOADS][PAYLOAD_BYTES];
    /** The ordinal of the next entry of each log, whose id is one more than its index here. */
    private final long[] next;
    private List<Turn> turns = new ArrayList<>();
    private RocksStore store;
    private long sequence;

    TemporaryStore(int logs) throws IOException {
        Random random = new Random(1);
        for (byte[] payload : payloads) {
            random.nextBytes(payload);
        }
        next = new long[logs];
        folder = Files.createTempDirectory("store");
        store = RocksStore.open(folder);
    }

    RocksStore store() {
        return store;
    }

    /** The number of messages appended to the log so far. */
    long messages(long logId) {
        return next[(int) logId - 1];
    }

    /** Appends a message to the log with the next commit, in a turn of its own. */
    void append(long logId) {
        sequence++;
        Message message = new Message(sequence, 1_700_000_000_000L + sequence, 1, QoS.AT_LEAST_ONCE, false,
                "meters/7/reading", Properties.NONE, payloads[(int) (sequence % PAYLOADS)]);
        long ordinal = next[(int) logId - 1]++;
        add(new Change.MessageAppended(logId, ordinal, message.bytes() * (ordinal + 1), message));
    }

    /** Makes a change with the next commit, in a turn of its own. */
    void add(Change change) {
        Turn turn = new Turn(sequence, sequence);
        turn.changes().add(change);
        turns.add(turn);
    }

    void commit() {
        store.commit(turns);
        turns = new ArrayList<>(turns.size());
    }

    /** Closes and opens the store, so that all is read from files. */
    void reopen() {
        store.close();
        store = RocksStore.open(folder);
    }

    @Override
    public void close() throws IOException {
        store.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
