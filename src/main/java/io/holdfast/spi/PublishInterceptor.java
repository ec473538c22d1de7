package io.holdfast.spi;

/** Sees each PUBLISH of a client before the broker decides about it. */
public interface PublishInterceptor {
    /**
     * Answers the message as it is to go on, or null to refuse it: then its client is told that it is not
     * authorized. Whoever is slow here slows down the sockets that share the thread.
     */
    Message intercept(Client client, Message message);
}
