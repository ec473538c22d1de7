package io.holdfast.netty;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;

/**
 * Where one listener listens, and how.
 *
 * @param asked what the operator asked for it with, for messages: {@code --listen mqtt://127.0.0.1:1883}
 * @param address an InetSocketAddress, of which port 0 takes any free one, or a UnixDomainSocketAddress
 * @param layers outermost first: PROXY header, TLS, WebSocket, each at most once
 */
public record ListenerOptions(String asked, SocketAddress address, List<Layer> layers) {

    /** Plain TCP. */
    public static ListenerOptions tcp(String asked, InetSocketAddress address) {
        return new ListenerOptions(asked, address, List.of());
    }

    /** The layer of that kind, or null if there is none. */
    <L extends Layer> L layer(Class<L> kind) {
        return layers.stream().filter(kind::isInstance).map(kind::cast).findFirst().orElse(null);
    }

    /** Whether it is the same but for keys and certificates, and how they are asked for. */
    public boolean differsInTlsAtMost(ListenerOptions other) {
        return address.equals(other.address) && layers.stream().map(ListenerOptions::withoutTls).toList()
                .equals(other.layers.stream().map(ListenerOptions::withoutTls).toList());
    }

    private static Object withoutTls(Layer layer) {
        return layer instanceof Layer.Tls ? Layer.Tls.class : layer;
    }

    /** What a client would be told, given the port that the listener got. */
    String url(int port) {
        if (address instanceof UnixDomainSocketAddress unix) {
            return "unix:" + unix.getPath();
        }
        Layer.WebSocket webSocket = layer(Layer.WebSocket.class);
        String scheme = (webSocket == null ? "mqtt" : "ws") + (layer(Layer.Tls.class) == null ? "" : "s");
        InetSocketAddress internet = (InetSocketAddress) address;
        String host = internet.getAddress().getHostAddress();
        boolean isVersion6 = internet.getAddress() instanceof Inet6Address;
        return scheme + "://" + (isVersion6 ? "[" + host + "]" : host) + ":" + port
                + (webSocket == null ? "" : webSocket.path());
    }
}
