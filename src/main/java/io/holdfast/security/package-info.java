/**
 * Who clients are: the {@link io.holdfast.security.Authenticator} answers what the core asks, by
 * the {@linkplain io.holdfast.security.Users users} of a {@linkplain io.holdfast.security.UsersFile file}.
 *
 * <pre>
 *   CONNECT, AUTH --> core --Effect.Authenticate--> Authenticator --> Scram        quick, a thread
 *                      ^                                  |      \--> PBKDF2       slow, threads
 *                      +-------Input.Authenticated--------+
 * </pre>
 *
 * <p>What looks wrong, and is not:
 * <ul>
 *   <li>Nothing is kept here of an exchange that is under way. The core keeps what is to be remembered, and
 *       hands it back, so that a client that goes away in the middle leaves nothing behind.
 *   <li>The questions do not wait for the disk, as other effects of the core do. They rest on nothing that
 *       must be durable; what follows from the answers does.
 *   <li>A password in CONNECT is checked against the keys of SCRAM, which costs as much as making them. One
 *       store serves both, and what is stolen of it opens nothing at once. A fleet that connects often should
 *       use SCRAM, where the client does the work.
 *   <li>A user that does not exist is worked for as hard as one that does, and refused in the same words.
 *       What differs is told only where it says nothing about users.
 * </ul>
 */
package io.holdfast.security;
