package io.holdfast.rocks;

import io.holdfast.broker.Effect;
import io.holdfast.broker.Message;
import io.holdfast.broker.Store.ExpiredPage;
import io.holdfast.broker.Store.RetainedPage;
import io.holdfast.mqtt.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;

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
    private final RowReader reader;

    RetainedReader(Database database, RowReader reader) {
        this.database = database;
        this.reader = reader;
    }

    RetainedPage matching(Effect.ReadRetained read) throws RocksDBException {
        String filter = read.topicFilter();
        String literal = literal(filter);
        // "a/#" matches "a" and all that begins with "a/", so it ends where "a0" begins: '0' comes after '/'.
        boolean takesParent = filter.length() == literal.length() + 2;
        List<Message> messages = new ArrayList<>();
        long[] bytes = {0};
        Page page = new Page(read.after(), ROWS_MAX, (name, value) -> {
            Message message = Topics.matches(filter, name) ? message(name, value) : null;
            if (message != null) {
                messages.add(message);
                bytes[0] += message.bytes();
            }
            return messages.size() < read.messagesMax() && bytes[0] < read.bytesMax();
        });
        return new RetainedPage(messages, page.read(literal, after(takesParent ? literal + "/" : literal)));
    }

    ExpiredPage expired(Effect.ReadExpiredRetained read) throws RocksDBException {
        List<String> topicNames = new ArrayList<>();
        Page page = new Page(read.after(), read.rowsMax(), (name, value) -> {
            Message message = message(name, value);
            if (message != null && message.expiresAtMillis() <= read.nowMillis()) {
                topicNames.add(name);
            }
            return true;
        });
        String next = page.read("", after(""));
        return new ExpiredPage(topicNames, page.looked, next);
    }

    /** The rows after a Topic Name, so many, or until the visitor has had enough. */
    private final class Page implements BiPredicate<byte[], byte[]> {
        private final String after;
        private final int rowsMax;
        private final BiPredicate<String, byte[]> visitor;
        private int looked;
        private boolean full;
        private boolean more;
        private String last;

        Page(String after, int rowsMax, BiPredicate<String, byte[]> visitor) {
            this.after = after;
            this.rowsMax = rowsMax;
            this.visitor = visitor;
        }

        /**
         * @param first where to begin if it is the first page
         * @return the last Topic Name, or null if there is no further one
         */
        String read(String first, byte[] end) throws RocksDBException {
            try (ReadOptions reading = new ReadOptions(database.reading)) {
                byte[] from = Keys.text(after.isEmpty() ? first : after);
                reader.scan(database.retained, reading, from, end, this);
            }
            return more ? last : null;
        }

        @Override
        public boolean test(byte[] key, byte[] value) {
            String name = Keys.text(key, 0);
            if (name.equals(after)) {
                return true;
            }
            if (full || looked == rowsMax) {
                more = true;
                return false;
            }
            looked++;
            last = name;
            full = !visitor.test(name, value);
            return true;
        }
    }

    /** Null if it is damaged. */
    private Message message(String topicName, byte[] value) {
        return reader.sound(() -> LogEntryCodec.decode("retained message of " + topicName, value));
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
