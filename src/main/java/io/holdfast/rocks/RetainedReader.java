package io.holdfast.rocks;

import io.holdfast.broker.Effect;
import io.holdfast.broker.Message;
import io.holdfast.broker.Store.ExpiredPage;
import io.holdfast.broker.Store.RetainedPage;
import io.holdfast.mqtt.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/**
 * Reads retained messages, by any number of threads at once. They are in the order of their Topic Names in
 * UTF-8, so those that match a Topic Filter begin with its levels before the first wildcard; among these,
 * each is looked at.
 */
final class RetainedReader {
    /**
     * Looked at for one page: a filter that matches little is answered in steps, and others have their turn.
     */
    static final int ROWS_MAX = 4_096;

    private final Database database;

    RetainedReader(Database database) {
        this.database = database;
    }

    RetainedPage matching(Effect.ReadRetained read) throws RocksDBException {
        String filter = read.topicFilter();
        String literal = literal(filter);
        // "a/#" matches "a" and all that begins with "a/", so it ends where "a0" begins: '0' comes after '/'.
        boolean takesParent = filter.length() == literal.length() + 2;
        List<Message> messages = new ArrayList<>();
        try (Slice end = new Slice(after(takesParent ? literal + "/" : literal));
                ReadOptions reading = new ReadOptions(database.reading).setIterateUpperBound(end);
                RocksIterator rows = database.rocks.newIterator(database.retained, reading)) {
            String name = null;
            long bytes = 0;
            int looked = 0;
            for (seek(rows, literal, read.after()); rows.isValid(); rows.next()) {
                if (looked++ == ROWS_MAX || messages.size() == read.messagesMax()
                        || bytes >= read.bytesMax()) {
                    return new RetainedPage(messages, name);
                }
                name = Keys.text(rows.key(), 0);
                if (Topics.matches(filter, name)) {
                    Message message = message(name, rows.value());
                    messages.add(message);
                    bytes += message.bytes();
                }
            }
            rows.status();
            return new RetainedPage(messages, null);
        }
    }

    ExpiredPage expired(Effect.ReadExpiredRetained read) throws RocksDBException {
        List<String> topicNames = new ArrayList<>();
        try (RocksIterator rows = database.rocks.newIterator(database.retained, database.reading)) {
            String name = null;
            int looked = 0;
            for (seek(rows, "", read.after()); rows.isValid(); rows.next()) {
                if (looked++ == read.rowsMax()) {
                    return new ExpiredPage(topicNames, name);
                }
                name = Keys.text(rows.key(), 0);
                if (message(name, rows.value()).expiresAtMillis() <= read.nowMillis()) {
                    topicNames.add(name);
                }
            }
            rows.status();
            return new ExpiredPage(topicNames, null);
        }
    }

    private static void seek(RocksIterator rows, String literal, String after) {
        rows.seek(Keys.text(after.isEmpty() ? literal : after));
        if (!after.isEmpty() && rows.isValid() && Keys.text(rows.key(), 0).equals(after)) {
            rows.next();
        }
    }

    private static Message message(String topicName, byte[] value) {
        return LogEntryCodec.decode("retained message of " + topicName, value);
    }

    /** What every Topic Name that matches begins with. */
    private static String literal(String filter) {
        int wildcard = 0;
        while (wildcard < filter.length() && filter.charAt(wildcard) != '+'
                && filter.charAt(wildcard) != '#') {
            wildcard++;
        }
        boolean takesParent = wildcard < filter.length() && filter.charAt(wildcard) == '#' && wildcard > 0;
        return filter.substring(0, takesParent ? wildcard - 1 : wildcard);
    }

    /** The first key after all that begin with the text. No byte of UTF-8 is 0xFF. */
    private static byte[] after(String text) {
        if (text.isEmpty()) {
            return new byte[] {(byte) 0xFF};
        }
        byte[] end = text.getBytes(StandardCharsets.UTF_8);
        end[end.length - 1]++;
        return end;
    }
}
