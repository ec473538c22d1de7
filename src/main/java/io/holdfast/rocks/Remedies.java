package io.holdfast.rocks;

import io.holdfast.broker.Change;
import java.util.ArrayList;
import java.util.List;

/**
 * What mends the findings of one verification: rows that go, and rows that are written. While there are
 * damaged rows, or rows missing that others tell of, those others seem wrong and are not: so they wait.
 */
final class Remedies {
    /** A row that goes. */
    record Removed(RowKind kind, byte[] key) {}

    private final List<Removed> damaged = new ArrayList<>();
    private final List<Change> revived = new ArrayList<>();
    private final List<Removed> removed = new ArrayList<>();
    private final List<Change> written = new ArrayList<>();

    /** A row makes no sense by itself, and goes first. */
    void removeDamaged(RowKind kind, byte[] key) {
        damaged.add(new Removed(kind, key));
    }

    /** A row is missing that can be told from others, and is written before anything else is judged. */
    void revive(Change change) {
        revived.add(change);
    }

    void remove(RowKind kind, byte[] key) {
        removed.add(new Removed(kind, key));
    }

    void write(Change change) {
        written.add(change);
    }

    boolean isEmpty() {
        return removed().isEmpty() && written().isEmpty();
    }

    List<Removed> removed() {
        return !damaged.isEmpty() ? damaged : revived.isEmpty() ? removed : List.of();
    }

    List<Change> written() {
        return !damaged.isEmpty() ? List.of() : revived.isEmpty() ? written : revived;
    }
}
