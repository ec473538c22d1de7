package io.holdfast.netty;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.ReasonCode;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The life of a client as lines of the log {@code io.holdfast.clients}, each of which has its Client
 * Identifier as {@code client}: that it connected, was refused, subscribed, disconnected, and that its
 * session ended. What is quoted is cut to {@value #CHARACTERS_MAX} characters, and there is no payload in it.
 * Who writes the lines keeps them apart whatever a client calls itself.
 *
 * <p>One for each connection, on its event loop.
 */
public final class ClientLog {
    /** Of what a client has chosen. */
    static final int CHARACTERS_MAX = 256;

    /** SUBSCRIBE packets whose answers are awaited; those of any further one are not logged. */
    private static final int SUBSCRIBES_MAX = 16;

    private static final AttributeKey<String> LISTENER = AttributeKey.valueOf(ClientLog.class, "listener");

    private static final Logger LOG = LoggerFactory.getLogger("io.holdfast.clients");

    private final Channel channel;
    private final String assignedClientId;
    /** Null until CONNECT has come, as the version is. */
    private String clientId;
    private ProtocolVersion version;
    private String userName;
    private int keepAliveSeconds;
    /** Null until CONNACK has been sent. */
    private ReasonCode answer;
    private String left;
    /** By Packet Identifier; null if there are none. */
    private Map<Integer, String> subscribes;

    ClientLog(Channel channel, String assignedClientId) {
        this.channel = channel;
        this.assignedClientId = assignedClientId;
    }

    /** Connections that this channel accepts come from that listener. */
    static void listens(Channel channel, String url) {
        channel.attr(LISTENER).set(url);
    }

    /** A session is over, and nothing of it is left. */
    public static void sessionEnded(String clientId, String why) {
        LOG.atInfo().addKeyValue("client", cut(clientId)).addKeyValue("reason", why).log("session ended");
    }

    void received(Packet packet) {
        if (packet instanceof Packet.Connect connect && clientId == null) {
            String id = connect.clientIdentifier();
            clientId = id.isEmpty() ? assignedClientId : cut(id);
            version = connect.version();
            userName = cut(connect.userName());
            keepAliveSeconds = connect.keepAliveSeconds();
        } else if (packet instanceof Packet.Subscribe subscribe) {
            subscribes = subscribes == null ? new HashMap<>() : subscribes;
            if (subscribes.size() < SUBSCRIBES_MAX) {
                subscribes.put(subscribe.packetId(), filters(subscribe));
            }
        } else if (packet instanceof Packet.Disconnect disconnect) {
            left = "the client disconnected (" + disconnect.reason().hex() + ")";
        }
    }

    void sent(Packet packet) {
        if (packet instanceof Packet.Connack connack && answer == null) {
            answer = connack.reason();
            if (answer == ReasonCode.SUCCESS) {
                userName(connection(LOG.atInfo())).addKeyValue("version", version.number())
                        .addKeyValue("keep-alive-seconds", keepAliveSeconds)
                        .addKeyValue("session", connack.sessionPresent() ? "resumed" : "new")
                        .log("connected");
            }
        } else if (packet instanceof Packet.Suback suback && subscribes != null) {
            String filters = subscribes.remove(suback.packetId());
            subscribes = subscribes.isEmpty() ? null : subscribes;
            if (filters != null) {
                subscribed(filters, suback.reasons());
            }
        }
    }

    private void subscribed(String filters, List<ReasonCode> answers) {
        boolean isRefused = answers.stream().anyMatch(ReasonCode::isError);
        (isRefused ? LOG.atInfo() : LOG.atDebug()).addKeyValue("client", clientId)
                .addKeyValue("filters", filters)
                .addKeyValue("answers", cut(answers.stream().map(ReasonCode::hex)
                        .collect(Collectors.joining(" "))))
                .log(isRefused ? "subscribed in part or not at all" : "subscribed");
    }

    /**
     * The connection has ended.
     *
     * @param brokerWhy why the broker ended it, or null if it did not
     * @return why it did
     */
    String ended(String brokerWhy) {
        String why = left != null ? left : brokerWhy != null ? cut(brokerWhy)
                : "the network connection ended without DISCONNECT";
        if (clientId == null) {
            return why; // it is nobody's life; the connection's own log has it
        }
        if (answer == ReasonCode.SUCCESS) {
            connection(LOG.atInfo()).addKeyValue("reason", why).log("disconnected");
        } else {
            LoggingEventBuilder line =
                    userName(connection(LOG.atInfo())).addKeyValue("version", version.number());
            (answer == null ? line : line.addKeyValue("answer", answer.hex())).addKeyValue("reason", why)
                    .log("refused");
        }
        return why;
    }

    private LoggingEventBuilder connection(LoggingEventBuilder line) {
        String listener = channel.parent() == null ? null : channel.parent().attr(LISTENER).get();
        return line.addKeyValue("client", clientId).addKeyValue("address", address())
                .addKeyValue("listener", listener);
    }

    private LoggingEventBuilder userName(LoggingEventBuilder line) {
        return userName == null ? line : line.addKeyValue("user", userName);
    }

    /** A Unix domain socket's peer has none. */
    private String address() {
        String text = String.valueOf(Peer.of(channel));
        return text.startsWith("/") ? text.substring(1) : text;
    }

    private static String filters(Packet.Subscribe subscribe) {
        StringBuilder filters = new StringBuilder();
        for (Packet.Subscribe.Requested requested : subscribe.subscriptions()) {
            if (filters.length() < CHARACTERS_MAX) {
                filters.append(filters.isEmpty() ? "" : " ").append(cut(requested.topicFilter()));
            }
        }
        return cut(filters.toString());
    }

    private static String cut(String text) {
        return text == null || text.length() <= CHARACTERS_MAX ? text
                : text.substring(0, CHARACTERS_MAX) + "...";
    }
}
