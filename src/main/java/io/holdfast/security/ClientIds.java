package io.holdfast.security;

import io.holdfast.broker.Authentication;

/**
 * Which Client Identifiers a client may have, by the user that it has shown to be, so that nobody takes one
 * that another user's device has not come with yet. Those that the broker assigns cannot be guessed, belong
 * to nobody, and are always permitted.
 */
public enum ClientIds {
    /** All. */
    ANY("any"),
    /** The name of the user. */
    USER("user"),
    /** Those that are the name of the user up to their first colon, or in whole if they have none. */
    USER_PREFIX("user-prefix");

    private final String word;

    ClientIds(String word) {
        this.word = word;
    }

    /** As operators write it. */
    public String word() {
        return word;
    }

    /** The one that operators write so. */
    public static ClientIds of(String word) {
        for (ClientIds one : values()) {
            if (one.word.equals(word)) {
                return one;
            }
        }
        throw new IllegalArgumentException("client-id is " + word);
    }

    /** @param userName null for nobody in particular, who may have none but those that are assigned */
    boolean permit(String clientId, String userName) {
        return this == ANY || clientId.startsWith(Authentication.ASSIGNED_PREFIX)
                || owned(clientId).equals(userName);
    }

    /** What of the Client Identifier is to be the name of the user. */
    private String owned(String clientId) {
        int colon = this == USER_PREFIX ? clientId.indexOf(':') : -1;
        return colon < 0 ? clientId : clientId.substring(0, colon);
    }

    /** What is told to a client whose Client Identifier is not permitted. */
    String expected() {
        return "the Client Identifier must be the user name" + (this == USER_PREFIX
                ? ", or begin with it and a colon" : "");
    }
}
