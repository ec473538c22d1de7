package io.holdfast.spi;

/**
 * Whom something is about.
 *
 * @param clientId the Client Identifier
 * @param userName whom it has shown to be; null for nobody in particular. To a {@link PublishInterceptor}:
 *     whom it says in CONNECT to be
 * @param address where it comes from, an IP address; null if that is not known
 */
public record Client(String clientId, String userName, String address) {}
