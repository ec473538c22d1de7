package io.holdfast.security;

import java.net.URI;

/**
 * The service that is asked about clients.
 *
 * @param url where a question is posted
 * @param millisMax how long an answer may take
 */
public record HttpSettings(URI url, int millisMax) {
    /** What an answer may take unless something else is said. */
    public static final int MILLIS_MAX = 3_000;
}
