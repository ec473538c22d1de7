package io.holdfast.netty;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/**
 * The native code that is used.
 *
 * @param epoll sockets by epoll, rather than Java's
 * @param boringSsl TLS by BoringSSL, rather than Java's
 */
record Platform(boolean epoll, boolean boringSsl) {

    /**
     * What loads on this machine.
     *
     * @param tls whether TLS is needed; without it BoringSSL is not looked for, which takes longer than
     *     everything else at the start
     */
    static Platform best(boolean tls) {
        chooseSelectors();
        return new Platform(Epoll.isAvailable(), tls && OpenSsl.isAvailable());
    }

    /**
     * Netty's epoll has Java make a selector, for which Java would look through every jar for another kind
     * than its own. That takes longer than all else that the network needs.
     */
    private static void chooseSelectors() {
        try {
            System.setProperty("java.nio.channels.spi.SelectorProvider",
                    Class.forName("sun.nio.ch.EPollSelectorProvider", false, null).getName());
        } catch (ClassNotFoundException _) {
            return; // another system, or another Java, which finds one by itself
        }
    }

    IoHandlerFactory ioHandlers() {
        return epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    }

    Class<? extends ServerChannel> serverChannel(boolean unix) {
        if (unix) {
            return epoll ? EpollServerDomainSocketChannel.class : NioServerDomainSocketChannel.class;
        }
        return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /** The address as its channels know it. */
    SocketAddress local(SocketAddress address) {
        return epoll && address instanceof UnixDomainSocketAddress unix
                ? new DomainSocketAddress(unix.getPath().toFile())
                : address;
    }

    /** Reference counted: a context and its engines are released, and wait for no garbage collection. */
    SslProvider tls() {
        return boringSsl ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;
    }
}
