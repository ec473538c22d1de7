package io.holdfast.system;

import io.holdfast.mqtt.QoS;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * What one session received, held against what it should have. Each publisher numbers its messages to the
 * session 0, 1, 2 and on; they have to arrive in that order, where only the first arrival of each counts.
 */
public final class Deliveries {
    private final List<BitSet> arrived;
    private long duplicated;
    private long outOfOrder;
    private long strange;

    /**
     * What was found.
     *
     * @param acknowledged messages for the session that the broker has answered for
     * @param lost those of them that never arrived
     * @param arrived messages that arrived, acknowledged or not, each counted once
     * @param duplicated arrivals of a message that had arrived before
     * @param outOfOrder first arrivals of a message after that of a later one of the same publisher
     * @param strange arrivals of messages that nobody published, or not for this session
     */
    public record Verdict(long acknowledged, long lost, long arrived, long duplicated, long outOfOrder,
            long strange) {
        public static final Verdict NOTHING = new Verdict(0, 0, 0, 0, 0, 0);

        public Verdict plus(Verdict other) {
            return new Verdict(acknowledged + other.acknowledged, lost + other.lost, arrived + other.arrived,
                    duplicated + other.duplicated, outOfOrder + other.outOfOrder, strange + other.strange);
        }

        /** Whether the promise was kept; QoS 1 allows duplicates. */
        public boolean isKept(QoS qos) {
            boolean tooOften = duplicated > 0 && qos == QoS.EXACTLY_ONCE;
            return lost == 0 && outOfOrder == 0 && strange == 0 && !tooOften;
        }

        @Override
        public String toString() {
            return "%,d lost, %,d duplicated, %,d out of order".formatted(lost, duplicated, outOfOrder)
                    + (strange == 0 ? "" : ", %,d never published for this session".formatted(strange));
        }
    }

    public Deliveries(int publishers) {
        arrived = Stream.generate(BitSet::new).limit(publishers).toList();
    }

    /** Returns whether it is the first arrival of that message. */
    public boolean arrived(int publisher, int number) {
        BitSet before = arrived.get(publisher);
        if (before.get(number)) {
            duplicated++;
            return false;
        }
        if (number < before.length()) {
            outOfOrder++;
        }
        before.set(number);
        return true;
    }

    /** Something arrived that nobody published for this session. */
    public void strangeArrived() {
        strange++;
    }

    public boolean has(int publisher, int number) {
        return arrived.get(publisher).get(number);
    }

    /** @param acknowledged for each publisher, the numbers of its messages that were acknowledged */
    public Verdict verdict(List<BitSet> acknowledged) {
        long count = 0;
        long lost = 0;
        long all = 0;
        for (int publisher = 0; publisher < arrived.size(); publisher++) {
            BitSet missing = (BitSet) acknowledged.get(publisher).clone();
            count += missing.cardinality();
            missing.andNot(arrived.get(publisher));
            lost += missing.cardinality();
            all += arrived.get(publisher).cardinality();
        }
        return new Verdict(count, lost, all, duplicated, outOfOrder, strange);
    }
}
