package io.holdfast.spi;

import java.util.List;

/** Says what clients may do that have shown who they are, once for each connection. */
public interface ClientAuthorizer {
    /**
     * The rules for a client, of which the first that matches a topic decides; what none matches is denied.
     * Null leaves it to others, and then to the operator's rules.
     */
    List<Grant> grants(Client client);
}
