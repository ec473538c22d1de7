package io.holdfast.access;

import io.holdfast.mqtt.Topics;

/**
 * What is permitted, or denied, on the topics that match a Topic Filter.
 *
 * @param topicFilter may have wildcards, and is not that of a Shared Subscription
 */
public record Rule(Right right, String topicFilter) {
    /** What a rule is about: reading, publishing, both; or neither is permitted, whatever else is said. */
    public enum Right { READ, WRITE, READWRITE, DENY }

    /** In a pattern: the Client Identifier. */
    public static final String CLIENT_ID = "%c";

    /** In a pattern: the user name. */
    public static final String USER_NAME = "%u";

    public Rule {
        if (!Topics.isTopicFilter(topicFilter) || Topics.isShared(topicFilter)) {
            throw new IllegalArgumentException("the Topic Filter is \"" + topicFilter + "\"; expected levels"
                    + " separated by /, each of which may be +, and the last one #");
        }
    }

    boolean isAbout(Right action) {
        return right == action || right == Right.READWRITE || right == Right.DENY;
    }

    boolean denies() {
        return right == Right.DENY;
    }

    /** The rule for one client, where this one is a pattern; both names are without wildcards and slashes. */
    Rule of(String clientId, String userName) {
        String filled = topicFilter.replace(CLIENT_ID, clientId);
        return new Rule(right, userName == null ? filled : filled.replace(USER_NAME, userName));
    }
}
