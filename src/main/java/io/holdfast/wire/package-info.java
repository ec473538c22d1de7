/**
 * Bytes to packets and back: MQTT 3.1, 3.1.1 and 5.0 (sections 1.5, 2 and 3 of the standard).
 *
 * <p>A PUBLISH comes in by {@link io.holdfast.wire.PacketDecoder} and leaves by
 * {@link io.holdfast.wire.PacketEncoder}; these two frame packets and dispatch on their types. Behind them
 * stands one codec for each kind of packet, with reading, size and writing side by side. {@code WireReader}
 * and {@code WireWriter} are the data types, {@link io.holdfast.wire.PropertyCodec} the Properties, and
 * {@code PacketRules} the tables of what each packet may carry. Clause identifiers are those of MQTT 5.0
 * unless "3.1.1:" stands before them.
 *
 * <p><b>Who judges what.</b> Refused here is what cannot be a packet of that version, whoever sends it. Left
 * to the broker is what needs the direction or the state: a Subscription Identifier in a client's PUBLISH
 * [MQTT-3.3.4-6], a Session Expiry Interval in a server's DISCONNECT [MQTT-3.14.2-2] or after one of zero in
 * CONNECT, a Topic Alias above the maximum, No Local on a Shared Subscription [MQTT-3.8.3-4], the Client
 * Identifier, and every Topic Filter, which is answered one by one in the SUBACK.
 *
 * <p><b>What looks wrong and is not.</b>
 * <ul>
 * <li>MQTT 3.1 is read more leniently than its successors: it calls bits "not used" that 3.1.1 made an error,
 *     and lets the User Name and Password be missing though their flags are set. Each place says so.
 * <li>MQTT 3.1 writes strings in Java's modified UTF-8. Only its common part with UTF-8 is accepted, because
 *     a Topic Name has to reach subscribers of every version.
 * <li>A Remaining Length in more bytes than it needs is refused in 5.0 alone; no clause of the others forbids
 *     it. For a CONNECT that is known only after it was read.
 * <li>An acknowledgement's failure is lost on the way to a 3.1.1 peer, which has no code for it.
 * <li>Control characters and noncharacters in strings are accepted: the standard only advises against them.
 * <li>An unsupported version is refused before {@code version()} is known; the answer [MQTT-3.1.2-2] is best
 *     written in the form of 3.1.1, which every client can read.
 * </ul>
 */
package io.holdfast.wire;
