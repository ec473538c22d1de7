package io.holdfast.broker;

import io.holdfast.broker.Change.CursorPut;
import io.holdfast.broker.Effect.ReadLog;
import io.holdfast.mqtt.QoS;
import java.util.List;

/**
 * Where one connected session stands in one log, with the page of entries it is reading if it is behind what
 * the log has in memory.
 *
 * <p>A cursor whose subscription was removed while deliveries from it are in flight is <em>closing</em>: it
 * moves no more, and keeps the entries in flight from being trimmed until the last of them is acknowledged
 * [MQTT-3.10.4-3].
 */
final class Cursor {
    static final int PAGE_MESSAGES_MAX = 256;
    static final long PAGE_BYTES_MAX = 256 * 1024;
    /** The first page is a small one, so that many sessions that come back at once all get it soon. */
    static final int FIRST_PAGE_MESSAGES_MAX = 16;

    final Session session;
    final FilterLog log;
    /** Its place among the log's readers. */
    int readerIndex;

    private Subscription subscription;
    private long next;
    private long passed;
    private long low;
    private long storedLow;
    private int inFlight;
    /** The entries that are left out, ahead of the cursor; equal if there are none. */
    private long gapFrom;
    private long gapBelow;
    private boolean changed;
    private boolean listedBehind;
    private boolean reading;
    private boolean hasRead;
    private long pageFrom;
    /** All entries below were on disk when the page was asked for. */
    private long pageBelow;
    private List<Message> page = List.of();
    private long pageBytes;

    /** @param subscription null for a cursor that is closing */
    Cursor(Session session, FilterLog log, Subscription subscription, CursorPut row) {
        this.session = session;
        this.log = log;
        this.subscription = subscription;
        next = row.next();
        low = row.low();
        gapFrom = row.gapFrom();
        gapBelow = row.gapBelow();
        storedLow = low;
    }

    long next() {
        return next;
    }

    boolean isClosing() {
        return subscription == null;
    }

    boolean isBehind() {
        return subscription != null && next < log.next();
    }

    /** Entries that it has not passed. */
    long waiting() {
        return isBehind() ? log.next() - next - (gapBelow - gapFrom) : 0;
    }

    Subscription subscription() {
        return subscription;
    }

    /** Whether the subscription's maximum QoS is at least this one. */
    boolean grants(QoS qos) {
        return subscription.options().qos().compareTo(qos) >= 0;
    }

    /** Begins, at the head of the log, or goes on with other options where it stands. */
    void subscribe(Subscription replacement) {
        if (isClosing()) {
            next = log.next();
            forgetGap();
            changed = true;
        }
        subscription = replacement;
    }

    /** Stops taking entries. Returns whether the cursor is of no more use, because none is in flight. */
    boolean unsubscribe() {
        subscription = null;
        forgetPage();
        return inFlight == 0;
    }

    /** Puts the cursor on the session's list of those behind; returns whether it was not there yet. */
    boolean listBehind() {
        boolean added = !listedBehind;
        listedBehind = true;
        return added;
    }

    void unlistBehind() {
        listedBehind = false;
    }

    /** The next entry, or null if it is not in memory. */
    Message peek() {
        Message message = log.tail().get(next);
        if (message != null) {
            return message;
        }
        long index = next - pageFrom;
        return index >= 0 && index < page.size() ? page.get((int) index) : null;
    }

    /** Notes that a page is wanted. Returns whether it was not yet. */
    boolean wantPage() {
        boolean wasReading = reading;
        reading = true;
        forgetPage();
        return !wasReading;
    }

    /** Lets go of what was read and has not been passed; it is read again. */
    void forgetPage() {
        setPage(List.of());
    }

    private void setPage(List<Message> messages) {
        long bytes = 0;
        for (int i = 0; i < messages.size(); i++) {
            bytes += Held.of(messages.get(i));
        }
        session.hold(bytes - pageBytes);
        pageBytes = bytes;
        page = messages;
    }

