package io.holdfast.broker;

import io.holdfast.broker.Change.CursorPut;
import io.holdfast.broker.Change.MessageAppended;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a store finds in one log; see {@link Effect.MeasureLog}.
 *
 * @param low the lowest {@code low} of the cursors that were not known; {@link Long#MAX_VALUE} if there is
 *     none
 * @param needed the lowest ordinal that any cursor needs
 * @param bytesBelowNeeded the byte total below that
 * @param fits the first ordinal from which on the entries are within the limits
 * @param bytesBelowFits the byte total below that
 * @param unused ranges that none of the cursors not known needs, above {@code low}; some, if there are many
 */
public record LogMeasure(long low, long needed, long bytesBelowNeeded, long fits, long bytesBelowFits,
        List<Range> unused) {
    private static final int RANGES_MAX = 16;

    /** Ordinals from {@code from} to below {@code below}. */
    public record Range(long from, long below) {}

    /** Reads an entry by its ordinal; null if it is not there (any more). */
    @FunctionalInterface
    public interface Entries<E extends Exception> {
        MessageAppended at(long ordinal) throws E;
    }

    /**
     * Measures a log, given its cursors and access to its entries.
     *
     * @param all of them, be they known or not
     */
    public static <E extends Exception> LogMeasure of(Effect.MeasureLog asked, List<CursorPut> all,
            Entries<E> entries) throws E {
        List<CursorPut> cursors = all.stream().filter(row ->
                !asked.known().contains(row.sessionId())).toList();
        long low = cursors.stream().mapToLong(CursorPut::low).min().orElse(Long.MAX_VALUE);
        MessageAppended last = asked.measuresEntries() ? entries.at(asked.next() - 1) : null;
        if (last == null) {
            return new LogMeasure(low, asked.first(), 0, asked.first(), 0, List.of());
        }
        long total = last.bytesThrough();
        long fits = asked.first();
        for (long beyond = asked.next(); fits < beyond;) { // between them is the one that is looked for
            long middle = (fits + beyond) >>> 1;
            MessageAppended entry = entries.at(middle);
            if (entry != null && total - bytesBelow(entry) <= asked.bytesMax()
                    && entry.message().arrivedMillis() >= asked.sinceMillis()) {
                beyond = middle;
            } else {
                fits = middle + 1;
            }
        }
        long needed = Math.clamp(Math.min(low, asked.needed()), asked.first(), asked.next());
        return new LogMeasure(low, needed, bytesBelow(needed, asked, total, entries), fits,
                bytesBelow(fits, asked, total, entries), unused(asked, cursors));
    }

    private static <E extends Exception> long bytesBelow(long ordinal, Effect.MeasureLog asked, long total,
            Entries<E> entries) throws E {
        if (ordinal == asked.next()) {
            return total;
        }
        MessageAppended entry = entries.at(ordinal);
        return entry == null ? 0 : bytesBelow(entry);
    }

    private static long bytesBelow(MessageAppended entry) {
        return entry.bytesThrough() - entry.message().bytes();
    }

    private static List<Range> unused(Effect.MeasureLog asked, List<CursorPut> cursors) {
        List<CursorPut> sorted = new ArrayList<>(cursors);
        sorted.sort(Comparator.comparingLong(CursorPut::low));
        List<Range> unused = new ArrayList<>();
        long needed = asked.first();
        for (CursorPut cursor : sorted) {
            if (cursor.low() > needed && needed > asked.first() && unused.size() < RANGES_MAX) {
                unused.add(new Range(needed, cursor.low()));
            }
            needed = Math.max(needed, cursor.through(asked.messagesMax()));
        }
        if (needed > asked.first() && needed < asked.next()) {
            unused.add(new Range(needed, asked.next()));
        }
        return unused;
    }
}
