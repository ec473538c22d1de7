package io.holdfast.spi;

/**
 * What a client shows in CONNECT; user name and password are null if they are not there.
 *
 * @param client with the user name that it says
 * @param password not to be changed
 */
public record Login(Client client, byte[] password) {}
