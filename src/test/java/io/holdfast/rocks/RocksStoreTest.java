package io.holdfast.rocks;

import static io.holdfast.rocks.Rows.appended;
import static io.holdfast.rocks.Rows.commit;
import static io.holdfast.rocks.Rows.inFlight;
import static io.holdfast.rocks.Rows.log;
import static io.holdfast.rocks.Rows.message;
import static io.holdfast.rocks.Rows.payloads;
import static io.holdfast.rocks.Rows.session;
import static io.holdfast.rocks.Rows.subscription;
import static io.holdfast.rocks.Rows.turn;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.Change;
import io.holdfast.broker.Effect;
import io.holdfast.broker.Effect.Position;
import io.holdfast.broker.InFlight;
import io.holdfast.broker.Message;
import io.holdfast.broker.Store;
import io.holdfast.broker.Store.Recovered;
import io.holdfast.broker.Subscription;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.SubscriptionOptions;
import io.holdfast.wire.PropertyCodec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksStoreTest {
    @TempDir
    Path folder;
    private RocksStore store;

    @BeforeEach
    void open() {
        store = RocksStore.open(folder);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void reopen() {
        close();
        open();
    }

    @Test
    void aNewStoreIsEmpty() {
        Recovered recovered = store.recover();

        assertEquals(new Recovered(List.of(), List.of(), List.of(), new Change.IdsReserved(0, 0, 0), 0,
                List.of()), recovered);
        assertEquals(List.of(), store.readSession("meter-7"));
        assertEquals(List.of(), store.readLog(1, 0, 10, 1_000));
        assertEquals(List.of(), store.readDue(Long.MAX_VALUE, 10));
    }

    @Test
    void aSessionIsReadBackWithAllItsRowsAndNoOthers() {
        Change.SessionPut session =
                new Change.SessionPut("meter-7", 7, Change.SessionPut.NEVER_EXPIRES, 60, 12_345);
        Change[] rows = {
            subscription(7, "a/+", 3), subscription(7, "live/only", Subscription.NO_LOG),
            new Change.InFlightPut(7, 0, List.of(inFlight(1, 3, 8), inFlight(31, 4, 2))),
            new Change.InFlightPut(7, 2_047, List.of(new InFlight(65_535, 3, 9, 12, QoS.EXACTLY_ONCE,
                    false, true))),
            new Change.ReceivedPut(7, 0, 0b10), new Change.ReceivedPut(7, 1_023, Long.MIN_VALUE),
            new Change.CursorPut(3, 7, 10, 8), new Change.CursorPut(4, 7, 3, 2),
            new Change.ReplayPut(7, "a/+", "", 5), new Change.ReplayPut(7, "\u00e4/#", "\u00e4/b", 6)};

        commit(store, session("meter-6", 6), subscription(6, "a/+", 3), new Change.CursorPut(3, 6, 1, 1),
                session("meter-70", 70), subscription(8, "a/+", 3), new Change.ReceivedPut(8, 0, 1),
                new Change.ReplayPut(8, "a/+", "", 5), new Change.WillPut(8, message(0, "will", "other")));
        commit(store, session);
        commit(store, rows);
        commit(store, new Change.WillPut(7, message(0, "will", "gone")));
        reopen();

        List<Change> read = store.readSession("meter-7");

        assertEquals(session, read.getFirst());
        List<Change> others = new ArrayList<>(read.subList(1, read.size()));
        others.removeIf(row -> row instanceof Change.WillPut(long id, Message will) && id == 7
                && payloads(List.of(will)).equals(List.of("gone")));
        assertEquals(Set.of(rows), Set.copyOf(others));
        assertEquals(rows.length, others.size());
        assertEquals(rows.length + 2, read.size());
    }

    @Test
    void aLaterChangeReplacesTheEarlierOneInTheSameAndInALaterCommit() {
        Change.SessionPut last = new Change.SessionPut("c", 1, 0, Change.SessionPut.NO_WILL, 99);
        Change.SubscriptionPut narrower = new Change.SubscriptionPut(1,
                new Subscription("t", SubscriptionOptions.of(QoS.AT_MOST_ONCE), 0, Subscription.NO_LOG));
        commit(store, session("c", 1), new Change.ReceivedPut(1, 0, 1), subscription(1, "t", 5),
                new Change.ReceivedPut(1, 0, 2));
        store.commit(List.of(turn(narrower), turn(), turn(last)));

        assertEquals(List.of(last, narrower, new Change.ReceivedPut(1, 0, 2)), store.readSession("c"));
    }

    @Test
    void removedAndEmptiedRowsAreGone() {
        commit(store, session("c", 1), subscription(1, "t", 5), new Change.CursorPut(5, 1, 0, 0),
                new Change.InFlightPut(1, 3, List.of(inFlight(96, 5, 0))), new Change.ReceivedPut(1, 3, 1));
        commit(store, new Change.SubscriptionRemoved(1, "t"), new Change.CursorRemoved(5, 1),
                new Change.InFlightPut(1, 3, List.of()), new Change.ReceivedPut(1, 3, 0));
        assertEquals(List.of(session("c", 1)), store.readSession("c"));

        commit(store, new Change.SessionRemoved("c"));
        assertEquals(List.of(), store.readSession("c"));
    }

    @Test
    void clientIdentifiersAndTopicFiltersKeepEveryCharacter() {
        String clientId = "Zähler-\u0000-七-\uD83D\uDE00";
        commit(store, session(clientId, 1), subscription(1, "房間/+/\uD83D\uDE00", 0),
                new Change.DuePut(5, clientId));
        reopen();

        assertEquals(List.of(session(clientId, 1), subscription(1, "房間/+/\uD83D\uDE00", 0)),
                store.readSession(clientId));
        assertEquals(List.of(clientId), store.readDue(5, 1));
    }

    @Test
    void aMessageIsReadBackWhole() {
        byte[] payload = new byte[1 << 20];
        new Random(1).nextBytes(payload);
        Message big = message(77, "t".repeat(65_535), payload);
        Message bare = new Message(78, 5, 0, QoS.EXACTLY_ONCE, true, "ü", Properties.NONE, new byte[0]);
        commit(store, log(1), new Change.MessageAppended(1, 0, big.bytes(), big),
                new Change.MessageAppended(1, 1, big.bytes() + bare.bytes(), bare));
        reopen();

        List<Message> read = store.readLog(1, 0, 10, Long.MAX_VALUE);

        assertSame(big, read.get(0));
        assertSame(bare, read.get(1));
        Recovered.Log recovered = store.recover().logs().getFirst();
        assertEquals(new Recovered.Log(1, "log/1", 1, 0, 2, big.bytes() + bare.bytes()), recovered);
    }

    @Test
    void propertiesAreReadBackInOrder() {
        Properties properties = Properties.of(Property.MESSAGE_EXPIRY_INTERVAL, 60)
                .with(Property.USER_PROPERTY, new Properties.UserProperty("b", "1"))
                .with(Property.USER_PROPERTY, new Properties.UserProperty("a", "2"))
                .with(Property.CONTENT_TYPE, "text/plain");
        assertTrue(PropertyCodec.size(properties) > 0);
        Message message = new Message(1, 2, 3, QoS.AT_LEAST_ONCE, false, "t", properties, new byte[] {42});
        commit(store, new Change.MessageAppended(1, 0, 2, message));

        assertSame(message, store.readLog(1, 0, 1, 1).getFirst());
    }

    private static void assertSame(Message expected, Message actual) {
        assertArrayEquals(expected.payload(), actual.payload());
        assertEquals(expected.properties().toString(), actual.properties().toString());
        assertEquals(withoutBytes(expected), withoutBytes(actual));
    }

    private static Message withoutBytes(Message m) {
        return new Message(m.sequence(), m.arrivedMillis(), m.publisher(), m.qos(), m.retain(),
                m.topicName(), Properties.NONE, null);
    }

    @Test
    void aBroadcastIsOneEntryHoweverManySessionsReadIt() {
        commit(store, log(1), appended(1, 0));
        long[] cursors = LongStream.range(1, 1_000).toArray();
        store.commit(List.of(turn(LongStream.of(cursors).mapToObj(id -> new Change.CursorPut(1, id, 0, 0))
                .toArray(Change[]::new))));

        assertEquals(List.of("entry 0"), payloads(store.readLog(1, 0, 10, 1_000)));
        assertEquals(1, store.recover().logs().getFirst().next());
    }

    @Test
    void aLogIsReadFromAnOrdinalOnWithinItsLimits() {
        store.commit(IntStream.range(0, 10).mapToObj(i -> turn(appended(1, i), appended(2, i))).toList());

        assertEquals(List.of("entry 7", "entry 8", "entry 9"), payloads(store.readLog(1, 7, 100, 1_000)));
        assertEquals(List.of("entry 2", "entry 3"), payloads(store.readLog(1, 2, 2, 1_000)));
        assertEquals(List.of("entry 2"), payloads(store.readLog(1, 2, 100, 1)));
        assertEquals(List.of("entry 2", "entry 3"), payloads(store.readLog(1, 2, 100, 13)));
        assertEquals(List.of(), store.readLog(1, 10, 100, 1_000));
        assertEquals(List.of(), store.readLog(3, 0, 100, 1_000));
    }

    @Test
    void singleEntriesAreReadInTheOrderAskedFor() {
        commit(store, appended(1, 0), appended(1, 1), appended(2, 0));

        assertEquals(List.of("entry 1", "entry 0", "entry 1"), payloads(store.readEntries(
                List.of(new Position(1, 1), new Position(2, 0), new Position(1, 1)))));
        assertEquals(List.of(), store.readEntries(List.of()));
        assertNull(store.readEntries(List.of(new Position(1, 0), new Position(1, 2))).get(1));
    }

    @Test
    void trimmedEntriesAreGoneAndTheRestStays() {
        for (int few : new int[] {3, 32, 33, 200}) {
            long logId = few;
            commit(store, log(logId));
            store.commit(IntStream.range(0, 300).mapToObj(i -> turn(appended(logId, i))).toList());
            commit(store, new Change.LogTrimmed(logId, 0, few));
            reopen();

            assertNull(store.readEntries(List.of(new Position(logId, few - 1))).getFirst());
            assertEquals("entry " + few, payloads(store.readLog(logId, few, 1, 1)).getFirst());
            Recovered.Log recovered = recovered(logId);
            assertEquals(few, recovered.first());
            assertEquals(300, recovered.next());
            assertEquals(30_000, recovered.bytesThrough());
        }
    }

    private Recovered.Log recovered(long logId) {
        return store.recover().logs().stream().filter(log -> log.logId() == logId).findFirst().orElseThrow();
    }

    @Test
    void aRemovedLogIsGoneWithItsEntriesAndItsNeighboursStay() {
        store.commit(IntStream.range(0, 40)
                .mapToObj(i -> turn(appended(1, i), appended(2, i), appended(3, i)))
                .toList());
        commit(store, log(1), log(2), log(3), new Change.LogTrimmed(2, 0, 2));
        commit(store, new Change.LogRemoved(2, 2, 40));
        reopen();

        assertEquals(Set.of(1L, 3L),
                store.recover().logs().stream().map(Recovered.Log::logId).collect(Collectors.toSet()));
        assertNull(store.readEntries(List.of(new Position(2, 39))).getFirst());
        assertEquals(List.of("entry 39"), payloads(store.readLog(1, 39, 10, 1_000)));
        assertEquals(List.of("entry 0"), payloads(store.readLog(3, 0, 1, 1)));
    }

    @Test
    void theLowestCursorOfALogIsFound() {
        commit(store, new Change.CursorPut(5, 1, 10, 9), new Change.CursorPut(5, 2, 20, 4),
                new Change.CursorPut(5, -1, 20, 6), new Change.CursorPut(4, 1, 0, 0),
                new Change.CursorPut(6, 1, 1, 1));

        assertEquals(4, lowestCursor(5));
        assertEquals(Long.MAX_VALUE, lowestCursor(7));
        commit(store, new Change.CursorRemoved(5, 2));
        assertEquals(6, lowestCursor(5));
        assertEquals(9, lowestCursor(5, -1L));
    }

    private long lowestCursor(long logId, Long... known) {
        return store.measureLog(new Effect.MeasureLog(logId, 0, 0, 0, Set.of(known),
                Effect.MeasureLog.UNLIMITED, Effect.MeasureLog.UNLIMITED, Long.MIN_VALUE)).low();
    }

    @Test
    void whatIsDueComesEarliestFirst() {
        commit(store, new Change.DuePut(300, "c"), new Change.DuePut(5, "late-name"),
                new Change.DuePut(70_000, "d"), new Change.DuePut(300, "b"),
                new Change.DuePut(Change.SessionPut.NOT_DUE, "connected"));

        assertEquals(List.of("late-name", "b", "c"), store.readDue(300, 10));
        assertEquals(List.of("late-name", "b"), store.readDue(299_000, 2));
        assertEquals(List.of(), store.readDue(4, 10));
        commit(store, new Change.DueRemoved(5, "late-name"));
        assertEquals(List.of("b", "c", "d"), store.readDue(Long.MAX_VALUE - 1, 10));
    }

    @Test
    void recoveryTellsIdsLogsAndTheSessionsThatWereCutOff() {
        Change.SessionPut offline = new Change.SessionPut("offline", 2, 60, Change.SessionPut.NO_WILL, 500);
        commit(store, new Change.IdsReserved(1_000, 64, 5), session("cut-off", 1), offline,
                new Change.DuePut(Change.SessionPut.NOT_DUE, "cut-off"), new Change.DuePut(500, "offline"),
                log(1), log(2), new Change.LogPut(1, "log/1", 3), appended(1, 0), appended(1, 1));
        reopen();

        Recovered recovered = store.recover();

        assertEquals(new Change.IdsReserved(1_000, 64, 5), recovered.ids());
        assertEquals(List.of(session("cut-off", 1)), recovered.cutOff());
        assertEquals(Set.of(new Recovered.Log(1, "log/1", 3, 0, 2, 200),
                new Recovered.Log(2, "log/2", 1, 0, 0, 0)), Set.copyOf(recovered.logs()));
    }

    @Test
    void retainedMessagesAreReadInPagesInTheOrderOfTheirTopicNames() {
        for (String name : List.of("a", "a!", "a/", "a/1", "a/1/x", "a/2", "a0", "b/1", "$a/1", "\u00e4/1")) {
            commit(store, new Change.RetainedPut(message(7, name, "of " + name)));
        }
        commit(store, new Change.RetainedPut(message(8, "a/2", "newer")), new Change.RetainedRemoved("b/1"));
        reopen();

        assertEquals(List.of("a", "a/", "a/1", "a/1/x", "a/2"), retained("a/#"));
        assertEquals(List.of("a/", "a/1", "a/2"), retained("a/+"));
        assertEquals(List.of("a/1", "\u00e4/1"), retained("+/1"));
        assertEquals(List.of("a", "a!", "a/", "a/1", "a/1/x", "a/2", "a0", "\u00e4/1"), retained("#"));
        assertEquals(List.of("$a/1"), retained("$a/#"));
        assertEquals(List.of("a/1"), retained("a/1"));
        assertEquals(List.of(), retained("a/1/"));
        assertEquals(List.of("newer"), payloads(store.readRetained(
                new Effect.ReadRetained(1, 1, "a/2", "", 10, 1_000)).messages()));
    }

    /** The Topic Names of what matches, read one message at a time. */
    private List<String> retained(String topicFilter) {
        List<String> names = new ArrayList<>();
        for (String after = ""; after != null;) {
            Store.RetainedPage page =
                    store.readRetained(new Effect.ReadRetained(1, 1, topicFilter, after, 1, 1_000));
            page.messages().forEach(message -> names.add(message.topicName()));
            after = page.next();
        }
        return names;
    }

    @Test
    void aTurnWithoutChangesWritesNothing() {
        commit(store, log(1));
        long before = mark();
        store.commit(List.of(turn(), turn()));
        store.commit(List.of());

        assertEquals(before, mark());
    }

    private long mark() {
        try (CommitMark mark = CommitMark.open(folder.resolve("COMMITTED"))) {
            return mark.read();
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void afterAFailedCommitTheStoreRefusesEverything() {
        commit(store, log(1));
        Change misplaced = new Change.InFlightPut(1, 9, List.of(inFlight(1, 1, 0)));
        assertThrows(StoreException.class, () -> commit(store, log(2), misplaced));

        String refusal = assertThrows(IllegalStateException.class, () -> commit(store, log(3))).getMessage();
        assertTrue(refusal.contains("a commit failed"), refusal);
        assertThrows(IllegalStateException.class, () -> store.readSession("c"));
        reopen();
        assertEquals(List.of(1L), store.recover().logs().stream().map(Recovered.Log::logId).toList());
    }

    @Test
    void closingWaitsForReadersAndRefusesThoseThatComeLater() throws InterruptedException {
        store.commit(IntStream.range(0, 500).mapToObj(i -> turn(appended(1, i))).toList());
        commit(store, session("c", 1), subscription(1, "log/1", 1), new Change.CursorPut(1, 1, 0, 0));
        CountDownLatch reading = new CountDownLatch(4);
        Queue<Throwable> ends = new ConcurrentLinkedQueue<>();
        List<Thread> readers = IntStream.range(0, 4).mapToObj(i -> Thread.ofPlatform().start(() -> {
            try {
                while (true) {
                    assertEquals(500, store.readLog(1, 0, 500, Long.MAX_VALUE).size());
                    assertEquals(3, store.readSession("c").size());
                    reading.countDown();
                }
            } catch (Throwable end) {
                ends.add(end);
            }
        })).toList();
        assertTrue(reading.await(60, TimeUnit.SECONDS));
        commit(store, appended(1, 500));
        store.close();
        for (Thread reader : readers) {
            reader.join();
        }

        assertEquals(4, ends.size());
        ends.forEach(end -> assertTrue(end.getMessage().contains("it is closed"), end.toString()));
    }

    @Test
    void aClosedStoreRefusesEverythingAndMayBeClosedAgain() {
        store.close();
        store.close();

        assertThrows(IllegalStateException.class, () -> store.readLog(1, 0, 1, 1));
        assertThrows(IllegalStateException.class, () -> commit(store, log(1)));
    }
}
