package io.holdfast.broker;

import io.holdfast.broker.Change.InFlightPut;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The outgoing messages of one session that are in flight, by Packet Identifier, and the blocks of them whose
 * rows have changed in this turn.
 *
 * <p>Identifiers are given in turn, so that those in use stand in few blocks: a turn that sends thirty
 * messages writes one or two rows, not thirty.
 */
final class Window {
    private static final int PACKET_ID_MAX = 65_535;

    private static final class Block {
        final int number;
        final InFlight[] slots = new InFlight[InFlightPut.IN_FLIGHT_BLOCK];
        int used;
        boolean changed;

        Block(int number) {
            this.number = number;
        }
    }

    private final Map<Integer, Block> blocks = new HashMap<>();
    private final List<Block> changed = new ArrayList<>();
    private int lastPacketId;
    private long lastSequence;
    private int size;

    int size() {
        return size;
    }

    /**
     * A Packet Identifier that is not in use [MQTT-2.2.1-4]: the next one after the last given that is free.
     */
    int nextPacketId() {
        if (size == PACKET_ID_MAX) {
            throw new IllegalStateException("all Packet Identifiers are in use");
        }
        int before = lastPacketId;
        do {
            lastPacketId = lastPacketId == PACKET_ID_MAX ? 1 : lastPacketId + 1;
        } while (get(lastPacketId) != null);
        Block left = blocks.get(before / InFlightPut.IN_FLIGHT_BLOCK);
        if (left != null) {
            dropIfUnused(left);
        }
        return lastPacketId;
    }

    /** A block goes when it is empty, unless the next identifiers come from it. */
    private void dropIfUnused(Block block) {
        if (block.used == 0 && block.number != lastPacketId / InFlightPut.IN_FLIGHT_BLOCK) {
            blocks.remove(block.number);
        }
    }

    /** The delivery in flight under that identifier, or null. */
    InFlight get(int packetId) {
        Block block = blocks.get(packetId / InFlightPut.IN_FLIGHT_BLOCK);
        return block == null ? null : block.slots[packetId % InFlightPut.IN_FLIGHT_BLOCK];
    }

    /** Adds a delivery, or replaces the one with the same identifier. */
    void put(InFlight delivery) {
        Block block = blocks.computeIfAbsent(delivery.packetId() / InFlightPut.IN_FLIGHT_BLOCK, Block::new);
        int slot = delivery.packetId() % InFlightPut.IN_FLIGHT_BLOCK;
        if (block.slots[slot] == null) {
            block.used++;
            size++;
        }
        block.slots[slot] = delivery;
        changed(block);
    }

    void remove(int packetId) {
        Block block = blocks.get(packetId / InFlightPut.IN_FLIGHT_BLOCK);
        block.slots[packetId % InFlightPut.IN_FLIGHT_BLOCK] = null;
        block.used--;
        size--;
        changed(block);
        dropIfUnused(block);
    }

    private void changed(Block block) {
        if (!block.changed) {
            block.changed = true;
            changed.add(block);
        }
    }

    /** Restores a row, which is thereby not changed; identifiers go on after that of the newest delivery. */
    void restore(InFlightPut row) {
        for (InFlight delivery : row.deliveries()) {
            put(delivery);
            if (delivery.sequence() >= lastSequence) {
                lastSequence = delivery.sequence();
                lastPacketId = delivery.packetId();
            }
        }
        changed.forEach(block -> block.changed = false);
        changed.clear();
    }

    /** The lowest ordinal of that log that is in flight with its message still needed, or {@code none}. */
    long lowest(long logId, long none) {
        long lowest = none;
        for (InFlight delivery : deliveries()) {
            if (delivery.logId() == logId && !delivery.released()) {
                lowest = Math.min(lowest, delivery.ordinal());
            }
        }
        return lowest;
    }

    List<InFlight> deliveries() {
        List<InFlight> all = new ArrayList<>(size);
        blocks.values().forEach(block -> addDeliveries(block, all));
        return all;
    }

    /** The rows that have changed since the last call. */
    void takeChanges(long sessionId, List<Change> to) {
        for (Block block : changed) {
            block.changed = false;
            List<InFlight> row = new ArrayList<>(block.used);
            addDeliveries(block, row);
            to.add(new InFlightPut(sessionId, block.number, row));
        }
        changed.clear();
    }

    private static void addDeliveries(Block block, List<InFlight> to) {
        for (InFlight delivery : block.slots) {
            if (delivery != null) {
                to.add(delivery);
            }
        }
    }
}
