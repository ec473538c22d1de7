package io.holdfast.rocks;

import io.holdfast.broker.Change;
import io.holdfast.broker.InFlight;
import io.holdfast.broker.Message;
import io.holdfast.broker.Store;
import io.holdfast.broker.Subscription;
import io.holdfast.broker.Sync;
import io.holdfast.broker.Turn;
import io.holdfast.broker.Turns;
import io.holdfast.mqtt.Properties;
import io.holdfast.mqtt.QoS;
import io.holdfast.mqtt.SubscriptionOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Rows for tests, short to write. */
final class Rows {
    private Rows() {}

    static Message message(long sequence, String topicName, String payload) {
        return message(sequence, topicName, payload.getBytes(StandardCharsets.UTF_8));
    }

    static Message message(long sequence, String topicName, byte[] payload) {
        return new Message(sequence, 1_700_000_000_000L + sequence, 9, QoS.AT_LEAST_ONCE, false, topicName,
                Properties.NONE, payload);
    }

    static Change.MessageAppended appended(long logId, long ordinal) {
        return new Change.MessageAppended(logId, ordinal, 100 * (ordinal + 1),
                message(1_000 * logId + ordinal, "log/" + logId, "entry " + ordinal));
    }

    static Change.LogPut log(long logId) {
        return new Change.LogPut(logId, "log/" + logId, 1);
    }

    static Change.SessionPut session(String clientId, long sessionId) {
        return new Change.SessionPut(clientId, sessionId, 3_600, Change.SessionPut.NO_WILL,
                Change.SessionPut.CONNECTED);
    }

    static Change.SubscriptionPut subscription(long sessionId, String topicFilter, long logId) {
        return new Change.SubscriptionPut(sessionId, new Subscription(topicFilter,
                new SubscriptionOptions(QoS.EXACTLY_ONCE, true, true, 2), 268_435_455, logId));
    }

    static InFlight inFlight(int packetId, long logId, long ordinal) {
        return new InFlight(packetId, logId, ordinal, ordinal + 1, QoS.AT_LEAST_ONCE, true, false);
    }

    static Turn turn(Change... changes) {
        return Turns.of(Sync.COMMIT, changes);
    }

    static void commit(Store store, Change... changes) {
        store.commit(List.of(turn(changes)));
    }

    static List<String> payloads(List<Message> messages) {
        return messages.stream()
                .map(message -> new String(message.payload(), StandardCharsets.UTF_8))
                .toList();
    }
}
