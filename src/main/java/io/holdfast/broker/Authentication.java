package io.holdfast.broker;

import io.holdfast.access.Permissions;
import io.holdfast.mqtt.ReasonCode;

/**
 * What the core and an authenticator outside of it say to each other about one client. The core knows when
 * somebody is to be asked, and the packets; what a method, a password or a token is, it does not know.
 *
 * <p>There is one question under way for a connection at most. An authenticator need not remember any: what
 * it has to know when the client answers is its {@link Progress}, which the core keeps with the connection
 * and hands back. So nothing is left of a client that goes away in the middle.
 */
public interface Authentication {
    /** What the Client Identifiers begin with that the broker assigns; the rest is random. */
    String ASSIGNED_PREFIX = "auto-";

    /**
     * Where a client comes from; each null if it is not known.
     *
     * @param address an IP address, without the port
     * @param listener what the operator asked for the listener with
     * @param certificateName the user that its certificate of TLS names, if the listener is to look at that
     */
    record Origin(String address, String listener, String certificateName) {
        public static final Origin UNKNOWN = new Origin(null, null, null);
    }

    /** What is asked, by {@link Effect.Authenticate}. */
    sealed interface Request {}

    /**
     * Who is this? The client has sent CONNECT, or AUTH to authenticate again on an open connection: then
     * there is a method, and neither user name nor password.
     *
     * @param method the Authentication Method (section 4.12), or null if there is only user name and password
     * @param data the Authentication Data; null if absent, as are userName and password
     */
    record Begin(String clientId, String method, byte[] data, String userName, byte[] password,
            Origin origin) implements Request {
        public Begin(String clientId, String method, byte[] data, String userName, byte[] password) {
            this(clientId, method, data, userName, password, Origin.UNKNOWN);
        }
    }

    /**
     * The client has answered {@link Continue}.
     *
     * @param data the Authentication Data of its AUTH, or null if there is none
     */
    record GoOn(Progress progress, byte[] data) implements Request {}

    /** What is answered, by {@link Input.Authenticated}. */
    sealed interface Step {}

    /**
     * The client is to answer this; only where there is a method.
     *
     * @param data for AUTH, or null for none
     */
    record Continue(byte[] data, Progress progress) implements Step {}

    /**
     * The client is who it says it is.
     *
     * @param userName whom it has shown to be; null for nobody in particular
     * @param data for CONNACK or AUTH, or null for none
     * @param permissions what it may do; null for what the operator's rules say
     * @param untilMillis when it must have authenticated again, or else has to go, in milliseconds since 1970
     */
    record Accepted(String userName, byte[] data, Permissions permissions, long untilMillis)
            implements Step {
        public static final long FOR_EVER = Long.MAX_VALUE;

        /** For as long as it likes, by the operator's rules. */
        public Accepted(String userName, byte[] data) {
            this(userName, data, null, FOR_EVER);
        }
    }

    /**
     * The client is not let in.
     *
     * @param reason one that CONNACK may carry
     * @param why for Reason String and log: the client may read it, so it tells nothing about other users
     */
    record Refused(ReasonCode reason, String why) implements Step {}

    /** What an authenticator remembers from one packet of a client to the next; a value, never changed. */
    interface Progress {}
}
