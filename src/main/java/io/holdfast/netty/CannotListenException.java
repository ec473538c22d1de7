package io.holdfast.netty;

import java.nio.file.AccessDeniedException;

/**
 * The operator asked for a listener that there cannot be; the message says what was asked for, what is wrong,
 * and what was expected.
 */
public final class CannotListenException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final String DENIED = "Permission denied";

    CannotListenException(ListenerOptions options, String reason, Throwable cause) {
        super(options.asked() + ": " + reason, cause);
    }

    /** The socket could not be bound. */
    static CannotListenException unbound(ListenerOptions options, Throwable cause) {
        String reason = cause instanceof AccessDeniedException ? DENIED : String.valueOf(cause.getMessage());
        return new CannotListenException(options, sentence(reason), cause);
    }

    private static String sentence(String reason) {
        if (reason.contains("Address already in use")) {
            return "something listens there already; expected a free port (0 takes any)";
        }
        if (reason.contains(DENIED)) {
            return "this user may not listen there; expected a port from 1024 on, or a folder to write to";
        }
        if (reason.contains("Cannot assign requested address")) {
            return "this is no address of this machine; expected one of its own";
        }
        return reason.contains("; expected ") ? reason : "cannot listen there: " + reason;
    }
}
