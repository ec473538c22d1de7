package io.holdfast.netty;

import io.holdfast.mqtt.Packet.Connect;
import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.wire.PacketEncoder;
import java.util.HashMap;
import java.util.Map;

/**
 * The Topic Aliases that the broker has set on one connection (MQTT 5.0, section 3.3.2.3.4). They depend on
 * the order in which packets reach the client, so they are given just before a packet becomes bytes.
 *
 * <p>The first Topic Names get the aliases there are, and keep them. A connection with more topics than
 * aliases thus pays for those few only, three bytes each and once. Replacing an alias would charge three
 * bytes to each message of a client that hears many topics in turn, and most do.
 *
 * <p>A message of QoS 2 keeps its Topic Name: its receiver may hold the packet until PUBREL comes, even on a
 * later connection, where the alias means nothing. MQTT.js (5.16) holds it as it came, and so loses the name.
 */
final class OutboundAliases {
    /** Aliases of one connection, whatever the client offers: a bound for what it costs the broker. */
    static final int ALIASES_MAX = 64;

    /** Shorter Topic Names take no more bytes than the property does. */
    static final int TOPIC_CHARACTERS_MIN = 5;

    /** Longer ones are left as they are, which bounds what the names of a connection take. */
    static final int TOPIC_CHARACTERS_MAX = 1_024;

    private final int aliasesMax;
    private final long packetBytesMax;
    private final Map<String, Integer> aliases = new HashMap<>();

    private OutboundAliases(long aliasesMax, long packetBytesMax) {
        this.aliasesMax = (int) Math.min(aliasesMax, ALIASES_MAX); // [MQTT-3.1.2-26]
        this.packetBytesMax = packetBytesMax;
    }

    /** As many as the client takes; null if it takes none [MQTT-3.1.2-27]. */
    static OutboundAliases of(Connect connect) {
        long aliasesMax = connect.properties().integer(Property.TOPIC_ALIAS_MAXIMUM, 0);
        return aliasesMax == 0 ? null : new OutboundAliases(aliasesMax,
                connect.properties().integer(Property.MAXIMUM_PACKET_SIZE, Long.MAX_VALUE));
    }

    /**
     * The packet as it is to be sent: with an alias in place of the Topic Name, or with both, which sets the
     * alias, or as it is. It must be sent, or nothing after it.
     */
    Publish apply(Publish publish) {
        int length = publish.topicName().length();
        if (length < TOPIC_CHARACTERS_MIN || length > TOPIC_CHARACTERS_MAX
                || publish.qos() == QoS.EXACTLY_ONCE) {
            return publish;
        }
        Integer known = aliases.get(publish.topicName());
        if (known != null) {
            return withAlias(publish, known).to("");
        }
        if (aliases.size() == aliasesMax) {
            return publish;
        }
        int next = aliases.size() + 1; // from 1 on [MQTT-3.3.2-8]
        Publish longer = withAlias(publish, next);
        if (PacketEncoder.size(longer, ProtocolVersion.MQTT_5) > packetBytesMax) { // [MQTT-3.1.2-24]
            return publish;
        }
        aliases.put(publish.topicName(), next);
        return longer;
    }

    private static Publish withAlias(Publish publish, int alias) {
        return publish.with(publish.properties().with(Property.TOPIC_ALIAS, alias));
    }
}
