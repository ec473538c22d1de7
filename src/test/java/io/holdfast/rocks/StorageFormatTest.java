package io.holdfast.rocks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Change;
import io.holdfast.broker.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyHandle;

/**
 * The worked examples of {@code storage-format.md}: each is decoded, told in words, and written again to the
 * byte.
 *
 * <p>An example is a code block of lines {@code key}, {@code value} and {@code means}. The bytes are in hex;
 * a line that begins with a space continues the one before, and what follows three spaces behind the bytes is
 * a remark.
 */
class StorageFormatTest {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```row\\n(.*?)^```");
    private static final Pattern REMARK = Pattern.compile("   .*");
    private static final List<String> LABELS = List.of("key", "value", "means");
    private static final int CONTENT_AT = 6;

    @TempDir
    Path folder;

    private record Example(byte[] key, byte[] value, String means) {}

    private static List<Example> examples() throws IOException {
        List<Example> examples = new ArrayList<>();
        BLOCK.matcher(Files.readString(Path.of("storage-format.md"))).results().forEach(block -> {
            String[] parts = {"", "", ""};
            int part = 0;
            for (String line : block.group(1).split("\n")) {
                part = Math.max(part, LABELS.indexOf(line.split(" ", 2)[0]));
                String content = line.length() < CONTENT_AT ? "" : line.substring(CONTENT_AT);
                String digits = REMARK.matcher(content).replaceFirst("").replace(" ", "");
                parts[part] += part == 2 ? content : digits;
            }
            examples.add(new Example(hex(parts[0]), hex(parts[1]), parts[2]));
        });
        return examples;
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    /** The example of a retained message has a Topic Name that begins like no other key. */
    private static final byte RETAINED_EXAMPLE = 'a';

    @TestFactory
    List<DynamicTest> everyExampleMeansWhatItSaysAndIsWrittenLikeThat() throws IOException {
        return examples().stream()
                .map(example -> DynamicTest.dynamicTest(example.means(), () -> check(example)))
                .toList();
    }

    private void check(Example example) throws Exception {
        Change change = decode(example.key(), example.value());
        assertEquals(example.means(), describe(change));
        Path store = Files.createTempDirectory(folder, "store");
        try (RocksStore rocks = RocksStore.open(store)) {
            Rows.commit(rocks, change);
        }
        try (Database database = Database.open(store.resolve("db"))) {
            byte[] value = database.rocks.get(family(database, change), example.key());
            assertEquals(HexFormat.of().formatHex(example.value()), HexFormat.of().formatHex(value));
        }
    }

    private static ColumnFamilyHandle family(Database database, Change change) {
        return switch (change) {
            case Change.MessageAppended _ -> database.log;
            case Change.RetainedPut _ -> database.retained;
            default -> database.state;
        };
    }

    private static Change decode(byte[] key, byte[] value) {
        return switch (key[0]) {
            case Keys.IDS -> StateRows.toIds(key, value);
            case Keys.LOG -> StateRows.toLog(key, value);
            case Keys.TRIMMED ->
                new Change.LogTrimmed(Keys.number(key, 1), 0, StateRows.toNumber(key, value));
            case Keys.CURSOR -> StateRows.toCursor(key, value);
            case Keys.SESSION -> StateRows.toSession(key, value);
            case Keys.DUE -> new Change.DuePut(Keys.number(key, 1), Keys.text(key, Keys.TEXT_AT));
            case Keys.SUBSCRIPTION -> StateRows.toSubscription(key, value);
            case Keys.IN_FLIGHT -> StateRows.toInFlight(key, value);
            case Keys.RECEIVED -> StateRows.toReceived(key, value);
            case Keys.DELAYED -> StateRows.toDelayed(key, value);
            case Keys.LEASE -> StateRows.toLease(key, value);
            case Keys.REPLAY -> StateRows.toReplay(key, value);
            case Keys.WILL -> StateRows.toWill(key, value);
            case RETAINED_EXAMPLE -> new Change.RetainedPut(LogEntryCodec.decode("retained message", value));
            case Keys.COMMIT -> throw new AssertionError("the commit row is no change of the core");
            default -> {
                long logId = Keys.number(key, 0);
                long ordinal = Keys.number(key, Long.BYTES);
                yield new Change.MessageAppended(logId, ordinal, LogEntryCodec.bytesThrough(logId, ordinal,
                        value), LogEntryCodec.decode(logId, ordinal, value));
            }
        };
    }

    private static String describe(Change change) {
        return switch (change) {
            case Change.MessageAppended appended -> describe(change, appended.message());
            case Change.RetainedPut(Message message) -> describe(change, message);
            case Change.DelayedPut put -> describe(change, put.message());
            case Change.WillPut put -> describe(change, put.will());
            default -> change.toString();
        };
    }

    private static String describe(Change change, Message message) {
        return change.toString().replaceFirst("payload=.*",
                "payload=" + HexFormat.of().formatHex(message.payload()) + "]]");
    }

    @Test
    void everyKindOfRowHasAnExample() throws IOException {
        Set<String> kinds = new TreeSet<>();
        for (Example example : examples()) {
            kinds.add(example.key()[0] == 0 ? "entry" : Character.toString(example.key()[0]));
        }
        assertEquals(Set.of("entry", "i", "l", "t", "c", "s", "d", "f", "o", "r", "g", "p", "w", "y", "a"),
                kinds);
    }

    @Test
    void theCommitRowAndTheMarkAreAsInTheirExamples() throws Exception {
        try (RocksStore rocks = RocksStore.open(folder)) {
            Rows.commit(rocks, Rows.log(1));
            Rows.commit(rocks, Rows.log(2));
        }
        String text = Files.readString(Path.of("storage-format.md"));
        String mark = HexFormat.ofDelimiter(" ").formatHex(Files.readAllBytes(folder.resolve("COMMITTED")));
        assertTrue(text.contains("\n" + mark + "\n"), mark);
        try (Database database = Database.open(folder.resolve("db"))) {
            byte[] value = database.rocks.get(database.state, Keys.of(Keys.COMMIT));
            assertTrue(text.contains("\n6b -> " + HexFormat.ofDelimiter(" ").formatHex(value) + "\n"));
        }
    }
}
