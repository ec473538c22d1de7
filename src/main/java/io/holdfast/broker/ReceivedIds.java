package io.holdfast.broker;

import io.holdfast.broker.Change.ReceivedPut;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The Packet Identifiers of QoS 2 messages that a client has sent and not released: until PUBREL a repeat of
 * one is answered and not routed again [MQTT-4.3.3-10]. Kept as rows of 64 bits.
 */
final class ReceivedIds {
    private final Map<Integer, Long> blocks = new HashMap<>();
    private final Set<Integer> changed = new LinkedHashSet<>();
    private int size;

    int size() {
        return size;
    }

    boolean contains(int packetId) {
        return (bits(packetId / ReceivedPut.RECEIVED_BLOCK) & bit(packetId)) != 0;
    }

    void add(int packetId) {
        int block = packetId / ReceivedPut.RECEIVED_BLOCK;
        set(block, bits(block) | bit(packetId));
    }

    void remove(int packetId) {
        int block = packetId / ReceivedPut.RECEIVED_BLOCK;
        set(block, bits(block) & ~bit(packetId));
    }

    void restore(ReceivedPut row) {
        set(row.block(), row.bits());
        changed.remove(row.block());
    }

    /** The rows that have changed since the last call. */
    void takeChanges(long sessionId, List<Change> to) {
        if (changed.isEmpty()) {
            return; // as in most turns
        }
        for (int block : changed) {
            to.add(new ReceivedPut(sessionId, block, bits(block)));
        }
        changed.clear();
    }

    private long bits(int block) {
        return blocks.getOrDefault(block, 0L);
    }

    private void set(int block, long bits) {
        size += Long.bitCount(bits) - Long.bitCount(bits(block));
        if (bits == 0) {
            blocks.remove(block);
        } else {
            blocks.put(block, bits);
        }
        changed.add(block);
    }

    private static long bit(int packetId) {
        return 1L << packetId % ReceivedPut.RECEIVED_BLOCK;
    }
}
