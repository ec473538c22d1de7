/**
 * The core: sessions, routing, and what is to be delivered, as a state machine with one owner and no clock,
 * thread, file or network in it. {@link io.holdfast.broker.Broker} is told {@linkplain
 * io.holdfast.broker.Input inputs} and the time, and answers with a {@linkplain io.holdfast.broker.Turn
 * turn}: {@linkplain io.holdfast.broker.Change changes} that must become durable, and {@linkplain
 * io.holdfast.broker.Effect effects} that may happen after that.
 *
 * <p><b>A queue is a cursor over a log.</b> There is one log per distinct Topic Filter that a durable session
 * has subscribed to above QoS 0 ({@link io.holdfast.broker.FilterLog}), and a session stands in it with a
 * {@link io.holdfast.broker.Cursor}. A message is appended once for each log that it matches, however many
 * sessions are subscribed. A connected session merges its logs by the sequence numbers of their messages
 * ({@link io.holdfast.broker.Outgoing}); a session whose client is away is rows in the store and nothing
 * here.
 *
 * <h2>What looks wrong, and is not</h2>
 *
 * <p><b>A change is the new value of a row</b>, not a step. Applying it twice does no harm, a later one
 * replaces an earlier one, and reading rows gives the same records back that were written: recovery has no
 * code of its own beyond reading. So a session tells what changed once, when the turn ends: a cursor that
 * moved thirty times in a turn is one row, and thirty deliveries are one or two rows of the window.
 *
 * <p><b>A takeover reads the session from disk</b>, though it is in memory. The older connection is closed as
 * if its network had failed, which writes its rows, and the newer one resumes as it would after a restart.
 * There is one way in, and the simulator walks it all day; the read is made after those rows are durable,
 * because effects are.
 *
 * <p><b>A session never ends where it is left.</b> A client that goes away leaves a time in its row. The
 * session ends when it is next read and that time has passed, or when a Clean Start finds it; the broker
 * looks for such sessions once a second, so an expiry while the process was down needs no special case.
 *
 * <p><b>There are two lanes out.</b> Effects wait for the commit of their turn and of all earlier ones; the
 * {@code unbound} ones rest on nothing durable (QoS 0, and all deliveries to sessions that end with their
 * connection) and leave at once. Where the first lane must not be overtaken, because order is promised or
 * because CONNACK must come first, {@code Connection.sendFirst} holds the second lane back until the turn was
 * released.
 *
 * <p><b>The core does not know what a password is.</b> It asks ({@link
 * io.holdfast.broker.Effect.Authenticate}), waits, and carries packets to and fro ({@link
 * io.holdfast.broker.Exchanges}); a session is not touched before its client is accepted. The question rests
 * on nothing durable, and so it leaves in the second lane. How far an exchange has come, the authenticator
 * tells the core, which keeps it with the connection: what it means is none of its business.
 *
 * <p><b>What a client may do is a value</b> ({@link io.holdfast.access.Permissions}), which the connection
 * has from CONNACK on, so that a PUBLISH and a SUBSCRIBE are decided without a question. Deliveries are
 * looked at only where a subscription matches more than may be read, and where rights have changed, which
 * {@code Session} knows; what may not be read is passed as if it had been delivered. A session remembers
 * the user that began it, and another user's CONNECT does not touch it, Clean Start or not: the row is read
 * first.
 *
 * <p><b>A subscription that is lowered to QoS 0 keeps its cursor.</b> What is queued arrives, at QoS 0;
 * nothing that was acknowledged is dropped because a client changed its mind about the future.
 *
 * <p><b>Retained messages are copied</b> for a durable session that is sent them at QoS 1 or 2, page by page,
 * into a log of its own. The retained message may be replaced while its delivery is in flight, and then it
 * must be repeated as it was. The Topic Filter of that log begins with U+0000, so no client can name it, and
 * the rest of the core takes it for one like any other.
 *
 * <p><b>A Shared Subscription has a log of its own</b>, although there may be one of the same Topic Filter:
 * so an entry in flight says by its log whose it is, and the group's queue has a life of its own ({@link
 * io.holdfast.broker.ShareGroup}). What a member had in flight at QoS 1 may become another's while it is
 * away; its own rows are not touched for that, and tell what is no longer true until it comes back.
 *
 * <p><b>A removed subscription may leave a cursor behind</b>, closing: it takes no more entries, and protects
 * those in flight from being trimmed until their handshakes are complete. Its row looks like that of any
 * other; that its subscription is missing is what says that it closes.
 *
 * <p><b>The last entry of a log is never trimmed</b>, for it carries the ordinal and the byte total over a
 * restart.
 *
 * <p><b>A log does not know its lowest cursor.</b> It knows those of connected sessions and a bound for the
 * others that may be too low, never too high. The bound is made exact by asking the store, when it is what
 * keeps entries from being trimmed, and at most once at a time.
 *
 * <p><b>{@code $SYS} topics have no rows.</b> Their values are what {@link io.holdfast.broker.SysTopics}
 * remembers, and a subscription that begins with {@code $SYS} never reads retained messages from the store.
 * So nobody can have planted one there, and a broker that does nothing writes nothing.
 *
 * <p><b>What waits is limited by the log's length</b>, not by a count for each session, so that sessions that
 * are away need not be looked at ({@link io.holdfast.broker.Overflow}). Where the oldest messages go, even an
 * entry in flight to a client that is away may go; its handshake is completed all the same. Where the newest
 * go, what is left out for one session stays in the log for others, and is removed from its middle when it is
 * nobody's. A publisher of MQTT 3 that is refused is not cut off at once: it may be the subscriber that has
 * to make room.
 *
 * <p><b>A disk that is short of space stops only what is taken over</b> ({@link
 * io.holdfast.broker.DiskSpace}). A Will Message is published all the same: it was taken over with its
 * CONNECT. Delayed messages that are due wait in their rows, for which there is space already.
 *
 * <p><b>Memory is counted, not measured</b> ({@link io.holdfast.broker.Held}): texts and payloads, and a
 * round figure for the rest. A payload that many sessions share counts for each, so the count errs on the
 * safe side. A session that must wait for memory keeps its place: it is behind, which costs nothing.
 *
 * <p><b>A message that several logs take is stored in each</b>, payload included. A large payload that
 * several filters share is not stored once and referenced yet.
 */
package io.holdfast.broker;
