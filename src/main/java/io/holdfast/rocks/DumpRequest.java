package io.holdfast.rocks;

/**
 * Which rows to tell, and how.
 *
 * @param kind as in the grammar of {@code storage-format.md}, such as {@code cursor}; null for all
 * @param limit that many rows at most
 * @param topicFilter rows of the log of this Topic Filter, and messages whose Topic Name it matches; null for
 *     all
 * @param clientId rows of the session of this client; null for all
 * @param asJson as JSON, one object a line
 */
public record DumpRequest(String kind, long limit, String topicFilter, String clientId, boolean asJson) {
    /** @throws IllegalArgumentException if there is no such kind */
    public DumpRequest {
        if (kind != null && RowKind.of(kind) == null) {
            throw new IllegalArgumentException("there are no rows of the kind " + kind + "; expected one of "
                    + RowKind.words());
        }
    }
}
