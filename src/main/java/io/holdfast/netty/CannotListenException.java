package io.holdfast.netty;

import java.net.InetSocketAddress;

/**
 * The operator asked for an address that cannot be listened on; the message says why, and what was expected.
 */
public final class CannotListenException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CannotListenException(InetSocketAddress address, Throwable cause) {
        super(sentence(address, String.valueOf(cause.getMessage())), cause);
    }

    private static String sentence(InetSocketAddress address, String reason) {
        String host = address.getHostString();
        int port = address.getPort();
        if (reason.contains("Address already in use")) {
            return "--port is " + port + ", and something listens on " + host + ":" + port
                    + " already; expected a free port (0 takes any)";
        }
        if (reason.contains("Permission denied")) {
            return "--port is " + port + ", and this user may not listen on it; expected a port from 1024 on";
        }
        if (reason.contains("Cannot assign requested address")) {
            return "--bind is " + host + ", which is no address of this machine; expected one of its own";
        }
        return "cannot listen on " + host + ":" + port + ": " + reason;
    }
}
