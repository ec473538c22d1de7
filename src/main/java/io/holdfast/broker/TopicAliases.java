package io.holdfast.broker;

import java.util.Arrays;

/** The Topic Aliases that a client has set on its connection (section 3.3.2.3.4); they end with it. */
final class TopicAliases {
    /** In place of an alias, where a PUBLISH has none. */
    static final long NONE = -1;

    private final Held held;
    private String[] topicNames = {};
    private long bytes;

    TopicAliases(Held held) {
        this.held = held;
    }

    /**
     * The Topic Name of a PUBLISH, which sets the alias if it has both.
     *
     * @param alias from 1 to the announced maximum, or {@link #NONE}
     * @param topicName may be empty, if there is an alias
     * @return null if the alias has not been set
     */
    String resolve(long alias, String topicName) {
        if (alias == NONE) {
            return topicName;
        }
        int at = (int) alias - 1;
        if (topicName.isEmpty()) {
            return at < topicNames.length ? topicNames[at] : null;
        }
        if (at >= topicNames.length) {
            topicNames = Arrays.copyOf(topicNames, at + 1);
        }
        account(topicName.length() - (topicNames[at] == null ? 0 : topicNames[at].length()));
        topicNames[at] = topicName;
        return topicName;
    }

    private void account(long more) {
        bytes += more;
        held.add(more);
    }

    /** The connection has ended. */
    void forget() {
        topicNames = new String[0];
        account(-bytes);
    }
}
