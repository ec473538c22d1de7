/**
 * Which topics a client may publish to and read: {@linkplain io.holdfast.access.Rule rules} of the operator,
 * for users and for everybody ({@link io.holdfast.access.AccessRules}), and what they come to for one client
 * ({@link io.holdfast.access.Permissions}). All of it is values, so the core decides by them at once.
 *
 * <p>What looks wrong, and is not:
 * <ul>
 *   <li><b>A subscription may be broader than what may be read.</b> It is granted where it can match anything
 *       that may be read, and each message is looked at on its way out, as in Mosquitto: {@code #} means all
 *       that this client may see. A subscription that can match nothing of that is refused.
 *   <li><b>A Shared Subscription may not.</b> Its messages are the group's, and one that a member may not
 *       read could be handed to nobody; so all that it matches must be readable.
 *   <li><b>The rules do not say who a client is.</b> A pattern names user and client, and stands for a Topic
 *       Filter once they are known.
 * </ul>
 */
package io.holdfast.access;
