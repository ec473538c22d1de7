package io.holdfast.spi;

/**
 * A rule for topics.
 *
 * @param topicFilter may have wildcards
 */
public record Grant(Right right, String topicFilter) {
    /** To read, to publish, both; or that neither is permitted. */
    public enum Right { READ, WRITE, READWRITE, DENY }
}
