package io.holdfast.spi;

/**
 * What a client shows in CONNECT; each null if it is not there.
 *
 * @param client with the user name that it says
 * @param password not to be changed
 * @param certificateName what its certificate of TLS names, if the listener looks at that
 */
public record Login(Client client, byte[] password, String certificateName) {}
