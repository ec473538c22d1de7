package io.holdfast.server;

import io.holdfast.admin.AdminServer;
import io.holdfast.broker.Broker;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The admin endpoint of a broker, if it is to have one. */
final class Insight {
    private static final Logger LOG = LoggerFactory.getLogger(Insight.class);

    /** Its address cannot be had; the message says why, for the operator. */
    static final class CannotServeException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private CannotServeException(InetSocketAddress address, IOException cause) {
            super(text(address) + ", where the admin endpoint cannot listen: "
                    + cause.getMessage() + "; expected an address of this machine, and a port that nobody"
                    + " listens on", cause);
        }
    }

    /** Null if there is none. */
    private final AdminServer server;

    private Insight(AdminServer server) {
        this.server = server;
    }

    /**
     * Takes the address.
     *
     * @param address null for no endpoint
     * @throws CannotServeException if it cannot be had
     */
    static Insight at(InetSocketAddress address) {
        if (address == null) {
            return new Insight(null);
        }
        try {
            AdminServer server = new AdminServer(address);
            if (!address.getAddress().isLoopbackAddress()) {
                LOG.warn("admin.listen: whoever reaches {} may read the metrics, which are not encrypted",
                        server.url());
            }
            return new Insight(server);
        } catch (IOException e) {
            throw new CannotServeException(address, e);
        }
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    /** Shows a broker that serves clients. */
    void show(HoldfastServer broker) {
        if (server != null) {
            server.serve(broker.measured(), broker.readings(), Broker.version());
        }
    }

    /** A line for the start's, or nothing. */
    String banner() {
        return server == null ? "" : "  tells       " + server.url() + "/metrics\n";
    }

    /** Once the broker has stopped. */
    void stop() {
        if (server != null) {
            server.stop();
        }
    }
}
