/**
 * Which Topic Filters match a Topic Name (MQTT 5.0, section 4.7): one index, {@link
 * io.holdfast.topic.SubscriptionIndex}, and the tables it is made of.
 *
 * <p>Decisions that look wrong and are not:
 * <ul>
 * <li><b>There is no trie.</b> A trie of objects takes a node per level and a hash map per node; this index
 *     takes an entry per filter, and a branch for each distinct part of a filter that ends in {@code +}. What
 *     sits between wildcards is never walked, it is hashed once per topic and probed for as a whole.
 * <li><b>The hash is our own.</b> {@link String#hashCode} is known to every client, which can subscribe to as
 *     many filters of one hash as it likes. Ours depends on a seed, and it is a sum over levels, so that the
 *     hash of any run of levels is one subtraction.
 * <li><b>The seed is an argument</b>, as time is: the server draws it, a simulation fixes it.
 * <li><b>Shared Subscriptions do not appear.</b> The broker takes {@code $share/{ShareName}/} off and indexes
 *     the filter within (section 4.8.2); groups are its own concern.
 * </ul>
 */
package io.holdfast.topic;
