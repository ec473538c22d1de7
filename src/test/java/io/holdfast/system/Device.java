package io.holdfast.system;

import java.util.List;

/**
 * A device made of a real client, with a session that does not expire. Each method is one visit to the
 * broker: it connects, does what it says, and disconnects; between visits the client remembers its side of
 * the session.
 */
interface Device {
    /** A client waits that long for what should come at once, and then the test fails. */
    int SECONDS_MAX = 60;

    void subscribe(String topicFilter, int qos) throws Exception;

    /** Returns when every message has been acknowledged, at QoS 2 to the end. */
    void publish(String topicName, int qos, List<String> payloads) throws Exception;

    /** What arrives, up to and with that payload. */
    List<String> receiveThrough(String last) throws Exception;

    /** Whether it tells of a message of QoS 2 only when the broker will not send it again. */
    default boolean acknowledgesFirst() {
        return true;
    }
}
