package io.holdfast.server;

import io.holdfast.broker.Change;
import io.holdfast.broker.Effect;
import io.holdfast.broker.Input;
import io.holdfast.broker.Message;
import io.holdfast.broker.Store;
import io.holdfast.netty.Intake;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The threads that read rows for the core and answer with inputs. How much may be asked for at a time is the
 * core's concern; what is answered weighs in the Intake like what clients send.
 */
final class Readers {
    private static final int THREADS = 2;

    /** What a row of a session is taken to weigh in memory. */
    private static final long ROW_BYTES = 128;

    private final Store store;
    private final Intake intake;
    private final ExecutorService threads;
    /** It is begun when it is first needed: what it does may take long. */
    private final ExecutorService reclaimer;

    /**
     * @param factory makes threads whose uncaught exceptions end the process: a row that cannot be read is
     * such
     */
    Readers(Store store, Intake intake, ThreadFactory factory) {
        this.store = store;
        this.intake = intake;
        this.threads = Executors.newFixedThreadPool(THREADS, factory);
        this.reclaimer = Executors.newFixedThreadPool(1, factory);
    }

    void read(Effect.ReadSession read) {
        threads.execute(() -> {
            List<Change> rows = store.readSession(read.clientId());
            intake.submit(new Input.SessionRead(read.clientId(), rows), rows.size() * ROW_BYTES);
        });
    }

    void read(Effect.ReadLog read) {
        threads.execute(() -> {
            List<Message> messages =
                    store.readLog(read.logId(), read.from(), read.messagesMax(), read.bytesMax());
            long readable =
                    messages.isEmpty() ? store.nextEntry(read.logId(), read.from()) : read.from();
            intake.submit(new Input.LogRead(read.connectionId(), read.logId(), read.from(), readable,
                    messages), bytes(messages));
        });
    }

    void read(Effect.ReadEntries read) {
        threads.execute(() -> {
            List<Message> messages = store.readEntries(read.positions());
            intake.submit(new Input.EntriesRead(read.connectionId(), messages), bytes(messages));
        });
    }

    void read(Effect.ReadDue read) {
        threads.execute(() -> {
            List<String> clientIds = store.readDue(read.throughMillis(), read.max());
            intake.submit(new Input.DueRead(clientIds), clientIds.size() * ROW_BYTES);
        });
    }

    void read(Effect.MeasureLog asked) {
        threads.execute(() ->
                intake.submit(new Input.LogMeasured(asked.logId(), store.measureLog(asked)), 0));
    }

    void read(Effect.ReadRetained read) {
        threads.execute(() -> {
            Store.RetainedPage page = store.readRetained(read);
            intake.submit(new Input.RetainedRead(read.connectionId(), read.replay(), page),
                    bytes(page.messages()));
        });
    }

    void read(Effect.ReadDelayed read) {
        threads.execute(() -> {
            List<Change.DelayedPut> due = store.readDelayed(read);
            intake.submit(new Input.DelayedRead(due),
                    bytes(due.stream().map(Change.DelayedPut::message).toList()));
        });
    }

    void read(Effect.ReadExpiredRetained read) {
        threads.execute(() -> {
            Store.ExpiredPage page = store.readExpiredRetained(read);
            intake.submit(new Input.ExpiredRetainedRead(page), page.topicNames().size() * ROW_BYTES);
        });
    }

    void measureDisk() {
        threads.execute(() -> intake.submit(new Input.DiskMeasured(store.freeBytes()), 0));
    }

    void reclaimSpace() {
        reclaimer.execute(() -> {
            store.reclaim();
            intake.submit(new Input.SpaceReclaimed(), 0);
        });
    }

    /** Finishes what has been asked for, at most that time; answers whether all of it is finished. */
    boolean stop(long millis) throws InterruptedException {
        threads.shutdown();
        reclaimer.shutdown();
        return threads.awaitTermination(millis, TimeUnit.MILLISECONDS)
                && reclaimer.awaitTermination(millis, TimeUnit.MILLISECONDS);
    }

    /** What the messages weigh; null is one that is not there any more. */
    private static long bytes(List<Message> messages) {
        long bytes = 0;
        for (Message message : messages) {
            bytes += message == null ? 0 : message.bytes() + ROW_BYTES;
        }
        return bytes;
    }
}
