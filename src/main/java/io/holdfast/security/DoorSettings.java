package io.holdfast.security;

/**
 * Who is kept out for a while; 0 sets no limit.
 *
 * @param userFailuresMax wrong passwords for one user in a window
 * @param addressFailuresMax wrong passwords from one address in a window; behind it may be many devices
 * @param clientConnectsMax CONNECT packets of one Client Identifier in a window: a client that flaps
 * @param listenerConnectsPerSecondMax CONNECT packets on one listener in a second
 * @param windowSeconds how long the window is
 * @param banSeconds how long somebody is kept out who has exceeded one of the first three
 */
public record DoorSettings(int userFailuresMax, int addressFailuresMax, int clientConnectsMax,
        int listenerConnectsPerSecondMax, int windowSeconds, int banSeconds) {
    /** Guessing is slow, and nothing else is limited. */
    public static final DoorSettings DEFAULT = new DoorSettings(10, 100, 0, 0, 60, 60);

    public DoorSettings withUserFailuresMax(int changed) {
        return new DoorSettings(changed, addressFailuresMax, clientConnectsMax,
                listenerConnectsPerSecondMax, windowSeconds, banSeconds);
    }

    public DoorSettings withClientConnectsMax(int changed) {
        return new DoorSettings(userFailuresMax, addressFailuresMax, changed, listenerConnectsPerSecondMax,
                windowSeconds, banSeconds);
    }

    public DoorSettings withListenerConnectsPerSecondMax(int changed) {
        return new DoorSettings(userFailuresMax, addressFailuresMax, clientConnectsMax, changed,
                windowSeconds, banSeconds);
    }
}