    /** Whether its first page is still to be read. */
    boolean wantsFirstPage() {
        return !hasRead;
    }

    /** Whether the page that was wanted still is. */
    boolean stillWantsPage() {
        reading = isBehind() && !session.connection.isClosed();
        return reading;
    }

    /** @param pagesAtOnce how many cursors of the session share what a page may have */
    ReadLog readPage(int pagesAtOnce) {
        int messages = hasRead ? PAGE_MESSAGES_MAX : FIRST_PAGE_MESSAGES_MAX;
        hasRead = true;
        pageBelow = log.next();
        return new ReadLog(session.connection.id, log.id, next, Math.max(1, messages / pagesAtOnce),
                PAGE_BYTES_MAX / pagesAtOnce);
    }

    /** Returns how many entries were lost, because they are damaged or missing; they are passed. */
    long pageRead(Input.LogRead read) {
        reading = false;
        pageFrom = read.from();
        setPage(isClosing() ? List.of() : read.messages());
        if (!page.isEmpty() || !isBehind() || next != pageFrom || next < log.first()) {
            return 0;
        }
        if (read.readable() == next) {
            throw new IllegalStateException("log " + log.id + " lacks its entry " + next);
        }
        return passTo(Math.min(read.readable(), pageBelow));
    }

    /** Passes the next entry. */
    void advance() {
        passed = next;
        passTo(next + 1);
    }

    /** The ordinal of the entry that it has passed last. */
    long passed() {
        return passed;
    }

    /**
     * Passes all entries below an ordinal, and what is left out after them. Returns how many were waiting.
     */
    long passTo(long ordinal) {
        long count = ordinal - next;
        if (ordinal >= gapFrom && gapFrom < gapBelow) {
            long from = gapFrom;
            long below = gapBelow;
            forgetGap();
            count -= Math.min(ordinal, below) - from;
            next = Math.max(ordinal, below);
        } else {
            next = ordinal;
        }
        changed = true;
        return count;
    }

    private void forgetGap() {
        gapFrom = 0;
        gapBelow = 0;
    }

    /**
     * Leaves out the newest entries if more than that many are waiting. What is left out is one range: it
     * grows as long as the cursor has not come to it.
     *
     * @return how many more are left out
     */
    long leaveOut(long messagesMax) {
        long leftOut = gapBelow - gapFrom;
        if (isClosing() || log.next() - next - leftOut <= messagesMax) {
            return 0;
        }
        gapFrom = leftOut == 0 ? next + messagesMax : gapFrom;
        gapBelow = log.next();
        changed = true;
        if (gapFrom == next) {
            throw new IllegalStateException("nothing waits before what is left out of log " + log.id);
        }
        return gapBelow - gapFrom - leftOut;
    }

    void deliveryBegins(long ordinal) {
        if (inFlight == 0) {
            low = ordinal; // until now nothing below was needed
        }
        inFlight++;
    }

    /**
     * Returns whether the cursor is of no more use, because it was closing and this was its last delivery.
     */
    boolean deliveryEnds() {
        inFlight--;
        return inFlight == 0 && isClosing();
    }

    /** Restores a delivery that was in flight when the session was stored. */
    void deliveryRestored() {
        inFlight++;
    }

    /** The first ordinal that this session may still need. */
    long low() {
        if (inFlight == 0) {
            low = next;
        } else {
            low = session.window.lowest(log.id, next);
        }
        return low;
    }

    /** The row as it must stand in the store before a client is told of the cursor. */
    CursorPut row() {
        changed = false;
        storedLow = inFlight == 0 ? next : low;
        return new CursorPut(log.id, session.id, next, storedLow, gapFrom, gapBelow);
    }

    /** The row, if the cursor has moved since the last call. */
    void takeChanges(List<Change> to) {
        if (changed) {
            to.add(row());
        }
    }

    /** The row with the exact bound, as it must be while the session is away. */
    void takeFinalChanges(List<Change> to) {
        if (changed || low() != storedLow) {
            to.add(row());
        }
    }
}
