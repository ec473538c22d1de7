package io.holdfast.spi;

/** Says who clients are, after certificates, tokens, users and services that the broker knows itself. */
public interface ClientAuthenticator {
    /** Judges what a client shows; may take long, but a client waits for 10 s at most. */
    Verdict authenticate(Login login);
}
