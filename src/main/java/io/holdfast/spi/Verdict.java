package io.holdfast.spi;

/** What a {@link ClientAuthenticator} finds. */
public sealed interface Verdict {
    /** The client is that user. */
    record Accept(String userName) implements Verdict {}

    /** The client is not let in: user name or password are wrong. */
    record Refuse() implements Verdict {}

    /** Somebody else may know the client. */
    record Pass() implements Verdict {}
}
