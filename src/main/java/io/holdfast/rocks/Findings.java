package io.holdfast.rocks;

import io.holdfast.broker.Change;
import java.util.List;
import java.util.function.Consumer;

/** What a verification finds: told at once, counted, and summarized; and what would mend it. */
final class Findings {
    private final Consumer<String> lines;
    private final Remedies remedies;
    private long found;
    private long rows;
    private long bytes;
    private long missingEntries;
    private long droppedInFlight;
    private long notCompared;

    Findings(Consumer<String> lines) {
        this(lines, new Remedies());
    }

    /** @param remedies gets what would mend what is found */
    Findings(Consumer<String> lines, Remedies remedies) {
        this.lines = lines;
        this.remedies = remedies;
    }

    Remedies remedies() {
        return remedies;
    }

    void found(String what) {
        found++;
        lines.accept(what);
    }

    /** The row makes no sense: without it, the store does. */
    void damaged(RowKind kind, byte[] key, String what) {
        remedies.removeDamaged(kind, key);
        found(what);
    }

    /** The row contradicts others: without it, they do not. */
    void inconsistent(RowKind kind, byte[] key, String what) {
        remedies.remove(kind, key);
        found("inconsistent row: " + kind.describe(key) + ": " + what);
    }

    /** The same, where other rows mend that. */
    void inconsistent(RowKind kind, byte[] key, String what, List<Change> instead) {
        instead.forEach(remedies::write);
        found("inconsistent row: " + kind.describe(key) + ": " + what);
    }

    void read(byte[] key, byte[] value) {
        rows++;
        bytes += key.length + value.length;
    }

    /** Entries are missing between others, which is right where {@code overflow=drop-newest} was set. */
    void missing(long entries) {
        missingEntries += entries;
    }

    /** A delivery in flight has lost its entry, which is right where the oldest messages are dropped. */
    void droppedInFlight() {
        droppedInFlight++;
    }

    /** A row names another one that is damaged or cannot be read, and that is told of by itself. */
    void notCompared() {
        notCompared++;
    }

    /** Tells the summary. Returns whether nothing was found. */
    boolean summarize() {
        if (missingEntries > 0) {
            lines.accept("%,d entries are missing between others; overflow=drop-newest removes such ones"
                    .formatted(missingEntries));
        }
        if (droppedInFlight > 0) {
            lines.accept("%,d deliveries in flight are of entries that were trimmed; overflow=drop-oldest and"
                    .formatted(droppedInFlight) + " queued-seconds-max drop such ones");
        }
        if (notCompared > 0) {
            lines.accept("%,d rows were not compared with others, which are damaged or cannot be read"
                    .formatted(notCompared));
        }
        lines.accept("%,d rows of %,d bytes were read: %s".formatted(rows, bytes, found == 0
                ? "the store is sound" : "%,d findings".formatted(found)));
        return found == 0;
    }
}
