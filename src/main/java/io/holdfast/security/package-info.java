/**
 * Who clients are: the {@link io.holdfast.security.Authenticator} answers what the core asks, by the ways
 * that the operator has set up ({@link io.holdfast.security.Security}), one after the other.
 *
 * <pre>
 *   CONNECT, AUTH --> core --Effect.Authenticate--> Authenticator --> Door         bans, guesses, flapping
 *                      ^                                  |      |--> Scram, certificates, tokens     quick
 *                      |                                  |      |--> passwords                        work
 *                      |                                  |      \--> HTTP, keys of a URL, extensions  wait
 *                      +-------Input.Authenticated--------+
 * </pre>
 *
 * <p>What looks wrong, and is not:
 * <ul>
 *   <li>Nothing is kept here of an exchange that is under way. The core keeps what is to be remembered, and
 *       hands it back, so that a client that goes away in the middle leaves nothing behind.
 *   <li>The questions do not wait for the disk, as other effects of the core do. They rest on nothing that
 *       must be durable; what follows from the answers does.
 *   <li>The answer says what the client may do only where a token, a service or an extension has said so;
 *       the operator's rules are the core's own ({@link io.holdfast.access.AccessRules}), so that a change of
 *       them cannot overtake an answer.
 *   <li>A password in CONNECT is checked against the keys of SCRAM, which costs as much as making them. One
 *       store serves both, and what is stolen of it opens nothing at once. A fleet that connects often should
 *       use SCRAM, where the client does the work.
 *   <li>A user that does not exist is worked for as hard as one that does, and refused in the same words.
 *       What differs is told only where it says nothing about users.
 * </ul>
 */
package io.holdfast.security;
