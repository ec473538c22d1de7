package io.holdfast.bench;

import io.holdfast.topic.SubscriptionIndex;
import java.util.function.Consumer;

/** What finds the subscriptions for a topic: Holdfast's index, the yardstick, or another broker's trie. */
public interface TopicMatcher {
    /** Adds the subscription of a client to a filter that has no other. */
    void subscribe(String topicFilter, int client);

    /** Removes the subscription, which is there. */
    void unsubscribe(String topicFilter, int client);

    /** Hands out one object for each subscription that matches the Topic Name. */
    void match(String topicName, Consumer<Object> each);

    /**
     * An empty one.
     *
     * @param structure {@code index}, {@code trie}, {@code none}, or the name of a rival whose trie there is
     */
    static TopicMatcher of(String structure, long seed) {
        return switch (structure) {
            case "index" -> new Index(new SubscriptionIndex<>(seed));
            case "trie" -> new MapTrie();
            case "none" -> new None();
            default -> RivalTrie.load(structure);
        };
    }

    /** Holdfast's. */
    record Index(SubscriptionIndex<Object> index) implements TopicMatcher {
        @Override
        public void subscribe(String topicFilter, int client) {
            index.put(topicFilter, client);
        }

        @Override
        public void unsubscribe(String topicFilter, int client) {
            index.remove(topicFilter);
        }

        @Override
        public void match(String topicName, Consumer<Object> each) {
            index.match(topicName, each);
        }
    }

    /** Finds nothing: what the measuring costs. */
    record None() implements TopicMatcher {
        @Override
        public void subscribe(String topicFilter, int client) {
            // There is nothing to add it to.
        }

        @Override
        public void unsubscribe(String topicFilter, int client) {
            // There is nothing to remove it from.
        }

        @Override
        public void match(String topicName, Consumer<Object> each) {
            each.accept(topicName);
        }
    }
}
