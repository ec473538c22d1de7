package io.holdfast.tools.bench;

/** A client that connects, and stays or goes away; with a new session, so that an older one ends. */
final class Visitor extends Client {
    private final boolean stays;

    Visitor(String clientId, boolean stays) {
        super(clientId);
        this.stays = stays;
    }

    @Override
    boolean isClean() {
        return true;
    }

    @Override
    void connected(boolean sessionPresent) {
        if (!stays) {
            leave();
        }
        ready();
    }

    @Override
    void readCompleted() {
        // It has nothing to send.
    }
}
