/**
 * The edge to the network; the only package that names Netty.
 *
 * <p>Inbound: {@link io.holdfast.netty.ConnectionHandler} decodes all that one read of a socket brought and
 * submits one input to the {@link io.holdfast.netty.Intake}. Outbound: an {@link io.holdfast.netty.Outbox}
 * collects what one batch of effects sends, and each connection's {@code Outbound} encodes it into one write
 * and one flush.
 *
 * <p>What looks wrong, and is not:
 * <ul>
 *   <li>A connection that does not read what it is sent is not read either. Its acknowledgements cannot wait
 *       behind this for ever: what the core leaves unacknowledged in flight is less than what the sockets'
 *       buffers hold.
 *   <li>There is no pipeline of codecs. Bytes to packets and back is one method call each, on any
 *       {@code java.nio.ByteBuffer}, and needs no Netty.
 *   <li>Accepting and reading share the event loops: accepting is rare, and a thread of its own would idle.
 *   <li>A mistake of ours that shows in one connection closes that connection only; it is logged as an error.
 * </ul>
 */
package io.holdfast.netty;
