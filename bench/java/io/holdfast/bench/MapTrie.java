package io.holdfast.bench;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The yardstick for the index: the trie of most brokers, a node for each level and a hash map of children in
 * each node. Matching splits the topic and recurses.
 */
final class MapTrie<T> {
    private final Node<T> root = new Node<>();

    private static final class Node<T> {
        /** Null as long as there are none, as most nodes are leaves. */
        private Map<String, Node<T>> children;
        private T value;

        private Node<T> child(String level) {
            return children == null ? null : children.get(level);
        }
    }

    void put(String filter, T value) {
        Node<T> node = root;
        for (String level : filter.split("/", -1)) {
            if (node.children == null) {
                node.children = HashMap.newHashMap(1);
            }
            node = node.children.computeIfAbsent(level, _ -> new Node<>());
        }
        node.value = value;
    }

    void match(String topic, Consumer<? super T> each) {
        match(root, topic.split("/", -1), 0, each);
    }

    private void match(Node<T> node, String[] levels, int depth, Consumer<? super T> each) {
        boolean shielded = depth == 0 && levels[0].startsWith("$");
        Node<T> rest = shielded ? null : node.child("#");
        if (rest != null) {
            emit(rest, each);
        }
        if (depth == levels.length) {
            emit(node, each);
            return;
        }
        Node<T> same = node.child(levels[depth]);
        if (same != null) {
            match(same, levels, depth + 1, each);
        }
        Node<T> plus = shielded ? null : node.child("+");
        if (plus != null) {
            match(plus, levels, depth + 1, each);
        }
    }

    private void emit(Node<T> node, Consumer<? super T> each) {
        if (node.value != null) {
            each.accept(node.value);
        }
    }
}
