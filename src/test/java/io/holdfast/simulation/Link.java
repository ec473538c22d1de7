package io.holdfast.simulation;

import io.holdfast.broker.Authentication;
import io.holdfast.broker.Input;
import io.holdfast.mqtt.Packet;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.random.RandomGenerator;

/**
 * One simulated network connection: packets on their way in both directions, in order. Either end may close
 * it or just stop using it; what is then still on its way may or may not arrive.
 */
final class Link {
    final long id;
    final SimulatedClient client;
    final Deque<Packet> toBroker = new ArrayDeque<>();
    final Deque<Packet> toClient = new ArrayDeque<>();
    /** What has come last to the client, or null. */
    Packet last;
    boolean closedByClient;
    boolean closedByBroker;
    /** Whether the core has decided to close it. */
    boolean closing;
    /** Whether the core has been told that the connection is gone. */
    boolean reportedClosed;
    /** What the authenticator has said about its client before CONNACK. */
    boolean accepted;
    boolean refused;

    Link(long id, SimulatedClient client) {
        this.id = id;
        this.client = client;
    }

    /** What the core is told first. */
    Input opened() {
        return new Input.ConnectionOpened(id, "assigned-" + id, Authentication.Origin.UNKNOWN, client.sync);
    }

    void closeByBroker() {
        closedByBroker = true;
        toBroker.clear();
    }

    /** The client uses it no longer. */
    void lost(long step) {
        if (client.link == this) {
            client.lost(step);
        }
    }

    /** Of what is on its way to the broker, some may still arrive. */
    void breakOff(RandomGenerator random) {
        for (int arrive = random.nextInt(toBroker.size() + 1); toBroker.size() > arrive;) {
            toBroker.removeLast();
        }
    }
}
