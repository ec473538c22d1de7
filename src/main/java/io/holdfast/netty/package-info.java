/**
 * The edge to the network; the only package that names Netty.
 *
 * <p>Inbound: {@link io.holdfast.netty.ConnectionHandler} decodes all that one read of a socket brought and
 * submits one input to the {@link io.holdfast.netty.Intake}, where connections share the core by the time
 * that their inputs take and not by their number ({@code FairQueue}). Outbound: an
 * {@link io.holdfast.netty.Outbox} collects what one batch of effects sends, and each connection's
 * {@code Outbound} encodes it into one write and one flush.
 *
 * <p>A {@link io.holdfast.netty.Network} listens as {@link io.holdfast.netty.ListenerOptions} say. What lies
 * between a socket and the packets ({@link io.holdfast.netty.Layer}: PROXY header, TLS, WebSocket) is opened
 * by an {@code Approach}, which then makes way for the ConnectionHandler; plain TCP has no layer and no
 * Approach. At its end, a connection tells the peer in each layer ({@code Ending}).
 *
 * <p>What all connections hold together has a limit ({@code Room}), in packets that wait to be sent and in
 * network buffers; and so has how many are let in at once ({@code Governor}). None of it is kept for each
 * network address: devices of one fleet often share one.
 *
 * <p>What looks wrong, and is not:
 * <ul>
 *   <li>A connection that does not read what it is sent is not read either. Its acknowledgements cannot wait
 *       behind this for ever: what the core leaves unacknowledged in flight is less than what the sockets'
 *       buffers hold.
 *   <li>There is no pipeline of codecs. Bytes to packets and back is one method call each, on any
 *       {@code java.nio.ByteBuffer}, and needs no Netty.
 *   <li>Accepting and reading share the event loops: accepting is rare, and a thread of its own would idle.
 *   <li>WebSocket frames are read and written here and not by Netty's codec. That holds each frame until it
 *       is complete, and so needs a limit; but a client may put any number of packets into one.
 *   <li>Bytes in TLS or WebSocket are not counted by the Intake before they are packets. What a layer holds
 *       is one record of TLS (16 KiB) or the header of a frame.
 *   <li>A {@link io.holdfast.netty.Trace} is handed packets and not text, and never waits: text is made by
 *       whoever reads it, and where that is too slow, packets are left out.
 *   <li>A mistake of ours that shows in one connection closes that connection only; it is logged as an error.
 * </ul>
 */
package io.holdfast.netty;
