package io.holdfast.broker;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The pages that connected sessions which are behind want read. Sessions take turns, and few pages are on
 * their way at a time, so that however many sessions come back at once, what has been read for them and not
 * been sent yet stays small, and nobody waits behind much of it.
 *
 * <p>First pages, which are small, are read at once, and before all others: a session that comes back gets
 * something before the rest gets more.
 */
final class Pages {
    /** Enough to keep readers, core and disk busy at the same time, with many messages to one sync. */
    static final int AT_ONCE = 32;

    private final Queue<Cursor> waiting = new ArrayDeque<>();
    private int reading;

    /** The cursor needs its next entry, and does not have it in memory. */
    void want(Cursor cursor, Turn turn) {
        if (!cursor.wantPage()) {
            return;
        }
        if (cursor.wantsFirstPage()) {
            begin(cursor, turn);
        } else {
            waiting.add(cursor);
            beginWaiting(turn);
        }
    }

    /** A page has been read, be it for a session that is gone by now. */
    void read(Turn turn) {
        reading--;
        beginWaiting(turn);
    }

    private void beginWaiting(Turn turn) {
        while (reading < AT_ONCE && !waiting.isEmpty()) {
            Cursor cursor = waiting.remove();
            if (cursor.stillWantsPage()) {
                begin(cursor, turn);
            }
        }
    }

    private void begin(Cursor cursor, Turn turn) {
        reading++;
        turn.effect(cursor.readPage(cursor.session.outgoing.cursorsBehind()));
    }
}
