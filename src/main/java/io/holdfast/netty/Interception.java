package io.holdfast.netty;

import io.holdfast.broker.Input;
import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.Packet.Publish;
import io.holdfast.mqtt.Property;
import io.holdfast.mqtt.Topics;
import io.holdfast.spi.Client;
import io.holdfast.spi.Message;
import io.holdfast.spi.PublishInterceptor;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows each PUBLISH of one connection to the extensions that want to see it, before the core does. Topic
 * Aliases are resolved for them here; one that is not known is left to the core, which knows what to say.
 */
final class Interception {
    /** Topic Aliases that are resolved; the core permits no more. */
    private static final int ALIASES_MAX = 65_535;
    private static final int TOPIC_BYTES_MAX = 65_535;

    /** Of one connection: the first is reported, and then one of so many. */
    private static final int FAILURES_A_REPORT = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(Interception.class);

    private final List<PublishInterceptor> interceptors;
    private final String address;
    private final Map<Long, String> aliases = new HashMap<>();
    private Client client;
    private long failures;

    Interception(List<PublishInterceptor> interceptors, String address) {
        this.interceptors = interceptors;
        this.address = address;
    }

    /** The packet as the core is to see it. */
    Packet apply(Packet packet) {
        if (packet instanceof Packet.Connect connect && client == null) {
            client = new Client(connect.clientIdentifier(), connect.userName(), address);
        }
        return packet instanceof Publish publish && client != null ? intercept(publish) : packet;
    }

    private Publish intercept(Publish packet) {
        long alias = packet.properties().integer(Property.TOPIC_ALIAS, 0);
        String topicName = packet.topicName();
        if (topicName.isEmpty()) {
            topicName = aliases.get(alias);
        } else if (alias != 0 && aliases.size() < ALIASES_MAX) {
            aliases.put(alias, topicName);
        }
        if (topicName == null) {
            return packet;
        }
        Message message = new Message(topicName, packet.qos().value(), packet.retain(), packet.payload());
        for (PublishInterceptor interceptor : interceptors) {
            message = intercept(interceptor, message);
            if (message == null) {
                return refused(packet);
            }
        }
        return new Publish(packet.dup(), packet.qos(), message.retain(), message.topicName(),
                packet.packetId(), packet.properties(), message.payload());
    }

    /** The message as it goes on, or null if it does not, or may not. */
    private Message intercept(PublishInterceptor interceptor, Message message) {
        try {
            Message changed = interceptor.intercept(client, message);
            if (changed == null || changed == message) {
                return changed;
            }
            if (Topics.isTopicName(changed.topicName()) && changed.payload() != null
                    && changed.topicName().getBytes(StandardCharsets.UTF_8).length <= TOPIC_BYTES_MAX) {
                return changed;
            }
            report(interceptor, new IllegalArgumentException("a message without payload, or whose topic is no"
                    + " Topic Name"));
        } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
            report(interceptor, e);
        }
        return null;
    }

    private void report(PublishInterceptor interceptor, Throwable failure) {
        if (failures++ % FAILURES_A_REPORT == 0) {
            LOG.warn("extension {} failed, and a message of client {} is refused, as are others for which"
                    + " nothing is said", interceptor.getClass().getName(), client.clientId(), failure);
        }
    }

    private static Publish refused(Publish packet) {
        return packet.to(Input.REFUSED_TOPIC)
                .with(packet.properties().only(property -> property != Property.TOPIC_ALIAS));
    }
}
