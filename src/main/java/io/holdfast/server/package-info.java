/**
 * The house put together: {@link io.holdfast.server.Main}, its commands, and the threads.
 *
 * <pre>
 *   event loops --> Intake --> core --turns--> committer --> Outbox --> event loops
 *                     ^                            |
 *                     +----------- readers <-------+
 *                     +-- authenticator <-- core   (its questions do not wait for the disk)
 * </pre>
 *
 * <p>The core is a place rather than a thread: one thread at a time is in it. It has a thread of its own, for
 * all that is much; what is little is decided by the thread that brings it, if nobody is there. So a single
 * message on an idle broker costs no wake-up of another thread, and many of them are decided on one thread
 * while others read the next.
 *
 * <p>Each thread takes all that is there and never waits for more: while one batch is on its way to the disk,
 * the next grows by itself. What is between the threads is bounded by the bytes that the Intake holds, which
 * are released only when the turn that they led to is on disk and its effects are done.
 *
 * <p>Commands of an operator reach a running broker by a socket in the folder of its store ({@code Control}),
 * on threads that nobody else uses; a reload, by a signal.
 *
 * <p>What looks wrong, and is not:
 * <ul>
 *   <li>The queues between the threads have no capacity of their own: a full one would block the core, and
 *       the core must keep answering. The Intake's gauge bounds them all by stopping the sockets.
 *   <li>An exception in one of these threads halts the process without any cleaning up. After a failed commit
 *       nobody knows what the disk holds, and the way to know it is to start again: recovery is the normal
 *       path.
 *   <li>Time is that of the start plus what has elapsed on the monotonic clock ({@link
 *       io.holdfast.server.ServerClock}), so that setting the machine's clock ends no session and stalls no
 *       keep alive.
 * </ul>
 */
package io.holdfast.server;
