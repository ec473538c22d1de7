package io.holdfast.bench;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The yardstick for the index: the trie of most brokers, a node for each level and a hash map of children in
 * each node. Matching splits the topic and recurses.
 */
final class MapTrie implements TopicMatcher {
    private final Node root = new Node();

    private static final class Node {
        /** Null as long as there are none, as most nodes are leaves. */
        private Map<String, Node> children;
        private Object value;

        private Node child(String level) {
            return children == null ? null : children.get(level);
        }
    }

    @Override
    public void subscribe(String topicFilter, int client) {
        Node node = root;
        for (String level : topicFilter.split("/", -1)) {
            if (node.children == null) {
                node.children = HashMap.newHashMap(1);
            }
            node = node.children.computeIfAbsent(level, _ -> new Node());
        }
        node.value = client;
    }

    @Override
    public void unsubscribe(String topicFilter, int client) {
        unsubscribe(root, topicFilter.split("/", -1), 0);
    }

    private static void unsubscribe(Node node, String[] levels, int depth) {
        if (depth == levels.length) {
            node.value = null;
            return;
        }
        Node child = node.child(levels[depth]);
        unsubscribe(child, levels, depth + 1);
        if (child.value == null && child.children == null) {
            node.children.remove(levels[depth]);
            node.children = node.children.isEmpty() ? null : node.children;
        }
    }

    @Override
    public void match(String topicName, Consumer<Object> each) {
        match(root, topicName.split("/", -1), 0, each);
    }

    private void match(Node node, String[] levels, int depth, Consumer<Object> each) {
        boolean shielded = depth == 0 && levels[0].startsWith("$");
        Node rest = shielded ? null : node.child("#");
        if (rest != null) {
            emit(rest, each);
        }
        if (depth == levels.length) {
            emit(node, each);
            return;
        }
        Node same = node.child(levels[depth]);
        if (same != null) {
            match(same, levels, depth + 1, each);
        }
        Node plus = shielded ? null : node.child("+");
        if (plus != null) {
            match(plus, levels, depth + 1, each);
        }
    }

    private void emit(Node node, Consumer<Object> each) {
        if (node.value != null) {
            each.accept(node.value);
        }
    }
}
