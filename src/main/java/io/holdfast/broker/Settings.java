package io.holdfast.broker;

/**
 * The limits that the core keeps and announces.
 *
 * @param packetBytesMax Maximum Packet Size that the broker accepts, in bytes, 256 to 268,435,460
 * @param receiveMaximum unreleased QoS 2 and unanswered QoS 1 messages that one client may have open, 1 to
 *     65,535
 * @param inFlightMax deliveries of QoS 1 and 2 in flight to one client, whatever it allows, 1 to 65,535
 * @param queuedMessagesMax deliveries waiting in memory for a client whose session ends with its connection
 * @param topicAliasMaximum Topic Aliases that a client may set on a connection, 0 to 65,535
 * @param connectMillisMax time from the opening of a connection to its CONNECT, and for each authentication
 */
public record Settings(int packetBytesMax, int receiveMaximum, int inFlightMax, int queuedMessagesMax,
        int topicAliasMaximum, long connectMillisMax) {
    public static final Settings DEFAULT = new Settings(1 << 20, 1_024, 1_024, 10_000, 64, 10_000);

    public Settings {
        require("packetBytesMax", packetBytesMax, 256, 268_435_460);
        require("receiveMaximum", receiveMaximum, 1, 65_535);
        require("inFlightMax", inFlightMax, 1, 65_535);
        require("queuedMessagesMax", queuedMessagesMax, 1, Integer.MAX_VALUE);
        require("topicAliasMaximum", topicAliasMaximum, 0, 65_535);
        require("connectMillisMax", connectMillisMax, 1, Long.MAX_VALUE);
    }

    private static void require(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " is " + min + " to " + max + ", not " + value);
        }
    }
}
