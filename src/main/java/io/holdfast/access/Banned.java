package io.holdfast.access;

import java.util.Set;

/** Whom the operator does not let in, by name. */
public record Banned(Set<String> clientIds, Set<String> userNames) {
    public static final Banned NOBODY = new Banned(Set.of(), Set.of());

    /** @param userName null if the client is nobody in particular */
    public boolean contains(String clientId, String userName) {
        return clientIds.contains(clientId) || userName != null && userNames.contains(userName);
    }
}
