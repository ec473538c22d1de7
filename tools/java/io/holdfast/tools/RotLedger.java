package io.holdfast.tools;

import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;

/**
 * What clients know of a store: which messages were published to which topic, which of them each session, or
 * group, has taken, and what is retained. All by the numbers of the messages.
 */
final class RotLedger {
    private final Map<String, BitSet> published = new TreeMap<>();
    private final Map<String, Map<String, BitSet>> taken = new TreeMap<>();
    private final Map<String, Integer> retained = new TreeMap<>();

    RotLedger copy() {
        RotLedger copy = new RotLedger();
        published.forEach((topic, numbers) -> copy.published(topic).or(numbers));
        taken.forEach((taker, topics) ->
                topics.forEach((topic, numbers) -> copy.taken(taker, topic).or(numbers)));
        copy.retained.putAll(retained);
        return copy;
    }

    BitSet published(String topic) {
        return published.computeIfAbsent(topic, _ -> new BitSet());
    }

    BitSet taken(String taker, String topic) {
        return taken.computeIfAbsent(taker, _ -> new TreeMap<>()).computeIfAbsent(topic, _ -> new BitSet());
    }

    /** What is due to it, and has not come. */
    BitSet missing(String taker, String topic) {
        BitSet missing = (BitSet) published(topic).clone();
        missing.andNot(taken(taker, topic));
        return missing;
    }

    /** The number of the message that is retained for each topic. */
    Map<String, Integer> retained() {
        return retained;
    }
}
