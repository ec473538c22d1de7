package io.holdfast.admin;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Where the admin endpoint listens, as an operator writes it: {@code 9464} or {@code 127.0.0.1:9464}. */
public final class AdminAddress {
    /** What may be written, to end a message with that expects it. */
    public static final String EXPECTED = "PORT, of the loopback interface, or ADDRESS:PORT such as"
            + " 127.0.0.1:9464 or [::1]:9464; port 0 takes any free one";

    private static final int PORT_MAX = 65_535;

    private AdminAddress() {}

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException if it is something else; the message is the text and {@link #EXPECTED}
     */
    public static InetSocketAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port >= 0 && port <= PORT_MAX) {
                return new InetSocketAddress(colon < 0 ? InetAddress.getLoopbackAddress()
                        : InetAddress.getByName(host(text.substring(0, colon))), port);
            }
        } catch (NumberFormatException | UnknownHostException _) {
            // Told below, like a number out of range.
        }
        throw new IllegalArgumentException(text + "; expected " + EXPECTED);
    }

    /** An address of version 6 is in brackets; an empty host would be the loopback interface by accident. */
    private static String host(String written) throws UnknownHostException {
        boolean isBracketed = written.startsWith("[") && written.endsWith("]");
        if (written.isEmpty() || !isBracketed && written.contains(":")) {
            throw new UnknownHostException(written);
        }
        return isBracketed ? written.substring(1, written.length() - 1) : written;
    }
}
