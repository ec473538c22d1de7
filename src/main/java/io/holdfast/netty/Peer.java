package io.holdfast.netty;

import io.holdfast.broker.Authentication.Origin;
import io.holdfast.broker.Sync;
import io.netty.channel.Channel;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.util.AttributeKey;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Where the other end of a connection is: what its PROXY header says, or else what its socket says. */
final class Peer {
    private static final AttributeKey<SocketAddress> TOLD = AttributeKey.valueOf(Peer.class, "told");

    private static final AttributeKey<ListenerOptions> LISTENER =
            AttributeKey.valueOf(Peer.class, "listener");

    private Peer() {}

    /** The connection was accepted there. */
    static void acceptedBy(ListenerOptions listener, Channel channel) {
        channel.attr(LISTENER).set(listener);
    }

    /** What the core is told of where a client comes from, once its layers are open. */
    static Origin origin(Channel channel) {
        ListenerOptions listener = channel.attr(LISTENER).get();
        String address = of(channel) instanceof InetSocketAddress internet && internet.getAddress() != null
                ? internet.getAddress().getHostAddress() : null;
        return listener == null ? new Origin(address, null, null)
                : new Origin(address, listener.asked(), CertificateUser.of(channel, listener));
    }

    /** What an acknowledgement means to the client. */
    static Sync sync(Channel channel) {
        ListenerOptions listener = channel.attr(LISTENER).get();
        return listener == null ? Sync.COMMIT : listener.sync();
    }

    static SocketAddress of(Channel channel) {
        SocketAddress told = channel.attr(TOLD).get();
        return told == null ? channel.remoteAddress() : told;
    }

    /** A header that speaks for the proxy itself (LOCAL), or of no internet address, tells nothing. */
    static void tell(Channel channel, HAProxyMessage header) {
        String source = header.sourceAddress();
        InetAddress address = source == null ? null : NetUtil.createInetAddressFromIpAddressString(source);
        if (address != null) {
            channel.attr(TOLD).set(new InetSocketAddress(address, header.sourcePort()));
        }
    }
}
